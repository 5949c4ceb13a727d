/**
 * A client's org as far as the service can see it: records stamped in whole seconds, field history, events in the order
 * of their commits. It keeps its whole past, so the checks can judge the service by it.
 */
import { changesOf, type ChangeEventHeader } from "../../src/events/header.ts";
import type { CaseChange } from "../../src/case/change.ts";
import { factFields } from "../../src/mirror/facts.ts";
import type { Scheduler } from "../world/scheduler.ts";
import { consultants, idOf, people, queue, type Person } from "./people.ts";
import type { Row } from "./soql.ts";

export interface ImaginedEvent {
  replayId: number;
  at: number;
  header: ChangeEventHeader;
  fields: Row;
}

const second = (at: number) => Math.floor(at / 1000) * 1000;
const iso = (at: number) => new Date(at).toISOString().replace("Z", "+0000");
/** A channel's change is in no history: nobody tracks that field. */
const tracked = new Set<string>(factFields.filter((field) => field !== "Support_Channel__c"));
const statuses = ["New", "Working", "On Hold", "Closed"];

export class ImaginedOrg {
  readonly id: string;
  readonly orgId: string;
  readonly host: string;
  readonly #scheduler: Scheduler;
  readonly tables = new Map<string, Map<string, Row>>();
  /** Every event, hidden ones too, in the order of their commits. */
  readonly events: ImaginedEvent[] = [];
  /** Told of each event when it is committed. */
  readonly onEvent = new Set<(event: ImaginedEvent) => void>();
  #ids = 100;
  #commits = 0;

  constructor(id: string, number: number, scheduler: Scheduler) {
    this.id = id;
    this.orgId = idOf("00D", number);
    this.host = `${id}.example`;
    this.#scheduler = scheduler;
    for (const { id: userId, name, type } of Object.values(people))
      this.#table("User").set(userId, {
        ...{
          Id: userId,
          Name: name,
          Username: `${name.toLowerCase()}@${this.host}`,
          Email: `${name}@${this.host}`,
        },
        ...{ IsActive: true, UserType: type },
      });
    for (const who of consultants)
      this.insert("PermissionSetAssignment", {
        AssigneeId: people[who].id,
        ExpirationDate: null,
        PermissionSetGroupId: null,
        PermissionSet: { Name: "Support_Consultant" },
      });
    for (const status of statuses)
      this.insert("CaseStatus", { MasterLabel: status, ApiName: status, IsClosed: status === "Closed" });
    this.setMember(true, { muted: false });
    this.insert("CustomNotificationType", { DeveloperName: "Support_SLA" });
  }

  get now(): number {
    return this.#scheduler.now;
  }

  rows(object: string): Iterable<Row> {
    return this.#table(object).values();
  }
  row(object: string, id: string): Row | undefined {
    return this.#table(object).get(id);
  }
  has(object: string): boolean {
    return known.has(object);
  }

  /** A row without events. */
  insert(object: string, fields: Row): string {
    const id = idOf(prefixes[object] ?? "a99", ++this.#ids);
    this.#table(object).set(id, { Id: id, CreatedDate: iso(second(this.now)), ...fields });
    return id;
  }
  update(object: string, id: string, fields: Row): void {
    const row = this.row(object, id);
    if (row === undefined) throw new Error(`${object} ${id} is not there`);
    Object.assign(row, fields, { LastModifiedDate: iso(second(this.now)) });
  }
  delete(object: string, id: string): void {
    this.#table(object).delete(id);
  }

  /** Somebody takes the channel's member away, or gives it back. */
  setMember(there: boolean, stream: { muted: boolean }): void {
    stream.muted = !there;
    this.#table("PlatformEventChannelMember").clear();
    if (there)
      this.insert("PlatformEventChannelMember", {
        SelectedEntity: "CaseChangeEvent",
        FilterExpression: "Support_Contract__c != null",
        EventChannel: "Support_Cases__chn",
      });
  }

  /** Who was deactivated can do nothing any more; what they did still counts. */
  deactivate(who: Person): void {
    Object.assign(this.row("User", people[who].id)!, { IsActive: false });
  }
  isActive(who: Person): boolean {
    return this.row("User", people[who].id)!["IsActive"] === true;
  }

  /** Somebody opens a case. */
  open(fields: Row, by: Person): string {
    const at = second(this.now);
    const number = this.#table("Case").size + 1;
    const values = {
      ...{ CaseNumber: String(number).padStart(8, "0"), Subject: "The till prints nothing", Status: "New" },
      ...{
        IsClosed: false,
        ClosedDate: null,
        OwnerId: queue,
        CreatedById: people[by].id,
        CreatedDate: iso(at),
      },
      ...fields,
    };
    const id = this.insert("Case", {
      ...values,
      ...{ IsDeleted: false, MasterRecordId: null },
      ...this.#stamp(by),
    });
    this.insert("CaseHistory", {
      ...{ CaseId: id, Field: "created", OldValue: null, NewValue: null },
      ...{ CreatedDate: iso(at), CreatedById: people[by].id },
    });
    this.#commit([id], "CREATE", values, by);
    return id;
  }

  /** One transaction that sets fields of cases: one event for each set of like changes. */
  change(caseIds: readonly string[], fields: Row, by: Person, origin = "Portal"): void {
    const like = new Map<string, { ids: string[]; changed: Row }>();
    for (const id of caseIds) {
      const row = this.row("Case", id);
      if (row === undefined || row["IsDeleted"] === true) continue;
      const wanted = { ...fields, ...this.#closing(fields, row) };
      const changed = Object.fromEntries(
        Object.entries(wanted).filter(([field, value]) => !sameValue(row[field], value)),
      );
      if (Object.keys(changed).length === 0) continue;
      for (const [field, value] of Object.entries(changed))
        this.#remember(id, field, row[field] ?? null, value, by);
      Object.assign(row, changed, this.#stamp(by));
      const key = JSON.stringify(changed);
      like.set(key, { ids: [...(like.get(key)?.ids ?? []), id], changed });
    }
    for (const { ids, changed } of like.values())
      this.#commit(ids, "UPDATE", { ...changed, LastModifiedDate: iso(second(this.now)) }, by, origin);
  }

  remove(id: string, by: Person, back = false): void {
    const row = this.row("Case", id);
    if (row === undefined || (row["IsDeleted"] === true) !== back) return;
    Object.assign(row, { IsDeleted: !back }, this.#stamp(by));
    const stamp = back ? { LastModifiedDate: iso(second(this.now)) } : {};
    this.#commit([id], back ? "UNDELETE" : "DELETE", stamp, by);
  }

  comment(caseId: string, by: Person, published: boolean): void {
    if (this.row("Case", caseId)?.["IsDeleted"] !== false) return;
    const at = iso(second(this.now));
    this.insert("CaseComment", {
      ...{ ParentId: caseId, IsPublished: published, CreatedDate: at, CreatedById: people[by].id },
      ...{ LastModifiedDate: at, LastModifiedById: people[by].id },
    });
  }

  /** When a case was changed last, by us too, ms. */
  lastEventOf(caseId: string): number | null {
    return this.events.findLast(({ header }) => header.recordIds.includes(caseId))?.at ?? null;
  }

  /** Every change of cases, as an event without trouble would have told it. */
  history(): CaseChange[] {
    return this.events.flatMap(({ header, fields }) => changesOf(this.id, header, fields).changes);
  }

  #closing(fields: Row, row: Row): Row {
    if (fields["Status"] === undefined) return {};
    const closed = fields["Status"] === "Closed";
    if (closed === row["IsClosed"]) return {};
    return { IsClosed: closed, ClosedDate: closed ? iso(second(this.now)) : null };
  }

  #remember(caseId: string, field: string, from: unknown, to: unknown, by: Person): void {
    if (!tracked.has(field)) return;
    const row = {
      ...{ CaseId: caseId, Field: field === "OwnerId" ? "Owner" : field, OldValue: from, NewValue: to },
      ...{ CreatedDate: iso(second(this.now)), CreatedById: people[by].id },
    };
    this.insert("CaseHistory", row);
  }

  #stamp(by: Person): Row {
    const at = iso(second(this.now));
    return { SystemModstamp: at, LastModifiedDate: at, LastModifiedById: people[by].id };
  }

  #commit(recordIds: string[], changeType: string, fields: Row, by: Person, origin = "Portal"): void {
    const commitNumber = 7_000_000 + ++this.#commits;
    const event: ImaginedEvent = {
      replayId: this.#commits,
      at: this.now,
      header: {
        ...{ entityName: "Case", recordIds, changeType, sequenceNumber: 1, commitNumber },
        changeOrigin: `com/salesforce/api/rest/68.0;client=${origin}`,
        transactionKey: `${this.id}-${commitNumber}`,
        commitTimestamp: second(this.now),
        commitUser: people[by].id,
      },
      fields: structuredClone(fields),
    };
    this.events.push(event);
    for (const told of this.onEvent) told(event);
  }

  #table(object: string): Map<string, Row> {
    let table = this.tables.get(object);
    if (table === undefined) this.tables.set(object, (table = new Map()));
    return table;
  }
}

const sameValue = (a: unknown, b: unknown) => {
  if ((a ?? null) === (b ?? null)) return true;
  const isInstant = (value: unknown) => typeof value === "string" && /^\d{4}-\d\d-\d\dT/.test(value);
  return isInstant(a) && isInstant(b) && second(Date.parse(a as string)) === second(Date.parse(b as string));
};

const prefixes: Record<string, string> = {
  ...{ Case: "500", CaseHistory: "017", CaseComment: "00a", EmailMessage: "02s", Support_Contract__c: "a00" },
  ...{ Support_Summary__c: "a01", PermissionSetAssignment: "0Pa", FeedItem: "0D5" },
};
const known = new Set([
  ...[
    "Case",
    "CaseHistory",
    "CaseComment",
    "EmailMessage",
    "Support_Contract__c",
    "Support_Summary__c",
    "User",
  ],
  ...["PermissionSetAssignment", "PermissionSetGroupComponent", "CaseStatus", "PlatformEventChannelMember"],
  ...["CustomNotificationType", "Group", "FeedItem"],
]);
