import { api, LightningElement, wire } from "lwc";
import { getRecord } from "lightning/uiRecordApi";
import { boot, shell, type PageContext, type RecordPageModel } from "local/boot";
import { nameTab } from "local/workspace";

const NAME_FIELDS: Record<string, string> = { Case: "CaseNumber" };

interface Failure {
  status: number;
}
/** The org's own word that there is no such record, or that this user cannot see it. */
const REFUSED = new Set([400, 403, 404]);

/** A record on the page that is assigned to it. */
export default class RecordPage extends LightningElement {
  @api recordId!: string;
  @api objectApiName?: string;
  @api tabId?: string;
  @api relationship?: string;
  model: RecordPageModel | undefined;
  failed = false;
  icon = "standard:record";
  #shown = false;

  connectedCallback(): void {
    void this.#load();
  }

  async #load(): Promise<void> {
    try {
      const object = this.objectApiName ?? (await objectOf(this.recordId));
      const [model, info] = await Promise.all([
        shell<RecordPageModel>(
          `record/${object}?app=${encodeURIComponent(boot.app.name)}&formFactor=${window.innerWidth < 768 ? "Small" : "Large"}`,
        ),
        objectInfo(object),
      ]);
      this.objectApiName = object;
      const [, icon] = /\/standard\/(\w+)_120\.png$/.exec(info.themeInfo.iconUrl) ?? [];
      this.icon = `standard:${icon ?? "record"}`;
      this.nameField = `${object}.${NAME_FIELDS[object] ?? info.nameFields[0] ?? "Name"}`;
      this.model = model;
    } catch {
      this.failed = true;
    }
  }

  nameField: string | undefined;
  get nameFields(): string[] | undefined {
    return this.nameField ? [this.nameField] : undefined;
  }
  get single(): boolean {
    return this.relationship !== undefined && this.context !== undefined;
  }
  get context(): PageContext | undefined {
    const { model, recordId, objectApiName } = this;
    if (!model || !objectApiName) return undefined;
    return { page: model.page, record: model, recordId, objectApiName };
  }

  @wire(getRecord, { recordId: "$recordId", optionalFields: "$nameFields" })
  record({ data, error }: { data?: { fields: Record<string, { value: unknown }> }; error?: unknown }): void {
    // a record that was shown stays while the org cannot be asked
    if (error && (!this.#shown || REFUSED.has((error as Failure).status))) this.failed = true;
    if (!data) return;
    this.failed = false;
    this.#shown = true;
    const [name] = Object.values(data.fields);
    const label = String(name?.value ?? "");
    nameTab(this.tabId, label, this.icon);
    this.dispatchEvent(new CustomEvent("localnamed", { detail: { label }, bubbles: true, composed: true }));
  }
}

interface Info {
  nameFields: string[];
  themeInfo: { iconUrl: string };
}
async function objectInfo(object: string): Promise<Info> {
  const { read } = await import("local/http");
  return read<Info>(`/ui-api/object-info/${object}`);
}

async function objectOf(recordId: string): Promise<string> {
  const { read } = await import("local/http");
  const { objects } = await read<{ objects: Record<string, { keyPrefix: string }> }>("/ui-api/object-info");
  const [found] = Object.entries(objects).find(([, { keyPrefix }]) => recordId.startsWith(keyPrefix)) ?? [];
  if (!found) throw new Error("unknown object");
  return found;
}
