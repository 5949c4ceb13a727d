import { api, LightningElement } from "lwc";
import { t } from "local/boot";
import { urlOf, type PageReference } from "local/router";
import { closeTab, focusTab, type Tab, type Workspace } from "local/workspace";

/** The panes behind the tabs. A hidden pane stays alive, so that the user's unsaved work survives. */
export default class ConsoleTabs extends LightningElement {
  @api workspace!: Workspace;
  subtabsLabel = t("Subtabs");
  /** A tab loads its page when the user first opens it. */
  #visited = new Set<string>();

  /** A list with one item, so that each navigation item makes a new page. */
  get items(): { key: string; reference: PageReference }[] {
    return [{ key: urlOf(this.workspace.item), reference: this.workspace.item }];
  }
  get itemInFront(): boolean {
    return this.workspace.focusedTabId === undefined;
  }
  get itemClass(): string {
    return this.itemInFront ? "console-item" : "slds-hide";
  }
  get itemRole(): string | undefined {
    return this.itemInFront ? "main" : undefined;
  }
  /** A record stays beside the list from which the user opened it. */
  get splitObject(): string | undefined {
    const { type, attributes } = this.workspace.item;
    return type === "standard__objectPage" ? attributes.objectApiName : undefined;
  }
  get split(): boolean {
    return !this.itemInFront && this.splitObject !== undefined && window.innerWidth >= 1024;
  }

  get tabs(): object[] {
    const { tabs, focusedTabId, focusedInside } = this.workspace;
    return tabs.map((tab) => {
      const front = tab.tabId === focusedTabId;
      const inside = focusedInside[tab.tabId] ?? tab.tabId;
      const all = [tab, ...tab.subtabs];
      if (front) this.#visited.add(inside);
      const describe = (each: Tab) => ({
        ...each,
        url: urlOf(each.pageReference),
        current: each.tabId === inside ? "page" : undefined,
        closable: each.tabId !== tab.tabId && each.closeable,
        closeLabel: t("Close {0}", each.label),
        itemClass: `console-subtab-item ${each.tabId === inside ? "is-active" : ""}`,
      });
      return {
        tabId: tab.tabId,
        label: tab.label,
        paneClass: front ? "console-tab-pane" : "slds-hide",
        hasSubtabs: tab.subtabs.length > 0,
        strip: all.map(describe),
        panes: all
          .filter((each) => this.#visited.has(each.tabId))
          .map((each) => ({
            tabId: each.tabId,
            key: `${each.tabId} ${each.version}`,
            pageReference: each.pageReference,
            role: front && each.tabId === inside ? "main" : undefined,
            paneClass: each.tabId === inside ? "shell-main console-pane" : "slds-hide",
          })),
      };
    });
  }

  named(event: CustomEvent<{ label: string }>): void {
    if (this.itemInFront) document.title = `${event.detail.label} | Salesforce`;
  }
  focusTab(event: Event): void {
    event.preventDefault();
    focusTab((event.currentTarget as HTMLElement).dataset.id ?? "");
  }
  close(event: Event): void {
    closeTab((event.currentTarget as HTMLElement).dataset.id ?? "");
  }
}
