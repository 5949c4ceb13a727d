import { api, LightningElement, wire } from "lwc";
import { getObjectInfo } from "lightning/uiObjectInfoApi";
import { getListInfoByName, getListInfosByObjectName } from "lightning/uiListsApi";
import { t } from "local/boot";
import { cellsOf, type CellRecord } from "local/cells";
import { read } from "local/http";
import { navigate } from "local/router";

interface View {
  apiName: string;
  label: string;
}
interface Column {
  fieldApiName: string;
  label: string;
  sortable: boolean;
}
interface Info {
  label: string;
  labelPlural: string;
  createable: boolean;
  themeInfo: { iconUrl: string };
}

/** An object's list views. */
export default class ListPage extends LightningElement {
  @api objectApiName!: string;
  @api filterName?: string;
  info: Info | undefined;
  all: View[] = [];
  infoColumns: Column[] = [];
  records: CellRecord[] = [];
  next: string | null = null;
  sorted = "";
  loaded = false;
  failed = false;
  selectLabel = t("Select a List View");
  newLabel = t("New");
  refreshLabel = t("Refresh");
  moreLabel = t("Load More");
  emptyLabel = t("No items to display.");

  @wire(getObjectInfo, { objectApiName: "$objectApiName" })
  described({ data, error }: { data?: Info; error?: unknown }): void {
    if (error) this.failed = true;
    if (!data) return;
    this.info = data;
    this.dispatchEvent(
      new CustomEvent("localnamed", { detail: { label: data.labelPlural }, bubbles: true, composed: true }),
    );
  }
  @wire(getListInfosByObjectName, { objectApiName: "$objectApiName" })
  lists({ data }: { data?: { lists: View[] } }): void {
    if (!data) return;
    this.all = data.lists;
  }
  get viewName(): string | undefined {
    const named = this.all.find(({ apiName }) => apiName === this.filterName);
    return (named ?? this.all.find(({ apiName }) => /(^|_)All/.test(apiName)) ?? this.all[0])?.apiName;
  }
  @wire(getListInfoByName, { objectApiName: "$objectApiName", listViewApiName: "$viewName" })
  view({ data }: { data?: { displayColumns: Column[] } }): void {
    if (!data) return;
    this.infoColumns = data.displayColumns;
    void this.refresh();
  }

  async refresh(): Promise<void> {
    await this.#load(undefined);
  }
  async more(): Promise<void> {
    await this.#load(this.next ?? undefined);
  }
  async #load(token: string | undefined): Promise<void> {
    const parameters = new URLSearchParams({ pageSize: "50" });
    if (token) parameters.set("pageToken", token);
    if (this.sorted) parameters.set("sortBy", this.sorted);
    try {
      const page = await read<{ records: CellRecord[]; nextPageToken: string | null }>(
        `/ui-api/list-records/${this.objectApiName}/${this.viewName}?${parameters}`,
      );
      this.records = token ? [...this.records, ...page.records] : page.records;
      this.next = page.nextPageToken;
      this.loaded = true;
    } catch {
      this.failed = true;
    }
  }

  get icon(): string {
    const [, name] = /\/(\w+)_120\.png$/.exec(this.info?.themeInfo.iconUrl ?? "") ?? [];
    return `standard:${name ?? "record"}`;
  }
  get objectLabel(): string {
    return this.info?.labelPlural ?? "";
  }
  get creatable(): boolean {
    return this.info?.createable ?? false;
  }
  get viewLabel(): string {
    return this.all.find(({ apiName }) => apiName === this.viewName)?.label ?? "";
  }
  get views(): object[] {
    return this.all.map((view) => ({ ...view, checked: view.apiName === this.viewName }));
  }
  get summary(): string {
    const field = this.sorted.replace(/^-/, "");
    const by = this.infoColumns.find(({ fieldApiName }) => fieldApiName === field)?.label;
    const count = t("{0} items", `${this.records.length}${this.next ? "+" : ""}`);
    return by ? `${count} • ${t("Sorted by {0}", by)}` : count;
  }
  get columns(): object[] {
    return this.infoColumns.map((column) => {
      const up = this.sorted === column.fieldApiName;
      const down = this.sorted === `-${column.fieldApiName}`;
      return {
        ...column,
        key: column.fieldApiName,
        sort: up ? "ascending" : down ? "descending" : undefined,
        arrow: up ? "utility:arrowup" : down ? "utility:arrowdown" : undefined,
      };
    });
  }
  get rows(): object[] {
    const paths = this.infoColumns.map(({ fieldApiName }) => fieldApiName.split("."));
    return this.records.map((record, i) => ({
      id: record.id,
      number: i + 1,
      cells: cellsOf(this.objectApiName, record, paths),
    }));
  }

  sort(event: Event): void {
    const field = (event.currentTarget as HTMLElement).dataset.field ?? "";
    this.sorted = this.sorted === field ? `-${field}` : field;
    void this.refresh();
  }
  pick(event: CustomEvent<{ value: string }>): void {
    navigate({
      type: "standard__objectPage",
      attributes: { objectApiName: this.objectApiName, actionName: "list" },
      state: { filterName: event.detail.value },
    });
  }
  create(): void {
    navigate({
      type: "standard__objectPage",
      attributes: { objectApiName: this.objectApiName, actionName: "new" },
      state: {},
    });
  }
}
