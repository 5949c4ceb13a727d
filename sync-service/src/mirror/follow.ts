import { cometdStream } from "../events/cometd/subscribe.ts";
import { pubsubStream } from "../events/pubsub/subscribe.ts";
import { StreamFault, type Batch, type StartAt, type Stream } from "../events/stream.ts";
import { keepApiUse, recallApiUse } from "../orgs/api-use.ts";
import type { OrgConnection } from "../orgs/connection.ts";
import type { Org } from "../orgs/org.ts";
import { needsPerson, OrgTrouble, troubleOf, type TroubleKind } from "../orgs/trouble.ts";
import { pause, type Runtime } from "../runtime.ts";
import type { Store } from "../store/open.ts";
import { isFromStore } from "../store/watch.ts";
import { worldOf } from "../world.ts";
import { dueReading, forgetPosition, recordLoss, sinceOf } from "./gaps.ts";
import { assessed, startingHealth, storedWithin, type OrgHealth } from "./health.ts";
import { LeaseLost, type Held } from "./leases.ts";
import { OrgMirror, type MirrorParts } from "./org-mirror.ts";
import type { Periods } from "./periods.ts";
import { lastLook, rememberLook } from "./places.ts";
import { StreamPosition } from "./position.ts";
import { longestTransaction, proveFields } from "./read.ts";
import { inFlight, reconcile, type Reconciliation } from "./reconcile.ts";
import { Rounds } from "./rounds.ts";
import { Routine } from "./routine.ts";
import type { RecomputeClocks, Wake } from "../case/change.ts";

export interface FollowParts {
  store: Store;
  connection: OrgConnection;
  recompute: RecomputeClocks;
  wake: Wake;
  /** Told after commit which cases of the org have changed. */
  changed?(orgId: string, caseIds: string[]): void;
  runtime: Runtime;
  periods: Periods;
  lease?: Held | null;
  onStored?: NonNullable<MirrorParts["onStored"]>;
  streams: Record<Org["transport"], Stream>;
  /** The org needs a person: it is stopped with this reason. */
  onStop(trouble: OrgTrouble): Promise<void>;
}

export const streams: Record<Org["transport"], Stream> = { pubsub: pubsubStream, cometd: cometdStream };

const longestWait = 60_000;
const firstWait = 500;
/** A store that failed is asked again at least this often: it is ours, and every org waits for it. */
const storeWait = 5_000;

/** With these, events may have come without what they should have told, or not at all. */
const losesChanges: ReadonlySet<TroubleKind> = new Set(["packageGone", "forbidden", "channelGone"]);

const behindAfter = inFlight / 3;

/** Serves one org: keeps its stream running, and beside it what events do not bring. Its trouble stays here. */
export class OrgFollower {
  readonly #parts: FollowParts;
  readonly mirror: OrgMirror;
  readonly #stopping = new AbortController();
  readonly #rounds: Rounds;
  readonly #routines: Routine[];
  #running: Promise<void> | null = null;
  #failures = 0;
  /** The budget knows what was asked before this process began. */
  #recalled = false;
  /** As it happens; for people, see `assessedHealth`. */
  readonly health: OrgHealth;
  /** When the org was proved last, but for its changes, ms. */
  #lookedAt = -Infinity;
  /** What the last look missed that clocks can go on without, in words. */
  #lesser: string | null = null;
  /** All that was due to be read beside the stream has been. */
  #complete = false;

  constructor(parts: FollowParts) {
    this.#parts = parts;
    this.health = startingHealth(parts.runtime.clock.now());
    this.mirror = new OrgMirror(parts);
    this.#rounds = new Rounds({ ...parts, mirror: this.mirror });
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
      routine("look", periods.contracts, () => this.#look()),
      routine("replies", periods.replies, () => this.#rounds.replies()),
      ...(parts.connection.org.intakeRule === null
        ? []
        : [routine("intake", periods.intake, () => this.#rounds.intake())]),
      routine("doors", periods.replies, () => this.#rounds.doors()),
      routine("reconcile", periods.reconcile, () => this.reconcile({ since: null, reason: "periodic" })),
      routine("prune", periods.prune, () => this.#rounds.prune()),
      routine("API use", worldOf(runtime).pace.apiUse, () => keepApiUse(parts.store.db, parts.connection)),
    ];
  }

  get org(): Org {
    return this.#parts.connection.org;
  }
  get connection(): OrgConnection {
    return this.#parts.connection;
  }

  assessedHealth(): OrgHealth {
    const { runtime, connection, periods } = this.#parts;
    return assessed(this.health, runtime.clock.now(), {
      waitsFor: connection.waitsFor,
      lookEvery: periods.contracts,
    });
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
    const startedAt = runtime.clock.now();
    const result = await reconcile(store, this.mirror, connection, runtime, {
      dryRun: false,
      ...options,
      signal: this.#stopping.signal,
    });
    if (options.reason !== "backfill") this.health.differences += result.differences.length;
    this.health.lastReconciled = runtime.clock.now();
    if (options.since === null && !options.dryRun && !this.#stopping.signal.aborted)
      await this.#proved(startedAt);
    return result;
  }

  /**
   * Every five minutes: what the service believes of the org, its sign of life, and that changes still arrive. Changes
   * that somebody lost meanwhile are found by comparing what the org saved since the last look that was complete.
   */
  async #look(): Promise<void> {
    const { runtime } = this.#parts;
    const { health } = this;
    const startedAt = runtime.clock.now();
    try {
      await this.#prove();
      await this.#rounds.sign();
      // an event still on its way is no difference
      if (!this.#complete || health.state !== "streaming" || this.#isBehind()) return;
      const since = (health.provedAt ?? startedAt) - longestTransaction - inFlight;
      const { differences } = await this.reconcile({ since, reason: "look" });
      if (differences.length > 0)
        runtime.log.warn(
          { org: this.org.id, cases: differences.slice(0, 20) },
          "changes of these cases did not arrive as events; they were read and repaired",
        );
      health.lookFailed = null;
      await this.#proved(startedAt);
    } catch (error) {
      if (!isFromStore(error) && !(error instanceof LeaseLost)) {
        const { kind, message: reason } = troubleOf(error);
        health.lookFailed = { kind, reason };
      }
      throw error;
    }
  }

  /** The mirror was as the org at this instant: the next look begins there. */
  async #proved(at: number): Promise<void> {
    this.health.provedAt = at;
    await rememberLook(this.#parts.store, this.org.id, this.mirror.lease, "look", at);
  }

  /** Something waits to be stored, or what was stored a moment ago came late. */
  #isBehind(): boolean {
    const now = this.#parts.runtime.clock.now();
    const { storingSince, lag, lagAt } = this.health;
    const waits = storingSince !== null && now - storingSince > behindAfter;
    return waits || (now - lagAt < behindAfter && (lag ?? 0) > behindAfter);
  }

  async #prove(): Promise<void> {
    const at = this.#parts.runtime.clock.now();
    const lesser = await this.#rounds.look();
    this.#lookedAt = at;
    if (lesser !== null && lesser.message !== this.#lesser)
      this.#parts.runtime.log.warn({ org: this.org.id, reason: lesser.message }, "something is missing");
    this.#lesser = lesser?.message ?? null;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    const { timers, random } = this.#parts.runtime;
    while (!signal.aborted) {
      try {
        await this.#once();
      } catch (error) {
        if (signal.aborted) return;
        const wait = await this.#after(error).catch((failed: unknown) =>
          failed instanceof LeaseLost ? this.#lost(failed) : this.#unsettled(failed),
        );
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
    if (!this.#recalled) {
      await recallApiUse(store.db, connection);
      await this.#rounds.recall();
      await this.mirror.knowledge.recall();
      this.health.provedAt = await lastLook(store.db, org.id, "look");
    }
    this.#recalled = true;
    await connection.session();
    await this.mirror.knowledge.ensure(new Set(), new Set());
    if (runtime.clock.now() - this.#lookedAt < periods.contracts / 2) await this.#rounds.readContracts();
    else await this.#prove();
    await this.#rounds.doors();
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
      await forgetPosition(
        store,
        org,
        this.mirror.lease,
        runtime.clock.now(),
        "another transport",
        `${held.transport} until now, ${org.transport} from here`,
      );
    const due = await dueReading(store, org, this.mirror.lease, runtime.clock.now());
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
        openWithin: periods.openWithin,
        signal: AbortSignal.any([this.#stopping.signal, stream.signal]),
        runtime,
        onOpen: () => {
          this.#is("streaming", null, null);
          this.health.heardAt = runtime.clock.now();
          // pages have said that the service is away for as long as it was
          signing = this.#rounds.sign().catch((error: unknown) => this.#trouble("look", error));
          // subscribed first, then read: what changes while reading arrives by the stream
          if (due === null) this.#complete = true;
          else
            catchingUp ??= this.reconcile(due).then(
              () => (this.#complete = true),
              (error: unknown) => {
                failed = error;
                stream.abort();
              },
            );
        },
        deliver: async (batch) => {
          const now = runtime.clock.now();
          this.health.heardAt = now;
          const since = committedAt;
          const place = (part: Batch) => {
            const before = { position: position.done, committedAt };
            const moved = position.after(part);
            const { channel, transport } = org;
            return { before, position: moved === null ? null : { channel, position: moved, transport } };
          };
          await this.#storing(now, async () => {
            await this.mirror.receive(batch, place, (applied, { events }) => {
              this.#failures = 0;
              this.health.applied += applied.applied;
              this.health.duplicates += applied.duplicates;
              const last = events.flatMap((e) => e.changes).at(-1);
              if (last === undefined) return;
              committedAt = this.health.committedAt = last.commitTimestamp;
              // known events came again after a break: they do not tell how far behind the store is
              if (applied.applied > 0) {
                this.health.lagAt = runtime.clock.now();
                this.health.lag = Math.max(0, this.health.lagAt - last.commitTimestamp);
              }
            });
            if (batch.events.some((e) => e.overflow || e.unreadable !== null)) {
              this.health.parked += batch.events.filter((e) => e.unreadable !== null).length;
              await this.reconcile({ since: sinceOf(since), reason: "gap" });
            }
          });
        },
      });
    } finally {
      await catchingUp;
      await signing;
      if (this.health.state === "streaming") this.#is("waiting", this.health.kind, this.health.reason);
    }
    if (failed !== undefined) throw failed;
  }

  /** Health says since when something waits to be stored, and the log says it once it has waited for long. */
  async #storing(since: number, work: () => Promise<void>): Promise<void> {
    const { timers, log } = this.#parts.runtime;
    this.health.storingSince = since;
    const slow = timers.after(storedWithin, () =>
      log.warn(
        { org: this.org.id, reason: this.connection.waitsFor ?? "the store takes its time" },
        `what arrived ${storedWithin / 1000} s ago is not stored yet`,
      ),
    );
    try {
      await work();
    } finally {
      slow.cancel();
      this.health.storingSince = null;
    }
  }

  /** @returns ms to wait before trying again; null: it has stopped */
  async #after(error: unknown): Promise<number | null> {
    const { store, runtime } = this.#parts;
    const { health, org } = this;
    health.reconnects++;
    const backoff = Math.min(longestWait, firstWait * 2 ** Math.min(this.#failures++, 10));
    if (error instanceof LeaseLost) return this.#lost(error);
    if (error instanceof StreamFault) {
      this.#is("waiting", "stream", error.message);
      runtime.log.warn(
        { org: org.id, kind: error.kind, reason: error.message },
        "the stream ended; subscribing again",
      );
      if (error.kind === "signedOut") {
        const { accessToken } = await this.connection.session().catch(() => ({ accessToken: undefined }));
        await this.connection.renew(accessToken).catch(() => {});
      }
      if (error.kind === "positionRefused")
        await forgetPosition(
          store,
          org,
          this.mirror.lease,
          runtime.clock.now(),
          "position refused",
          error.message,
        );
      return error.kind === "broken" ? backoff : Math.min(backoff, firstWait);
    }
    if (isFromStore(error)) return this.#unsettled(error);
    const trouble = troubleOf(error);
    this.#is("waiting", trouble.kind, trouble.message);
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

  /** Another instance serves the org, so this one may not write its findings. */
  #lost({ message }: LeaseLost): null {
    this.#is("stopped", "lease", message);
    this.#stopping.abort();
    return null;
  }

  /**
   * The store failed: nothing is acknowledged that is not stored, so the stream is closed, and asked for again from the
   * stored position. What was to be done about an org's trouble when the store failed is done when that trouble shows
   * again.
   */
  #unsettled(error: unknown): number {
    const { message } = error as Error;
    this.#is("waiting", "store", `The store does not take what arrives: ${message}`);
    // every org meets the same store: one of them says so
    if (this.#parts.store.watch.isNews(message))
      this.#parts.runtime.log.error(
        { org: this.org.id, error: message },
        "the store refused a transaction; trying again",
      );
    return Math.min(storeWait, firstWait * 2 ** Math.min(this.#failures, 10));
  }

  #is(state: OrgHealth["state"], kind: OrgHealth["kind"], reason: string | null): void {
    const downSince =
      state === "streaming" ? null : (this.health.downSince ?? this.#parts.runtime.clock.now());
    Object.assign(this.health, { state, kind, reason, downSince });
  }

  /** Kept first: an org that stops without its reason having been stored would not be stopped for long. */
  async #stopFor(found: OrgTrouble): Promise<void> {
    const { store, runtime } = this.#parts;
    const trouble = found.kind === "packageGone" ? await this.#inWords(found) : found;
    if (losesChanges.has(trouble.kind))
      await recordLoss(
        ...([store, this.org.id, this.mirror.lease, runtime.clock.now()] as const),
        ...([trouble.kind, trouble.message] as const),
        this.health.provedAt,
      );
    await this.#parts.onStop(trouble);
    this.#is("stopped", trouble.kind, trouble.message);
    this.#parts.runtime.log.error(
      { org: this.org.id, kind: trouble.kind, reason: trouble.message },
      "the org has stopped; it needs a person",
    );
    this.#stopping.abort();
  }

  /** A query says which column it did not find; the description of Case says what to give back to whom. */
  async #inWords(found: OrgTrouble): Promise<OrgTrouble> {
    try {
      await proveFields(this.connection);
      return found;
    } catch (error) {
      const said = troubleOf(error);
      return needsPerson.has(said.kind) ? said : found;
    }
  }

  /** Trouble of a routine: trouble that needs a person stops the org; its next turn tries the rest again. */
  #trouble(name: string, error: unknown): void {
    const { runtime } = this.#parts;
    if (error instanceof LeaseLost || this.#stopping.signal.aborted) return;
    const storeFailed = (failed: unknown) => {
      if (failed instanceof LeaseLost) return void this.#lost(failed);
      const { message } = failed as Error;
      if (this.#parts.store.watch.isNews(`${name}: ${message}`))
        runtime.log.error(
          { org: this.org.id, routine: name, error: message },
          "the store refused; trying again",
        );
    };
    if (isFromStore(error)) return storeFailed(error);
    const trouble = troubleOf(error);
    if (needsPerson.has(trouble.kind)) this.#stopFor(trouble).catch(storeFailed);
    else
      runtime.log.warn(
        { org: this.org.id, routine: name, kind: trouble.kind, reason: trouble.message },
        "did not work this time",
      );
  }
}
