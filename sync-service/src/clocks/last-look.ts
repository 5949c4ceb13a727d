import type { Kysely } from "kysely";
import type { CaseKey } from "../case/change.ts";
import type { Runtime } from "../runtime.ts";
import { StorePatience } from "../store/patience.ts";
import type { Database } from "../store/schema.ts";
import { Loop } from "../loop.ts";
import { worldOf } from "../world.ts";

/**
 * Reads the evidence of these cases from their orgs, and stores the new facts and clocks of the answers that come in
 * time. The caller logs a rejection and goes on.
 */
export type ReadEvidence = (cases: readonly CaseKey[]) => Promise<void>;

/** We look at a case this long before its breach, ms. */
const lead = 5_000;

/**
 * Looks at the org in the last seconds before a breach, because the event of an acknowledgement may still be on its
 * way. It reads cases together if they are due together. The breach never waits for it.
 */
export class LastLook extends Loop {
  readonly #db: Kysely<Database>;
  readonly #runtime: Runtime;
  readonly #read: ReadEvidence;
  /** We have looked at everything that is due up to here. */
  #seenUpTo: number;

  constructor(db: Kysely<Database>, runtime: Runtime, read: ReadEvidence) {
    super(runtime);
    this.#db = db;
    this.#runtime = runtime;
    this.#read = read;
    this.#seenUpTo = runtime.clock.now();
  }

  protected async run(): Promise<void> {
    const { clock, log } = this.#runtime;
    const patience = new StorePatience(this.#runtime, "the last look before a breach");
    while (!this.stopping.aborted) {
      try {
        // somebody may have set the wall clock back: then we look at that time again
        this.#seenUpTo = Math.min(this.#seenUpTo, clock.now() + lead);
        const next = await this.#unseen().orderBy("due_at").limit(1).executeTakeFirst();
        const at = (next?.due_at ?? Infinity) - lead;
        const now = clock.now();
        patience.worked();
        if (at > now) {
          await this.alarm.sleepUntil(at, worldOf(this.#runtime).pace.lastLook);
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
        await patience.wait(error, {}, this.stopping);
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
