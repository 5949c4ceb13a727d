import {
  call,
  evict,
  id18,
  ingest,
  ingestAll,
  markStale,
  pathOf,
  qualified,
  query,
  read,
  ReadAdapter,
  snapshot,
  watch,
  WireAdapter,
  type FetchResponseError,
  type FieldId,
  type FieldInput,
  type FieldValue,
  type Provision,
  type RecordRepresentation,
} from "local/lds";

interface RecordConfig {
  recordId?: string;
  fields?: FieldInput | FieldInput[];
  optionalFields?: FieldInput | FieldInput[];
  layoutTypes?: string | string[];
  modes?: string | string[];
}

function list<T>(value: T | T[] | undefined): T[] {
  return value === undefined || value === null ? [] : Array.isArray(value) ? value : [value];
}

const givenFields = (value: FieldInput | FieldInput[] | undefined): boolean =>
  value === undefined || list(value).every((field) => field !== undefined && field !== null);

/** One record. It comes from the shared store if the store knows every requested field, and else from the server. */
export class getRecord extends WireAdapter<RecordConfig, Provision<RecordRepresentation>> {
  #unwatch: (() => void)[] = [];
  #watched = "";
  #generation = 0;
  /** Optional fields that the user may not see. The server left them out. */
  #absent = new Set<string>();
  #layoutPaths: string[][] = [];

  protected empty(): Provision<RecordRepresentation> {
    return { data: undefined, error: undefined };
  }

  protected ready(config: RecordConfig): boolean {
    if (!config.recordId || !givenFields(config.fields) || !givenFields(config.optionalFields)) return false;
    return (
      list(config.fields).length + list(config.optionalFields).length + list(config.layoutTypes).length > 0
    );
  }

  #paths(config: RecordConfig): string[][] {
    const all = [...list(config.fields), ...list(config.optionalFields)].map(pathOf);
    return [...all, ...this.#layoutPaths].filter((path) => !this.#absent.has(path.join(".")));
  }

  protected start(config: RecordConfig): void {
    const id = id18(config.recordId ?? "");
    const known = list(config.layoutTypes).length > 0 ? undefined : snapshot(id, this.#paths(config));
    if (known?.complete) {
      this.#watch(known.ids);
      this.emit({ data: known.record, error: undefined });
      if (known.fresh) return;
    } else this.#watch(new Set([id]));
    void this.refresh();
  }

  protected override stop(): void {
    this.#generation++;
    this.#absent.clear();
    this.#watch(new Set());
  }

  #watch(ids: Set<string>): void {
    const key = [...ids].sort().join();
    if (key === this.#watched) return;
    this.#watched = key;
    for (const unwatch of this.#unwatch) unwatch();
    this.#unwatch = [...ids].map((id) =>
      watch(id, {
        changed: () => this.#fromStore(),
        stale: () => void this.refresh(),
        gone: (gone, error) => {
          if (this.config?.recordId && id18(this.config.recordId) === gone)
            this.emit({ data: undefined, error });
        },
      }),
    );
  }

  #fromStore(): void {
    if (!this.config?.recordId) return;
    const known = snapshot(id18(this.config.recordId), this.#paths(this.config));
    if (!known) return;
    if (!known.complete) return;
    this.#watch(known.ids);
    this.emit({ data: known.record, error: undefined });
  }

  async refresh(): Promise<void> {
    const { config } = this;
    if (!config?.recordId) return;
    const generation = ++this.#generation;
    const id = id18(config.recordId);
    try {
      const record = await read<RecordRepresentation>(
        `/ui-api/records/${encodeURIComponent(id)}${query({
          fields: list(config.fields).map(qualified),
          optionalFields: list(config.optionalFields).map(qualified),
          layoutTypes: list(config.layoutTypes),
          modes: list(config.modes),
        })}`,
      );
      if (generation !== this.#generation) return;
      if (list(config.layoutTypes).length > 0) this.#layoutPaths = pathsOf(record);
      for (const field of list(config.optionalFields)) {
        const path = pathOf(field);
        if (!has(record, path)) this.#absent.add(path.join("."));
      }
      ingest(record);
      this.#fromStore();
    } catch (error) {
      if (generation !== this.#generation) return;
      if ((error as FetchResponseError).status === 404) evict(id, error);
      this.emit({ data: undefined, error });
    }
  }
}

function pathsOf(record: RecordRepresentation): string[][] {
  return Object.entries(record.fields).flatMap(([name, { value }]) =>
    isRecord(value) ? pathsOf(value).map((rest) => [name, ...rest]) : [[name]],
  );
}

function isRecord(value: unknown): value is RecordRepresentation {
  return typeof value === "object" && value !== null && "fields" in value;
}

function has(record: RecordRepresentation, [head = "", ...rest]: string[]): boolean {
  const field = record.fields[head];
  if (!field) return false;
  // an empty relationship is an answer
  return rest.length === 0 || !isRecord(field.value) || has(field.value, rest);
}

interface RecordsConfig {
  records?: { recordIds: string[]; fields?: FieldInput[]; optionalFields?: FieldInput[] }[];
}
interface BatchResult {
  hasErrors: boolean;
  results: { statusCode: number; result: unknown }[];
}

/** Several records, each with its own status. */
export class getRecords extends ReadAdapter<RecordsConfig, BatchResult> {
  #unwatch: (() => void)[] = [];

  protected ready(config: RecordsConfig): boolean {
    return config.records !== undefined && config.records.every(({ recordIds }) => recordIds?.every(Boolean));
  }
  protected path(config: RecordsConfig): string {
    const [first] = config.records ?? [];
    return `/ui-api/records/batch/${(first?.recordIds ?? []).map(id18).join()}${query({
      fields: (first?.fields ?? []).map(qualified),
      optionalFields: (first?.optionalFields ?? []).map(qualified),
    })}`;
  }
  protected override received(data: BatchResult): BatchResult {
    const found = data.results.filter(({ statusCode }) => statusCode === 200).map(({ result }) => result);
    this.#rewatch((found as RecordRepresentation[]).map(({ id }) => id));
    ingestAll(found as RecordRepresentation[]);
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

interface Saving {
  fields: Record<string, unknown>;
  apiName?: string;
  allowSaveOnDuplicate?: boolean;
  useDefaultRule?: boolean;
  triggerOtherEmail?: boolean;
  triggerUserEmail?: boolean;
}

export async function createRecord(input: Saving): Promise<RecordRepresentation> {
  const record = await call<RecordRepresentation>("POST", "/ui-api/records", input);
  ingest(record);
  return record;
}

/** Saves, and then updates every wire on the record, with formulas and the values that the server set. */
export async function updateRecord(
  input: Saving,
  { ifUnmodifiedSince }: { ifUnmodifiedSince?: string } = {},
): Promise<RecordRepresentation> {
  const { Id, ...fields } = input.fields;
  const id = id18(String(Id ?? ""));
  const headers: Record<string, string> = ifUnmodifiedSince
    ? { "If-Unmodified-Since": ifUnmodifiedSince }
    : {};
  const record = await call<RecordRepresentation>(
    "PATCH",
    `/ui-api/records/${encodeURIComponent(id)}`,
    { ...input, fields },
    headers,
  );
  ingest(record);
  markStale([id]);
  return record;
}

export async function deleteRecord(recordId: string): Promise<void> {
  const id = id18(recordId);
  await call("DELETE", `/ui-api/records/${encodeURIComponent(id)}`);
  evict(id, {
    ok: false,
    status: 404,
    statusText: "Not Found",
    errorType: "fetchResponse",
    headers: {},
    body: {
      message: "The requested resource does not exist",
      statusCode: 404,
      errorCode: "NOT_FOUND",
    },
  });
}

/** Call it after a change that Lightning Data Service could not see. */
export async function notifyRecordUpdateAvailable(items: { recordId: string }[]): Promise<void> {
  markStale(items.map(({ recordId }) => id18(recordId)));
}

/** The older name. Components still use it. */
export async function getRecordNotifyChange(items: { recordId: string }[]): Promise<void> {
  await notifyRecordUpdateAvailable(items);
}

function fieldOf(record: RecordRepresentation | undefined, field: FieldInput): FieldValue | undefined {
  let current: unknown = record;
  let found: FieldValue | undefined;
  for (const name of pathOf(field)) {
    if (!isRecord(current)) return undefined;
    found = current.fields[name];
    current = found?.value;
  }
  return found;
}

export function getFieldValue(record: RecordRepresentation | undefined, field: FieldInput): unknown {
  return fieldOf(record, field)?.value;
}

export function getFieldDisplayValue(
  record: RecordRepresentation | undefined,
  field: FieldInput,
): string | null | undefined {
  return fieldOf(record, field)?.displayValue;
}

interface DefaultsConfig {
  objectApiName?: string | { objectApiName: string };
  recordTypeId?: string;
  formFactor?: string;
  optionalFields?: FieldInput[];
}

/** The first values, object info and layout of a new record's form. */
export class getRecordCreateDefaults extends ReadAdapter<DefaultsConfig, unknown> {
  protected ready(config: DefaultsConfig): boolean {
    return config.objectApiName !== undefined;
  }
  protected path({ objectApiName, recordTypeId, optionalFields }: DefaultsConfig): string {
    const name = typeof objectApiName === "string" ? objectApiName : (objectApiName?.objectApiName ?? "");
    return `/ui-api/record-defaults/create/${name}${query({
      recordTypeId,
      optionalFields: (optionalFields ?? []).map(qualified),
    })}`;
  }
}

type InfoLike = { apiName: string; fields: Record<string, { createable: boolean; updateable: boolean }> };

export function generateRecordInputForCreate(record: RecordRepresentation, info?: InfoLike): Saving {
  const input = createRecordInputFilteredByEditedFields(record, undefined, info, "createable");
  return { ...input, apiName: record.apiName };
}

export function generateRecordInputForUpdate(record: RecordRepresentation, info?: InfoLike): Saving {
  const input = createRecordInputFilteredByEditedFields(record, undefined, info, "updateable");
  return { ...input, fields: { ...input.fields, Id: record.id } };
}

export function createRecordInputFilteredByEditedFields(
  record: { apiName?: string; fields: Record<string, unknown> },
  original?: { fields: Record<string, unknown> },
  info?: InfoLike,
  right: "createable" | "updateable" = "updateable",
): Saving {
  const plain = (value: unknown) =>
    typeof value === "object" && value !== null && "value" in value ? (value as FieldValue).value : value;
  const fields: Record<string, unknown> = {};
  for (const [name, raw] of Object.entries(record.fields)) {
    const value = plain(raw);
    if (isRecord(value) || (info && !info.fields[name]?.[right])) continue;
    if (original && plain(original.fields[name]) === value) continue;
    fields[name] = value;
  }
  return { fields };
}

export type { FieldId };
