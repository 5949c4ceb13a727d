import { api, LightningElement, wire } from "lwc";
import { getObjectInfo, getPicklistValuesByRecordType } from "lightning/uiObjectInfoApi";
import { createRecord, getRecord, getRecordCreateDefaults, updateRecord } from "lightning/uiRecordApi";
import { t, type Layout } from "local/boot";
import { problemsOf } from "local/toasts";

interface FieldInfo {
  apiName: string;
  label: string;
  dataType: string;
  createable: boolean;
  updateable: boolean;
  required: boolean;
  length: number;
  scale: number;
  inlineHelpText: string | null;
  relationshipName: string | null;
  referenceToInfos: { apiName: string }[];
}
interface Info {
  label: string;
  defaultRecordTypeId: string;
  updateable: boolean;
  fields: Record<string, FieldInfo>;
}
interface RecordLike {
  recordTypeId: string | null;
  fields: Record<string, { value: unknown; displayValue: string | null }>;
}
interface Choice {
  label: string;
  value: string;
}

/** A record's fields in sections: read, edited in place, or filled in for a new one. */
export default class RecordFields extends LightningElement {
  @api recordId?: string;
  @api objectApiName?: string;
  @api layout?: Layout;
  /** Makes it a form without buttons of its own. The parent calls `submit()` to save. */
  @api form = false;
  /** The first values of a new record. */
  @api defaults: Record<string, unknown> = {};

  info: Info | undefined;
  record: RecordLike | undefined;
  picklists: Record<string, { values: Choice[] }> = {};
  editing = false;
  saving = false;
  edits: Record<string, unknown> = {};
  errors: string[] = [];
  fieldErrors: Record<string, string> = {};
  saveLabel = t("Save");
  cancelLabel = t("Cancel");

  @wire(getObjectInfo, { objectApiName: "$objectApiName" })
  described({ data }: { data?: Info }): void {
    if (data) this.info = data;
  }
  get recordTypeId(): string | undefined {
    return this.record?.recordTypeId ?? this.info?.defaultRecordTypeId;
  }
  get picklistObject(): string | undefined {
    return this.input ? this.objectApiName : undefined;
  }
  @wire(getPicklistValuesByRecordType, { objectApiName: "$picklistObject", recordTypeId: "$recordTypeId" })
  choices({ data }: { data?: { picklistFieldValues: Record<string, { values: Choice[] }> } }): void {
    if (data) this.picklists = data.picklistFieldValues;
  }
  get createObject(): string | undefined {
    return this.recordId ? undefined : this.objectApiName;
  }
  @wire(getRecordCreateDefaults, { objectApiName: "$createObject" })
  started({ data }: { data?: { record: RecordLike } }): void {
    if (data) this.record = data.record;
  }

  get names(): string[] {
    return (this.layout?.sections ?? []).flatMap(({ columns }) => columns.flat().map(({ field }) => field));
  }
  get fields(): string[] | undefined {
    const { info, objectApiName } = this;
    if (!info || !this.layout) return undefined;
    return this.names.flatMap((name) => {
      const parent = info.fields[name]?.relationshipName;
      return [`${objectApiName}.${name}`, ...(parent ? [`${objectApiName}.${parent}.Name`] : [])];
    });
  }
  @wire(getRecord, { recordId: "$recordId", optionalFields: "$fields" })
  read({ data }: { data?: RecordLike }): void {
    if (data) this.record = data;
  }

  get input(): boolean {
    return this.form || this.editing;
  }
  get inline(): boolean {
    return this.editing && !this.form;
  }
  get formClass(): string {
    return `record-fields ${this.input ? "is-editing" : ""}`;
  }

  get sections(): object[] {
    const { info } = this;
    if (!info || !this.record || !this.layout) return [];
    const right = this.recordId ? "updateable" : "createable";
    return this.layout.sections
      .map((section, i) => ({
        key: `section-${i}`,
        heading: section.heading,
        columns: section.columns.map((column, j) => ({
          key: `column-${j}`,
          items: column.flatMap(({ field, required, readOnly }) => {
            const described = info.fields[field];
            if (!described) return [];
            const editable = described[right] && !readOnly && !described.dataType.match(/^Address$/);
            // the creator owns a new record until somebody assigns it
            if (this.form && (!editable || (!this.recordId && field === "OwnerId"))) return [];
            return [this.#item(described, required || described.required, editable)];
          }),
        })),
      }))
      .filter(({ columns }) => columns.some(({ items }) => items.length > 0));
  }

  #item(info: FieldInfo, required: boolean, editable: boolean): object {
    const { dataType, apiName } = info;
    const stored = this.record?.fields[apiName]?.value ?? this.defaults[apiName] ?? null;
    const value = apiName in this.edits ? this.edits[apiName] : (this.defaults[apiName] ?? stored);
    const parent = info.relationshipName ? this.record?.fields[info.relationshipName] : undefined;
    const none = { label: t("--None--"), value: "" };
    const error = this.fieldErrors[apiName];
    return {
      name: apiName,
      label: this.layout?.labels?.[apiName] ?? info.label,
      help: info.inlineHelpText ?? undefined,
      info,
      required,
      input: this.input && editable,
      pencil: !this.input && editable && this.info?.updateable,
      editLabel: `${t("Edit")} ${info.label}`,
      value: value ?? (dataType === "Picklist" ? "" : undefined),
      checked: value === true,
      text: String(parent?.displayValue ?? ""),
      target: info.referenceToInfos[0]?.apiName,
      options: [none, ...(this.picklists[apiName]?.values ?? [])],
      isPicklist: dataType === "Picklist",
      isTextArea: dataType === "TextArea",
      isLookup: dataType === "Reference",
      type: INPUT_TYPES[dataType] ?? "text",
      step: dataType === "Double" || dataType === "Currency" ? "any" : undefined,
      formatter: dataType === "Currency" ? "currency" : undefined,
      length: info.length || undefined,
      error,
      itemClass: `fields-item ${error ? "slds-has-error" : ""}`,
    };
  }

  change(event: CustomEvent<{ value?: unknown; checked?: boolean }>): void {
    const input = event.target as HTMLElement & { name: string; type?: string; checked?: boolean };
    const info = this.info?.fields[input.name];
    const raw = info?.dataType === "Boolean" ? input.checked : event.detail.value;
    const number = /^(Int|Double|Currency|Percent)$/.test(info?.dataType ?? "");
    this.edits = { ...this.edits, [input.name]: raw === "" ? null : number ? Number(raw) : raw };
  }

  startEditing(): void {
    this.editing = true;
  }
  cancel(): void {
    this.editing = false;
    this.edits = {};
    this.errors = [];
    this.fieldErrors = {};
  }
  async save(): Promise<void> {
    if (await this.submit()) this.cancel();
  }

  /**
   * Saves and answers the saved record. After a refusal it shows the problems at their fields and answers undefined.
   */
  @api async submit(): Promise<{ id: string } | undefined> {
    this.errors = [];
    this.fieldErrors = {};
    const controls = [
      ...this.template!.querySelectorAll<HTMLElement & { reportValidity(): boolean }>(
        "lightning-input, lightning-combobox, lightning-textarea, local-lookup",
      ),
    ];
    if (controls.filter((control) => !control.reportValidity()).length > 0) return undefined;
    this.saving = true;
    try {
      if (this.recordId) return await updateRecord({ fields: { Id: this.recordId, ...this.edits } });
      const fields = { ...this.defaults, ...this.#initial(), ...this.edits };
      return await createRecord({ apiName: this.objectApiName ?? "", fields });
    } catch (error) {
      const { general, byField } = problemsOf(error);
      const shown = new Set(this.names);
      this.fieldErrors = byField;
      this.errors = [
        ...general,
        ...Object.entries(byField).flatMap(([field, message]) => (shown.has(field) ? [] : [message])),
      ];
      return undefined;
    } finally {
      this.saving = false;
    }
  }

  /** The values with which the form opened count as filled in. */
  #initial(): Record<string, unknown> {
    const values: Record<string, unknown> = {};
    for (const name of this.names) {
      const value = this.record?.fields[name]?.value;
      if (value !== null && value !== undefined && this.info?.fields[name]?.createable) values[name] = value;
    }
    return values;
  }
}

const INPUT_TYPES: Record<string, string> = {
  Boolean: "checkbox",
  Date: "date",
  DateTime: "datetime",
  Time: "time",
  Email: "email",
  Phone: "tel",
  Url: "url",
  Int: "number",
  Double: "number",
  Currency: "number",
  Percent: "number",
};
