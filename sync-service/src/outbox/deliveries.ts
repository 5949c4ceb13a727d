import { sql, type Kysely } from "kysely";
import { Alarm } from "../alarm.ts";
import { failpoint } from "../failpoints.ts";
import { pause, type Runtime } from "../runtime.ts";
import { locksRows } from "../store/dialect.ts";
import { StorePatience } from "../store/patience.ts";
import { isStoreDown } from "../store/watch.ts";
import type { Database } from "../store/schema.ts";
import { backoff } from "./backoff.ts";
import { Breaker } from "./breaker.ts";
import { prune } from "./prune.ts";
import { longestWait, whyOf } from "../channels/http.ts";
import type { Delivery, Outcome, Sender, Senders } from "../channels/channel.ts";
import { groupOf, limitOf } from "../channels/registry.ts";

export interface DeliveriesOptions {
  db: Kysely<Database>;
  runtime: Runtime;
  senders: Senders;
  /** Who this process is among those that share the store. */
  holder: string;
  /** Whether this process serves the destination: of an org's own lane only its lease's holder does. */
  serves?(destination: string): boolean;
  /** Whether deadlines are being decided in numbers: deliveries then leave them the store, for a moment. */
  holdBack?(): boolean;
  onSettled?(item: Delivery, outcome: Outcome): void;
}

/** A channel that takes longer is given up on, for now. */
const answerWithin = 30_000;
/** A claim outlives the longest attempt; after that its sender is taken for dead. */
const claimFor = 2 * answerWithin;
const looksAgainAfter = 10_000;
/** An effect refused this often by itself is a dead letter. */
const mostAttempts = 12;
/** A destination that has been away for longer than this leaves dead letters. */
const giveUpAfter = 24 * 3_600_000;
/** Retry interval for what waits on something else. */
const laterBy = 2_000;
/** How long a lane waits that is asked to slow down without being told for how long. */
const limitedFor = 30_000;
/** How often lanes in trouble are searched for items that are too old. */
const looksForOldEvery = 60_000;
const prunesEvery = 60_000;
const longestReason = 1_000;
const longestOwnWait = 5 * 60_000;
/** However many deadlines there are, deliveries are not held back for longer. */
const longestHold = 1_000;
const holdFor = 20;

/**
 * Brings the outbox's effects about: a lane for each destination, so that a slow or dead one delays nobody else. At
 * least once, each with its stable key.
 */
export class Deliveries {
  readonly #options: DeliveriesOptions;
  readonly #alarm: Alarm;
  readonly #patience: StorePatience;
  readonly #lanePatience: StorePatience;
  /** The store failed a lane, and would fail every other: none is opened before some time has passed. */
  #storeFailed: Error | null = null;
  /** Sent, and waiting for a store that takes their outcomes. */
  readonly #unsettled = new Set<number>();
  readonly #stopping = new AbortController();
  readonly #lanes = new Map<string, Promise<void>>();
  readonly #breakers = new Map<string, Breaker>();
  /** Until when each limit holds: by pace (no reason), or because the destination asked for it. */
  readonly #limits = new Map<string, { until: number; reason: string | null }>();
  /** The lane of each group that was opened last: the next probe goes to the one after it. */
  readonly #lastOpened = new Map<string, string>();
  #lookForOldAt = 0;
  #pruneAt = 0;
  #prunedTo = 0;
  #running: Promise<void> | null = null;

  constructor(options: DeliveriesOptions) {
    this.#options = options;
    this.#alarm = new Alarm(options.runtime.clock, options.runtime.timers);
    this.#patience = new StorePatience(options.runtime, "deliveries");
    this.#lanePatience = new StorePatience(options.runtime, "a delivery");
  }

  start(): void {
    this.#running ??= this.#run();
  }
  /** Something new may wait. */
  wake(): void {
    this.#alarm.ring();
  }
  /** Finishes what is being sent; the rest waits in the store. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#alarm.ring();
    await this.#running;
    await Promise.all(this.#lanes.values());
  }

  /** Destinations left alone at the moment, with the reason. */
  get troubled(): { group: string; until: number; reason: string }[] {
    const now = this.#options.runtime.clock.now();
    const breakers = [...this.#breakers].map(([group, breaker]) => ({
      group,
      until: breaker.openUntil,
      reason: breaker.reason ?? "",
    }));
    const limits = [...this.#limits].flatMap(([group, { until, reason }]) =>
      reason === null ? [] : [{ group, until, reason }],
    );
    return [...breakers, ...limits].filter(({ until }) => until > now);
  }

  async #run(): Promise<void> {
    const { db, runtime, holder } = this.#options;
    const { clock } = runtime;
    const { signal } = this.#stopping;
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
        let next = now + looksAgainAfter;
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
          const when = Math.max(at, breaker.openUntil, this.#limits.get(limitOf(destination))?.until ?? 0);
          if (when > now) next = Math.min(next, when);
          else if (breaker.admit(now)) this.#open(destination, breaker);
        }
        if (this.#lanes.size === 0) this.#patience.worked();
        await this.#alarm.sleepUntil(next);
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

  /** Each group from the lane after the one that was opened last: one that fails every probe leaves the others theirs. */
  #inTurn<Lane extends { destination: string }>(lanes: readonly Lane[]): Lane[] {
    const isNext = ({ destination }: Lane) =>
      destination > (this.#lastOpened.get(groupOf(destination)) ?? "");
    return [...lanes.filter(isNext), ...lanes.filter((lane) => !isNext(lane))];
  }

  /** Lanes left alone may not be tried for long, however many there are: what is too old there is a dead letter all the same. */
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
        this.#options.runtime.log.warn({ key, destination, reason: last_error }, "dead letter");
    }
  }

  #open(destination: string, breaker: Breaker): void {
    this.#lastOpened.set(groupOf(destination), destination);
    const lane = this.#serve(destination, breaker)
      .catch(async (error: Error) => {
        // it was to be seen whether the destination is back, and was not
        breaker.withdraw();
        // nothing else would yield on the embedded store: without a moment this would be a hot loop
        if (isStoreDown(error)) this.#storeFailed = error;
        else await this.#lanePatience.wait(error, { destination }, this.#stopping.signal);
      })
      .finally(() => {
        this.#lanes.delete(destination);
        this.#alarm.ring();
      });
    this.#lanes.set(destination, lane);
  }

  /** What this process was sending when it died, and what others have not answered for in time. */
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
    const { signal } = this.#stopping;
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
      if (sender?.pace !== undefined) this.#limit(destination, now + sender.pace, null);
      const limited = outcomes.find((outcome) => outcome.is === "limited");
      if (limited !== undefined)
        this.#limit(destination, now + waitOf(limited.after ?? limitedFor), limited.reason);
      const trouble = outcomes.find((outcome) => outcome.is === "unavailable");
      if (outcomes.every(({ is }) => is === "later" || is === "limited")) return breaker.withdraw();
      if (trouble === undefined) breaker.succeeded();
      else
        breaker.failed(now, trouble.reason, trouble.after === undefined ? undefined : waitOf(trouble.after));
      if (breaker.openUntil > now || limited !== undefined) return;
      // before patience runs out, a moment between attempts; afterwards the breaker decides
      if (trouble !== undefined) await pause(timers, backoff(0, runtime.random), signal);
    }
  }

  /** Waits until its pace lets the lane send. @returns false: it was asked to wait for longer */
  async #pace(destination: string, sender: Sender | null): Promise<boolean> {
    const { clock, timers } = this.#options.runtime;
    const limit = limitOf(destination);
    for (;;) {
      const now = clock.now();
      const { until, reason } = this.#limits.get(limit) ?? { until: 0, reason: null };
      if (until <= now || this.#stopping.signal.aborted) break;
      if (reason !== null) return false;
      await pause(timers, until - now, this.#stopping.signal);
    }
    this.#limits.delete(limit);
    if (sender?.pace !== undefined) this.#limit(destination, clock.now() + sender.pace, null);
    return true;
  }

  /** Never sooner than what holds already: another lane of the same limit may have sent meanwhile. */
  #limit(destination: string, until: number, reason: string | null): void {
    const limit = limitOf(destination);
    if (until > (this.#limits.get(limit)?.until ?? 0)) this.#limits.set(limit, { until, reason });
  }

  async #hold(): Promise<void> {
    const { runtime, holdBack } = this.#options;
    const until = runtime.clock.now() + longestHold;
    while (holdBack?.() === true && runtime.clock.now() < until)
      await pause(runtime.timers, holdFor, this.#stopping.signal);
  }

  /** Waits a moment for company, when there is less than a batch. */
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
    if (left > 0) await pause(runtime.timers, Math.min(left, sender.linger), this.#stopping.signal);
  }

  async #claim(destination: string, most: number): Promise<Delivery[]> {
    const { db, runtime, holder } = this.#options;
    const now = runtime.clock.now();
    const rows = await db
      // materialised: PostgreSQL may carry out a bare subselect anew for each row, and claim more than `most`
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
    const reason = "What was to be sent cannot be read from the store.";
    await this.#settle(
      unreadable,
      unreadable.map(() => ({ is: "dead", reason })),
      now,
    );
    return items.filter(({ payload }) => payload !== undefined);
  }

  /** What was sent is not sent again because the store is away for a while: its outcome waits for the store. */
  async #settleInTime(items: readonly Delivery[], outcomes: readonly Outcome[], now: number): Promise<void> {
    for (const { id } of items) this.#unsettled.add(id);
    try {
      for (;;)
        try {
          return await this.#settle(items, outcomes, now);
        } catch (error) {
          if (!isStoreDown(error) || this.#stopping.signal.aborted) throw error;
          await this.#lanePatience.wait(error, {}, this.#stopping.signal);
        }
    } finally {
      for (const { id } of items) this.#unsettled.delete(id);
    }
  }

  /** Keeps each item's outcome. One that the store refuses is kept in plain words, and spoils nobody else's. */
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
          { key: item.key, destination: item.destination, reason: outcome.reason },
          "dead letter",
        );
    }
  }

  async #keep(settled: readonly (readonly [Delivery, Outcome])[], now: number): Promise<void> {
    const { db, runtime, holder } = this.#options;
    const plain: number[] = [];
    await db.transaction().execute(async (tx) => {
      for (const [item, outcome] of settled) {
        if (outcome.is === "delivered" && outcome.receipt === undefined && outcome.note === undefined) {
          plain.push(item.id);
          continue;
        }
        await tx
          .updateTable("outbox")
          .set({
            claimed_by: null,
            claimed_until: null,
            ...this.#settled(item, outcome, now, runtime.random),
          })
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
          .where("id", "in", plain)
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
    const giveUpAt = item.createdAt + giveUpAfter;
    if (outcome.is === "retry" && attempts >= mostAttempts)
      return dead(`Given up after ${attempts} attempts: ${outcome.reason}`);
    if (now >= giveUpAt) return dead(`${tooLate}${outcome.reason}`);
    const wait = {
      retry: () => backoff(attempts, random),
      later: () => laterBy,
      // the lane waits; in it, all keep their order
      limited: () => 0,
      // a destination's trouble is its breaker's business; an item that is its cause is tried less and less
      unavailable: () => Math.min(longestOwnWait, (now - item.createdAt) / 10),
    }[outcome.is];
    const after = outcome.is === "limited" ? 0 : waitOf(outcome.after ?? wait());
    return {
      state: "pending",
      attempts: outcome.is === "retry" ? attempts : item.attempts,
      last_error: kept(outcome.reason),
      // once more when its day is over, whatever was asked for
      not_before: Math.min(now + after, giveUpAt),
    };
  }
}

const tooLate = `Not delivered within ${giveUpAfter / 3_600_000} hours: `;

/** What a destination asks for, as far as it is followed, in whole ms. */
const waitOf = (ms: number) =>
  Number.isNaN(ms) ? limitedFor : Math.round(Math.min(longestWait, Math.max(0, ms)));

/** A text from outside, without what a store cannot hold. */
const kept = (text: string) => text.toWellFormed().replaceAll("\0", "").slice(0, longestReason);

/** The outcome without anything that came from outside. */
function plainly(outcome: Outcome): Outcome {
  if (outcome.is === "delivered") return { is: "delivered" };
  return { is: outcome.is, reason: "The store could not hold what was answered." };
}

function parsed(payload: string): unknown {
  try {
    return JSON.parse(payload);
  } catch {
    return undefined;
  }
}

/** The lanes in which something waits, and from when on: from one to the next by the index, however much waits in each. */
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
