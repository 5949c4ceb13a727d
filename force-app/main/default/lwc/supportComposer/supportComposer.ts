/**
 * Where a reply or an internal note is written. It saves nothing itself: whoever shows it does, and says how it went.
 * What is written stays until then, and is kept in this browser.
 */
import { LightningElement, api } from "lwc";
import { fill, number } from "c/supportFormat";
import { boundOf } from "./bounds.ts";
import { forgetDraft, keepDraft, restoreDraft, type DraftKind } from "./draft.ts";
import { labels } from "./labels.ts";

export type { DraftKind } from "./draft.ts";
export interface Sending {
  kind: DraftKind;
  body: string;
}

const writable: DraftKind[] = ["reply", "note"];

export default class SupportComposer extends LightningElement {
  /** Notes can be written too: the user is a consultant. */
  @api notes = false;
  /** The first public reply of this user acknowledges the case. */
  @api acknowledges = false;
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
  failure = "";
  failureDetail = "";
  kept = false;
  #recordId: string | undefined;
  /** Of the kinds, the one shown aside. */
  #bodies: Record<DraftKind, string> = { reply: "", note: "" };
  #unsure: Partial<Record<DraftKind, number>> = {};
  #focusNext = false;

  /** Nothing asks before the tab closes: what is written is there when it opens again. */
  private restore(): void {
    const id = this.#recordId;
    if (!id) return;
    for (const kind of writable) {
      const draft = restoreDraft(id, kind);
      this.#bodies[kind] = draft?.body ?? "";
      if (draft?.sent) this.#unsure[kind] = draft.at;
    }
    if (!this.#bodies.reply && this.#bodies.note) this.kind = "note";
    this.body = this.#bodies[this.kind];
    this.kept = this.body !== "";
  }

  get isNote(): boolean {
    return this.kind === "note";
  }
  get kinds(): { value: DraftKind; label: string }[] {
    return [
      { value: "reply", label: labels.reply },
      { value: "note", label: labels.note },
    ];
  }
  get fieldLabel(): string {
    if (this.isNote) return labels.noteField;
    return this.toClient ? labels.replyField : labels.commentField;
  }
  get sendLabel(): string {
    if (this.isNote) return labels.saveNote;
    return this.toClient ? labels.sendReply : labels.sendComment;
  }
  get classes(): string {
    return this.isNote ? "composer composer_note" : "composer";
  }
  /** Said before it is sent, since an acknowledgement is final. */
  get hint(): string {
    if (this.isNote) return labels.noteHint;
    return this.acknowledges ? labels.acknowledges : "";
  }
  get hintClasses(): string {
    return this.isNote || !this.acknowledges ? "hint" : "hint hint_strong";
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
    return this.sending || this.tooLong || this.body.trim() === "";
  }

  handleKind(event: CustomEvent<{ value: DraftKind }>): void {
    this.#bodies[this.kind] = this.body;
    this.kind = event.detail.value;
    this.body = this.#bodies[this.kind];
    this.failure = "";
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
    this.failure = this.failureDetail = "";
    this.keep(true);
    const detail: Sending = { kind: this.kind, body: this.body };
    this.dispatchEvent(new CustomEvent("send", { detail }));
  }
  private keep(sent: boolean): void {
    if (!this.#recordId) return;
    const kept = keepDraft(this.#recordId, this.kind, { body: this.body, at: Date.now(), sent });
    this.kept = kept && this.body.trim() !== "";
  }

  /** It is saved. */
  @api sent(kind: DraftKind): void {
    this.sending = false;
    this.forget(kind);
    this.#focusNext = true;
  }
  /** It is not: nothing of it is lost. */
  @api failed(reason: string): void {
    this.sending = false;
    this.failure = this.isNote ? labels.noteFailed : labels.replyFailed;
    this.failureDetail = reason;
    this.keep(false);
  }
  /** Since when a draft of the kind may have been sent already; null: it was not. */
  @api unsureSince(kind: DraftKind): { body: string; since: number } | null {
    const since = this.#unsure[kind];
    return since === undefined ? null : { body: this.#bodies[kind], since };
  }
  /** It is known now whether the draft arrived. */
  @api settle(kind: DraftKind, arrived: boolean): void {
    delete this.#unsure[kind];
    if (arrived) this.forget(kind);
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
