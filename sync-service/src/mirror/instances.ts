import type { WallClock } from "../runtime.ts";
import type { Store } from "../store/open.ts";
import { leaseFor } from "./leases.ts";

/** The instances that share the store, as each says of itself. Together they serve every org, each about as many. */
export class Instances {
  readonly #store: Store;
  readonly #clock: WallClock;
  readonly #name: string;
  readonly #holdsFor: number;
  /** When this instance said last that it lives, ms. */
  #said = -Infinity;

  /** @param holdsFor how long a word of an instance holds, ms */
  constructor(store: Store, clock: WallClock, name: string, holdsFor = leaseFor) {
    this.#holdsFor = holdsFor;
    this.#store = store;
    this.#clock = clock;
    this.#name = name;
  }

  /** Says that this instance lives, as often as leases are renewed. */
  async live(): Promise<void> {
    const now = this.#clock.now();
    if (Math.abs(now - this.#said) < this.#holdsFor / 3) return;
    const until = now + this.#holdsFor;
    await this.#store.db
      .insertInto("instances")
      .values({ name: this.#name, until })
      .onConflict((c) => c.column("name").doUpdateSet({ until }))
      .execute();
    // whose lease has run out serves no org, and comes back with its next word
    await this.#store.db.deleteFrom("instances").where("until", "<", now).execute();
    this.#said = now;
  }

  /** How many of the orgs this instance serves. The shares of all make the orgs together, so each finds its place. */
  async share(orgs: number): Promise<number> {
    const rows = await this.#store.db
      .selectFrom("instances")
      .select("name")
      .where("until", ">=", this.#clock.now())
      .orderBy("name")
      .execute();
    const place = rows.findIndex(({ name }) => name === this.#name);
    // with no word of its own in the store yet, it is as if it were alone
    if (place < 0) return orgs;
    return Math.floor(orgs / rows.length) + (place < orgs % rows.length ? 1 : 0);
  }

  /** Leaves its orgs to the others. */
  async leave(): Promise<void> {
    this.#said = -Infinity;
    await this.#store.db.deleteFrom("instances").where("name", "=", this.#name).execute();
  }
}
