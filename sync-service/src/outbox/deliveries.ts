import { sql, type Kysely } from "kysely";
import { Loop } from "../loop.ts";
import { worldOf } from "../world.ts";
import { failpoint } from "../failpoints.ts";
import { pause, type Runtime } from "../runtime.ts";
import { locksRows } from "../store/dialect.ts";
import { StorePatience } from "../store/patience.ts";
import { isStoreDown } from "../store/watch.ts";
import type { Database } from "../store/schema.ts";
import { backoff } from "./backoff.ts";
import { Breaker } from "./breaker.ts";
import { prune } from "./prune.ts";
import { tellArrivals } from "./told.ts";
import { longestWait, whyOf } from "../channels/http.ts";
import type { Delivery, Outcome, Sender, Senders } from "../channels/channel.ts";
import { groupOf, limitOf } from "../channels/registry.ts";

export interface DeliveriesOptions {
  db: Kysely<Database>;
  runtime: Runtime;
  senders: Senders;
  /** This process's name among those that share the store. */
  holder: string;
  /** Whether this process serves the destination. Only the holder of an org's lease serves the org's own lane. */
  serves?(destination: string): boolean;
  /** Whether many deadlines are being decided now. Deliveries then pause briefly, to leave the store to them. */
  holdBack?(): boolean;
  onSettled?(item: Delivery, outcome: Outcome): void;
}

/** A channel, or a place on it, that takes nothing now. */
export interface ChannelTrouble {
  group: string;
  /** Whose messages wait; null: those of every org. */
  orgId: string | null;
  /** The end of the pause, ms. */
  until: number;
  reason: string;
}

/** The org of a lane. The name of a channel alone stands for every org. */
const orgIn = (destination: string) => destination.split(":")[1] ?? null;

/** An attempt fails if the channel takes longer than this. */
const answerWithin = 30_000;
/** A claim lasts longer than the longest attempt. If it runs out, we assume that the sending process died. */
const claimFor = 2 * answerWithin;
/** After this many refusals of its own an item becomes a dead letter. */
const mostAttempts = 12;
/** If a destination is away for longer than this, its items become dead letters. */
const giveUpAfter = 24 * 3_600_000;
/** Retry interval for an item that waits for something else. */
const laterBy = 2_000;
/** A lane waits this long if the destination asks it to slow down but names no time. */
const limitedFor = 30_000;
/** A lane waits at least this long after a limit, even if the destination asks for less. */
const shortestLimit = 1_000;
/** The time between two searches for items that are too old, in lanes that are paused. */
const looksForOldEvery = 60_000;
const prunesEvery = 60_000;
const longestReason = 1_000;
const longestOwnWait = 5 * 60_000;
/** Deliveries pause no longer than this, even if more deadlines follow. */
const longestHold = 1_000;
const holdFor = 20;

/**
 * Sends the outbox's items. Each destination has a lane, so that a slow or dead one does not delay the others.
 * Each item is sent at least once, always with the same key.
 */
export class Deliveries extends Loop {
  readonly #options: DeliveriesOptions;
  readonly #patience: StorePatience;
  readonly #lanePatience: StorePatience;
  /** The store failed a lane, and would fail every other: no lane opens before some time has passed. */
  #storeFailed: Error | null = null;
  /** Sent, and waiting for a store that takes their outcomes. */
  readonly #unsettled = new Set<number>();
  readonly #lanes = new Map<string, Promise<void>>();
  readonly #breakers = new Map<string, Breaker>();
  /** The end of each limit, in ms. `reason` is null if our own pace set the limit; else the destination asked for it. */
  readonly #limits = new Map<string, { until: number; reason: string | null; destination: string }>();
  /** The groups and limits of which the log has said that they take nothing. */
  readonly #told = new Set<string>();
  /** How often in a row each limit was met. */
  readonly #limitedInARow = new Map<string, number>();
  /** The last opened lane of each group. The next probe goes to the lane after it. */
  readonly #lastOpened = new Map<string, string>();
  #lookForOldAt = 0;
  #pruneAt = 0;
  #prunedTo = 0;

  constructor(options: DeliveriesOptions) {
    super(options.runtime);
    this.#options = options;
    this.#patience = new StorePatience(options.runtime, "deliveries");
    this.#lanePatience = new StorePatience(options.runtime, "a delivery");
  }

  /** Finishes the batches that are being sent. All other items wait in the store for the next start. */
  override async stop(): Promise<void> {
    await super.stop();
    await Promise.all(this.#lanes.values());
  }

  /** The channels and places that take nothing now. */
  get troubled(): ChannelTrouble[] {
    const now = this.#options.runtime.clock.now();
    const breakers = [...this.#breakers].map(([group, breaker]) => ({
      group,
      orgId: orgIn(breaker.alone ?? group),
      until: breaker.openUntil,
      reason: breaker.reason ?? "",
    }));
    const limits = [...this.#limits].flatMap(([group, { until, reason, destination }]) =>
      reason === null ? [] : [{ group, orgId: orgIn(destination), until, reason }],
    );
    return [...breakers, ...limits].filter(({ until }) => until > now);
  }

  protected async run(): Promise<void> {
    const { db, runtime, holder } = this.#options;
    const { clock, pace } = worldOf(runtime);
    const signal = this.stopping;
    let recovered = false;
    while (!signal.aborted) {
      try {
        if (this.#storeFailed !== null) {
          const error = this.#storeFailed;
          this.#storeFailed = null;
          throw error;
        }
        const now = clock.now();
        await this.#recover(now, recovered ? null : holder);
        recovered = true;
        let next = Infinity;
        const waiting = (await lanesWaiting(db)).filter(
          ({ destination }) => !this.#lanes.has(destination) && this.#options.serves?.(destination) !== false,
        );
        await this.#giveUpOld(waiting, now);
        if (now >= this.#pruneAt) {
          this.#pruneAt = now + prunesEvery;
          this.#prunedTo = await prune(db, this.#prunedTo, now);
        }
        for (const { destination, at } of this.#inTurn(waiting)) {
          const breaker = this.#breakerOf(destination);
          const when = Math.max(
            at,
            breaker.openFor(destination),
            this.#limits.get(limitOf(destination))?.until ?? 0,
          );
          if (when > now) next = Math.min(next, when);
          else if (breaker.admit(now, destination)) this.#open(destination, breaker);
        }
        if (this.#lanes.size === 0) this.#patience.worked();
        await this.alarm.sleepUntil(next, pace.deliveries, "outbox");
      } catch (error) {
        await this.#patience.wait(error, {}, signal);
      }
    }
  }

  #breakerOf(destination: string): Breaker {
    const group = groupOf(destination);
    let breaker = this.#breakers.get(group);
    if (breaker === undefined)
      this.#breakers.set(group, (breaker = new Breaker(this.#options.runtime.random)));
    return breaker;
  }

  /** Starts each group after its last opened lane, so that one lane with failing probes does not use up every turn. */
  #inTurn<Lane extends { destination: string }>(lanes: readonly Lane[]): Lane[] {
    const isNext = ({ destination }: Lane) =>
      destination > (this.#lastOpened.get(groupOf(destination)) ?? "");
    return [...lanes.filter(isNext), ...lanes.filter((lane) => !isNext(lane))];
  }

  /** A paused lane may get no attempt for days. Its items still become dead letters when they are too old. */
  async #giveUpOld(lanes: readonly { destination: string }[], now: number): Promise<void> {
    if (now < this.#lookForOldAt) return;
    this.#lookForOldAt = now + looksForOldEvery;
    for (const { destination } of lanes) {
      const reason = this.#breakerOf(destination).reason ?? this.#limits.get(limitOf(destination))?.reason;
      if (reason === null || reason === undefined) continue;
      const old = await this.#options.db
        .updateTable("outbox")
        .set({
          state: "dead",
          last_error: sql<string>`${tooLate} || coalesce(last_error, cast(${kept(reason)} as text))`,
        })
        .where("state", "=", "pending")
        .where("destination", "=", destination)
        .where("created_at", "<=", now - giveUpAfter)
        .returning(["key", "last_error"])
        .execute();
      for (const { key, last_error } of old)
        this.#options.runtime.log.warn(
          { org: orgIn(destination), key, destination, reason: last_error },
          "dead letter",
        );
    }
  }

  #open(destination: string, breaker: Breaker): void {
    this.#lastOpened.set(groupOf(destination), destination);
    const lane = this.#serve(destination, breaker)
      .catch(async (error: Error) => {
        // the store failed before the probe was sent, so the probe says nothing about the destination
        breaker.withdraw();
        // the embedded store answers synchronously, so without this wait the loop would block the process
        if (isStoreDown(error)) this.#storeFailed = error;
        else await this.#lanePatience.wait(error, { destination }, this.stopping);
      })
      .finally(() => {
        this.#lanes.delete(destination);
        this.alarm.ring();
      });
    this.#lanes.set(destination, lane);
  }

  /** Frees the items that a dead process left as "sending": this process's own from before, and expired claims of others. */
  async #recover(now: number, holder: string | null): Promise<void> {
    const unsettled = [...this.#unsettled];
    await this.#options.db
      .updateTable("outbox")
      .set({ state: "pending", claimed_by: null, claimed_until: null })
      .where("state", "=", "sending")
      .$if(unsettled.length > 0, (query) => query.where("id", "not in", unsettled))
      .where(({ or, eb }) =>
        or([eb("claimed_until", "<", now), ...(holder === null ? [] : [eb("claimed_by", "=", holder)])]),
      )
      .execute();
  }

  async #serve(destination: string, breaker: Breaker): Promise<void> {
    const { runtime, senders } = this.#options;
    const { clock, timers } = runtime;
    const signal = this.stopping;
    while (!signal.aborted) {
      await this.#hold();
      const sender = senders(destination);
      if (sender !== null && sender.linger > 0) await this.#gather(destination, sender);
      const free = await this.#pace(destination, sender);
      if (signal.aborted || !free) return breaker.withdraw();
      const items = await this.#claim(destination, sender?.batch ?? 200);
      if (items.length === 0) return breaker.withdraw();
      failpoint("outbox.claimed");
      const outcomes =
        sender === null
          ? items.map((): Outcome => ({ is: "dead", reason: `${groupOf(destination)} is not configured.` }))
          : await attempt(sender, items, timers);
      failpoint("outbox.sent");
      const now = clock.now();
      await this.#settleInTime(items, outcomes, now);
      this.#patience.worked();
      this.#lanePatience.worked();
      failpoint("outbox.settled");
      this.#rest(destination, sender);
      const limited = outcomes.find((outcome) => outcome.is === "limited");
      if (limited !== undefined) {
        this.#limit(destination, now + this.#limitedFor(destination, outcomes), limited.reason);
        this.#tellTrouble(limitOf(destination), destination, limited.reason);
      } else this.#limitedInARow.delete(limitOf(destination));
      const trouble = outcomes.find((outcome) => outcome.is === "unavailable");
      if (outcomes.every(({ is }) => is === "later" || is === "limited")) return breaker.withdraw();
      if (trouble === undefined) breaker.succeeded();
      else breaker.failed(now, destination, trouble.reason, waitOf(trouble.after ?? 0));
      if (trouble === undefined && limited === undefined) this.#tellWorking(destination);
      if (trouble !== undefined && breaker.openFor(destination) > now)
        this.#tellTrouble(groupOf(destination), destination, trouble.reason);
      if (breaker.openFor(destination) > now || limited !== undefined) return;
      // pause between the first failures; after a few in a row, the breaker sets the pause
      if (trouble !== undefined) await pause(timers, backoff(0, runtime.random), signal);
    }
  }

  #tellTrouble(of: string, destination: string, reason: string): void {
    if (this.#told.has(of)) return;
    this.#told.add(of);
    this.#options.runtime.log.warn(
      { org: orgIn(destination), destination, reason: kept(reason) },
      "a destination takes no messages now; they wait, and are sent when it takes them again",
    );
  }
  #tellWorking(destination: string): void {
    const told = [limitOf(destination), groupOf(destination)].filter((of) => this.#told.delete(of));
    if (told.length === 0) return;
    this.#options.runtime.log.info(
      { org: orgIn(destination), destination },
      "the destination takes messages again",
    );
  }

  /** Waits until the lane's pace allows a batch. @returns false if the destination asked for a longer pause */
  async #pace(destination: string, sender: Sender | null): Promise<boolean> {
    const { clock, timers } = this.#options.runtime;
    const limit = limitOf(destination);
    for (;;) {
      const now = clock.now();
      const { until, reason } = this.#limits.get(limit) ?? { until: 0, reason: null };
      if (until <= now || this.stopping.aborted) break;
      if (reason !== null) return false;
      await pause(timers, until - now, this.stopping);
    }
    this.#limits.delete(limit);
    this.#rest(destination, sender);
    return true;
  }

  /** The destination takes one batch in so much time. */
  #rest(destination: string, sender: Sender | null): void {
    if (sender?.pace === undefined) return;
    const { clock, pace } = worldOf(this.#options.runtime);
    this.#limit(destination, clock.now() + Math.min(sender.pace, pace.rest), null);
  }

  /** Never shortens a limit, because another lane of the same limit may have extended it meanwhile. */
  #limit(destination: string, until: number, reason: string | null): void {
    const limit = limitOf(destination);
    if (until > (this.#limits.get(limit)?.until ?? 0))
      this.#limits.set(limit, { until, reason, destination });
  }

  /** How long a lane waits after a limit. One that asks to come back at once, again and again, is asked less and less. */
  #limitedFor(destination: string, outcomes: readonly Outcome[]): number {
    const limit = limitOf(destination);
    const before = outcomes.some(({ is }) => is === "delivered") ? 0 : (this.#limitedInARow.get(limit) ?? 0);
    this.#limitedInARow.set(limit, before + 1);
    const asked = outcomes.map((outcome) => (outcome.is === "limited" ? (outcome.after ?? limitedFor) : 0));
    const ours = Math.min(longestOwnWait, shortestLimit * 2 ** Math.min(before, 20));
    return Math.max(ours, waitOf(Math.max(...asked)));
  }

  async #hold(): Promise<void> {
    const { runtime, holdBack } = this.#options;
    const until = runtime.clock.now() + longestHold;
    while (holdBack?.() === true && runtime.clock.now() < until)
      await pause(runtime.timers, holdFor, this.stopping);
  }

  /** Waits briefly for more items if there are too few for a full batch. */
  async #gather(destination: string, sender: Sender): Promise<void> {
    const { db, runtime } = this.#options;
    const some = await db
      .selectFrom("outbox")
      .select("created_at")
      .where("state", "=", "pending")
      .where("destination", "=", destination)
      .orderBy("not_before")
      .limit(sender.batch)
      .execute();
    if (some.length === 0 || some.length === sender.batch) return;
    const oldest = Math.min(...some.map((row) => row.created_at));
    const left = oldest + sender.linger - runtime.clock.now();
    if (left > 0) await pause(runtime.timers, Math.min(left, sender.linger), this.stopping);
  }

  async #claim(destination: string, most: number): Promise<Delivery[]> {
    const { db, runtime, holder } = this.#options;
    const now = runtime.clock.now();
    const rows = await db
      // materialised, because PostgreSQL may run a bare subselect once per row and so claim more than `most`
      .with(
        (cte) => cte("due").materialized(),
        (store) => {
          const due = store
            .selectFrom("outbox")
            .select("id")
            .where("state", "=", "pending")
            .where("destination", "=", destination)
            .where("not_before", "<=", now)
            .orderBy("not_before")
            .orderBy("id")
            .limit(most);
          return locksRows(db) ? due.forUpdate().skipLocked() : due;
        },
      )
      .updateTable("outbox")
      .set({ state: "sending", claimed_by: holder, claimed_until: now + claimFor })
      .where("id", "in", ({ selectFrom }) => selectFrom("due").select("due.id"))
      .where("state", "=", "pending")
      .returningAll()
      .execute();
    const items = rows
      .map((row) => ({
        id: row.id,
        key: row.key,
        orgId: row.org_id,
        caseId: row.case_id,
        destination: row.destination,
        kind: row.kind,
        payload: parsed(row.payload),
        attempts: row.attempts,
        createdAt: row.created_at,
      }))
      .sort((a, b) => a.id - b.id);
    const unreadable = items.filter(({ payload }) => payload === undefined);
    if (unreadable.length === 0) return items;
    const reason = "The store holds this item in a form that the service cannot read.";
    await this.#settle(
      unreadable,
      unreadable.map(() => ({ is: "dead", reason })),
      now,
    );
    return items.filter(({ payload }) => payload !== undefined);
  }

  /** Keeps the outcomes until the store is back, so that a sent item is not sent twice after a store failure. */
  async #settleInTime(items: readonly Delivery[], outcomes: readonly Outcome[], now: number): Promise<void> {
    for (const { id } of items) this.#unsettled.add(id);
    try {
      for (;;)
        try {
          return await this.#settle(items, outcomes, now);
        } catch (error) {
          if (!isStoreDown(error) || this.stopping.aborted) throw error;
          await this.#lanePatience.wait(error, {}, this.stopping);
        }
    } finally {
      for (const { id } of items) this.#unsettled.delete(id);
    }
  }

  /** Stores each item's outcome. If the store refuses a text from outside, it stores our own words instead. */
  async #settle(items: readonly Delivery[], outcomes: readonly Outcome[], now: number): Promise<void> {
    const { runtime, onSettled } = this.#options;
    const settled = items.map((item, at): [Delivery, Outcome] => [
      item,
      outcomes[at] ?? { is: "retry", reason: "The channel gave no answer for this one." },
    ]);
    try {
      await this.#keep(settled, now);
    } catch (error) {
      if (isStoreDown(error)) throw error;
      for (const [item, outcome] of settled)
        try {
          await this.#keep([[item, outcome]], now);
        } catch (refused) {
          if (isStoreDown(refused)) throw refused;
          await this.#keep([[item, plainly(outcome)]], now);
        }
    }
    for (const [item, outcome] of settled) {
      onSettled?.(item, outcome);
      if (outcome.is === "dead")
        runtime.log.warn(
          { org: item.orgId, key: item.key, destination: item.destination, reason: outcome.reason },
          "dead letter",
        );
    }
    const final = settled.filter(([, { is }]) => is === "delivered" || is === "dead");
    // it is shown on the case alone: no message waits for it, and the next one says it too
    await tellArrivals(
      this.#options.db,
      final.map(([item]) => item),
      now,
    ).catch((error: Error) => {
      if (!isStoreDown(error)) runtime.log.warn({ error: error.message }, "a case does not say who was told");
    });
  }

  async #keep(settled: readonly (readonly [Delivery, Outcome])[], now: number): Promise<void> {
    const { db, runtime, holder } = this.#options;
    const plain: Delivery[] = [];
    await db.transaction().execute(async (tx) => {
      for (const [item, outcome] of settled) {
        if (outcome.is === "delivered" && outcome.receipt === undefined && outcome.note === undefined) {
          plain.push(item);
          continue;
        }
        await tx
          .updateTable("outbox")
          .set({
            claimed_by: null,
            claimed_until: null,
            ...this.#settled(item, outcome, now, runtime.random),
          })
          .where("org_id", "=", item.orgId)
          .where("id", "=", item.id)
          .where("claimed_by", "=", holder)
          .execute();
      }
      if (plain.length > 0)
        await tx
          .updateTable("outbox")
          .set({
            claimed_by: null,
            claimed_until: null,
            state: "delivered",
            delivered_at: now,
            last_error: null,
            attempts: sql`attempts + 1`,
          })
          .where("org_id", "in", [...new Set(plain.map(({ orgId }) => orgId))])
          .where(
            "id",
            "in",
            plain.map(({ id }) => id),
          )
          .where("claimed_by", "=", holder)
          .execute();
    });
  }

  #settled(item: Delivery, outcome: Outcome, now: number, random: () => number) {
    const attempts = item.attempts + 1;
    const dead = (reason: string) => ({ state: "dead", last_error: kept(reason), attempts });
    if (outcome.is === "delivered")
      return {
        state: "delivered",
        delivered_at: now,
        attempts,
        last_error: outcome.note === undefined ? null : kept(outcome.note),
        receipt: outcome.receipt === undefined ? null : JSON.stringify(outcome.receipt),
      };
    if (outcome.is === "dead") return dead(outcome.reason);
    if (outcome.is === "held") return { state: "held", attempts, last_error: kept(outcome.reason) };
    const giveUpAt = item.createdAt + giveUpAfter;
    if (outcome.is === "retry" && attempts >= mostAttempts)
      return dead(`Given up after ${attempts} attempts: ${outcome.reason}`);
    if (now >= giveUpAt) return dead(`${tooLate}${outcome.reason}`);
    const wait = {
      retry: () => backoff(attempts, random),
      later: () => laterBy,
      // the whole lane waits, so the items keep their order
      limited: () => 0,
      // the breaker handles a failing destination; but an item that causes the failure must be tried less and less
      unavailable: () => Math.min(longestOwnWait, (now - item.createdAt) / 10),
    }[outcome.is];
    const after = outcome.is === "limited" ? 0 : waitOf(Math.max(outcome.after ?? wait(), least[outcome.is]));
    return {
      state: "pending",
      attempts: outcome.is === "retry" ? attempts : item.attempts,
      last_error: kept(outcome.reason),
      // one last attempt comes at the end of its day, even if the destination asked for a longer wait
      not_before: Math.min(now + after, giveUpAt),
    };
  }
}

/** The shortest waits before an item is tried again, ms: a destination may ask to come back at once. */
const least = { retry: 0, later: laterBy, unavailable: 0 };

const tooLate = `Not delivered within ${giveUpAfter / 3_600_000} hours: `;

/** Limits the wait that a destination asks for. Whole ms. */
const waitOf = (ms: number) =>
  Number.isNaN(ms) ? limitedFor : Math.round(Math.min(longestWait, Math.max(0, ms)));

/** Removes from an outside text the characters that a store cannot hold, and shortens it. */
const kept = (text: string) => text.toWellFormed().replaceAll("\0", "").slice(0, longestReason);

/** The same outcome, without any text from outside. */
function plainly(outcome: Outcome): Outcome {
  if (outcome.is === "delivered") return { is: "delivered" };
  return {
    is: outcome.is as "retry",
    reason: "The destination's answer has characters that the store cannot hold.",
  };
}

function parsed(payload: string): unknown {
  try {
    return JSON.parse(payload);
  } catch {
    return undefined;
  }
}

/** Lists the lanes with waiting items and the earliest instant of each. It jumps along the index, so a full lane costs no more. */
async function lanesWaiting(db: Kysely<Database>): Promise<{ destination: string; at: number }[]> {
  const { rows } = await sql<{ destination: string; at: number }>`
    with recursive lanes (destination) as (
      select min(destination) from outbox where state = 'pending'
      union all
      select (select min(destination) from outbox where state = 'pending' and destination > lanes.destination)
      from lanes where destination is not null
    )
    select destination, (
      select min(not_before) from outbox where state = 'pending' and outbox.destination = lanes.destination
    ) as at
    from lanes where destination is not null
  `.execute(db);
  return rows;
}

async function attempt(sender: Sender, items: Delivery[], timers: Runtime["timers"]): Promise<Outcome[]> {
  const deadline = new AbortController();
  const timer = timers.after(answerWithin, () => deadline.abort());
  const late = new Promise<never>((_, reject) =>
    deadline.signal.addEventListener("abort", () =>
      reject(new Error(`No answer within ${answerWithin / 1000} s.`)),
    ),
  );
  try {
    return await Promise.race([sender.deliver(items, deadline.signal), late]);
  } catch (error) {
    return items.map(() => ({ is: "unavailable", reason: whyOf(error) }));
  } finally {
    timer.cancel();
  }
}
