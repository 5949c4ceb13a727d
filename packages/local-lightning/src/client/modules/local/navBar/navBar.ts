import { api, LightningElement } from "lwc";
import { boot, t, type NavItem } from "local/boot";
import { navigate, referenceOf, urlOf, type PageReference } from "local/router";
import { focusItem, onWorkspace, workspace } from "local/workspace";

/** The app's navigation: items in a row, or in a console one item with a menu and the workspace's tabs. */
export default class NavBar extends LightningElement {
  @api reference?: PageReference;
  isConsole = boot.app.console;
  appLabel = boot.app.label;
  navLabel = t("Global");
  menuLabel = t("Show Navigation Menu");
  brand = `--shell-brand: ${/^#[0-9a-f]{3,8}$/i.test(boot.app.color) ? boot.app.color : "#0176d3"}`;
  behind: PageReference = workspace().item;
  #stop: (() => void) | undefined;

  connectedCallback(): void {
    this.#stop = onWorkspace(() => {
      this.behind = workspace().item;
    });
  }
  disconnectedCallback(): void {
    this.#stop?.();
  }

  #active(item: NavItem): boolean {
    const reference = this.isConsole ? this.behind : this.reference;
    if (!reference) return false;
    const { objectApiName } = reference.attributes;
    if (item.object) return objectApiName === item.object;
    return item.url === urlOf(reference).split("?")[0];
  }

  get items(): object[] {
    return boot.app.items.map((item) => {
      const active = this.#active(item);
      return {
        ...item,
        active,
        current: active ? "page" : undefined,
        itemClass: `slds-context-bar__item ${active ? "slds-is-active" : ""}`,
      };
    });
  }
  get item(): NavItem {
    return (
      boot.app.items.find((item) => this.#active(item)) ??
      boot.app.items[0] ?? { name: "", label: t("Home"), icon: "standard:home", url: "/lightning/page/home" }
    );
  }

  go(event: Event): void {
    event.preventDefault();
    focusItem(referenceOf(this.item.url));
  }
  pick(event: CustomEvent<{ value: string }>): void {
    navigate(referenceOf(event.detail.value));
  }
}
