// Two transactions on a real PostgreSQL, statement by statement, in many orders. Each order has to leave the same as
// one transaction after the other.
import { Kysely, PostgresDialect, type PostgresPool } from "kysely";
import pg from "pg";
import type { Database } from "../../src/store/schema.ts";

export type Work = (db: Kysely<Database>) => Promise<unknown>;

const types = {
  getTypeParser: (oid: number, format?: "text" | "binary") =>
    oid === 20 ? Number : pg.types.getTypeParser(oid, format as "text"),
} as pg.CustomTypesConfig;

/** One connection whose statements each wait to be let through. */
class Session {
  readonly db: Kysely<Database>;
  readonly #client: pg.Client;
  #pid = 0;
  #atGate: (() => void)[] = [];
  #changed = () => {};
  #running = 0;
  #over: { error: unknown } | null = null;

  constructor(url: string) {
    const client = (this.#client = new pg.Client({
      connectionString: url,
      types,
      pipeline: true,
    } as pg.ClientConfig));
    const gated = {
      query: async (...given: Parameters<pg.Client["query"]>) => {
        await new Promise<void>((resolve) => {
          this.#atGate.push(resolve);
          this.#changed();
        });
        this.#running++;
        try {
          return await (client.query(...given) as unknown as Promise<unknown>);
        } finally {
          this.#running--;
          // what it leads to comes to the gate first
          setImmediate(() => this.#changed());
        }
      },
      release: () => {},
    };
    const pool = { connect: async () => gated, end: async () => {}, options: {} } as unknown as PostgresPool;
    this.db = new Kysely<Database>({ dialect: new PostgresDialect({ pool }) });
  }

  async open(): Promise<void> {
    await this.#client.connect();
    const { rows } = await this.#client.query<{ pid: number }>("select pg_backend_pid() as pid");
    this.#pid = rows[0]!.pid;
  }
  close = () => this.#client.end();

  begin(work: Work): void {
    this.#over = null;
    const over = (error: unknown) => {
      this.#over = { error };
      this.#changed();
    };
    work(this.db).then(() => over(null), over);
  }

  /** Lets one statement through. @returns whether it waits for the other session's lock */
  async step(watch: pg.Client): Promise<"went" | "waits" | "over"> {
    await this.#until(() => this.#atGate.length > 0 || this.#running > 0 || this.#over !== null);
    if (this.#over !== null) return this.#end();
    this.#atGate.shift()?.();
    for (;;) {
      const rests = await this.#within(5, () => this.#over !== null || this.#running === 0);
      if (rests) return "went";
      const { rows } = await watch.query<{ waits: boolean }>(
        "select cardinality(pg_blocking_pids($1)) > 0 as waits",
        [this.#pid],
      );
      if (rows[0]!.waits) return "waits";
    }
  }

  #end(): "over" {
    if (this.#over!.error !== null) throw this.#over!.error;
    return "over";
  }
  #until(is: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = () => is() && resolve();
      this.#changed = look;
      look();
    });
  }
  /** @returns whether it came about within so many ms */
  #within(ms: number, is: () => boolean): Promise<boolean> {
    return new Promise((resolve) => {
      const late = setTimeout(() => resolve(false), ms);
      void this.#until(() => this.#running >= 0 && is()).then(() => {
        clearTimeout(late);
        resolve(true);
      });
    });
  }
}

export class Orders {
  readonly #sessions: [Session, Session];
  readonly #watch: pg.Client;

  constructor(url: string) {
    this.#sessions = [new Session(url), new Session(url)];
    this.#watch = new pg.Client(url);
  }

  async open(): Promise<void> {
    await Promise.all([this.#watch.connect(), ...this.#sessions.map((session) => session.open())]);
  }
  async close(): Promise<void> {
    await Promise.all([this.#watch.end(), ...this.#sessions.map((session) => session.close())]);
  }

  /**
   * The first takes some steps, the second takes some, the first goes to its end, and then the second.
   * @returns how many steps the first took in all
   */
  async run(works: [Work, Work], first: 0 | 1, before: number, between: number): Promise<number> {
    const [a, b] = [this.#sessions[first], this.#sessions[first === 0 ? 1 : 0]];
    a.begin(works[first]);
    b.begin(works[first === 0 ? 1 : 0]);
    let took = 0;
    const go = async (one: Session, other: Session, most: number) => {
      for (let n = 0; n < most; n++) {
        const did = await one.step(this.#watch);
        if (did === "over") return;
        if (one === a) took++;
        // it can go on only once the other has let go
        if (did === "waits" && (await other.step(this.#watch)) === "over") await one.step(this.#watch);
      }
    };
    await go(a, b, before);
    await go(b, a, between);
    await go(a, b, Infinity);
    await go(b, a, Infinity);
    return took;
  }
}
