import {
  id18,
  ingestAll,
  qualified,
  query,
  ReadAdapter,
  watch,
  type FieldInput,
  type RecordRepresentation,
} from "local/lds";

interface RelatedConfig {
  parentRecordId?: string;
  relatedListId?: string;
  fields?: FieldInput[];
  optionalFields?: FieldInput[];
  pageSize?: number;
  pageToken?: string;
  sortBy?: string[];
  where?: string;
}
interface RelatedRecords {
  count: number;
  records: RecordRepresentation[];
}

export class getRelatedListRecords extends ReadAdapter<RelatedConfig, RelatedRecords> {
  #unwatch: (() => void)[] = [];

  protected ready(config: RelatedConfig): boolean {
    return Boolean(config.parentRecordId && config.relatedListId);
  }
  protected path(config: RelatedConfig): string {
    return `/ui-api/related-list-records/${id18(config.parentRecordId ?? "")}/${config.relatedListId}${query({
      fields: (config.fields ?? []).map(qualified),
      optionalFields: (config.optionalFields ?? []).map(qualified),
      pageSize: config.pageSize,
      pageToken: config.pageToken,
      sortBy: config.sortBy,
      where: config.where,
    })}`;
  }
  protected override received(data: RelatedRecords): RelatedRecords {
    ingestAll(data.records);
    this.#rewatch(data.records.map(({ id }) => id));
    return data;
  }
  #rewatch(ids: string[]): void {
    for (const unwatch of this.#unwatch) unwatch();
    const again = () => void this.refresh();
    this.#unwatch = ids.map((id) => watch(id, { changed: () => {}, stale: again, gone: again }));
  }
  protected override stop(): void {
    super.stop();
    this.#rewatch([]);
  }
}

interface CountConfig {
  parentRecordId?: string;
  relatedListId?: string;
}

export class getRelatedListCount extends ReadAdapter<CountConfig, { count: number }> {
  protected ready(config: CountConfig): boolean {
    return Boolean(config.parentRecordId && config.relatedListId);
  }
  protected path(config: CountConfig): string {
    return `/ui-api/related-list-count/${id18(config.parentRecordId ?? "")}/${config.relatedListId}`;
  }
}

interface InfoConfig {
  parentObjectApiName?: string;
  relatedListId?: string;
}

export class getRelatedListInfo extends ReadAdapter<InfoConfig, unknown> {
  protected ready(config: InfoConfig): boolean {
    return Boolean(config.parentObjectApiName && config.relatedListId);
  }
  protected path(config: InfoConfig): string {
    return `/ui-api/related-list-info/${config.parentObjectApiName}/${config.relatedListId}`;
  }
}
