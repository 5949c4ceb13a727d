import type { Kysely } from "kysely";
import type { CaseKey } from "../case/change.ts";
import type { Runtime } from "../runtime.ts";
import { StorePatience } from "../store/patience.ts";
import type { Database } from "../store/schema.ts";
import { Alarm } from "../alarm.ts";
import { worldOf } from "../world.ts";

/**
 * Reads the evidence of these cases from their orgs and stores what is new (facts and clocks), as far as it comes
 * back in time. Rejections are logged, and hold up nothing.
 */
export type ReadEvidence = (cases: readonly CaseKey[]) => Promise<void>;

/** How long before a breach its case is looked at once more. */
const lead = 5_000;

/**
 * In the last seconds before a breach, a look at the org: an acknowledgement whose event is still on its way should
 * stop it. Cases due close together are read together. The breach never waits for it.
 */
export class LastLook {
  readonly #db: Kysely<Database>;
  readonly #runtime: Runtime;
  readonly #read: ReadEvidence;
  readonly #alarm: Alarm;
  readonly #stopping = new AbortController();
  #running: Promise<void> | null = null;
  /** Everything due up to here has been looked at. */
  #seenUpTo: number;

  constructor(db: Kysely<Database>, runtime: Runtime, read: ReadEvidence) {
    this.#db = db;
    this.#runtime = runtime;
    this.#read = read;
    this.#alarm = new Alarm(runtime);
    this.#seenUpTo = runtime.clock.now();
  }

  start(): void {
    this.#running ??= this.#run();
  }
  wake(): void {
    this.#alarm.ring();
  }
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#alarm.ring();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { clock, log } = this.#runtime;
    const patience = new StorePatience(this.#runtime, "the last look before a breach");
    while (!this.#stopping.signal.aborted) {
      try {
        // a wall clock that was set back: what it had reached lies ahead again
        this.#seenUpTo = Math.min(this.#seenUpTo, clock.now() + lead);
        const next = await this.#unseen().orderBy("due_at").limit(1).executeTakeFirst();
        const at = (next?.due_at ?? Infinity) - lead;
        const now = clock.now();
        patience.worked();
        if (at > now) {
          await this.#alarm.sleepUntil(at, worldOf(this.#runtime).pace.lastLook);
          continue;
        }
        const upTo = now + lead;
        const cases = await this.#unseen().where("due_at", "<=", upTo).execute();
        this.#seenUpTo = upTo;
        this.#read(cases.map((row) => ({ orgId: row.org_id, caseId: row.case_id }))).catch((error: Error) =>
          log.warn(
            { cases: cases.length, error: error.message },
            "evidence could not be read before a breach",
          ),
        );
      } catch (error) {
        await patience.wait(error, {}, this.#stopping.signal);
      }
    }
  }

  #unseen() {
    return this.#db
      .selectFrom("clocks")
      .select(["org_id", "case_id", "due_at"])
      .where("ended_at", "is", null)
      .where("due_at", ">", this.#seenUpTo);
  }
}
