import { query, ReadAdapter, type FieldInput, qualified } from "local/lds";

type ObjectName = string | { objectApiName: string };
const nameOf = (name: ObjectName | undefined): string =>
  typeof name === "string" ? name : (name?.objectApiName ?? "");

export class getObjectInfo extends ReadAdapter<{ objectApiName?: ObjectName }, unknown> {
  protected ready(config: { objectApiName?: ObjectName }): boolean {
    return nameOf(config.objectApiName) !== "";
  }
  protected path(config: { objectApiName?: ObjectName }): string {
    return `/ui-api/object-info/${nameOf(config.objectApiName)}`;
  }
}

export class getObjectInfos extends ReadAdapter<{ objectApiNames?: ObjectName[] }, unknown> {
  protected ready(config: { objectApiNames?: ObjectName[] }): boolean {
    return (config.objectApiNames ?? []).length > 0;
  }
  protected path(config: { objectApiNames?: ObjectName[] }): string {
    return `/ui-api/object-info/batch/${(config.objectApiNames ?? []).map(nameOf).join()}`;
  }
}

interface PicklistConfig {
  recordTypeId?: string;
  fieldApiName?: FieldInput;
}

export class getPicklistValues extends ReadAdapter<PicklistConfig, unknown> {
  protected ready(config: PicklistConfig): boolean {
    return Boolean(config.recordTypeId && config.fieldApiName);
  }
  protected path({ recordTypeId, fieldApiName }: PicklistConfig): string {
    const [object, field] = qualified(fieldApiName ?? "").split(".");
    return `/ui-api/object-info/${object}/picklist-values/${recordTypeId}/${field}`;
  }
}

interface AllPicklistsConfig {
  objectApiName?: ObjectName;
  recordTypeId?: string;
}

export class getPicklistValuesByRecordType extends ReadAdapter<AllPicklistsConfig, unknown> {
  protected ready(config: AllPicklistsConfig): boolean {
    return Boolean(config.recordTypeId && nameOf(config.objectApiName));
  }
  protected path({ objectApiName, recordTypeId }: AllPicklistsConfig): string {
    return `/ui-api/object-info/${nameOf(objectApiName)}/picklist-values/${recordTypeId}${query({})}`;
  }
}
