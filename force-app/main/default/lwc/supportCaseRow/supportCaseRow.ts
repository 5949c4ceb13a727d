/** A support case in a list, with the time left of its promise. Renders again only when its words have changed. */
import { LightningElement, api } from "lwc";
import type { CaseRow } from "c/supportCases";
import { fill } from "c/supportFormat";
import { labels } from "./labels.ts";

export default class SupportCaseRow extends LightningElement {
  @api row!: CaseRow;
  /** The user may acknowledge: a row that waits can be selected, and acknowledged in place. */
  @api actionable = false;
  @api selected = false;
  /** It is shown beside the list. */
  @api current = false;
  /** Its acknowledgement can still be undone, or is being saved: it stays where it is and says so. */
  @api
  get act(): "" | "held" | "saving" {
    return this.shownAct;
  }
  set act(act: "" | "held" | "saving") {
    // the button that undoes goes with what can be undone: its focus goes to the row's link
    if (this.shownAct === "held" && act !== "held" && this.focusedPart === "undo")
      this.#focusNext = act === "" ? ".act" : ".name";
    this.shownAct = act;
  }
  shownAct: "" | "held" | "saving" = "";
  #focusNext = "";
  /** Seconds in which it can be undone. */
  @api left = 0;

  labels = labels;

  /** The object of the record that the row opens. */
  @api object = "Case";

  get href(): string {
    return `/lightning/r/${this.object}/${this.row.id}/view`;
  }
  get classes(): string {
    return `row tone_${this.row.tone}${this.current ? " row_current" : ""}`;
  }
  get currentWord(): string | null {
    return this.current ? "true" : null;
  }
  get selectable(): boolean {
    return this.actionable && this.row.waiting && this.act === "";
  }
  get selectLabel(): string {
    return fill(labels.select, this.row.number);
  }
  get acknowledgeLabel(): string {
    return fill(this.act ? labels.acknowledgedNamed : labels.acknowledgeNamed, this.row.number);
  }
  /** The button stays under the pointer, where a second click does nothing. */
  get hasButton(): boolean {
    return this.selectable || this.act !== "";
  }
  get undoable(): boolean {
    return this.act === "held";
  }
  get actWords(): string {
    return this.act === "held" ? labels.acknowledged : labels.saving;
  }
  get undoLabel(): string {
    return fill(labels.undo, this.left);
  }
  get undoNamed(): string {
    return fill(labels.undoNamed, this.row.number);
  }

  /** A plain click opens it here; with a key held the browser does what that key means. */
  handleOpen(event: MouseEvent): void {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    // a key press makes a click without a count
    this.tell("open", { byPointer: event.detail > 0 });
  }
  handleSelect(event: Event): void {
    this.tell("selection", { selected: (event.target as HTMLInputElement).checked });
  }
  handleAcknowledge(event: MouseEvent): void {
    if (this.act === "") this.tell("acknowledge", { byPointer: event.detail > 0 });
  }
  handleUndo(): void {
    this.tell("undo");
  }
  override renderedCallback(): void {
    if (!this.#focusNext) return;
    this.template!.querySelector<HTMLElement>(this.#focusNext)?.focus();
    this.#focusNext = "";
  }
  /** Takes the focus on its link, or on the part that had it in the row `from`. */
  @api focus(from?: Element & { focusedPart?: string }): void {
    const part = from?.focusedPart ?? "name";
    (this.template!.querySelector<HTMLElement>(`.${part}:not(span)`) ?? this.link)?.focus();
  }
  /** tick, name, undo or act: what of it has the focus. */
  @api get focusedPart(): string {
    return this.template!.activeElement?.classList[0] ?? "name";
  }
  private get link(): HTMLElement | null {
    return this.template!.querySelector<HTMLElement>(".name");
  }
  private tell(what: string, more: object = {}): void {
    this.dispatchEvent(new CustomEvent(what, { detail: { id: this.row.id, ...more } }));
  }
}
