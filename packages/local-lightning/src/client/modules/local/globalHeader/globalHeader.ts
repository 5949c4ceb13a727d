import { LightningElement } from "lwc";
import { boot, shell, t } from "local/boot";

interface Result {
  id: string;
  title: string;
  meta: string;
  icon: string;
  url: string;
}

/** The search and the user's menu: language, another user, log out. */
export default class GlobalHeader extends LightningElement {
  orgName = boot.org.name;
  userName = boot.user.name;
  username = boot.user.username;
  profileLabel = t("View profile");
  languageLabel = t("Language");
  switchLabel = t("Switch User");
  logoutLabel = t("Log Out");
  searchLabel = `${t("Search")}...`;
  term = "";
  results: Result[] = [];
  #asked = 0;

  get languages(): { value: string; label: string; checked: boolean }[] {
    return boot.languages.map((each) => ({ ...each, checked: each.value === boot.user.language }));
  }
  get hasResults(): boolean {
    return this.results.length > 0;
  }
  get comboboxClass(): string {
    return `slds-combobox slds-dropdown-trigger slds-dropdown-trigger_click ${this.hasResults ? "slds-is-open" : ""}`;
  }

  async search(event: Event): Promise<void> {
    this.term = (event.target as HTMLInputElement).value;
    const asked = ++this.#asked;
    const found =
      this.term.trim().length < 2
        ? []
        : await shell<Result[]>(`search?q=${encodeURIComponent(this.term.trim())}`);
    if (asked === this.#asked) this.results = found;
  }
  key(event: KeyboardEvent): void {
    if (event.key === "Escape") this.chosen();
  }
  chosen(): void {
    this.#asked++;
    this.term = "";
    this.results = [];
  }
  leave(event: FocusEvent): void {
    const box = event.currentTarget as HTMLElement;
    if (!box.contains(event.relatedTarget as Node | null)) this.results = [];
  }

  select(event: CustomEvent<{ value: string }>): void {
    const { value } = event.detail;
    if (value === "logout") window.location.assign("/secur/logout.jsp");
    else if (value === "switch") window.location.assign("/?login");
    else if (boot.languages.some((language) => language.value === value))
      submit("/local/language", { language: value });
  }
}

/** We send a form, because its answer is the page in the new language. */
function submit(action: string, values: Record<string, string>): void {
  const form = document.createElement("form");
  form.method = "post";
  form.action = action;
  for (const [name, value] of Object.entries({
    ...values,
    retURL: window.location.pathname + window.location.search,
  })) {
    const input = document.createElement("input");
    input.type = "hidden";
    input.name = name;
    input.value = value;
    form.append(input);
  }
  document.body.append(form);
  form.submit();
}
