import { maySubscribe } from "../events/channel.ts";
import { cometdStream } from "../events/cometd/subscribe.ts";
import { settingsOf } from "../actions/settings.ts";
import { pubsubStream } from "../events/pubsub/subscribe.ts";
import { StreamFault, type StartAt, type Stream } from "../events/stream.ts";
import { keepApiUse, recallApiUse } from "../orgs/api-use.ts";
import { clientName, type OrgConnection } from "../orgs/connection.ts";
import { recordsInForce, type ContractRecord } from "../orgs/contract.ts";
import { longId } from "../orgs/ids.ts";
import type { Org } from "../orgs/org.ts";
import { needsPerson, OrgTrouble, troubleOf, type TroubleKind } from "../orgs/trouble.ts";
import { pause, type Runtime } from "../runtime.ts";
import type { Store } from "../store/open.ts";
import { isFromStore } from "../store/watch.ts";
import { LeaseLost } from "./apply.ts";
import { refreshContracts } from "./contracts.ts";
import { readWaitingReplies } from "./evidence.ts";
import { takeIn } from "./intake.ts";
import { OrgMirror } from "./org-mirror.ts";
import { StreamPosition } from "./position.ts";
import { reconcile, type Reconciliation } from "./reconcile.ts";
import { Routine } from "./routine.ts";
import type { RecomputeClocks, Wake } from "./types.ts";

export interface Periods {
  /** ms between two looks at each */
  contracts: number;
  replies: number;
  intake: number;
  reconcile: number;
  prune: number;
  /** With nothing heard from a stream for so long it counts as dead. */
  silentAfter: number;
  /** Applied changes are remembered this long: longer than the org retains events. */
  remember: number;
}
const minute = 60_000;
const hour = 60 * minute;
export const defaultPeriods: Periods = {
  contracts: 5 * minute,
  replies: minute,
  intake: minute,
  reconcile: 6 * hour,
  prune: hour,
  silentAfter: 5 * minute,
  remember: 7 * 24 * hour,
};

export interface FollowParts {
  store: Store;
  connection: OrgConnection;
  recompute: RecomputeClocks;
  wake: Wake;
  runtime: Runtime;
  periods: Periods;
  lease?: { holder: string; token: number } | null;
  streams: Record<Org["transport"], Stream>;
  /** The org needs a person: it is stopped with this reason. */
  onStop(trouble: OrgTrouble): Promise<void>;
}

/** How an org's stream is doing, for health and the fleet page. */
export interface OrgHealth {
  state: "starting" | "streaming" | "waiting" | "stopped";
  /** Why it waits or has stopped: of what kind, and in words. */
  kind: TroubleKind | "stream" | "store" | "lease" | null;
  reason: string | null;
  /** When the stream was last heard of, and the commit of the last change stored, ms. */
  heardAt: number | null;
  committedAt: number | null;
  /** Received after commit, of the last change, ms. */
  lag: number | null;
  applied: number;
  duplicates: number;
  reconnects: number;
  differences: number;
  lastReconciled: number | null;
  parked: number;
}

export const streams: Record<Org["transport"], Stream> = { pubsub: pubsubStream, cometd: cometdStream };

/** The gap that every org begins with: closed by the first comparison in full, whoever asked for it. */
const neverRead = "never read";
const overlap = hour;
/** Since when to compare when all was stored until a commit: a transaction may take its time; null: since ever. */
const sinceOf = (committedAt: number | null) => (committedAt === null ? null : committedAt - overlap);
const longestWait = 60_000;
const firstWait = 500;
/** How often the count of requests is stored, ms: a crash forgets no more than was asked in between. */
const apiUseKept = minute;
/** A store that failed is asked again at least this often: it is ours, and every org waits for it. */
const storeWait = 5_000;

/** Serves one org: keeps its stream running, and beside it what events do not bring. Its trouble stays here. */
export class OrgFollower {
  readonly #parts: FollowParts;
  readonly mirror: OrgMirror;
  readonly #stopping = new AbortController();
  readonly #routines: Routine[];
  #running: Promise<void> | null = null;
  #failures = 0;
  /** The budget knows what was asked before this process began. */
  #recalled = false;
  readonly health: OrgHealth = {
    state: "starting",
    kind: null,
    reason: null,
    heardAt: null,
    committedAt: null,
    lag: null,
    applied: 0,
    duplicates: 0,
    reconnects: 0,
    differences: 0,
    lastReconciled: null,
    parked: 0,
  };

  constructor(parts: FollowParts) {
    this.#parts = parts;
    this.mirror = new OrgMirror(parts);
    const { periods, runtime } = parts;
    const routine = (name: string, period: number, work: () => Promise<unknown>) =>
      new Routine({
        name,
        period,
        work,
        runtime,
        signal: this.#stopping.signal,
        onTrouble: (trouble) => this.#trouble(name, trouble),
      });
    this.#routines = [
      routine("contracts", periods.contracts, () => this.#contracts()),
      routine("replies", periods.replies, () => this.#replies()),
      routine("intake", periods.intake, () => this.#intake()),
      routine("reconcile", periods.reconcile, () => this.reconcile({ since: null, reason: "periodic" })),
      routine("prune", periods.prune, () => this.#prune()),
      routine("API use", apiUseKept, () => keepApiUse(parts.store.db, parts.connection)),
    ];
  }

  get org(): Org {
    return this.#parts.connection.org;
  }
  get connection(): OrgConnection {
    return this.#parts.connection;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
    await Promise.all(this.#routines.map((routine) => routine.ended()));
    await keepApiUse(this.#parts.store.db, this.#parts.connection).catch(() => {});
  }

  /** Looks at these cases' evidence now: fields, history, comments, emails. */
  async readEvidence(caseIds: readonly string[]): Promise<void> {
    await this.mirror.reread(caseIds);
  }

  async reconcile(options: {
    since: number | null;
    reason: string;
    dryRun?: boolean;
  }): Promise<Reconciliation> {
    const { store, connection, runtime } = this.#parts;
    const result = await reconcile(store, this.mirror, connection, runtime, {
      dryRun: false,
      ...options,
      signal: this.#stopping.signal,
    });
    if (options.reason !== "backfill") this.health.differences += result.differences.length;
    this.health.lastReconciled = runtime.clock.now();
    return result;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    const { timers, random } = this.#parts.runtime;
    while (!signal.aborted) {
      try {
        await this.#once();
      } catch (error) {
        if (signal.aborted) return;
        const wait = await this.#after(error).catch((failed: unknown) => this.#unsettled(failed));
        if (wait === null) return;
        // full jitter: many orgs that broke together do not come back together
        await pause(timers, wait * (0.5 + random() / 2), signal);
      }
    }
  }

  /** Connects, makes sure the copy is complete, and streams until something ends it. */
  async #once(): Promise<void> {
    const { store, connection, runtime, periods, streams: by } = this.#parts;
    const { org } = connection;
    if (!this.#recalled) await recallApiUse(store.db, connection);
    this.#recalled = true;
    await connection.session();
    await this.mirror.knowledge.load();
    await this.#readContracts();
    for (const routine of this.#routines) routine.start();
    const held = await store.db
      .selectFrom("stream_positions")
      .selectAll()
      .where("org_id", "=", org.id)
      .where("channel", "=", org.channel)
      .executeTakeFirst();
    // a position of the other transport means nothing here
    const usable = held !== undefined && held.transport === org.transport && held.position !== "";
    const startAt: StartAt = usable ? { after: held.position } : "earliest";
    const position = new StreamPosition(usable ? held.position : null);
    let committedAt = held?.committed_at ?? null;
    if (held !== undefined && held.position !== "" && !usable)
      await this.#forgetPosition(
        "another transport",
        `${held.transport} until now, ${org.transport} from here`,
      );
    const due = await this.#dueReading();
    let failed: unknown;
    // told to stop while it connected
    if (this.#stopping.signal.aborted) return;
    const stream = new AbortController();
    let catchingUp: Promise<unknown> | null = null;
    let signing: Promise<unknown> | null = null;
    try {
      await by[org.transport]({
        connection,
        channel: org.channel,
        startAt,
        silentAfter: periods.silentAfter,
        signal: AbortSignal.any([this.#stopping.signal, stream.signal]),
        runtime,
        onOpen: () => {
          this.health.state = "streaming";
          this.health.kind = null;
          this.health.reason = null;
          this.health.heardAt = runtime.clock.now();
          // pages have said that the service is away for as long as it was
          signing = this.#sign().catch((error: unknown) => this.#trouble("contracts", error));
          // subscribed first, then read: what changes while reading arrives by the stream
          if (due !== null)
            catchingUp ??= this.reconcile(due).catch((error: unknown) => {
              failed = error;
              stream.abort();
            });
        },
        deliver: async (delivery) => {
          const before = { position: position.done, committedAt };
          const moved = position.after(delivery);
          const now = runtime.clock.now();
          this.health.heardAt = now;
          const at =
            moved === null ? null : { channel: org.channel, position: moved, transport: org.transport };
          if (delivery.events.length === 0 && at === null) return;
          const applied = await this.mirror.receive(delivery, at, before);
          this.#failures = 0;
          this.health.applied += applied.applied;
          this.health.duplicates += applied.duplicates;
          const last = delivery.events.flatMap((e) => e.changes).at(-1);
          if (last !== undefined) {
            committedAt = this.health.committedAt = last.commitTimestamp;
            this.health.lag = Math.max(0, now - last.commitTimestamp);
          }
          if (delivery.events.some((e) => e.overflow || e.unreadable !== null)) {
            this.health.parked += delivery.events.filter((e) => e.unreadable !== null).length;
            await this.reconcile({ since: sinceOf(before.committedAt), reason: "gap" });
          }
        },
      });
    } finally {
      await catchingUp;
      await signing;
      if (this.health.state === "streaming") this.health.state = "waiting";
    }
    if (failed !== undefined) throw failed;
  }

  /**
   * What must be read besides the stream before the copy can be called complete; null: nothing. It is asked of the
   * store alone, so that a reading that was cut off is done again.
   */
  async #dueReading(): Promise<{ since: number | null; reason: string } | null> {
    const { store, runtime } = this.#parts;
    const gaps = store.db.selectFrom("gaps").where("org_id", "=", this.org.id);
    const begun = await gaps.select("id").where("kind", "=", neverRead).limit(1).executeTakeFirst();
    if (begun === undefined)
      await store.db
        .insertInto("gaps")
        .values({
          org_id: this.org.id,
          noticed_at: runtime.clock.now(),
          kind: neverRead,
          detail: "what the org had before it was followed",
          since: null,
          repaired_at: null,
        })
        .execute();
    const open = await gaps.select(["kind", "since"]).where("repaired_at", "is", null).execute();
    if (open.length === 0) return null;
    const unknown = open.some(({ since }) => since === null);
    return {
      since: sinceOf(unknown ? null : Math.min(...open.map((gap) => gap.since!))),
      reason: open.some(({ kind }) => kind === neverRead) ? "backfill" : "gap",
    };
  }

  /** @returns ms to wait before trying again; null: it has stopped */
  async #after(error: unknown): Promise<number | null> {
    const { runtime } = this.#parts;
    const { health, org } = this;
    health.reconnects++;
    const backoff = Math.min(longestWait, firstWait * 2 ** Math.min(this.#failures++, 10));
    if (error instanceof LeaseLost) {
      health.state = "stopped";
      health.kind = "lease";
      health.reason = error.message;
      this.#stopping.abort();
      return null;
    }
    health.state = "waiting";
    if (error instanceof StreamFault) {
      health.kind = "stream";
      health.reason = error.message;
      runtime.log.warn(
        { org: org.id, kind: error.kind, reason: error.message },
        "the stream ended; subscribing again",
      );
      if (error.kind === "signedOut") {
        const { accessToken } = await this.connection.session().catch(() => ({ accessToken: undefined }));
        await this.connection.renew(accessToken).catch(() => {});
      }
      if (error.kind === "positionRefused") await this.#forgetPosition("position refused", error.message);
      return error.kind === "broken" ? backoff : Math.min(backoff, firstWait);
    }
    if (isFromStore(error)) return this.#unsettled(error);
    const trouble = troubleOf(error);
    health.kind = trouble.kind;
    health.reason = trouble.message;
    if (needsPerson.has(trouble.kind)) {
      await this.#stopFor(trouble);
      return null;
    }
    runtime.log.warn(
      { org: org.id, kind: trouble.kind, reason: trouble.message },
      "the org cannot be served now; trying again",
    );
    return trouble.kind === "limit" ? longestWait : backoff;
  }

  /**
   * The store failed: nothing is acknowledged that is not stored, so the stream is closed, and asked for again from the
   * stored position. What was to be done about an org's trouble when the store failed is done when that trouble shows
   * again.
   */
  #unsettled(error: unknown): number {
    const { message } = error as Error;
    this.health.state = "waiting";
    this.health.kind = "store";
    this.health.reason = `The store does not take what arrives: ${message}`;
    this.#parts.runtime.log.error(
      { org: this.org.id, error: message },
      "the store refused a transaction; trying again",
    );
    return Math.min(storeWait, firstWait * 2 ** Math.min(this.#failures, 10));
  }

  /** The position is good for nothing here any more: begin with what the org still has, and read the rest. */
  async #forgetPosition(kind: string, detail: string): Promise<void> {
    const { store, runtime } = this.#parts;
    await store.db.transaction().execute(async (tx) => {
      const held = await tx
        .selectFrom("stream_positions")
        .select("committed_at")
        .where("org_id", "=", this.org.id)
        .where("channel", "=", this.org.channel)
        .executeTakeFirst();
      await tx
        .updateTable("stream_positions")
        .set({ position: "" })
        .where("org_id", "=", this.org.id)
        .where("channel", "=", this.org.channel)
        .execute();
      await tx
        .insertInto("gaps")
        .values({
          org_id: this.org.id,
          noticed_at: runtime.clock.now(),
          kind,
          detail,
          since: held?.committed_at ?? null,
          repaired_at: null,
        })
        .execute();
    });
  }

  /** Kept first: an org that stops without its reason having been stored would not be stopped for long. */
  async #stopFor(trouble: OrgTrouble): Promise<void> {
    await this.#parts.onStop(trouble);
    this.health.state = "stopped";
    this.health.kind = trouble.kind;
    this.health.reason = trouble.message;
    this.#parts.runtime.log.error(
      { org: this.org.id, kind: trouble.kind, reason: trouble.message },
      "the org has stopped; it needs a person",
    );
    this.#stopping.abort();
  }

  /** Trouble of a routine: what needs a person stops the org, the rest is tried again at its next turn. */
  #trouble(name: string, error: unknown): void {
    const { runtime } = this.#parts;
    if (error instanceof LeaseLost || this.#stopping.signal.aborted) return;
    const storeFailed = (failed: unknown) =>
      runtime.log.error(
        { org: this.org.id, routine: name, error: (failed as Error).message },
        "the store refused; trying again",
      );
    if (isFromStore(error)) return storeFailed(error);
    const trouble = troubleOf(error);
    if (needsPerson.has(trouble.kind)) this.#stopFor(trouble).catch(storeFailed);
    else
      runtime.log.warn(
        { org: this.org.id, routine: name, kind: trouble.kind, reason: trouble.message },
        "did not work this time",
      );
  }

  /** The org's contracts as they were read last, by their first day. */
  #contractRecords: ContractRecord[] = [];
  async #readContracts(): Promise<void> {
    const { store, connection, recompute, runtime } = this.#parts;
    const { contracts } = await refreshContracts(store, connection, recompute, runtime.clock);
    this.#contractRecords = contracts;
  }

  /** Contracts both ways: what the org's say, and that the service is there. */
  async #contracts(): Promise<void> {
    await this.#readContracts();
    // a stream that is open says nothing when its channel is taken away; asked with a token that was just good
    await maySubscribe(this.connection);
    await this.#sign();
  }

  #signedAt = -Infinity;
  /** The sign of life that components look at. A stream that comes and goes does not sign each time. */
  async #sign(): Promise<void> {
    const { connection, runtime, periods } = this.#parts;
    const now = runtime.clock.now();
    const active = this.#contractRecords.filter((c) => c.Status__c === "Active");
    if (active.length === 0 || now - this.#signedAt < periods.contracts / 2) return;
    await connection.use((c) =>
      c.sobject("Support_Contract__c").update(
        active.map(({ Id }) => ({ Id, Synced_At__c: new Date(now).toISOString() })),
        { allOrNone: false },
      ),
    );
    this.#signedAt = now;
  }

  #repliesSince: number | null = null;
  async #replies(): Promise<void> {
    const { store, connection, runtime } = this.#parts;
    const now = runtime.clock.now();
    await readWaitingReplies(store, this.mirror, connection, this.#repliesSince);
    this.#repliesSince = now;
  }

  async #intake(): Promise<void> {
    const { store, connection, runtime } = this.#parts;
    if (this.org.intakeRule === null) return;
    const now = runtime.clock.now();
    const active = this.#contractRecords.filter((record) => record.Status__c === "Active");
    // after a change of plan the next one is there already, and governs from tomorrow on
    const contract = recordsInForce(active, now)[0] ?? active.at(-1);
    if (contract === undefined) return;
    const { dryRun } = settingsOf(JSON.stringify(this.org.settings));
    const taken = await takeIn(
      store,
      connection,
      longId(contract.Id),
      now,
      (caseId, reason) =>
        runtime.log.warn(
          { org: this.org.id, case: caseId, reason },
          "a case matches the intake rule, and the org refuses its contract",
        ),
      dryRun,
    );
    if (taken > 0)
      runtime.log.info(
        { org: this.org.id, cases: taken, client: clientName },
        dryRun
          ? "match the intake rule; on a dry run they are left as they are"
          : "put under the contract by the intake rule",
      );
  }

  async #prune(): Promise<void> {
    const { store, runtime, periods } = this.#parts;
    await store.db
      .deleteFrom("applied_changes")
      .where("org_id", "=", this.org.id)
      .where("at", "<", runtime.clock.now() - periods.remember)
      .execute();
  }
}
