/** The head of a list: choices side by side, and a search where one is offered. */
import { LightningElement, api } from "lwc";

/** A choice among options, or, without them, words to search for. */
export interface Filter {
  name: string;
  label: string;
  value: string;
  options?: { label: string; value: string }[];
}

export default class SupportFilters extends LightningElement {
  @api filters: Filter[] = [];

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
  handleChange(event: CustomEvent<{ value: string }>): void {
    const { name } = event.target as HTMLInputElement;
    this.dispatchEvent(new CustomEvent("filter", { detail: { name, value: event.detail.value } }));
  }
}
