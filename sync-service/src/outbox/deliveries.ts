import { sql, type Kysely } from "kysely";
import { Alarm } from "../alarm.ts";
import { failpoint } from "../failpoints.ts";
import { pause, type Runtime } from "../runtime.ts";
import { locksRows } from "../store/dialect.ts";
import type { Database } from "../store/schema.ts";
import { backoff } from "./backoff.ts";
import { Breaker } from "./breaker.ts";
import { whyOf } from "./http-outcome.ts";
import { groupOf, type Channel, type Channels, type Delivery, type Outcome } from "./delivery.ts";

export interface DeliveriesOptions {
  db: Kysely<Database>;
  runtime: Runtime;
  channels: Channels;
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
const storeRetry = 1_000;
/** What has to wait for something else is asked again after this long. */
const laterBy = 2_000;
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
  readonly #stopping = new AbortController();
  readonly #lanes = new Map<string, Promise<void>>();
  readonly #breakers = new Map<string, Breaker>();
  #running: Promise<void> | null = null;

  constructor(options: DeliveriesOptions) {
    this.#options = options;
    this.#alarm = new Alarm(options.runtime.clock, options.runtime.timers);
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
    return [...this.#breakers]
      .filter(([, breaker]) => breaker.openUntil > now)
      .map(([group, breaker]) => ({ group, until: breaker.openUntil, reason: breaker.reason ?? "" }));
  }

  async #run(): Promise<void> {
    const { db, runtime, holder } = this.#options;
    const { clock, timers, log } = runtime;
    const { signal } = this.#stopping;
    let recovered = false;
    while (!signal.aborted) {
      try {
        const now = clock.now();
        await this.#recover(now, recovered ? null : holder);
        recovered = true;
        let next = now + looksAgainAfter;
        const waiting = await lanesWaiting(db);
        for (const { destination, at } of waiting) {
          if (this.#lanes.has(destination) || this.#options.serves?.(destination) === false) continue;
          const breaker = this.#breakerOf(destination);
          const when = Math.max(at, breaker.openUntil);
          if (when > now) next = Math.min(next, when);
          else if (breaker.admit(now)) this.#open(destination, breaker);
        }
        await this.#alarm.sleepUntil(next);
      } catch (error) {
        log.error({ error: (error as Error).message }, "deliveries: the store does not answer; trying again");
        await pause(timers, storeRetry, signal);
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

  #open(destination: string, breaker: Breaker): void {
    const lane = this.#serve(destination, breaker)
      .catch((error: Error) => {
        // it was to be seen whether the destination is back, and was not
        breaker.withdraw();
        this.#options.runtime.log.error(
          { destination, error: error.message },
          "delivery: the store does not answer",
        );
      })
      .finally(() => {
        this.#lanes.delete(destination);
        this.#alarm.ring();
      });
    this.#lanes.set(destination, lane);
  }

  /** What this process was sending when it died, and what others have not answered for in time. */
  async #recover(now: number, holder: string | null): Promise<void> {
    await this.#options.db
      .updateTable("outbox")
      .set({ state: "pending", claimed_by: null, claimed_until: null })
      .where("state", "=", "sending")
      .where(({ or, eb }) =>
        or([eb("claimed_until", "<", now), ...(holder === null ? [] : [eb("claimed_by", "=", holder)])]),
      )
      .execute();
  }

  async #serve(destination: string, breaker: Breaker): Promise<void> {
    const { runtime, channels } = this.#options;
    const { clock, timers } = runtime;
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      await this.#hold();
      const channel = channels(destination);
      if (channel !== null && channel.linger > 0) await this.#gather(destination, channel);
      if (signal.aborted) return;
      const items = await this.#claim(destination, channel?.batch ?? 200);
      if (items.length === 0) return breaker.withdraw();
      failpoint("outbox.claimed");
      const outcomes =
        channel === null
          ? items.map((): Outcome => ({ is: "dead", reason: `${groupOf(destination)} is not configured.` }))
          : await attempt(channel, items, timers);
      failpoint("outbox.sent");
      const now = clock.now();
      await this.#settle(items, outcomes, now);
      failpoint("outbox.settled");
      const trouble = outcomes.find((outcome) => outcome.is === "unavailable");
      if (outcomes.every((outcome) => outcome.is === "later")) return breaker.withdraw();
      if (trouble === undefined) breaker.succeeded();
      else breaker.failed(now, trouble.reason, trouble.after);
      if (breaker.openUntil > now) return;
      // before patience runs out, a moment between attempts; afterwards the breaker decides
      if (trouble !== undefined) await pause(timers, backoff(0, runtime.random), signal);
    }
  }

  async #hold(): Promise<void> {
    const { runtime, holdBack } = this.#options;
    const until = runtime.clock.now() + longestHold;
    while (holdBack?.() === true && runtime.clock.now() < until)
      await pause(runtime.timers, holdFor, this.#stopping.signal);
  }

  /** Waits a moment for company, when there is less than a batch. */
  async #gather(destination: string, channel: Channel): Promise<void> {
    const { db, runtime } = this.#options;
    const some = await db
      .selectFrom("outbox")
      .select("created_at")
      .where("state", "=", "pending")
      .where("destination", "=", destination)
      .orderBy("not_before")
      .limit(channel.batch)
      .execute();
    if (some.length === 0 || some.length === channel.batch) return;
    const oldest = Math.min(...some.map((row) => row.created_at));
    const left = oldest + channel.linger - runtime.clock.now();
    if (left > 0) await pause(runtime.timers, Math.min(left, channel.linger), this.#stopping.signal);
  }

  async #claim(destination: string, most: number): Promise<Delivery[]> {
    const { db, runtime, holder } = this.#options;
    const now = runtime.clock.now();
    const rows = await db
      .updateTable("outbox")
      .set({ state: "sending", claimed_by: holder, claimed_until: now + claimFor })
      .where("id", "in", ({ selectFrom }) => {
        const due = selectFrom("outbox as due")
          .select("due.id")
          .where("due.state", "=", "pending")
          .where("due.destination", "=", destination)
          .where("due.not_before", "<=", now)
          .orderBy("due.not_before")
          .orderBy("due.id")
          .limit(most);
        return locksRows(db) ? due.forUpdate().skipLocked() : due;
      })
      .where("state", "=", "pending")
      .returningAll()
      .execute();
    return rows
      .map((row) => ({
        id: row.id,
        key: row.key,
        orgId: row.org_id,
        caseId: row.case_id,
        destination: row.destination,
        kind: row.kind,
        payload: JSON.parse(row.payload) as unknown,
        attempts: row.attempts,
        createdAt: row.created_at,
      }))
      .sort((a, b) => a.id - b.id);
  }

  async #settle(items: readonly Delivery[], outcomes: readonly Outcome[], now: number): Promise<void> {
    const { db, runtime, holder, onSettled } = this.#options;
    const plain: number[] = [];
    await db.transaction().execute(async (tx) => {
      for (const [at, item] of items.entries()) {
        const outcome = outcomes[at] ?? { is: "retry", reason: "The channel gave no answer for this one." };
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
    for (const [at, item] of items.entries()) {
      const outcome = outcomes[at];
      if (outcome === undefined) continue;
      onSettled?.(item, outcome);
      if (outcome.is === "dead")
        runtime.log.warn(
          { key: item.key, destination: item.destination, reason: outcome.reason },
          "dead letter",
        );
    }
  }

  #settled(item: Delivery, outcome: Outcome, now: number, random: () => number) {
    const attempts = item.attempts + 1;
    const dead = (reason: string) => ({ state: "dead", last_error: reason, attempts });
    switch (outcome.is) {
      case "delivered":
        return {
          state: "delivered",
          delivered_at: now,
          attempts,
          last_error: outcome.note ?? null,
          receipt: outcome.receipt === undefined ? null : JSON.stringify(outcome.receipt),
        };
      case "dead":
        return dead(outcome.reason);
      case "retry":
        if (attempts >= mostAttempts) return dead(`Given up after ${attempts} attempts: ${outcome.reason}`);
        return {
          state: "pending",
          attempts,
          last_error: outcome.reason,
          not_before: now + (outcome.after ?? backoff(attempts, random)),
        };
      case "later":
      case "unavailable":
        if (now - item.createdAt > giveUpAfter)
          return dead(`Not delivered within ${giveUpAfter / 3_600_000} hours: ${outcome.reason}`);
        return {
          state: "pending",
          attempts: item.attempts,
          last_error: outcome.reason,
          not_before: now + (outcome.is === "later" ? laterBy : (outcome.after ?? 0)),
        };
    }
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

async function attempt(channel: Channel, items: Delivery[], timers: Runtime["timers"]): Promise<Outcome[]> {
  const deadline = new AbortController();
  const timer = timers.after(answerWithin, () => deadline.abort());
  const late = new Promise<never>((_, reject) =>
    deadline.signal.addEventListener("abort", () =>
      reject(new Error(`No answer within ${answerWithin / 1000} s.`)),
    ),
  );
  try {
    return await Promise.race([channel.deliver(items, deadline.signal), late]);
  } catch (error) {
    return items.map(() => ({ is: "unavailable", reason: whyOf(error) }));
  } finally {
    timer.cancel();
  }
}
