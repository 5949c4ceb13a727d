import { api, LightningElement, wire } from "lwc";
import { getObjectInfo, getPicklistValues } from "lightning/uiObjectInfoApi";
import { getFieldValue, getRecord } from "lightning/uiRecordApi";
import type { PageContext } from "local/boot";
import type { RecordRepresentation } from "local/lds";

/** The path over a record's status. */
export default class Path extends LightningElement {
  @api pageContext!: PageContext;
  @api model: unknown;
  steps: { label: string; value: string }[] = [];
  current: string | undefined;
  recordTypeId: string | undefined;

  get object(): string | undefined {
    return this.pageContext.objectApiName;
  }
  get recordId(): string | undefined {
    return this.pageContext.recordId;
  }
  get field(): string {
    return `${this.object}.Status`;
  }
  get fields(): string[] {
    return [this.field];
  }
  @wire(getObjectInfo, { objectApiName: "$object" })
  described({ data }: { data?: { defaultRecordTypeId: string } }): void {
    if (data) this.recordTypeId = data.defaultRecordTypeId;
  }
  @wire(getPicklistValues, { recordTypeId: "$recordTypeId", fieldApiName: "$field" })
  choices({ data }: { data?: { values: { label: string; value: string }[] } }): void {
    if (data) this.steps = data.values;
  }
  @wire(getRecord, { recordId: "$recordId", optionalFields: "$fields" })
  record({ data }: { data?: RecordRepresentation }): void {
    if (data) this.current = getFieldValue(data, this.field) as string;
  }
}
