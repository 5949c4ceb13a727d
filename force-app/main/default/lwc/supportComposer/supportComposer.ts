/**
 * Where a reply or an internal note is written. It saves nothing itself: its parent saves, and says how it went.
 * The text stays until then, and this browser keeps it.
 */
import { LightningElement, api } from "lwc";
import { fill, number } from "c/supportFormat";
import { boundOf } from "./bounds.ts";
import { draftElsewhere, forgetDraft, keepDraft, restoreDraft, type DraftKind } from "./draft.ts";
import { labels } from "./labels.ts";

export type { DraftKind } from "./draft.ts";
export interface Sending {
  kind: DraftKind;
  body: string;
  /** The case is closed, or opened again, with this text as the reason. */
  turns: boolean;
}
/** What else sending can do to the case: its words. */
export interface Turn {
  /** Of the button that offers it, and of the one that takes the offer back. */
  label: string;
  back: string;
  /** What follows, said before it is done. */
  hint: string;
  send: string;
}

const writable: DraftKind[] = ["reply", "note"];

export default class SupportComposer extends LightningElement {
  /** Notes can be written too: the user is a consultant. */
  @api notes = false;
  /** The first public reply of this user acknowledges the case. */
  @api acknowledges = false;
  /** Closing the case, or opening it again, with what is written as the reason. */
  @api turn: Turn | null = null;
  /** A reply goes to the client; of a client, to the support team. */
  @api toClient = false;
  @api
  get recordId(): string | undefined {
    return this.#recordId;
  }
  set recordId(id: string | undefined) {
    if (id === this.#recordId) return;
    this.#recordId = id;
    this.restore();
  }

  labels = labels;
  kind: DraftKind = "reply";
  body = "";
  sending = false;
  /** What is sent turns the case too. */
  turns = false;
  /** Why what was written of a kind was not saved. */
  reasons: Partial<Record<DraftKind, string>> = {};
  kept = false;
  #recordId: string | undefined;
  /** What is written of each kind, the one that is not shown too. */
  #bodies: Record<DraftKind, string> = { reply: "", note: "" };
  /** Since when it is on its way, and nobody knows whether it arrived: ms */
  unsure: Partial<Record<DraftKind, number>> = {};
  #focusNext = false;

  /** Nothing asks before the tab closes: the text is there when it opens again. */
  private restore(): void {
    const id = this.#recordId;
    if (!id) return;
    this.unsure = {};
    for (const kind of writable) {
      const draft = restoreDraft(id, kind);
      this.#bodies[kind] = draft?.body ?? "";
      if (draft?.sent) this.unsure = { ...this.unsure, [kind]: draft.at };
    }
    if (!this.#bodies.reply && this.#bodies.note) this.kind = "note";
    this.body = this.#bodies[this.kind];
    this.kept = this.body !== "";
  }

  override connectedCallback(): void {
    window.addEventListener("storage", this.#elsewhere);
  }
  override disconnectedCallback(): void {
    window.removeEventListener("storage", this.#elsewhere);
  }
  /** Another tab has the same case open: its message is not sent from here once more. */
  #elsewhere = (event: StorageEvent): void => {
    if (!this.#recordId || this.sending) return;
    const change = draftElsewhere(this.#recordId, writable, event);
    if (!change || this.#bodies[change.kind] !== (change.before?.body ?? "")) return;
    const { kind, now } = change;
    this.#bodies[kind] = now?.body ?? "";
    this.unsure = { ...this.unsure, [kind]: now?.sent ? now.at : undefined };
    if (kind !== this.kind) return;
    this.body = this.#bodies[kind];
    this.kept = this.body !== "";
  };

  get isNote(): boolean {
    return this.kind === "note";
  }
  /** A text on its way cannot be changed. */
  get closed(): boolean {
    return this.sending || this.isUnsure;
  }
  get failure(): string {
    if (this.reasons[this.kind] === undefined) return "";
    return this.isNote ? labels.noteFailed : labels.replyFailed;
  }
  get failureDetail(): string {
    return this.reasons[this.kind] ?? "";
  }
  get isUnsure(): boolean {
    return this.unsure[this.kind] !== undefined;
  }
  get kinds(): { value: DraftKind; label: string }[] {
    return [
      { value: "reply", label: labels.reply },
      { value: "note", label: labels.note },
    ];
  }
  get fieldLabel(): string {
    if (this.isNote) return labels.noteField;
    if (this.turning) return labels.reasonField;
    return this.toClient ? labels.replyField : labels.commentField;
  }
  get sendLabel(): string {
    if (this.isNote) return labels.saveNote;
    if (this.turning) return this.turning.send;
    return this.toClient ? labels.sendReply : labels.sendComment;
  }
  get classes(): string {
    return this.isNote ? "composer composer_note" : "composer";
  }
  private get turning(): Turn | null {
    return this.turns ? this.turn : null;
  }
  get turnOffered(): boolean {
    return this.turn !== null && !this.isNote;
  }
  get turnLabel(): string {
    return (this.turns ? this.turn?.back : this.turn?.label) ?? "";
  }
  toggleTurn(): void {
    this.turns = !this.turns;
    if (this.turns) this.focus();
  }
  /** Said before it is sent, since an acknowledgement is final. */
  get hint(): string {
    if (this.isNote) return labels.noteHint;
    if (this.turning) return this.turning.hint;
    return this.acknowledges ? labels.acknowledges : "";
  }
  get hintClasses(): string {
    return this.turning || (this.acknowledges && !this.isNote) ? "hint hint_strong" : "hint";
  }
  get over(): number {
    const { used, most } = boundOf(this.kind, this.body);
    return used - most;
  }
  get tooLong(): boolean {
    return this.over > 0;
  }
  get count(): string {
    const { used, most, inBytes } = boundOf(this.kind, this.body);
    const words = inBytes ? labels.bytes : labels.characters;
    return fill(words, number(used), number(most));
  }
  get countClasses(): string {
    return this.tooLong ? "count count_over" : "count";
  }
  get tooLongText(): string {
    return fill(this.isNote ? labels.tooLongNote : labels.tooLong, number(this.over));
  }
  get cannotSend(): boolean {
    return this.closed || this.tooLong || this.body.trim() === "";
  }

  handleKind(event: CustomEvent<{ value: DraftKind }>): void {
    this.#bodies[this.kind] = this.body;
    this.kind = event.detail.value;
    this.body = this.#bodies[this.kind];
    this.kept = this.body !== "";
  }
  handleInput(event: CustomEvent<{ value?: string }>): void {
    this.body = event.detail.value ?? "";
    this.#bodies[this.kind] = this.body;
    this.keep(false);
  }
  /** Ctrl or ⌘ with Enter sends, as in every other place where one writes. */
  handleKey(event: KeyboardEvent): void {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    this.send();
  }
  send(): void {
    if (this.cannotSend) return;
    this.sending = true;
    this.reasons = { ...this.reasons, [this.kind]: undefined };
    this.keep(true);
    const detail: Sending = { kind: this.kind, body: this.body, turns: this.turning !== null };
    this.dispatchEvent(new CustomEvent("send", { detail }));
  }
  private keep(sent: boolean): void {
    if (!this.#recordId) return;
    const kept = keepDraft(this.#recordId, this.kind, { body: this.body, at: Date.now(), sent });
    this.kept = kept && this.body.trim() !== "";
  }

  /** It is saved. */
  @api sent(kind: DraftKind): void {
    // a user who waits for it goes on writing; a user who writes elsewhere by now stays there
    this.#focusNext = this.sending;
    this.sending = false;
    this.unsure = { ...this.unsure, [kind]: undefined };
    this.turns = false;
    this.forget(kind);
  }
  /** It is not: nothing of it is lost. */
  @api failed(kind: DraftKind, reason: string): void {
    this.sending = false;
    this.unsure = { ...this.unsure, [kind]: undefined };
    this.reasons = { ...this.reasons, [kind]: reason };
    if (this.#recordId)
      keepDraft(this.#recordId, kind, { body: this.#bodies[kind], at: Date.now(), sent: false });
  }
  /** The connection was lost: it may be saved or not. Nothing is sent again before that is known. */
  @api lost(kind: DraftKind): void {
    this.sending = false;
    this.unsure = { ...this.unsure, [kind]: Date.now() };
  }
  /** Since when a draft of the kind may have been sent already; null: it was not. */
  @api unsureSince(kind: DraftKind): { body: string; since: number } | null {
    const since = this.unsure[kind];
    return since === undefined ? null : { body: this.#bodies[kind], since };
  }
  /** Puts the cursor where one writes. */
  @api focus(): void {
    this.template!.querySelector<HTMLElement>("lightning-textarea")?.focus();
  }

  private forget(kind: DraftKind): void {
    this.#bodies[kind] = "";
    if (this.#recordId) forgetDraft(this.#recordId, kind);
    if (kind !== this.kind) return;
    this.body = "";
    this.kept = false;
  }
  override renderedCallback(): void {
    if (!this.#focusNext) return;
    this.#focusNext = false;
    this.focus();
  }
}
