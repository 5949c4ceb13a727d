import { sql, type Kysely } from "kysely";
import { steadyClock, type Runtime, type WallClock, type World } from "../runtime.ts";
import { systemWorld, worldOf } from "../world.ts";
import type { Database } from "../store/schema.ts";

/** What a clock elsewhere says of this machine's: by how much it is behind (positive) or ahead, ms. */
export interface Reading {
  source: string;
  offset: number;
  /** Half the width of what the answer leaves open, ms. */
  uncertainty: number;
  /**
   * Whether the source itself goes by an instant, which may be another one than it said: a proxy can answer with an old
   * `Date`. It is only asked when nothing else can decide.
   * @returns null when that cannot be found out
   */
  goesBy?(at: number): Promise<boolean | null>;
}
export type ReadClock = () => Promise<Reading>;

/** Beyond this the machine's clock is corrected, and an alarm raised. */
const tolerated = 2_000;
const everySoOften = 5 * 60_000;
/** A wall clock that moved by this much against the time that passed has been set, or the machine slept. */
const leap = 1_000;
/** Without a measurement for so long, the time that has passed counts, and the wall clock does not. */
const wallTrusted = 60_000;
/** While the clocks disagree they are asked again after this long. */
const askAgain = 5_000;
/** One org or store alone may put the time back by this much, and forward by less: no step is to be early. */
const mostBackAlone = 2 * 3_600_000;
const mostForwardAlone = 5 * 60_000;
const answerWithin = 3_000;
/** Of many that are asked at once, so many answers are enough: nobody waits for one that hangs. */
const enough = 5;
/** A source that lets nobody in is not asked by which time it goes more often than this. */
const askWhomAgain = 60_000;

/**
 * The instant as this machine, the orgs and the store have it. Between measurements the wall clock is followed while it agrees
 * with the time that has passed: one that is set, or leaps, moves nothing until a measurement has spoken.
 *
 * `now()` compares the two at each call, so a leap is seen by the next decision and not by the next measurement. Therefore
 * PostgreSQL's clock is asked at each measurement and not in each transaction that decides: between two of them a
 * machine that runs too fast by 500 millionths, the worst that kernels allow, gains 0.15 s.
 */
export class HostClock implements WallClock {
  readonly #host: WallClock;
  readonly #runtime: Runtime;
  readonly #sources: () => Promise<ReadClock[]>;
  readonly #changed: () => void;
  #correction = 0;
  /** What was believed at a moment, by the clock that only goes forward. */
  #anchor: { time: number; steady: number };
  #measuredAt: number;
  /** Somebody has answered since the start. */
  #measured = false;
  #triedAt = -Infinity;
  #leapt = false;
  /** Others have agreed with what is believed, since the start. */
  #confirmed = false;
  /** What is believed is only the earlier of two. */
  #unsure = false;
  #onMeasured = () => {};
  #trouble: string | null = null;
  #stopped = false;
  /** The service waits with its first decision. */
  #holding = false;
  /** By source: what it said when asked by which time it goes, and when. */
  readonly #goesBy = new Map<string, { asked: number; at: number; answer: boolean | null }>();
  #cancel = () => {};

  /** @param changed told when the correction moved: what sleeps until an instant has to look again */
  constructor(runtime: Runtime, sources: () => Promise<ReadClock[]>, changed: () => void) {
    this.#host = runtime.clock;
    this.#runtime = runtime;
    this.#sources = sources;
    this.#changed = changed;
    const steady = this.#steady();
    this.#anchor = { time: this.#host.now(), steady };
    this.#measuredAt = steady;
  }

  now(): number {
    const passed = this.#passed();
    const wall = this.#host.now() + this.#correction;
    const agrees = Math.abs(wall - passed) <= leap;
    return agrees && this.#steady() - this.#measuredAt < wallTrusted ? wall : Math.floor(passed);
  }
  /** ms added to this machine's clock; 0 while it is trusted. */
  get correction(): number {
    return this.#hasLeapt() ? Math.round(this.#passed() - this.#host.now()) : this.#correction;
  }
  /** What is wrong with the time, in words; null: nothing. */
  get trouble(): string | null {
    return this.#trouble;
  }

  /** From now on measures every five minutes, and whenever the wall clock leaps until that is settled. */
  start(): void {
    const look = async () => {
      const steady = this.#steady();
      const hasLeapt = this.#hasLeapt();
      if (hasLeapt && !this.#leapt)
        this.#alarm(
          "this machine's clock leapt: steps go on by the time that has passed until an org or the store has said what time it is; mend the clock (NTP)",
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
   * Resolves when somebody has said what time it is, or there is nobody to ask, or `longest` ms are over: a machine whose
   * clock is far ahead at its start would decide steps early. Call it after `start`.
   */
  async firstMeasured(longest: number, signal: AbortSignal): Promise<void> {
    const sources = await this.#sources().catch(() => null);
    if (this.#measured || sources?.length === 0 || signal.aborted) return;
    this.#holding = true;
    const until = new Date(this.#host.now() + longest).toISOString();
    this.#alarm(
      `nobody has said what time it is since the start: steps wait until an org or the store does, or until ${until} by this machine's clock`,
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
        "nobody has said what time it is since the start: steps go by this machine's clock, which may be wrong",
        {},
      );
  }

  async measure(): Promise<void> {
    this.#triedAt = this.#steady();
    const ahead = this.#host.now() - this.#steady();
    const readings = await answers(await this.#sources().catch(() => []));
    // it was set while the others were asked: what they said of it holds no more
    if (Math.abs(this.#host.now() - this.#steady() - ahead) > leap) return;
    if (readings.length === 0) return;
    const own = [{ source: "this machine", offset: 0, uncertainty: 0 }];
    const believed = this.#passed() - this.#host.now();
    const hasLeapt = this.#hasLeapt();
    // what was only believed for want of better is no second witness of itself
    if (Math.abs(believed) > tolerated && (this.#confirmed || (hasLeapt && !this.#unsure)))
      own.push({ source: "this machine until now", offset: believed, uncertainty: 0 });
    const sources = [...own, ...readings].map((r) => `${r.source} ${Math.round(r.offset)}`);
    const majority = agreed(own, readings);
    const decided = majority ?? (this.#confirmed || hasLeapt ? null : await this.#decided(readings));
    const chosen = decided === "nobody" ? earliest(readings) : decided;
    this.#unsure = decided === "nobody" && chosen !== null;
    this.#measured = true;
    this.#onMeasured();
    if (chosen === null) {
      this.#alarm(
        "the clocks disagree, and no majority says what time it is: this machine's is kept; mend the one that is wrong (NTP)",
        { sources },
      );
      return;
    }
    const before = this.correction;
    const { offset, uncertainty } = chosen;
    this.#correction = Math.abs(offset) - uncertainty > tolerated ? Math.round(offset) : 0;
    this.#measuredAt = this.#steady();
    this.#anchor = { time: this.#host.now() + this.#correction, steady: this.#measuredAt };
    this.#leapt = false;
    const fields = { offsetMs: this.#correction, sources };
    if (this.#unsure)
      this.#alarm(
        "this machine's clock is ahead of every other that can be asked: so that no step is early, the earlier time counts until one more clock speaks or an org lets the service sign in; mend the clock (NTP)",
        fields,
      );
    else this.#confirm(before, fields);
    if (this.#correction !== before) this.#changed();
  }

  #confirm(before: number, fields: object): void {
    this.#confirmed = true;
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
   * No majority, and nobody has confirmed this machine's clock since the start. An org that lets the service sign in by one
   * time and not by the other decides.
   * @returns "nobody" when no org could be asked so
   */
  async #decided(readings: readonly Reading[]): Promise<Reading | null | "nobody"> {
    const verdicts = await Promise.all(readings.map((reading) => this.#asked(reading)));
    const right = readings.filter((_, n) => verdicts[n] === true);
    if (right.length > 0) return median(right);
    if (verdicts.every((verdict) => verdict === null)) return "nobody";
    return verdicts.includes(null) ? null : { source: "this machine", offset: 0, uncertainty: 0 };
  }

  /** Whether the source goes by what it said (true), by this machine's clock (false), or that is not known (null). */
  async #asked({ source, offset, goesBy }: Reading): Promise<boolean | null> {
    if (goesBy === undefined) return null;
    const before = this.#goesBy.get(source);
    const steady = this.#steady();
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

  /** How long after a measurement the next one comes, ms. */
  get #again(): number {
    if (this.#holding) return worldOf(this.#runtime).pace.tick;
    return this.#leapt || this.#trouble !== null ? askAgain : everySoOften;
  }
  #steady(): number {
    return this.#host.steady?.() ?? steadyClock();
  }
  /** What time it is by the time that has passed. */
  #passed(): number {
    return this.#anchor.time + this.#steady() - this.#anchor.steady;
  }
  #hasLeapt(): boolean {
    return Math.abs(this.#host.now() + this.#correction - this.#passed()) > leap;
  }
  #after(look: () => Promise<void>): () => void {
    const { timers, pace } = worldOf(this.#runtime);
    // the next measurement comes at a tick
    const left =
      Math.max(1, Math.ceil((this.#again - (this.#steady() - this.#triedAt)) / pace.tick)) * pace.tick;
    const timer =
      timers.idle?.(pace.tick, left, () => void look()) ?? timers.after(pace.tick, () => void look());
    return () => timer.cancel();
  }
}

/** What the sources say; those that fail say nothing, and enough answers leave the others alone. */
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
 * What most of the clocks say, this machine's own among them; null when no side has a majority. Against this machine one other
 * clock alone is believed within bounds: it may be the one that is wrong.
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

/** While every other clock says that this machine is ahead, the least that one of them says: late can be mended, early cannot. */
function earliest(readings: readonly Reading[]): Reading | null {
  const nearest = readings.reduce((a, b) => (b.offset > a.offset ? b : a));
  return nearest.offset < -tolerated ? nearest : null;
}

/** Of those that agree, one in the middle; another's, since this machine's own is what is measured. */
function median(readings: readonly Reading[]): Reading {
  const sorted = readings.toSorted((a, b) => a.offset - b.offset);
  return sorted[Math.floor((sorted.length - 1) / 2)]!;
}

/**
 * The `Date` header of an org's answer to a question that needs no session. It keeps whole seconds.
 * @param goesBy whether the org lets the service sign in at an instant
 */
export const orgClock =
  (
    instanceUrl: string,
    host: WallClock,
    goesBy?: Reading["goesBy"],
    { fetch, deadline }: Pick<World, "fetch" | "deadline"> = systemWorld,
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
    };
  };

/** The clock of a PostgreSQL, which can be on another machine. */
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
