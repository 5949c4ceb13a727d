/**
 * Lightning Data Service for the page. It keeps each record once, by id and field, for all wires. A change from a
 * wire or from a save reaches all wires on the record.
 */
import { call, read, type FetchResponseError } from "local/http";

export interface FieldId {
  objectApiName: string;
  fieldApiName: string;
}
export type FieldInput = string | FieldId;

export interface FieldValue {
  displayValue: string | null;
  value: unknown;
}
export interface RecordRepresentation {
  apiName: string;
  childRelationships: Record<string, unknown>;
  eTag?: string;
  fields: Record<string, FieldValue>;
  id: string;
  lastModifiedById: string | null;
  lastModifiedDate: string | null;
  recordTypeId: string | null;
  recordTypeInfo: unknown;
  systemModstamp: string | null;
  weakEtag?: number;
}
export interface Provision<T> {
  data?: T | undefined;
  error?: unknown;
}

interface StoredRecord {
  record: Omit<RecordRepresentation, "fields">;
  fields: Map<string, FieldValue>;
  /** The time of the server's last answer for each field, ms. */
  told: Map<string, number>;
}

/** The platform keeps a record's fields for 30 seconds. */
const FRESH_FOR = 30_000;

const records = new Map<string, StoredRecord>();
const watchers = new Map<string, Set<Watcher>>();
const missing = new Set<string>();

export interface Watcher {
  /** Called when the store has new values of the record. */
  changed(id: string): void;
  /** Called when the record changed on the server, so that the wire asks again. */
  stale(id: string): void;
  gone(id: string, error: unknown): void;
}

export function watch(id: string, watcher: Watcher): () => void {
  const set = watchers.get(id) ?? new Set();
  watchers.set(id, set);
  set.add(watcher);
  return () => {
    set.delete(watcher);
    if (set.size === 0) watchers.delete(id);
  };
}

export function id18(id: string): string {
  if (id.length !== 15) return id;
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";
  let suffix = "";
  for (let part = 0; part < 3; part++) {
    let bits = 0;
    for (let i = 0; i < 5; i++) if (/[A-Z]/.test(id[part * 5 + i] ?? "")) bits |= 1 << i;
    suffix += alphabet[bits];
  }
  return id + suffix;
}

function isRecord(value: unknown): value is RecordRepresentation {
  return (
    typeof value === "object" && value !== null && "fields" in value && "apiName" in value && "id" in value
  );
}

/** Stores a record from the server. Watchers hear of it once, after all its values are in. */
export function ingest(record: RecordRepresentation): void {
  const touched = new Set<string>();
  store(record, touched);
  notify(touched);
}

export function ingestAll(all: RecordRepresentation[]): void {
  const touched = new Set<string>();
  for (const record of all) store(record, touched);
  notify(touched);
}

function notify(touched: Set<string>): void {
  for (const id of touched) for (const watcher of [...(watchers.get(id) ?? [])]) watcher.changed(id);
}

function store({ fields, ...record }: RecordRepresentation, touched: Set<string>): void {
  const known = records.get(record.id) ?? { record, fields: new Map(), told: new Map() };
  known.record = { ...known.record, ...record };
  missing.delete(record.id);
  records.set(record.id, known);
  const now = Date.now();
  for (const [name, field] of Object.entries(fields)) {
    let value = field.value;
    if (isRecord(value)) {
      store(value, touched);
      value = { ref: value.id };
    }
    const before = known.fields.get(name);
    if (
      !before ||
      JSON.stringify(before.value) !== JSON.stringify(value) ||
      before.displayValue !== field.displayValue
    )
      touched.add(record.id);
    known.fields.set(name, { displayValue: field.displayValue, value });
    known.told.set(name, now);
  }
}

/** `Case.Owner.Name` → ["Owner", "Name"]. */
export function pathOf(field: FieldInput): string[] {
  const text = typeof field === "string" ? field.slice(field.indexOf(".") + 1) : field.fieldApiName;
  return text.split(".");
}

export function qualified(field: FieldInput): string {
  return typeof field === "string" ? field : `${field.objectApiName}.${field.fieldApiName}`;
}

export type Snapshot = { record: RecordRepresentation; ids: Set<string>; complete: boolean; fresh: boolean };

/** The record from the store, with the requested fields only. */
export function snapshot(id: string, paths: string[][]): Snapshot | undefined {
  const known = records.get(id);
  if (!known) return undefined;
  const ids = new Set([id]);
  const fields: Record<string, FieldValue> = {};
  let complete = true;
  let fresh = true;
  const groups = new Map<string, string[][]>();
  for (const [head = "", ...rest] of paths) groups.set(head, [...(groups.get(head) ?? []), rest]);
  for (const [name, rests] of groups) {
    const field = known.fields.get(name);
    if (!field) {
      complete = false;
      continue;
    }
    if (Date.now() - (known.told.get(name) ?? 0) > FRESH_FOR) fresh = false;
    const ref = (field.value as { ref?: string } | null)?.ref;
    if (ref) {
      const parent = snapshot(
        ref,
        rests.filter((rest) => rest.length > 0),
      );
      if (!parent?.complete) complete = false;
      if (parent) {
        for (const each of parent.ids) ids.add(each);
        fresh &&= parent.fresh;
        fields[name] = { displayValue: field.displayValue, value: parent.record };
        continue;
      }
    }
    fields[name] = { displayValue: field.displayValue, value: field.value };
  }
  return { record: { ...known.record, fields }, ids, complete, fresh };
}

export function knownFields(id: string): string[] {
  return [...(records.get(id)?.fields.keys() ?? [])];
}

export function evict(id: string, error: unknown): void {
  records.delete(id);
  missing.add(id);
  for (const watcher of [...(watchers.get(id) ?? [])]) watcher.gone(id, error);
}

export function isMissing(id: string): boolean {
  return missing.has(id);
}

export function markStale(ids: string[]): void {
  for (const id of ids) for (const watcher of [...(watchers.get(id) ?? [])]) watcher.stale(id);
}

type Emit<T> = (value: T) => void;

/**
 * The life of every wire adapter here: it does nothing before its configuration and nothing after it is disconnected.
 */
export abstract class WireAdapter<Config, Value> {
  protected config: Config | undefined;
  protected connected = false;
  #emit: Emit<Value>;
  #lastEmitted = "";

  constructor(emit: Emit<Value>) {
    this.#emit = emit;
    emit(this.empty());
  }

  /** The component's value before the first answer. */
  protected abstract empty(): Value;
  /** False while a required parameter is undefined. The platform then sends nothing. */
  protected abstract ready(config: Config): boolean;
  protected abstract start(config: Config): void;
  protected stop(): void {}

  protected emit(value: Value): void {
    if (!this.connected) return;
    const text = JSON.stringify(value);
    if (text === this.#lastEmitted) return;
    this.#lastEmitted = text;
    emitted.set(value as object, this as unknown as Refreshable);
    this.#emit(value);
  }

  connect(): void {
    this.connected = true;
    if (this.config && this.ready(this.config)) this.start(this.config);
  }

  update(config: Config): void {
    this.stop();
    this.config = config;
    this.#lastEmitted = "";
    if (this.connected && this.ready(config)) this.start(config);
  }

  disconnect(): void {
    this.connected = false;
    this.stop();
  }

  abstract refresh(): Promise<unknown>;
}

interface Refreshable {
  refresh(): Promise<unknown>;
}
const emitted = new WeakMap<object, Refreshable>();

/** Asks again for a wire's data: `refreshApex` and `refreshGraphQL`. */
export async function refreshApex(provisioned: unknown): Promise<void> {
  if (typeof provisioned === "object" && provisioned !== null) await emitted.get(provisioned)?.refresh();
}

/** A wire over one GET whose answer is not a record. */
export abstract class ReadAdapter<Config, Data> extends WireAdapter<Config, Provision<Data>> {
  #generation = 0;

  protected empty(): Provision<Data> {
    return { data: undefined, error: undefined };
  }

  protected abstract path(config: Config): string;
  protected received(data: Data): Data {
    return data;
  }

  protected override stop(): void {
    this.#generation++;
  }

  protected start(config: Config): void {
    void this.#ask(config);
  }

  async #ask(config: Config): Promise<void> {
    const generation = ++this.#generation;
    try {
      const data = this.received(await read<Data>(this.path(config)));
      if (generation === this.#generation) this.emit({ data, error: undefined });
    } catch (error) {
      if (generation === this.#generation) this.emit({ data: undefined, error });
    }
  }

  async refresh(): Promise<void> {
    if (this.config) await this.#ask(this.config);
  }
}

export function query(parameters: Record<string, string | number | boolean | string[] | undefined>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters))
    if (value !== undefined && (!Array.isArray(value) || value.length > 0)) search.set(name, String(value));
  const text = search.toString();
  return text ? `?${text}` : "";
}

export type { FetchResponseError };
export { call, read };
