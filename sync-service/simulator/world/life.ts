import type { Timer, World } from "../../src/runtime.ts";
import type { StoreSeam } from "../../src/store/embedded.ts";
import { storeOn, type Store } from "../../src/store/open.ts";
import { sortOf } from "./statements.ts";
import { IdleLooks } from "./idle-looks.ts";
import { logTo } from "./log.ts";
import type { Surroundings } from "./surroundings.ts";

/** How an instance's wall clock differs from true time. */
export interface Skew {
  /** ms */
  offset: number;
  /** By how much it runs too fast, in millionths. */
  drift: number;
}

/** The statement is carried out, and its process dies before it learns of that; or it dies before. */
export interface Death {
  calls: number;
  before: boolean;
}

/** One for all: each takes a stack, and most deadlines pass unseen. */
const tooLate = new DOMException("The operation timed out", "TimeoutError");

const never = <T>(): Promise<T> => new Promise(() => {});

class Died extends Error {
  override name = "Died";
}

/**
 * One process of the service, from its start to its end. It has a world of its own. When it dies, its promises never
 * settle, its timers never run, and its open transaction is rolled back.
 */
export class Life {
  readonly name: string;
  readonly world: World;
  readonly store: Store;
  readonly #around: Surroundings;
  readonly #skew: Skew;
  readonly #idle: IdleLooks;
  readonly #onDeath: () => void;
  #alive = true;
  #death: Death | null = null;
  #draws = { at: 0, count: 0 };
  /** Statements since time passed last. */
  #atOnce = { at: 0, count: 0 };

  constructor(name: string, skew: Skew, around: Surroundings, onDeath: () => void) {
    this.name = name;
    this.#skew = skew;
    this.#around = around;
    this.#onDeath = onDeath;
    this.#idle = new IdleLooks(around.scheduler, around.skipsIdle, (work) => this.#run(work));
    this.world = this.#makeWorld();
    this.store = storeOn(around.store.database, {
      file: "simulated",
      clock: this.world.clock,
      seam: this.#seam(),
    });
  }

  get alive(): boolean {
    return this.#alive;
  }
  /** By how much the wall clock is ahead, ms. */
  get ahead(): number {
    const { now, start } = { now: this.#around.scheduler.now, start: this.#around.start };
    return this.#skew.offset + ((now - start) * this.#skew.drift) / 1e6;
  }

  /** Somebody sets the wall clock. */
  leap(ms: number): void {
    this.#skew.offset += ms;
    this.#idle.news("clock");
  }
  /** Somebody else wrote to the store. */
  news(): void {
    for (const one of ["orgs", "clocks", "outbox"] as const) this.#idle.news(one);
  }

  dieAt(death: Death): void {
    this.#death ??= death;
  }
  /** It dies no more. */
  live(): void {
    this.#death = null;
  }
  die(): void {
    if (!this.#alive) return;
    this.#alive = false;
    this.#around.trace.tell(this.name, "dies");
    this.#around.store.abandon(this);
    this.#around.afterCommit(null);
    this.#onDeath();
  }

  /** What happens to this instance from outside: a timer, an answer, an event. */
  #run(work: () => void): void {
    if (!this.#alive) return;
    if (this.#diesNow(true)) return;
    work();
  }

  #diesNow(before: boolean): boolean {
    const death = this.#death;
    if (death === null) return false;
    if (before) death.calls--;
    if (death.calls > 0 || death.before !== before) return false;
    this.die();
    return true;
  }

  #makeWorld(): World {
    const { scheduler, trace, network, start } = this.#around;
    const after = (ms: number, work: () => void): Timer => scheduler.after(ms, () => this.#run(work));
    return {
      clock: {
        now: () => Math.floor(scheduler.now + this.ahead),
        steady: () => scheduler.now - start,
      },
      timers: { after, idle: (...look) => this.#idle.add(...look) },
      random: () => this.#random(),
      log: logTo(trace, this.name, () => this.#alive),
      breathe: () => new Promise((resolve) => after(0, resolve)),
      deadline: (ms) => {
        const over = new AbortController();
        after(ms, () => over.abort(tooLate));
        return over.signal;
      },
      bytes: (length) => Buffer.from(Array.from({ length }, () => Math.floor(this.#random() * 256))),
      fetch: (input, init = {}) => {
        if (!this.#alive || this.#diesNow(true)) return never();
        const asked = network.ask(this.name, String(input), init);
        if (this.#diesNow(false)) {
          // nobody hears of it any more
          asked.catch(() => {});
          return never();
        }
        return new Promise((resolve, reject) => {
          asked.then(
            (answer) => this.#run(() => resolve(answer)),
            (error: unknown) => this.#run(() => reject(error as Error)),
          );
        });
      },
      readFile: () => "secret",
      variable: (name) => (name.startsWith("OTEL_") ? undefined : "secret"),
      mailer: () => network.mailer(this.name),
      instance: this.name,
      pace: this.#around.pace,
    };
  }

  /** By its instant, so that a draw more or less at one moment moves no draw at others. */
  #random(): number {
    const { now } = this.#around.scheduler;
    this.#draws = this.#draws.at === now ? { at: now, count: this.#draws.count + 1 } : { at: now, count: 0 };
    return this.#around.dice.draw("random", this.name, now, this.#draws.count);
  }

  #seam(): StoreSeam {
    const { store, storeTrouble, trace, scheduler } = this.#around;
    const busyWithout = (text: string) => {
      const { now } = scheduler;
      this.#atOnce =
        this.#atOnce.at === now ? { at: now, count: this.#atOnce.count + 1 } : { at: now, count: 0 };
      if (this.#atOnce.count > 200_000) throw new Error(`a loop without progress: ${text.slice(0, 80)}`);
    };
    return {
      around: async (text, run) => {
        if (!this.#alive) return never();
        await store.turn(this);
        if (!this.#alive || this.#diesNow(true)) return never();
        busyWithout(text);
        const { kind, news } = sortOf(text);
        const delay = storeTrouble.delay(kind);
        if (delay > 0) {
          await new Promise<void>((resolve) => scheduler.after(delay, resolve));
          if (!this.#alive) return never();
          // somebody else may have begun meanwhile
          await store.turn(this);
        }
        const failure = storeTrouble.failure(kind);
        if (failure !== null) {
          trace.tell(this.name, "store fails", kind, failure.code);
          // SQLite itself rolls back what was open
          if (store.database.inTransaction && failure.code === "SQLITE_FULL") store.database.exec("rollback");
          this.news();
          throw failure;
        }
        if (kind === "begin") store.hold(this);
        try {
          const result = await run();
          const changed = Number((result as { numAffectedRows?: bigint } | undefined)?.numAffectedRows ?? 0);
          if (changed > 0) for (const one of news) this.#idle.news(one);
          if (kind === "commit") this.#around.afterCommit(this);
          if (kind === "rollback") this.#around.afterCommit(null);
          if (kind === "write" && !store.database.inTransaction) this.#around.afterCommit(this);
          if (this.#diesNow(false)) return never();
          return result;
        } finally {
          if (kind === "commit" || kind === "rollback") store.release(this);
        }
      },
      many: (text, run) => {
        if (!this.#alive || this.#diesNow(true)) throw new Died();
        busyWithout(text);
        const failure = storeTrouble.failure("write");
        if (failure !== null) {
          if (store.database.inTransaction && failure.code === "SQLITE_FULL") store.database.exec("rollback");
          throw failure;
        }
        run();
        for (const one of sortOf(text).news) this.#idle.news(one);
        if (this.#diesNow(false)) throw new Died();
      },
    };
  }
}
