// An org as far as the mirror can see it, with time that only moves when told to: records stamped in whole seconds,
// events in the order of commits, field history. So interleavings that take luck with a real one can be gone through.
import type { FactField } from "../../src/mirror/facts.ts";
import {
  snapshotOf,
  type CaseRecord,
  type CaseSnapshot,
  type HistoryRow,
} from "../../src/mirror/snapshot.ts";
import type { CaseValue } from "../../src/case/fields.ts";
import type { CaseChange } from "../../src/case/change.ts";
import { contract, id, monday, orgId, user } from "./world.ts";

const second = (at: number) => Math.floor(at / 1000) * 1000;

export class ImaginedOrg {
  now = monday;
  readonly records = new Map<string, CaseRecord>();
  readonly #history = new Map<string, HistoryRow[]>();
  /** Every event, in the order of the stream. */
  readonly events: CaseChange[] = [];
  /** How often each thing happened: case and kind of fact → times. */
  readonly happened = new Map<string, number>();
  #commits = 0;
  #rows = 0;

  open(): string {
    const caseId = id("500", this.records.size + 1);
    const values = {
      CaseNumber: `0000${this.records.size}`,
      Subject: "The till prints nothing",
      Status: "New",
      IsClosed: false,
      OwnerId: id("00G", 1),
      CreatedById: user.martina,
      CreatedDate: second(this.now),
      Support_Contract__c: contract,
      Support_Priority__c: "P1",
    };
    this.records.set(caseId, { Id: caseId, ...values, IsDeleted: false, ...this.#stamp(user.martina) });
    this.#history.set(caseId, []);
    this.#commit(caseId, "CREATE", values, user.martina, null, "created");
    return caseId;
  }

  /** One transaction that sets fields; it is committed `taking` ms after the save. */
  change(caseId: string, fields: Record<string, CaseValue>, by = user.camila, taking = 0): void {
    const record = this.records.get(caseId)!;
    const saved = second(this.now);
    const rows = Object.entries(fields).flatMap(([field, to]): HistoryRow[] => {
      const kind = tellingFields[field];
      if (kind === undefined) return [];
      this.#count(caseId, kind);
      if (field === "Support_Channel__c") return [];
      const from = (record[field] ?? null) as CaseValue;
      const rowId = `017${String(++this.#rows).padStart(15, "0")}`;
      return [{ id: rowId, field: field as FactField, from, to, at: saved, by }];
    });
    const closing = "Status" in fields ? { IsClosed: fields["Status"] === "Closed" } : {};
    const after = { ...record, ...fields, ...closing, ...this.#stamp(by) };
    this.now += taking;
    this.records.set(caseId, after);
    this.#history.get(caseId)!.push(...rows);
    this.#commit(caseId, "UPDATE", fields, by, saved, null);
  }

  remove(caseId: string, back: boolean): void {
    const record = this.records.get(caseId)!;
    this.records.set(caseId, { ...record, IsDeleted: !back, ...this.#stamp(user.martina) });
    const [kind, told] = back ? (["UNDELETE", "undeleted"] as const) : (["DELETE", "deleted"] as const);
    this.#commit(caseId, kind, {}, user.martina, back ? second(this.now) : null, told);
  }

  /** Of what happened last the stream says only that it did. */
  hideLast(): void {
    this.events.push({ ...this.events.pop()!, kind: "GAP", fields: {}, lastModified: null });
  }

  /** The record as it is now; the history is read when `finish` is called. */
  read(caseId: string): { finish(): CaseSnapshot } {
    const record = { ...this.records.get(caseId)! };
    const readAt = this.now;
    return { finish: () => snapshotOf(record, [...this.#history.get(caseId)!], [], readAt) };
  }

  #stamp(by: string) {
    const at = new Date(second(this.now)).toISOString();
    return { SystemModstamp: at, LastModifiedDate: at, LastModifiedById: by };
  }
  #count(caseId: string, kind: string): void {
    this.happened.set(`${caseId} ${kind}`, (this.happened.get(`${caseId} ${kind}`) ?? 0) + 1);
  }
  #commit(
    caseId: string,
    kind: CaseChange["kind"],
    fields: CaseChange["fields"],
    commitUser: string,
    lastModified: number | null,
    told: string | null,
  ): void {
    if (told !== null) this.#count(caseId, told);
    const commitNumber = 7_000_000 + ++this.#commits;
    this.events.push({
      ...{ orgId, caseId, kind, commitNumber, commitUser, lastModified, fields },
      transactionKey: `key-${commitNumber}`,
      sequenceNumber: 1,
      commitTimestamp: second(this.now),
      changeOrigin: "com/salesforce/api/rest/68.0;client=Portal",
    });
  }
}

const tellingFields: Record<string, string> = {
  Status: "status",
  OwnerId: "owner",
  Support_Priority__c: "priority",
  Support_Channel__c: "channel",
};
