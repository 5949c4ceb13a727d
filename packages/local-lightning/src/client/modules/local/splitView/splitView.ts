import { api, LightningElement, wire } from "lwc";
import { t } from "local/boot";
import { openTab, workspace, onWorkspace } from "local/workspace";
import { getListInfosByObjectName, getListRecordsByName } from "lightning/uiListsApi";

interface ListRecord {
  id: string;
  fields: Record<string, { value: unknown; displayValue: string | null }>;
}

/** The list beside the open record. */
export default class SplitView extends LightningElement {
  @api objectApiName!: string;
  open = true;
  records: ListRecord[] = [];
  view: string | undefined;
  title = "";
  focused = workspace().focusedTabId;
  #stop: (() => void) | undefined;

  connectedCallback(): void {
    this.#stop = onWorkspace(() => {
      this.focused = workspace().focusedTabId;
    });
  }
  disconnectedCallback(): void {
    this.#stop?.();
  }

  @wire(getListInfosByObjectName, { objectApiName: "$objectApiName" })
  lists({ data }: { data?: { lists: { apiName: string; label: string }[] } }): void {
    const wanted = workspace().item.state?.filterName;
    const list =
      data?.lists.find(({ apiName }) => apiName === wanted) ??
      data?.lists.find(({ apiName }) => /(^|_)All/.test(apiName)) ??
      data?.lists[0];
    this.view = list?.apiName;
    this.title = list?.label ?? "";
  }
  @wire(getListRecordsByName, { objectApiName: "$objectApiName", listViewApiName: "$view", pageSize: 100 })
  list({ data }: { data?: { records: ListRecord[] } }): void {
    if (data) this.records = data.records;
  }

  get label(): string {
    return t("Split View");
  }
  get toggleLabel(): string {
    return this.open ? t("Close split view") : t("Open split view");
  }
  get icon(): string {
    return this.open ? "utility:left" : "utility:right";
  }
  get asideClass(): string {
    return `split-view ${this.open ? "" : "is-closed"}`;
  }
  get rows(): object[] {
    const tab = workspace().tabs.find(({ tabId }) => tabId === this.focused);
    return this.records.map(({ id, fields }) => {
      const shown = Object.values(fields)
        .filter(({ value }) => value === null || typeof value !== "object")
        .map(({ value, displayValue }) => displayValue ?? String(value ?? ""));
      return {
        id,
        url: `/lightning/r/${this.objectApiName}/${id}/view`,
        name: shown[0] ?? id,
        detail: shown.slice(1, 3).filter(Boolean).join(" · "),
        itemClass: tab?.pageReference.attributes.recordId === id ? "is-active" : "",
      };
    });
  }
  toggle(): void {
    this.open = !this.open;
  }
  /** A row opens its own workspace tab, and no subtab of the front record. */
  go(event: Event): void {
    event.preventDefault();
    const recordId = (event.currentTarget as HTMLElement).dataset.id;
    openTab({
      type: "standard__recordPage",
      attributes: { recordId, objectApiName: this.objectApiName, actionName: "view" },
      state: {},
    });
  }
}
