import { api, LightningElement } from "lwc";
import { shell, t } from "local/boot";

interface Result {
  id: string;
  title: string;
}

/** A lookup's input. It finds records of one object by name. */
export default class Lookup extends LightningElement {
  @api name!: string;
  @api label!: string;
  @api target?: string;
  @api required = false;
  @api value?: string;
  @api text = "";
  results: Result[] = [];
  typed: string | undefined;
  invalid = "";
  clearLabel = t("Clear");
  #asked = 0;

  get shown(): string {
    return this.typed ?? this.text;
  }
  get expanded(): string {
    return String(this.results.length > 0);
  }
  get elementClass(): string {
    return `slds-form-element ${this.invalid ? "slds-has-error" : ""}`;
  }
  get comboboxClass(): string {
    return `slds-combobox slds-dropdown-trigger slds-dropdown-trigger_click ${this.results.length > 0 ? "slds-is-open" : ""}`;
  }

  async search(event: Event): Promise<void> {
    const { value } = event.target as HTMLInputElement;
    if (event.type === "input") this.typed = value;
    const asked = ++this.#asked;
    const term = event.type === "focus" ? "" : value.trim();
    const found = await shell<Result[]>(`search?object=${this.target ?? ""}&q=${encodeURIComponent(term)}`);
    if (asked === this.#asked) this.results = found;
  }
  choose(event: Event): void {
    const { id, title } = (event.currentTarget as HTMLElement).dataset;
    this.#set(id, title ?? "");
  }
  chooseByKey(event: KeyboardEvent): void {
    if (event.key === "Enter") this.choose(event);
    else this.key(event);
  }
  clear(): void {
    this.#set(undefined, "");
  }
  #set(value: string | undefined, text: string): void {
    this.value = value ?? "";
    this.typed = text;
    this.results = [];
    this.invalid = "";
    this.dispatchEvent(new CustomEvent("change", { detail: { value: value ?? null } }));
  }
  key(event: KeyboardEvent): void {
    const options = [...this.template!.querySelectorAll<HTMLElement>("[role=option]")];
    const at = options.indexOf(event.target as HTMLElement);
    if (event.key === "ArrowDown") options[Math.min(at + 1, options.length - 1)]?.focus();
    else if (event.key === "ArrowUp") options[Math.max(at - 1, 0)]?.focus();
    else if (event.key === "Escape") this.results = [];
    else return;
    event.preventDefault();
  }
  leave(event: FocusEvent): void {
    if (!(event.currentTarget as HTMLElement).contains(event.relatedTarget as Node | null)) {
      this.#asked++;
      this.results = [];
    }
  }
  @api reportValidity(): boolean {
    this.invalid = this.required && !this.value ? t("Complete this field.") : "";
    return !this.invalid;
  }
}
