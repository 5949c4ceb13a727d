/** A support case in a list, with what is left of its promise. Renders again only when what it says has changed. */
import { LightningElement, api } from "lwc";
import type { CaseRow } from "c/supportCases";
import { fill } from "c/supportFormat";
import { labels } from "./labels.ts";

export default class SupportCaseRow extends LightningElement {
  @api row!: CaseRow;
  /** The user may acknowledge: a row that waits can be selected, and acknowledged in place. */
  @api actionable = false;
  @api selected = false;

  labels = labels;

  get href(): string {
    return `/lightning/r/Case/${this.row.id}/view`;
  }
  get classes(): string {
    return `row tone_${this.row.tone}`;
  }
  get selectable(): boolean {
    return this.actionable && this.row.waiting;
  }
  get selectLabel(): string {
    return fill(labels.select, this.row.number);
  }
  get acknowledgeLabel(): string {
    return fill(labels.acknowledgeNamed, this.row.number);
  }

  /** A plain click opens it here; with a key held the browser does what that key means. */
  handleOpen(event: MouseEvent): void {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    this.tell("open");
  }
  handleSelect(event: Event): void {
    this.tell("selection", { selected: (event.target as HTMLInputElement).checked });
  }
  handleAcknowledge(): void {
    this.tell("acknowledge");
  }
  /** Takes the focus on its link, or on the part that had it in the row `from`. */
  @api focus(from?: Element & { focusedPart?: string }): void {
    const part = from?.focusedPart ?? "name";
    (this.template!.querySelector<HTMLElement>(`.${part}:not(span)`) ?? this.link)?.focus();
  }
  /** tick, name or act: what of it has the focus. */
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
