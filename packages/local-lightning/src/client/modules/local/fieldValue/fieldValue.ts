import { api, LightningElement } from "lwc";

interface RecordLike {
  fields: Record<string, { value: unknown; displayValue: string | null }>;
}
interface FieldInfo {
  apiName: string;
  dataType: string;
  label: string;
  relationshipName: string | null;
  referenceToInfos: { apiName: string; nameFields: string[] }[];
}

/** A field's value for reading: lookups and addresses as links, the rest as display values. */
export default class FieldValue extends LightningElement {
  @api record?: RecordLike;
  @api info?: FieldInfo;

  get value(): unknown {
    return this.info ? this.record?.fields[this.info.apiName]?.value : undefined;
  }
  get label(): string {
    return this.info?.label ?? "";
  }
  get isBoolean(): boolean {
    return this.info?.dataType === "Boolean";
  }
  get text(): string {
    if (!this.info || !this.record) return "";
    const { relationshipName, dataType, apiName } = this.info;
    if (dataType === "Reference" && relationshipName) {
      const parent = this.record.fields[relationshipName];
      const fields = (parent?.value as RecordLike | null | undefined)?.fields;
      const name = fields && Object.values(fields).find(({ value }) => typeof value === "string")?.value;
      return String(parent?.displayValue ?? name ?? this.value ?? "");
    }
    const field = this.record.fields[apiName];
    return String(field?.displayValue ?? field?.value ?? "");
  }
  get href(): string | undefined {
    const { value } = this;
    if (!value || !this.info) return undefined;
    switch (this.info.dataType) {
      case "Reference": {
        const [target] = this.info.referenceToInfos;
        const id = String(value);
        const object = id.startsWith("00G") ? "Group" : target?.apiName;
        return object && object !== "Group"
          ? `/lightning/r/${object === "Name" ? "User" : object}/${id}/view`
          : undefined;
      }
      case "Email":
        return `mailto:${String(value)}`;
      case "Phone":
        return `tel:${String(value)}`;
      case "Url":
        return /^https?:/i.test(String(value)) ? String(value) : undefined;
      default:
        return undefined;
    }
  }
  get textClass(): string {
    return this.info?.dataType === "TextArea" ? "field-long" : "";
  }
}
