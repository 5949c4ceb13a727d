/** The head of a list: choices side by side, and a search where one is offered. */
import { LightningElement, api } from "lwc";
import { fill, number } from "c/supportFormat";
import { labels } from "./labels.ts";

/** A choice among options, or, without them, words to search for. */
export interface Filter {
  name: string;
  label: string;
  value: string;
  options?: { label: string; value: string }[];
  /** `segments`: its options stand side by side. `folded`: it is behind a button; its first option filters nothing. */
  look?: "segments" | "folded";
}

export default class SupportFilters extends LightningElement {
  @api filters: Filter[] = [];
  labels = labels;
  unfolded = false;

  get segments(): object[] {
    return this.with("segments").map(({ options = [], value, ...filter }) => ({
      ...filter,
      options: options.map((option) => ({ ...option, checked: option.value === value })),
    }));
  }
  get open(): Filter[] {
    return this.with(undefined);
  }
  get folded(): Filter[] {
    return this.with("folded");
  }
  private with(look: Filter["look"]): Filter[] {
    return this.filters.filter((filter) => filter.look === look);
  }
  get hasFolded(): boolean {
    return this.folded.length > 0;
  }
  /** Who does not see the filters still sees how many are in use. */
  get foldLabel(): string {
    const used = this.folded.filter(({ value, options }) => value !== options?.[0]?.value).length;
    return used > 0 ? fill(labels.foldUsed, number(used)) : labels.fold;
  }
  get expanded(): string {
    return String(this.unfolded);
  }
  toggle(): void {
    this.unfolded = !this.unfolded;
  }

  /** The search takes the focus. */
  @api search(): void {
    this.template!.querySelector<HTMLElement>("lightning-input")?.focus();
  }
  /** Who has found what they looked for goes on in the list. */
  handleKey(event: KeyboardEvent): void {
    if (event.key !== "Enter" && event.key !== "ArrowDown") return;
    event.preventDefault();
    this.dispatchEvent(new CustomEvent("found"));
  }
  /** The form is there so that the choices of two lists on a page are two groups. */
  stay(event: Event): void {
    event.preventDefault();
  }
  handleSegment(event: Event): void {
    const { name, value } = event.target as HTMLInputElement;
    this.tell(name, value);
  }
  handleChange(event: CustomEvent<{ value: string }>): void {
    this.tell((event.target as HTMLInputElement).name, event.detail.value);
  }
  private tell(name: string, value: string): void {
    this.dispatchEvent(new CustomEvent("filter", { detail: { name, value } }));
  }
}
