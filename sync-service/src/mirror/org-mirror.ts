import type { Batch, ReceivedEvent } from "../events/stream.ts";
import { literals, type OrgConnection } from "../orgs/connection.ts";
import { longId } from "../case/ids.ts";
import type { Runtime } from "../runtime.ts";
import { worldOf } from "../world.ts";
import { among } from "../store/bulk.ts";
import type { Store } from "../store/open.ts";
import { changedAgain } from "../messages/refusal-message.ts";
import { reportRefusal } from "../notices/refusals.ts";
import { apply, type Applied, type Intake } from "./apply.ts";
import type { CaseField } from "../case/fields.ts";
import { Knowledge } from "./knowledge.ts";
import { LateNews } from "./late-news.ts";
import type { Held } from "./leases.ts";
import { inBatches, readSnapshots } from "./read.ts";
import type { CaseSnapshot, Reply } from "./snapshot.ts";
import { Turns } from "./turns.ts";
import type { CaseChange, RecomputeClocks, Wake } from "../case/change.ts";

export interface MirrorParts {
  store: Store;
  connection: OrgConnection;
  recompute: RecomputeClocks;
  wake: Wake;
  /** Told after commit which cases of the org have changed. */
  changed?(orgId: string, caseIds: string[]): void;
  runtime: Runtime;
  lease?: Held | null;
  /** Told of each batch of changes after its commit. */
  onStored?: (batch: StoredBatch) => void;
}

export interface StoredBatch {
  changes: readonly CaseChange[];
  touched: ReadonlySet<string>;
  arrivedAt: number;
  /** When the transaction began, ms. */
  began: number;
}

const remembered = 50_000;
const casesAtOnce = 1_000;
/** Who may have acknowledged by changing these. */
const telling: CaseField[] = ["Status", "OwnerId", "SLA_Acknowledged_By__c"];

/** The copy of one org's supported cases: whatever is learnt of them enters here, one transaction after another. */
export class OrgMirror {
  readonly #parts: MirrorParts;
  readonly knowledge: Knowledge;
  /** Cases seen that the service does not follow; in memory only. */
  readonly #foreign = new Set<string>();
  readonly #lateNews = new LateNews();
  /** Of events and of readings: an org with a costly policy gets small ones. */
  readonly turns: Turns;
  #last: Promise<unknown> = Promise.resolve();

  constructor(parts: MirrorParts) {
    this.#parts = parts;
    this.turns = new Turns(parts.runtime.clock, casesAtOnce);
    this.knowledge = new Knowledge(parts.store, parts.connection, parts.runtime.clock, parts.lease);
  }

  /** Under which this instance writes of the org. */
  get lease(): Held | null {
    return this.#parts.lease ?? null;
  }
  get orgId(): string {
    return this.#parts.connection.org.id;
  }

  /**
   * Stores a batch of the stream in turns, each with everything it says. A reading that comes meanwhile waits for all of
   * them. If a turn throws, the batch comes again from the position that the turns before it stored.
   * @param place tells where the stream stands after a part, and which change was stored last before it. The changes
   * that a gap in this part hides came after that one.
   */
  receive(
    { events, completeTo }: Batch,
    place: (part: Batch) => {
      position: Intake["position"];
      before: { position: string | null; committedAt: number | null };
    },
    stored: (applied: Applied, part: Batch) => void,
  ): Promise<void> {
    const { channel } = this.#parts.connection.org;
    return this.#queue(async (arrivedAt) => {
      for (let from = 0; from === 0 || from < events.length;) {
        const some = events.slice(from, from + this.turns.size);
        from = Math.max(1, from + some.length);
        const part = { events: some, completeTo: from >= events.length ? completeTo : null };
        const { position, before } = place(part);
        if (some.length === 0 && position === null) return;
        const intake = {
          changes: some.flatMap((event) => event.changes),
          position,
          parked: some.flatMap(({ unreadable: reason, position: at }) =>
            reason === null ? [] : [{ channel, position: at, asked_after: before.position, reason }],
          ),
          gaps: gapsIn(some, before.committedAt),
        };
        stored(await this.#take(intake, arrivedAt), part);
        if (from < events.length) await this.#breathe();
      }
      await this.turns.rest(this.#parts.runtime.timers);
    });
  }

  /** Reads cases anew and lays what the org says over what is held. */
  async reread(caseIds: readonly string[]): Promise<void> {
    const { connection, runtime } = this.#parts;
    for (const some of inBatches(caseIds))
      await this.take({ snapshots: await readSnapshots(connection, some, runtime.clock) });
  }

  /** Reads the cases of which the list of statuses says otherwise than what is held: their records decide. */
  async repairClosing(): Promise<void> {
    const { store } = this.#parts;
    const { isClosed } = this.knowledge.judgement();
    let after = "";
    for (;;) {
      const rows = await store.db
        .selectFrom("cases")
        .select(["id", "fields", "is_closed"])
        .where("org_id", "=", this.orgId)
        .where("is_deleted", "=", 0)
        .where("contract_id", "is not", null)
        .where("id", ">", after)
        .orderBy("id")
        .limit(casesAtOnce)
        .execute();
      const otherwise = rows.filter(({ fields, is_closed }) => {
        const { Status } = JSON.parse(fields) as { Status?: string | null };
        return Status != null && isClosed(Status) !== (is_closed === 1);
      });
      await this.reread(otherwise.map(({ id }) => id));
      if (rows.length < casesAtOnce) return;
      after = rows.at(-1)!.id;
    }
  }

  /** Comments and emails of cases that wait. */
  takeReplies(replies: ReadonlyMap<string, Reply[]>): Promise<Applied> {
    return this.take({ replies });
  }

  /** One transaction at a time: the second caller waits for the first. */
  take(
    intake: Partial<
      Pick<Intake, "changes" | "snapshots" | "replies" | "position" | "parked" | "gaps" | "undone">
    >,
  ): Promise<Applied> {
    return this.#queue((arrivedAt) => this.#take(intake, arrivedAt));
  }

  #queue<T>(work: (arrivedAt: number) => Promise<T>): Promise<T> {
    const arrivedAt = this.#parts.runtime.clock.now();
    const turn = this.#last.then(() => work(arrivedAt));
    this.#last = turn.catch(() => {});
    return turn;
  }

  /** The embedded store answers without the event loop, so we give the rest of the process a turn between two. */
  async #breathe(): Promise<void> {
    await worldOf(this.#parts.runtime).breathe();
    await this.turns.rest(this.#parts.runtime.timers);
  }

  async #take(
    {
      changes = [],
      snapshots = [],
      replies = new Map(),
      position = null,
      parked = [],
      gaps = [],
      undone = [],
    }: Parameters<OrgMirror["take"]>[0],
    arrivedAt: number,
  ): Promise<Applied> {
    const { connection, runtime } = this.#parts;
    const read = [
      ...snapshots,
      ...(await this.#readMissing(changes, new Set(snapshots.map((s) => s.caseId)))),
    ];
    const all = { changes, snapshots: read, replies, position, parked, gaps, undone };
    const applied = await this.#inTurns(all, arrivedAt);
    if (applied.undecided.size > 0) {
      // asked for now, after all that is held has arrived: this one decides
      const again = await readSnapshots(connection, applied.undecided, runtime.clock);
      const decided = await this.#store({ ...nothing, snapshots: again }, arrivedAt);
      for (const [caseId, fields] of decided.differences)
        applied.differences.set(caseId, [
          ...new Set([...(applied.differences.get(caseId) ?? []), ...fields]),
        ]);
    }
    return applied;
  }

  /** What belongs to a stream's position commits together. Readings alone may follow one another. */
  async #inTurns(intake: Learnt, arrivedAt: number): Promise<Applied> {
    const { changes, position, snapshots } = intake;
    let rest = intake;
    let sum: Applied | null = null;
    for (;;) {
      const some = changes.length > 0 || position !== null ? snapshots.length : this.turns.size;
      const left = rest.snapshots.slice(some);
      const part = { ...rest, snapshots: rest.snapshots.slice(0, some) };
      const applied = await this.#store(part, arrivedAt);
      sum = sum === null ? applied : together(sum, applied);
      if (left.length === 0) return sum;
      await this.#breathe();
      rest = { ...nothing, snapshots: left };
    }
  }

  async #store(intake: Learnt, arrivedAt: number): Promise<Applied> {
    const { store, runtime, lease = null, wake } = this.#parts;
    const recompute = this.turns.timed(this.#parts.recompute);
    await this.#know(intake.changes, intake.snapshots, intake.replies);
    const began = runtime.clock.now();
    const applied = await apply(store, recompute, {
      ...intake,
      orgId: this.orgId,
      arrivedAt,
      judgement: this.knowledge.judgement(),
      lease,
      now: runtime.clock.now(),
    });
    if (intake.changes.length > 0)
      this.#parts.onStored?.({
        ...{ changes: intake.changes, arrivedAt, began },
        touched: new Set(applied.touched.map(({ caseId }) => caseId)),
      });
    for (const id of applied.foreign) this.#foreign.add(id);
    if (this.#foreign.size > remembered) this.#foreign.clear();
    if (applied.touched.length > 0) wake();
    const { changes, snapshots } = intake;
    this.#parts.changed?.(
      this.orgId,
      [...changes, ...snapshots].map(({ caseId }) => caseId),
    );
    for (const { caseId, fields, by } of applied.overwritten)
      runtime.log.warn(
        { org: this.orgId, case: caseId, fields, by },
        "the org holds something else in the service's fields than it wrote; they are written again",
      );
    for (const { caseId, fields } of applied.left) {
      const which = [...fields].sort().join(", ");
      runtime.log.error(
        { org: this.orgId, case: caseId, fields },
        "something in the org changes the service's fields each time they are written; they stay as they are until the next reconciliation",
      );
      const item = { kind: "case.fields", orgId: this.orgId, caseId };
      await reportRefusal(store.db, runtime.clock.now(), item, changedAgain, which);
    }
    return applied;
  }

  /** Cases that a change alone does not tell enough of: never seen before, or known to have a gap. */
  async #readMissing(changes: CaseChange[], given: ReadonlySet<string>): Promise<CaseSnapshot[]> {
    if (changes.length === 0) return [];
    const { store, connection, runtime } = this.#parts;
    const ids = [...new Set(changes.map((change) => change.caseId))];
    const rows = await store.db
      .selectFrom("cases")
      .select(["id", "contract_id"])
      .where("org_id", "=", this.orgId)
      .where(among(store.db, "id", ids))
      .execute();
    const ours = new Set(rows.filter((row) => row.contract_id !== null).map((row) => row.id));
    // one that a reading brought in is nobody else's any more
    for (const id of ours) this.#foreign.delete(id);
    const gaps = new Set<string>();
    const strangers = new Set<string>();
    const deleted: CaseChange[] = [];
    for (const change of changes) {
      if (given.has(change.caseId)) continue;
      const contract = change.fields.Support_Contract__c;
      if (contract != null) this.#foreign.delete(change.caseId);
      if (ours.has(change.caseId)) {
        if (change.kind === "GAP") gaps.add(change.caseId);
        if (change.kind === "DELETE") deleted.push(change);
      } else if (change.kind === "CREATE") {
        if (contract != null) ours.add(change.caseId);
      } else if (change.kind === "GAP") {
        // it may hide the contract that was set
        strangers.add(change.caseId);
      } else if (contract !== null && !this.#foreign.has(change.caseId)) strangers.add(change.caseId);
    }
    if (deleted.length > 0) await this.#askWhetherMerged(deleted);
    const known = new Set(rows.map((row) => row.id));
    const asked = [...strangers];
    const late = await this.#readLate(
      changes.filter(({ caseId }) => ours.has(caseId) && !given.has(caseId) && !gaps.has(caseId)),
    );
    const answered = [
      ...(await readSnapshots(connection, gaps, runtime.clock)),
      ...(await readSnapshots(connection, asked, runtime.clock, " AND Support_Contract__c != null")),
    ];
    const merged = new Set(answered.filter((s) => s.merged).map((s) => s.caseId));
    for (const change of changes)
      if (change.kind === "DELETE" && merged.has(change.caseId)) change.merged = true;
    // nothing came back: not ours, unless the mirror knew it once
    return [
      ...answered.filter(
        (s) => s.values !== null || gaps.has(s.caseId) || (known.has(s.caseId) && !strangers.has(s.caseId)),
      ),
      ...late,
    ];
  }

  /** An org that does not answer does not hold up what it told. */
  async #readLate(changes: CaseChange[]): Promise<CaseSnapshot[]> {
    const { connection, runtime } = this.#parts;
    const { clock, log } = runtime;
    const cases = this.#lateNews.casesToRead(changes, clock.now());
    if (cases.length === 0) return [];
    try {
      const snapshots = await readSnapshots(connection, cases, clock);
      this.#lateNews.wereRead(snapshots);
      return snapshots;
    } catch (error) {
      this.#lateNews.failed(clock.now());
      log.warn(
        { org: this.orgId, cases: cases.length, error: (error as Error).message },
        "late events came, and their cases could not be read",
      );
      return [];
    }
  }

  async #askWhetherMerged(deleted: CaseChange[]): Promise<void> {
    const { connection, runtime } = this.#parts;
    try {
      const rows = await connection.query<{ Id: string; MasterRecordId: string | null }>(
        `SELECT Id, MasterRecordId FROM Case WHERE Id IN ${literals(new Set(deleted.map((c) => c.caseId)))}`,
        { all: true },
      );
      const merged = new Set(rows.filter((row) => row.MasterRecordId).map((row) => longId(row.Id)));
      for (const change of deleted) if (merged.has(change.caseId)) change.merged = true;
    } catch (error) {
      // it only tells a merge from a deletion: not worth holding up the stream
      runtime.log.warn(
        { org: this.orgId, error: (error as Error).message },
        "could not ask whether deleted cases were merged",
      );
    }
  }

  async #know(
    changes: CaseChange[],
    snapshots: CaseSnapshot[],
    loose: ReadonlyMap<string, Reply[]>,
  ): Promise<void> {
    const users = new Set<string>();
    const statuses = new Set<string>();
    const suspects = new Map<string, number>();
    const suspect = (id: unknown, at: number) => {
      if (id == null) return;
      users.add(String(id));
      suspects.set(String(id), Math.max(at, suspects.get(String(id)) ?? 0));
    };
    for (const change of changes) {
      if (this.#foreign.has(change.caseId)) continue;
      const values = change.fields;
      if (values.Status != null) statuses.add(String(values.Status));
      const tells = change.kind === "CREATE" || telling.some((field) => field in values);
      if (tells) {
        suspect(change.commitUser, change.commitTimestamp);
        suspect(values.OwnerId, change.commitTimestamp);
      } else if (change.commitUser !== null) users.add(change.commitUser);
    }
    for (const { values, history, replies, lastModified } of snapshots) {
      if (values?.Status != null) statuses.add(String(values.Status));
      for (const id of [values?.CreatedById, values?.OwnerId, lastModified.by])
        if (id != null) users.add(String(id));
      for (const row of history) {
        suspect(row.by, row.at);
        if (row.field === "OwnerId")
          for (const id of [row.from, row.to]) if (id !== null) users.add(String(id));
        if (row.field === "Status")
          for (const status of [row.from, row.to]) if (status !== null) statuses.add(String(status));
      }
      for (const reply of replies) suspect(reply.by, reply.at);
    }
    for (const list of loose.values()) for (const reply of list) suspect(reply.by, reply.at);
    if (users.size > 0 || statuses.size > 0) await this.knowledge.ensure(users, statuses, suspects);
  }
}

/** What one look at the org or one batch of its stream tells. */
type Learnt = Omit<Intake, "orgId" | "arrivedAt" | "judgement" | "lease" | "now"> & {
  replies: ReadonlyMap<string, Reply[]>;
};
const nothing = { changes: [], replies: new Map<string, Reply[]>(), position: null, parked: [], gaps: [] };

const together = (a: Applied, b: Applied): Applied => ({
  applied: a.applied + b.applied,
  duplicates: a.duplicates + b.duplicates,
  foreign: new Set([...a.foreign, ...b.foreign]),
  differences: new Map([...a.differences, ...b.differences]),
  undecided: new Set([...a.undecided, ...b.undecided]),
  overwritten: [...a.overwritten, ...b.overwritten],
  left: [...a.left, ...b.left],
  touched: [...a.touched, ...b.touched],
});

type Gap = NonNullable<Intake["gaps"]>[number];
function gapsIn(events: readonly ReceivedEvent[], since: number | null): Gap[] {
  return events.flatMap<Gap>(({ overflow, unreadable, changes, position }) => {
    if (overflow) return [{ kind: "overflow", detail: `at ${position}`, since, repaired_at: null }];
    if (unreadable !== null)
      return [
        { kind: "unreadable event", detail: `at ${position}: ${unreadable}`, since, repaired_at: null },
      ];
    const gap = changes.find((change) => change.kind === "GAP");
    // read again in the same transaction
    return gap
      ? [
          {
            kind: "gap event",
            detail: `at ${position}: ${changes.length} cases`,
            since: gap.commitTimestamp,
            repaired_at: gap.commitTimestamp,
          },
        ]
      : [];
  });
}
