import { sql, type Kysely } from "kysely";
import type { Clock, Runtime } from "../runtime.ts";
import type { Database } from "../store/schema.ts";

/** What a clock elsewhere says of this machine's: by how much it is behind (positive) or ahead, ms. */
export interface Reading {
  source: string;
  offset: number;
  /** Half the width of what the answer leaves open, ms. */
  uncertainty: number;
}
export type ReadClock = () => Promise<Reading>;

/** Beyond this the machine's clock is corrected, and an alarm raised. */
const tolerated = 2_000;
const everySoOften = 5 * 60_000;
const tick = 1_000;
/** A wall clock that moved by this much against the time that passed has been set, or the machine slept. */
const leap = 1_000;
const answerWithin = 3_000;

/**
 * The instant as the orgs and the store have it. This machine's own clock while it agrees with them within two
 * seconds; otherwise corrected by what most of them say.
 */
export class HostClock implements Clock {
  readonly #host: Clock;
  readonly #runtime: Pick<Runtime, "timers" | "log">;
  readonly #sources: () => Promise<ReadClock[]>;
  readonly #changed: () => void;
  #correction = 0;
  #stopped = false;
  #cancel = () => {};

  /** @param changed told when the correction moved: what sleeps until an instant has to look again */
  constructor(runtime: Runtime, sources: () => Promise<ReadClock[]>, changed: () => void) {
    this.#host = runtime.clock;
    this.#runtime = runtime;
    this.#sources = sources;
    this.#changed = changed;
  }

  now(): number {
    return this.#host.now() + this.#correction;
  }
  /** ms added to this machine's clock; 0 while it is trusted. */
  get correction(): number {
    return this.#correction;
  }

  /** From now on measures every five minutes and whenever the wall clock leaps. */
  start(): void {
    let measured = this.#host.now();
    let wall = this.#host.now() - performance.now();
    const look = async () => {
      const now = this.#host.now();
      const leapt = Math.abs(now - performance.now() - wall) > leap;
      wall = now - performance.now();
      if (leapt || now - measured >= everySoOften || now < measured) {
        measured = now;
        await this.measure();
      }
      if (!this.#stopped) this.#cancel = this.#after();
    };
    this.#after = () => {
      const timer = this.#runtime.timers.after(tick, () => void look());
      return () => timer.cancel();
    };
    this.#cancel = this.#after();
  }
  #after: () => () => void = () => () => {};

  stop(): void {
    this.#stopped = true;
    this.#cancel();
  }

  async measure(): Promise<void> {
    const sources = await this.#sources().catch(() => []);
    const readings = (await Promise.allSettled(sources.map((read) => read()))).flatMap((result) =>
      result.status === "fulfilled" ? [result.value] : [],
    );
    if (readings.length === 0) return;
    const { offset, uncertainty } = median(readings);
    const before = this.#correction;
    this.#correction = Math.abs(offset) - uncertainty > tolerated ? Math.round(offset) : 0;
    if (this.#correction !== 0 && Math.abs(this.#correction - before) > tolerated)
      this.#runtime.log.error(
        { offsetMs: this.#correction, sources: readings.map((r) => `${r.source} ${Math.round(r.offset)}`) },
        "this machine's clock is off: steps follow the corrected time; mend the clock (NTP)",
      );
    if (this.#correction === 0 && before !== 0)
      this.#runtime.log.info({}, "this machine's clock is right again");
    if (this.#correction !== before) this.#changed();
  }
}

function median(readings: readonly Reading[]): Reading {
  const sorted = readings.toSorted((a, b) => a.offset - b.offset);
  return sorted[Math.floor((sorted.length - 1) / 2)]!;
}

/** The `Date` header of an org's answer to a question that needs no session. It keeps whole seconds. */
export const orgClock =
  (instanceUrl: string, host: Clock): ReadClock =>
  async () => {
    const sent = host.now();
    const response = await fetch(new URL("/services/data", instanceUrl), {
      method: "HEAD",
      redirect: "manual",
      signal: AbortSignal.timeout(answerWithin),
    });
    const received = host.now();
    const date = Date.parse(response.headers.get("date") ?? "");
    if (Number.isNaN(date)) throw new Error(`${instanceUrl} sent no Date`);
    const [least, most] = [date - received, date + 1000 - sent];
    return { source: instanceUrl, offset: (least + most) / 2, uncertainty: (most - least) / 2 };
  };

/** The clock of a PostgreSQL, which can be on another machine. */
export const storeClock =
  (db: Kysely<Database>, host: Clock): ReadClock =>
  async () => {
    const sent = host.now();
    const { rows } = await sql<{
      at: number;
    }>`select extract(epoch from clock_timestamp())::float8 * 1000 as at`.execute(db);
    const received = host.now();
    return {
      source: "the store",
      offset: rows[0]!.at - (sent + received) / 2,
      uncertainty: (received - sent) / 2,
    };
  };
