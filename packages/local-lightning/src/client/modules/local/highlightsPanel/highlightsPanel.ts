import { api, LightningElement, wire } from "lwc";
import LightningConfirm from "lightning/confirm";
import { getObjectInfo } from "lightning/uiObjectInfoApi";
import { deleteRecord, getRecord } from "lightning/uiRecordApi";
import { t, type Layout, type PageContext } from "local/boot";
import { navigate } from "local/router";
import { closeTab, focusedTab } from "local/workspace";
import { toastError } from "local/toasts";

interface FieldInfo {
  apiName: string;
  label: string;
  dataType: string;
  relationshipName: string | null;
}
interface Info {
  label: string;
  updateable: boolean;
  deletable: boolean;
  nameFields: string[];
  themeInfo: { iconUrl: string };
  fields: Record<string, FieldInfo>;
}
interface RecordLike {
  fields: Record<string, { value: unknown; displayValue: string | null }>;
}

/** The record's name, its first fields and its actions. */
export default class HighlightsPanel extends LightningElement {
  @api pageContext!: PageContext;
  @api model: unknown;
  info: Info | undefined;
  record: RecordLike | undefined;
  editing = false;
  editLabel = t("Edit");
  deleteLabel = t("Delete");

  get recordId(): string | undefined {
    return this.pageContext.recordId;
  }
  get objectApiName(): string | undefined {
    return this.pageContext.objectApiName;
  }
  get layout(): Layout | undefined {
    return this.pageContext.record?.layout;
  }

  @wire(getObjectInfo, { objectApiName: "$objectApiName" })
  received({ data }: { data?: Info }): void {
    if (data) this.info = data;
  }

  get fields(): string[] | undefined {
    const { info, objectApiName } = this;
    if (!info) return undefined;
    const names = [...(this.pageContext.record?.highlights ?? []), info.nameFields[0] ?? "Id"];
    return names.flatMap((name) => {
      const parent = info.fields[name]?.relationshipName;
      return [`${objectApiName}.${name}`, ...(parent ? [`${objectApiName}.${parent}.Name`] : [])];
    });
  }
  @wire(getRecord, { recordId: "$recordId", optionalFields: "$fields" })
  read({ data }: { data?: RecordLike }): void {
    if (data) this.record = data;
  }

  get icon(): string {
    const [, name] = /\/(\w+)_120\.png$/.exec(this.info?.themeInfo.iconUrl ?? "") ?? [];
    return `standard:${name ?? "record"}`;
  }
  get objectLabel(): string {
    return this.info?.label ?? "";
  }
  get titleField(): string {
    return this.objectApiName === "Case" ? "Subject" : (this.info?.nameFields[0] ?? "Name");
  }
  get title(): string {
    const value =
      this.record?.fields[this.titleField]?.value ??
      this.record?.fields[this.info?.nameFields[0] ?? ""]?.value;
    return String(value ?? "");
  }
  get details(): { name: string; label: string; info: FieldInfo }[] {
    const { info } = this;
    if (!info || !this.record) return [];
    return (this.pageContext.record?.highlights ?? [])
      .filter((name) => name !== this.titleField && info.fields[name])
      .map((name) => ({
        name,
        label: this.layout?.labels?.[name] ?? info.fields[name]?.label ?? name,
        info: info.fields[name] as FieldInfo,
      }));
  }
  get editable(): boolean {
    return this.info?.updateable ?? false;
  }
  get deletable(): boolean {
    return this.info?.deletable ?? false;
  }

  edit(): void {
    this.editing = true;
  }
  closed(): void {
    this.editing = false;
  }
  async remove(): Promise<void> {
    const label = `${t("Delete")} ${this.objectLabel}`;
    const sure = await LightningConfirm.open({ message: `${label}?`, label, theme: "default" });
    if (!sure || !this.recordId) return;
    const tab = focusedTab();
    try {
      await deleteRecord(this.recordId);
    } catch (error) {
      toastError(error);
      return;
    }
    if (!tab || !closeTab(tab.tabId))
      navigate({
        type: "standard__objectPage",
        attributes: { objectApiName: this.objectApiName, actionName: "list" },
        state: {},
      });
  }
}
