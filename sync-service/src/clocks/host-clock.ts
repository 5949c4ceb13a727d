import { sql, type Kysely } from "kysely";
import { idleTimer, steadyClock, type Runtime, type WallClock, type World } from "../runtime.ts";
import { systemWorld, worldOf } from "../world.ts";
import type { Database } from "../store/schema.ts";

/** The answer of another clock: how far this machine is behind it (positive) or ahead of it, ms. */
export interface Reading {
  source: string;
  /** The org whose clock it is. */
  orgId?: string;
  offset: number;
  /** Half the width of the range that the answer allows, ms. */
  uncertainty: number;
  /**
   * Tells whether the source itself works by an instant. Its answer can show another one, because a proxy can send an
   * old `Date`. We ask only if no other rule decides.
   * @returns null if we cannot find out
   */
  goesBy?(at: number): Promise<boolean | null>;
}
export type ReadClock = () => Promise<Reading>;

/** Beyond this difference, we correct the machine's clock and raise an alarm, ms. */
const tolerated = 2_000;
const everySoOften = 5 * 60_000;
/** If the wall clock and the passed time differ by this much, somebody set the clock or the machine slept, ms. */
const leap = 1_000;
/** After this long without a measurement, we trust the passed time and not the wall clock, ms. */
const wallTrusted = 60_000;
/** We ask again after this long while the clocks disagree, ms. */
const askAgain = 5_000;
/**
 * The most by which one org or store alone may move the time back or forward, ms. Forward is less, so that no step is
 * early.
 */
const mostBackAlone = 2 * 3_600_000;
const mostForwardAlone = 5 * 60_000;
const answerWithin = 3_000;
/** This many answers are enough, so that we do not wait for a source that hangs. */
const enough = 5;
/** If a source refuses every sign-in, we do not ask it more often than this, ms. */
const askWhomAgain = 60_000;

/**
 * The time on which this machine, the orgs and the store agree. Between measurements we follow the wall clock while
 * it agrees with the passed time. If somebody sets it or it leaps, we follow the passed time until the next
 * measurement.
 *
 * `now()` compares the two at each call, so the next decision sees a leap before the next measurement does. So we ask
 * PostgreSQL's clock at each measurement, and not in each transaction that decides. The fastest clock that kernels
 * allow runs 500 millionths too fast. It gains 0.15 s between two measurements.
 */
export class HostClock implements WallClock {
  readonly #host: WallClock;
  readonly #runtime: Runtime;
  readonly #sources: () => Promise<ReadClock[]>;
  readonly #changed: () => void;
  /** Time that no change of the wall clock moves, ms. */
  readonly steady = (): number => this.#host.steady?.() ?? steadyClock();
  #correction = 0;
  /** The time that we believed at one moment of the steady clock. */
  #anchor: { time: number; steady: number };
  #measuredAt: number;
  /** True once a source has answered. */
  #measured = false;
  #triedAt = -Infinity;
  #leapt = false;
  /** True once a source has agreed with the believed time. */
  #confirmed = false;
  /** True if we believe the earlier of two times only to be safe. */
  #unsure = false;
  #onMeasured = () => {};
  #trouble: string | null = null;
  /** A majority has said how far this machine is off: there is nothing to find out until it leaps again. */
  #settled = false;
  #stopped = false;
  /** True while the service waits with its first decision. */
  #holding = false;
  /** The last answer of each source about the time by which it works, and when we asked. */
  readonly #goesBy = new Map<string, { asked: number; at: number; answer: boolean | null }>();
  /** By org: how far its clock is off, ms, as it last answered. */
  readonly #orgsOff = new Map<string, number>();
  #cancel = () => {};

  /** @param changed called when the correction moved, because a loop that sleeps until an instant must look again */
  constructor(runtime: Runtime, sources: () => Promise<ReadClock[]>, changed: () => void) {
    this.#host = runtime.clock;
    this.#runtime = runtime;
    this.#sources = sources;
    this.#changed = changed;
    const steady = this.steady();
    this.#anchor = { time: this.#host.now(), steady };
    this.#measuredAt = steady;
  }

  now(): number {
    const passed = this.#passed();
    const wall = this.#host.now() + this.#correction;
    const agrees = Math.abs(wall - passed) <= leap;
    return agrees && this.steady() - this.#measuredAt < wallTrusted ? wall : Math.floor(passed);
  }
  /** The ms that we add to this machine's clock. 0 while we trust it. */
  get correction(): number {
    return this.#hasLeapt() ? Math.round(this.#passed() - this.#host.now()) : this.#correction;
  }
  /** The trouble with the time, in words, or null. */
  get trouble(): string | null {
    return this.#trouble;
  }

  /** The orgs whose clock differs from the time that we believe, with the difference in ms. We do not follow them. */
  get orgsOff(): ReadonlyMap<string, number> {
    return this.#orgsOff;
  }

  /** Measures every five minutes from now on. After a leap of the wall clock it measures until the time is settled. */
  start(): void {
    const look = async () => {
      const steady = this.steady();
      const hasLeapt = this.#hasLeapt();
      if (hasLeapt && !this.#leapt)
        this.#alarm(
          "this machine's clock leapt: steps follow the passed time until an org or the store tells the time; mend the clock (NTP)",
          { leapMs: Math.round(this.#host.now() + this.#correction - this.#passed()) },
        );
      this.#leapt = hasLeapt;
      if (steady - this.#triedAt >= this.#again) await this.measure();
      if (!this.#stopped) this.#cancel = this.#after(look);
    };
    this.#cancel = this.#after(look);
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel();
  }

  /**
   * Resolves when a source has told the time, when there is no source, or after `longest` ms. Without it, a machine
   * whose clock is far ahead would decide steps early. Call it after `start`.
   */
  async firstMeasured(longest: number, signal: AbortSignal): Promise<void> {
    const sources = await this.#sources().catch(() => null);
    if (this.#measured || sources?.length === 0 || signal.aborted) return;
    this.#holding = true;
    const until = new Date(this.#host.now() + longest).toISOString();
    this.#alarm(
      `no org or store has told the time since the start: steps wait for one, or until ${until} by this machine's clock`,
      {},
    );
    await new Promise<void>((resolve) => {
      const over = this.#runtime.timers.after(longest, resolve);
      this.#onMeasured = () => {
        over.cancel();
        resolve();
      };
      signal.addEventListener("abort", this.#onMeasured);
    });
    this.#holding = false;
    if (!this.#measured && !signal.aborted)
      this.#alarm(
        "no org or store has told the time since the start: steps follow this machine's clock, which may be wrong",
        {},
      );
  }

  async measure(): Promise<void> {
    this.#triedAt = this.steady();
    const ahead = this.#host.now() - this.steady();
    const readings = await answers(await this.#sources().catch(() => []));
    // somebody set the clock while we asked, so the answers do not hold any more
    if (Math.abs(this.#host.now() - this.steady() - ahead) > leap) return;
    if (readings.length === 0) return;
    const own = [{ source: "this machine", offset: 0, uncertainty: 0 }];
    const believed = this.#passed() - this.#host.now();
    const hasLeapt = this.#hasLeapt();
    // a time that we believed only to be safe is no second vote for itself
    if (Math.abs(believed) > tolerated && (this.#confirmed || (hasLeapt && !this.#unsure)))
      own.push({ source: "this machine until now", offset: believed, uncertainty: 0 });
    const sources = [...own, ...readings].map((r) => `${r.source} ${Math.round(r.offset)}`);
    const majority = agreed(own, readings);
    const decided = majority ?? (this.#confirmed || hasLeapt ? null : await this.#decided(readings));
    const chosen = decided === "nobody" ? earliest(readings) : decided;
    this.#unsure = decided === "nobody" && chosen !== null;
    this.#measured = true;
    this.#settled = false;
    this.#onMeasured();
    if (chosen === null) {
      this.#judge(readings, { source: "", offset: this.correction, uncertainty: 0 });
      this.#alarm(
        "the clocks disagree, and no majority decides: steps follow this machine's clock; mend the wrong one (NTP)",
        { sources },
      );
      return;
    }
    const before = this.correction;
    const { offset, uncertainty } = chosen;
    this.#correction = Math.abs(offset) - uncertainty > tolerated ? Math.round(offset) : 0;
    this.#measuredAt = this.steady();
    this.#anchor = { time: this.#host.now() + this.#correction, steady: this.#measuredAt };
    this.#leapt = false;
    this.#judge(readings, chosen);
    const fields = { offsetMs: this.#correction, sources };
    if (this.#unsure)
      this.#alarm(
        "this machine's clock is ahead of every other clock: steps follow the earlier time until one more clock answers or an org lets the service sign in; mend the clock (NTP)",
        fields,
      );
    else this.#confirm(before, fields);
    if (this.#correction !== before) this.#changed();
  }

  /** Says which org's clock is off. */
  #judge(readings: readonly Reading[], right: Reading): void {
    for (const { orgId, offset, uncertainty } of readings) {
      if (orgId === undefined) continue;
      const off = Math.round(offset - right.offset);
      const known = this.#orgsOff.has(orgId);
      if (Math.abs(off) > tolerated + uncertainty + right.uncertainty) {
        this.#orgsOff.set(orgId, off);
        if (!known)
          this.#runtime.log.warn(
            { org: orgId, offMs: off },
            "the clock of this org, or of a proxy before it, is off; steps do not follow it",
          );
      } else if (this.#orgsOff.delete(orgId))
        this.#runtime.log.info({ org: orgId }, "the clock of this org is right again");
    }
  }

  #confirm(before: number, fields: object): void {
    this.#confirmed = true;
    this.#settled = true;
    this.#trouble = null;
    if (this.#correction !== 0)
      this.#alarm(
        "this machine's clock is off: steps follow the corrected time; mend the clock (NTP)",
        fields,
        Math.abs(this.#correction - before) > tolerated,
      );
    else if (before !== 0) this.#runtime.log.info({}, "this machine's clock is right again");
  }

  /**
   * Decides if there is no majority and nobody has confirmed this machine's clock since the start. An org decides if
   * it lets the service sign in by one time and not by the other.
   * @returns "nobody" if no org could decide
   */
  async #decided(readings: readonly Reading[]): Promise<Reading | null | "nobody"> {
    const verdicts = await Promise.all(readings.map((reading) => this.#asked(reading)));
    const right = readings.filter((_, n) => verdicts[n] === true);
    if (right.length > 0) return median(right);
    if (verdicts.every((verdict) => verdict === null)) return "nobody";
    return verdicts.includes(null) ? null : { source: "this machine", offset: 0, uncertainty: 0 };
  }

  /** True if the source works by the time of its answer, false if by this machine's clock, null if unknown. */
  async #asked({ source, offset, goesBy }: Reading): Promise<boolean | null> {
    if (goesBy === undefined) return null;
    const before = this.#goesBy.get(source);
    const steady = this.steady();
    if (
      before !== undefined &&
      steady - before.asked < askWhomAgain &&
      Math.abs(before.at - offset) < tolerated
    )
      return before.answer;
    const now = this.#host.now();
    const theirs = await goesBy(now + offset);
    const answer = theirs === true ? true : theirs === false && (await goesBy(now)) === true ? false : null;
    this.#goesBy.set(source, { asked: steady, at: offset, answer });
    return answer;
  }

  #alarm(message: string, fields: object, isNews = this.#trouble !== message): void {
    if (isNews) this.#runtime.log.error(fields, message);
    this.#trouble = message;
  }

  /** The time between this measurement and the next one, ms. */
  get #again(): number {
    if (this.#holding) return worldOf(this.#runtime).pace.tick;
    return this.#leapt || (this.#trouble !== null && !this.#settled) ? askAgain : everySoOften;
  }
  /** The time by the steady clock. */
  #passed(): number {
    return this.#anchor.time + this.steady() - this.#anchor.steady;
  }
  #hasLeapt(): boolean {
    return Math.abs(this.#host.now() + this.#correction - this.#passed()) > leap;
  }
  #after(look: () => Promise<void>): () => void {
    const { timers, pace } = worldOf(this.#runtime);
    // the next measurement comes at a tick
    const left =
      Math.max(1, Math.ceil((this.#again - (this.steady() - this.#triedAt)) / pace.tick)) * pace.tick;
    const timer = idleTimer(timers, "clock", pace.tick, left, () => void look());
    return () => timer.cancel();
  }
}

/** The answers of the sources. We ignore those that fail, and stop waiting after enough answers. */
function answers(sources: readonly ReadClock[]): Promise<Reading[]> {
  return new Promise((resolve) => {
    const readings: Reading[] = [];
    let left = sources.length;
    const ended = () => {
      if (--left <= 0 || readings.length >= enough) resolve([...readings]);
    };
    if (left === 0) resolve([]);
    for (const read of sources)
      read().then((reading) => {
        readings.push(reading);
        ended();
      }, ended);
  });
}

/**
 * The time of the majority, with this machine's own clock as one vote. null: no side has a majority. One other clock
 * alone can overrule this machine within bounds, because that clock may be the wrong one.
 */
function agreed(own: readonly Reading[], others: readonly Reading[]): Reading | null {
  const all = [...own, ...others];
  const sides = all.map((one) =>
    all.filter(
      (other) => Math.abs(one.offset - other.offset) <= tolerated + one.uncertainty + other.uncertainty,
    ),
  );
  const largest = sides.reduce((a, b) => (b.length > a.length ? b : a));
  const rival = sides.some(
    (side) => side.length === largest.length && !side.some((one) => largest.includes(one)),
  );
  if (largest.length >= all.length / 2 && !rival) return median(largest);
  const [only, ...more] = others;
  if (more.length > 0 || own.length > 1) return null;
  return only!.offset >= -mostBackAlone && only!.offset <= mostForwardAlone ? only! : null;
}

/**
 * The smallest correction if every other clock says that this machine is ahead. A late step can be mended, an early
 * one cannot.
 */
function earliest(readings: readonly Reading[]): Reading | null {
  const nearest = readings.reduce((a, b) => (b.offset > a.offset ? b : a));
  return nearest.offset < -tolerated ? nearest : null;
}

/** The middle one of the clocks that agree. We take another clock's answer, because we measure this machine's own. */
function median(readings: readonly Reading[]): Reading {
  const sorted = readings.toSorted((a, b) => a.offset - b.offset);
  return sorted[Math.floor((sorted.length - 1) / 2)]!;
}

/**
 * Reads the `Date` header of an org's answer that needs no session. The header holds whole seconds.
 * @param goesBy tells whether the org lets the service sign in at an instant
 */
export const orgClock =
  (
    instanceUrl: string,
    host: WallClock,
    goesBy?: Reading["goesBy"],
    { fetch, deadline }: Pick<World, "fetch" | "deadline"> = systemWorld,
    orgId?: string,
  ): ReadClock =>
  async () => {
    const sent = host.now();
    const response = await fetch(new URL("/services/data", instanceUrl), {
      method: "HEAD",
      redirect: "manual",
      signal: deadline(answerWithin),
    });
    const received = host.now();
    const date = Date.parse(response.headers.get("date") ?? "");
    if (Number.isNaN(date)) throw new Error(`${instanceUrl} sent no Date`);
    const [least, most] = [date - received, date + 1000 - sent];
    return {
      ...{ source: instanceUrl, offset: (least + most) / 2, uncertainty: (most - least) / 2 },
      ...(goesBy ? { goesBy } : {}),
      ...(orgId === undefined ? {} : { orgId }),
    };
  };

/** Reads the clock of PostgreSQL, which can run on another machine. */
export const storeClock =
  (db: Kysely<Database>, host: WallClock): ReadClock =>
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
