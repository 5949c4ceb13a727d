/** One org: joins the parts of the kernel. It knows nothing of HTTP. */
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { Access, accessObjects } from "./access.ts";
import { syncCaseStatuses } from "./caseStatuses.ts";
import { caseAccess } from "./sharingDefaults.ts";
import { Components } from "./components.ts";
import { Cursors } from "./cursors.ts";
import { run as runDml } from "./dml/execute.ts";
import { formulaContext, openLogin } from "./dml/save.ts";
import { Work, type Kernel } from "./dml/kernel.ts";
import { OrgFaults } from "./faults.ts";
import { addressOf } from "./addresses.ts";
import { evaluateField } from "./formulas.ts";
import { instanceOf, makeId, normalizeId } from "./ids.ts";
import { Journal, lastCommit, type Entry } from "./journal.ts";
import { Limits } from "./limits.ts";
import { OrgSchema } from "./schema.ts";
import { readySettings } from "./settings.ts";
import { seedOrg, seedUsers, type Seeder } from "./seed.ts";
import { Sessions } from "./sessions.ts";
import { run as runQuery } from "./soql/run.ts";
import { attributes } from "./soql/project.ts";
import type { QueryKernel } from "./soql/scope.ts";
import { Table } from "./table.ts";
import { writeValue } from "./values.ts";
import type {
  Caller,
  ConnectedApp,
  DmlOperation,
  DmlResult,
  Id,
  Notification,
  ObjectDef,
  Org,
  OrgOptions,
  OrgSettings,
  QueryResult,
  RecordChange,
  Row,
  Transaction,
} from "./types.ts";

export class LocalOrg implements Org, Kernel, QueryKernel {
  readonly id: Id;
  readonly name: string;
  readonly label: string;
  readonly language: string;
  readonly timeZone: string;
  readonly dataDir: string | undefined;
  readonly apps: readonly ConnectedApp[];
  readonly settings: OrgSettings;
  readonly schema: OrgSchema;
  readonly access: Access;
  readonly components: Components;
  readonly sessions: Sessions;
  readonly limits: Limits;
  readonly faults = new OrgFaults();
  instanceUrl = "";
  readonly #clock: () => number;
  readonly #instance: string;
  readonly #tables = new Map<string, Table>();
  readonly #counters = new Map<string, number>();
  readonly #touched = new Set<string>();
  readonly #cursors = new Cursors();
  readonly #commitListeners: ((transaction: Transaction) => void)[] = [];
  readonly #closeListeners: (() => void | Promise<void>)[] = [];
  readonly #notifications: Notification[] = [];
  readonly #notificationListeners: ((notification: Notification) => void)[] = [];
  #commitNumber = 0;
  #last: (() => Transaction) | undefined;
  #journal: Journal | undefined;
  #closed = false;
  /** Transactions that wait, because they run together as one. */
  #pending: Work[] | undefined;

  constructor(options: OrgOptions, clock: () => number, dataDir: string | undefined) {
    this.name = options.name;
    this.label = options.label;
    this.language = options.language;
    this.timeZone = options.timeZone;
    this.apps = options.apps ?? [];
    this.settings = { ...readySettings, ...options.settings };
    this.dataDir = dataDir === undefined ? undefined : join(dataDir, options.name);
    this.#clock = clock;
    this.#instance = instanceOf(options.name);
    this.id =
      (options.id === undefined ? undefined : normalizeId(options.id)) ??
      makeId(
        "00D",
        this.#instance,
        1 + (Number.parseInt(Buffer.from(options.name).toString("hex").slice(0, 10), 16) % 1_000_000),
      );
    this.schema = new OrgSchema((name, def) => this.#journal?.append({ kind: "object", name, def }));
    this.access = new Access(
      (name) => this.table(name),
      (name) => this.schema.object(name),
      (prefix) => this.schema.objectByKeyPrefix(prefix),
    );
    this.components = new Components(
      () => makeId("0Mc", this.#instance, this.nextNumber("component")),
      () => this.now(),
      (entry) =>
        this.#journal?.append(
          "put" in entry
            ? { kind: "component", component: entry.put }
            : { kind: "componentGone", ...entry.gone },
        ),
    );
    this.sessions = new Sessions(
      this.id,
      () => this.now(),
      (userId) => this.table("User").get(userId)?.IsActive === true,
      this.dataDir,
    );
    this.limits = new Limits(options.dailyApiLimit ?? 100_000, () => this.now());
    this.schema.onChange(() => {
      this.access.forget();
      this.#syncSetup();
    });
    const journal = this.#open();
    if (journal?.isNew !== false) seedOrg(this.#seeder(), this.id, options);
    seedUsers(this.#seeder(), options);
    this.#openLogins();
    this.#syncSetup();
    if (journal?.isNew === true) {
      // the first write comes here, in one piece, so that a kill cannot leave half an org
      this.#journal = journal.journal;
      this.#journal.rewrite(this.#entries());
    }
  }

  now(): number {
    return this.#clock() + this.faults.clockOffset;
  }

  table(object: string): Table {
    let table = this.#tables.get(object);
    if (table === undefined) {
      const name = this.schema.object(object)?.name ?? object;
      table = this.#tables.get(name);
      if (table === undefined) this.#tables.set(name, (table = new Table()));
    }
    return table;
  }

  nextNumber(counter: string): number {
    const n = (this.#counters.get(counter) ?? (counter.includes(".") ? 999 : 0)) + 1;
    this.#counters.set(counter, n);
    this.#touched.add(counter);
    return n;
  }

  nextId(object: Pick<ObjectDef, "keyPrefix">): Id {
    return makeId(object.keyPrefix, this.#instance, this.nextNumber(object.keyPrefix) + 1_000_000);
  }

  execute(caller: Caller, operations: DmlOperation[], { allOrNone = false } = {}): DmlResult[] {
    const { results, work } = runDml(this, caller, operations, allOrNone);
    this.#commit(work);
    return results;
  }

  /** Runs several transactions as one. If `accept` refuses the result, all are undone. No event comes before that. */
  atomically<T>(work: () => T, accept: (value: T) => boolean): { value: T; kept: boolean } {
    if (this.#pending !== undefined) return { value: work(), kept: true };
    const pending: Work[] = (this.#pending = []);
    try {
      const value = work();
      const kept = accept(value);
      if (!kept) for (const one of pending.reverse()) one.rollback(0);
      this.#pending = undefined;
      if (kept) this.#commitTogether(pending);
      return { value, kept };
    } catch (error) {
      for (const one of pending.reverse()) one.rollback(0);
      throw error;
    } finally {
      this.#pending = undefined;
      this.access.forget();
    }
  }

  query(caller: Caller, soql: string, { all = false, batchSize = 2000 } = {}): QueryResult {
    const outcome = runQuery(this, caller, soql, all);
    if (outcome.rows === undefined)
      return { totalSize: outcome.totalSize, done: true, records: outcome.records ?? [] };
    const size = Math.min(2000, Math.max(1, batchSize));
    if (outcome.rows.length <= size)
      return { totalSize: outcome.totalSize, done: true, records: outcome.rows.map(outcome.write) };
    return this.#cursors.open(caller, outcome.rows, outcome.write, size, this.now());
  }

  queryMore(caller: Caller, locator: string): QueryResult {
    return this.#cursors.next(caller, locator, this.now());
  }

  row(object: string, id: Id): Row | undefined {
    return this.table(object).get(normalizeId(id) ?? id);
  }

  rows(object: string): Iterable<Row> {
    return this.table(object).rows.values();
  }

  read(caller: Caller, object: string, id: Id, fields?: string[]): Record<string, unknown> | undefined {
    const def = this.schema.object(object);
    const key = normalizeId(id);
    const row = def && key !== undefined ? this.table(def.name).get(key) : undefined;
    if (def === undefined || row === undefined || row.IsDeleted === true) return undefined;
    if (
      !caller.system &&
      (!this.access.object(caller.userId, def.name).read || !this.access.row(caller.userId, def, row, "read"))
    )
      return undefined;
    const version = /(\d+\.\d)/.exec(caller.api)?.[1] ?? "66.0";
    const record: Record<string, unknown> = { attributes: attributes(def.name, def.name, row.Id, version) };
    const wanted = fields?.map((name) => def.fields.get(name)).filter((field) => field !== undefined);
    for (const field of wanted ?? def.fields.values()) {
      if (!caller.system && !this.access.field(caller.userId, def.name, field.name).read) continue;
      const value =
        field.formula === undefined
          ? (addressOf(def, field, this.instanceUrl, caller.api)?.(row) ?? row[field.name])
          : evaluateField(this.contextOf(caller, def, row), field);
      record[field.name] = writeValue(field, value);
    }
    return record;
  }

  onCommit(listener: (transaction: Transaction) => void): void {
    this.#commitListeners.push(listener);
  }
  purge(object: string, id: Id): void {
    const row = this.row(object, id);
    const name = this.schema.object(object)?.name;
    if (row === undefined || name === undefined) return;
    this.table(name).remove(row.Id);
    this.#journal?.append({
      kind: "rows",
      at: this.now(),
      commit: this.#commitNumber,
      put: [],
      gone: [[name, row.Id]],
      counters: [],
    });
  }

  onClose(listener: () => void | Promise<void>): void {
    this.#closeListeners.push(listener);
  }

  notify(notification: Notification): void {
    this.#notifications.unshift(notification);
    this.#notifications.splice(1000);
    for (const listener of this.#notificationListeners) listener(notification);
  }
  notifications(): readonly Notification[] {
    return this.#notifications;
  }
  onNotification(listener: (notification: Notification) => void): void {
    this.#notificationListeners.push(listener);
  }

  timeZoneOf(userId: Id): string {
    const zone = this.table("User").get(userId)?.TimeZoneSidKey;
    return typeof zone === "string" ? zone : this.timeZone;
  }

  contextOf(caller: Caller, object: ObjectDef, row: Row) {
    return formulaContext(new Work(this, caller), object, row);
  }

  picklistLabel(
    _caller: Caller,
    _object: ObjectDef,
    field: NonNullable<ReturnType<ObjectDef["fields"]["get"]>>,
    value: Row[string],
  ) {
    return field.picklist?.values.find((v) => v.value === value)?.label ?? value;
  }

  async snapshot(): Promise<void> {
    this.#journal?.rewrite(this.#entries());
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    for (const listener of this.#closeListeners) await listener();
    this.#journal?.rewrite(this.#entries());
    this.#journal?.close();
  }

  /** Sets the address, as soon as the port is known. */
  settle(instanceUrl: string): void {
    this.instanceUrl = instanceUrl;
  }

  #commitTogether(works: Work[]): void {
    const [first] = works;
    if (first === undefined) return;
    first.changes.push(...works.slice(1).flatMap((work) => work.changes));
    this.#commit(first);
  }

  #commit(work: Work): void {
    if (work.changes.length === 0) return;
    if (this.#pending !== undefined) {
      if (work.changes.some((change) => accessObjects.has(change.object))) this.access.forget();
      this.#pending.push(work);
      return;
    }
    const transaction: Transaction = {
      key: randomUUID(),
      commitNumber: ++this.#commitNumber,
      at: this.now(),
      caller: work.caller,
      changes: [...work.changes],
    };
    if (work.changes.some((change) => accessObjects.has(change.object))) this.access.forget();
    this.#journal?.append(this.#rowsEntry(transaction));
    for (const listener of this.#commitListeners) listener(transaction);
  }

  #rowsEntry({ at, commitNumber, changes, key, caller }: Transaction): Entry {
    const put = new Map<Id, [string, Row]>();
    const gone: [string, Id][] = [];
    for (const { object, id, after } of changes)
      if (after === null) {
        put.delete(id);
        gone.push([object, id]);
      } else put.set(id, [object, after]);
    const counters = [...this.#touched].map((name): [string, number] => [name, this.#counters.get(name)!]);
    this.#touched.clear();
    return {
      kind: "rows",
      at,
      commit: commitNumber,
      put: [...put.values()],
      gone,
      counters,
      by: { key, caller },
    };
  }

  /**
   * The last transaction of a killed process, if nothing was written after it. The event bus keeps its own record of
   * commits, and the kill may have come before it noted this one.
   */
  lastCommit(): Transaction | undefined {
    return this.#last?.();
  }

  /** Reads the org from disk; undefined for an org in memory. A new org's journal is used only after the org is complete. */
  #open(): { journal: Journal; isNew: boolean } | undefined {
    if (this.dataDir === undefined) return undefined;
    let entries = 0;
    const journal = Journal.open(this.dataDir, (entry) => {
      entries++;
      this.#replay(entry);
    });
    const isNew = entries === 0;
    if (!isNew) {
      this.#journal = journal;
      // a killed process leaves a long journal, so we shorten it at the next start
      if (entries > 20_000) journal.rewrite(this.#entries());
    }
    return { journal, isNew };
  }

  #replay(entry: Entry): void {
    this.#last = undefined;
    switch (entry.kind) {
      case "meta":
        if (entry.orgId !== this.id)
          throw new Error(
            `${this.dataDir} holds the org ${entry.orgId} and not ${this.id}. Choose another folder.`,
          );
        break;
      case "rows":
        this.#last = lastCommit(entry, (object, id) => this.table(object).get(id));
        for (const [object, row] of entry.put) this.table(object).put(row);
        for (const [object, id] of entry.gone) this.table(object).remove(id);
        for (const [name, n] of entry.counters) this.#counters.set(name, n);
        this.#commitNumber = entry.commit;
        break;
      case "object":
        this.schema.restore(entry.name, entry.def);
        break;
      case "component":
        this.components.restore(entry.component);
        break;
      case "componentGone":
        this.components.restoreGone(entry.type, entry.fullName);
        break;
    }
  }

  *#entries(): Iterable<Entry> {
    yield { kind: "meta", format: 1, orgId: this.id, name: this.name };
    for (const def of this.schema.changed()) yield { kind: "object", name: def.name, def };
    for (const component of this.components.stored()) yield { kind: "component", component };
    for (const [object, table] of this.#tables) {
      let put: [string, Row][] = [];
      for (const row of table.rows.values()) {
        put.push([object, row]);
        if (put.length === 500) {
          yield { kind: "rows", at: 0, commit: this.#commitNumber, put, gone: [], counters: [] };
          put = [];
        }
      }
      if (put.length > 0)
        yield { kind: "rows", at: 0, commit: this.#commitNumber, put, gone: [], counters: [] };
    }
    yield {
      kind: "rows",
      at: 0,
      commit: this.#commitNumber,
      put: [],
      gone: [],
      counters: [...this.#counters],
    };
  }

  #seeder(): Seeder {
    const firstUser = makeId("005", this.#instance, 1_000_001);
    const caller: Caller = { userId: firstUser, api: "setup", system: true };
    const must = ([result]: DmlResult[]): Id => {
      if (result?.success !== true)
        throw new Error(`${this.name} could not be set up: ${result?.errors[0]?.message}`);
      return result.id;
    };
    return {
      insert: (object, fields, id) => {
        if (id === undefined) return must(this.execute(caller, [{ op: "insert", object, fields }]));
        const row: Row = {
          Id: id,
          ...(fields as Record<string, string>),
          CreatedDate: this.#stamp(),
          LastModifiedDate: this.#stamp(),
          SystemModstamp: this.#stamp(),
          CreatedById: firstUser,
          LastModifiedById: firstUser,
        };
        this.#commitChange(caller, {
          object,
          id,
          kind: "CREATE",
          before: null,
          after: row,
          changedFields: [],
        });
        return id;
      },
      find: (object, field, value) => [...this.table(object).where(field, value)][0],
      update: (object, id, fields) => void must(this.execute(caller, [{ op: "update", object, id, fields }])),
    };
  }

  #stamp(): number {
    return Math.floor(this.now() / 1000) * 1000;
  }

  #commitChange(caller: Caller, change: RecordChange): void {
    const work = new Work(this, caller);
    if (change.after !== null) this.table(change.object).put(change.after);
    else this.table(change.object).remove(change.id);
    work.changes.push(change);
    this.#commit(work);
  }

  /** Adds login records for users of an org that an older version wrote. */
  #openLogins(): void {
    const held = new Set([...this.table("UserLogin").rows.values()].map((row) => row.UserId));
    for (const user of this.table("User").rows.values()) {
      if (held.has(user.Id)) continue;
      const work = new Work(this, { userId: user.Id, api: "setup", system: true });
      openLogin(work, user.Id);
      this.#commit(work);
    }
  }

  /** Makes rows of record types and case statuses, because the schema defines them but queries read rows. */
  #syncSetup(): void {
    const [first] = this.table("User").rows.values();
    const caller: Caller = {
      userId: first?.Id ?? makeId("005", this.#instance, 1_000_001),
      api: "setup",
      system: true,
    };
    for (const def of this.schema.objects())
      for (const type of def.recordTypes) {
        const before = this.table("RecordType").get(type.id) ?? null;
        if (
          before?.Name === type.label &&
          before.IsActive === type.active &&
          before.DeveloperName === type.developerName
        )
          continue;
        const at = this.#stamp();
        const after: Row = {
          ...(before ?? { CreatedDate: at, CreatedById: caller.userId }),
          Id: type.id,
          Name: type.label,
          DeveloperName: type.developerName,
          SobjectType: def.name,
          IsActive: type.active,
          NamespacePrefix: null,
          Description: null,
          BusinessProcessId: null,
          LastModifiedDate: at,
          LastModifiedById: caller.userId,
          SystemModstamp: at,
        };
        this.#commitChange(caller, {
          object: "RecordType",
          id: type.id,
          kind: before === null ? "CREATE" : "UPDATE",
          before,
          after,
          changedFields: [],
        });
      }
    syncCaseStatuses({
      schema: this.schema,
      table: (name) => this.table(name),
      execute: (operations) => this.execute(caller, operations),
      restate: (object, row) => this.#restate(object, row),
    });
    const organization = this.table("Organization").get(this.id);
    const DefaultCaseAccess = caseAccess(this.schema);
    if (organization !== undefined && organization.DefaultCaseAccess !== DefaultCaseAccess)
      this.#restate("Organization", { ...organization, DefaultCaseAccess });
  }

  /** Writes a row after a change of the set-up, without a transaction, stamp, history or event. */
  #restate(object: string, row: Row): void {
    this.table(object).put(row);
    this.#journal?.append({
      kind: "rows",
      at: this.now(),
      commit: this.#commitNumber,
      put: [[object, row]],
      gone: [],
      counters: [],
    });
  }
}
