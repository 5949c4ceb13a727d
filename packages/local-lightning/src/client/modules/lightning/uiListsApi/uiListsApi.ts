import { ingestAll, query, ReadAdapter, type RecordRepresentation } from "local/lds";

interface ListConfig {
  objectApiName?: string | { objectApiName: string };
  listViewApiName?: string;
  fields?: string[];
  optionalFields?: string[];
  pageSize?: number;
  pageToken?: string;
  sortBy?: string | string[];
  where?: string;
}
interface ListRecords {
  records: RecordRepresentation[];
}
const nameOf = (name: ListConfig["objectApiName"]) =>
  typeof name === "string" ? name : (name?.objectApiName ?? "");

/** The records of a list view. */
export class getListRecordsByName extends ReadAdapter<ListConfig, ListRecords> {
  protected ready(config: ListConfig): boolean {
    return Boolean(nameOf(config.objectApiName) && config.listViewApiName);
  }
  protected path(config: ListConfig): string {
    const { fields, optionalFields, pageSize, pageToken, where } = config;
    const sortBy = typeof config.sortBy === "string" ? [config.sortBy] : config.sortBy;
    return `/ui-api/list-records/${nameOf(config.objectApiName)}/${config.listViewApiName}${query({
      fields,
      optionalFields,
      pageSize,
      pageToken,
      sortBy,
      where,
    })}`;
  }
  protected override received(data: ListRecords): ListRecords {
    ingestAll(data.records);
    return data;
  }
}

/** A list view's columns, filters and label. */
export class getListInfoByName extends ReadAdapter<ListConfig, unknown> {
  protected ready(config: ListConfig): boolean {
    return Boolean(nameOf(config.objectApiName) && config.listViewApiName);
  }
  protected path(config: ListConfig): string {
    return `/ui-api/list-info/${nameOf(config.objectApiName)}/${config.listViewApiName}`;
  }
}

/** An object's list views. */
export class getListInfosByObjectName extends ReadAdapter<ListConfig, unknown> {
  protected ready(config: ListConfig): boolean {
    return nameOf(config.objectApiName) !== "";
  }
  protected path(config: ListConfig): string {
    return `/ui-api/list-info/${nameOf(config.objectApiName)}${query({ pageSize: config.pageSize })}`;
  }
}
