import { api, LightningElement, wire } from "lwc";
import { getRelatedListInfo, getRelatedListRecords } from "lightning/uiRelatedListApi";
import { cellsOf, type CellRecord } from "local/cells";
import type { ComponentModel, PageContext } from "local/boot";

interface Info {
  label: string;
  displayColumns: { fieldApiName: string; label: string }[];
  objectApiNames: string[];
}

/** One related list, as a card with its table. */
export default class RelatedList extends LightningElement {
  @api pageContext!: PageContext;
  @api model?: ComponentModel;
  @api relationship?: string;
  info: Info | undefined;
  records: CellRecord[] = [];
  more = false;

  get name(): string | undefined {
    return this.relationship ?? (this.model?.properties.relatedListApiName as string | undefined);
  }
  get parentObject(): string | undefined {
    return this.pageContext.objectApiName;
  }
  get recordId(): string | undefined {
    return this.pageContext.recordId;
  }
  @wire(getRelatedListInfo, { parentObjectApiName: "$parentObject", relatedListId: "$name" })
  described({ data }: { data?: Info }): void {
    if (data) this.info = data;
  }
  get fields(): string[] | undefined {
    const object = this.info?.objectApiNames[0];
    return this.info?.displayColumns.flatMap(({ fieldApiName }) => [`${object}.${fieldApiName}`]);
  }
  get listed(): string | undefined {
    return this.fields ? this.name : undefined;
  }
  @wire(getRelatedListRecords, {
    parentRecordId: "$recordId",
    relatedListId: "$listed",
    optionalFields: "$fields",
    pageSize: 10,
  })
  read({ data }: { data?: { records: CellRecord[]; nextPageToken?: string | null } }): void {
    if (!data) return;
    this.records = data.records;
    this.more = Boolean(data.nextPageToken);
  }

  get title(): string {
    return `${this.info?.label ?? ""} (${this.records.length}${this.more ? "+" : ""})`;
  }
  get url(): string {
    return `/lightning/r/${this.parentObject}/${this.recordId}/related/${this.name}/view`;
  }
  get columns(): object[] {
    return (this.info?.displayColumns ?? []).map((column) => ({ ...column, key: column.fieldApiName }));
  }
  get rows(): object[] {
    const object = this.info?.objectApiNames[0] ?? "";
    const paths = (this.info?.displayColumns ?? []).map(({ fieldApiName }) => fieldApiName.split("."));
    return this.records.map((record) => ({ id: record.id, cells: cellsOf(object, record, paths) }));
  }
}
