import { sql, type Transaction } from "kysely";
import type { WallClock } from "../runtime.ts";
import type { Store } from "../store/open.ts";
import type { Database } from "../store/schema.ts";

export interface Lease {
  orgId: string;
  holder: string;
  /** Grows with every holder: a transaction of an earlier one is told by it. */
  token: number;
}

/** What a transaction needs to know of a lease. */
export type Held = Pick<Lease, "holder" | "token">;

/** Another instance serves the org now. */
export class LeaseLost extends Error {
  override name = "LeaseLost";
}

/** @throws LeaseLost when the row in the store is not this lease's any more */
export function mustBeHeld(orgId: string, lease: Held, row: Held | undefined): void {
  if (row?.holder !== lease.holder || row.token !== lease.token)
    throw new LeaseLost(`${orgId} is served by ${row?.holder ?? "nobody"} now`);
}

/**
 * One transaction that writes of an org. Two instances never write of one org at once, and one whose lease has gone
 * writes nothing, however long it stood still.
 * @param lease null where no lease is needed: a command
 * @throws LeaseLost when another instance serves the org now
 */
export const underLease = <Result>(
  store: Store,
  orgId: string,
  lease: Held | null,
  work: (tx: Transaction<Database>) => Promise<Result>,
): Promise<Result> =>
  store.db.transaction().execute(async (tx) => {
    if (lease !== null) {
      const org = tx.selectFrom("orgs").select("id").where("id", "=", orgId);
      if (store.kind === "postgres") await org.forUpdate().execute();
      const row = await tx.selectFrom("leases").selectAll().where("org_id", "=", orgId).executeTakeFirst();
      mustBeHeld(orgId, lease, row);
    }
    return work(tx);
  });

/** A lease holds so long without being renewed, ms, unless the configuration says otherwise: how late an org can be taken over from an instance that died. */
export const leaseFor = 30_000;

/** Which instance serves which org. */
export class Leases {
  readonly #store: Store;
  readonly #clock: WallClock;
  readonly #holdsFor: number;
  readonly holder: string;

  /** @param holdsFor ms */
  constructor(store: Store, clock: WallClock, holder: string, holdsFor = leaseFor) {
    this.#store = store;
    this.#clock = clock;
    this.#holdsFor = holdsFor;
    this.holder = holder;
  }

  /** Takes a lease that is free, has run out, or is ours; null when somebody else holds it. */
  async take(orgId: string): Promise<Lease | null> {
    const now = this.#clock.now();
    const row = await this.#store.db
      .insertInto("leases")
      .values({ org_id: orgId, holder: this.holder, token: 1, until: now + this.#holdsFor })
      .onConflict((c) =>
        c
          .column("org_id")
          .doUpdateSet({ holder: this.holder, token: sql`leases.token + 1`, until: now + this.#holdsFor })
          .where((eb) => eb.or([eb("leases.until", "<", now), eb("leases.holder", "=", this.holder)])),
      )
      .returning(["holder", "token"])
      .executeTakeFirst();
    return row === undefined ? null : { orgId, holder: this.holder, token: row.token };
  }

  /** @returns the orgs that are still ours; the others have gone to somebody else */
  async renew(leases: readonly Lease[]): Promise<Set<string>> {
    const rows = await this.#store.db
      .updateTable("leases")
      .set({ until: this.#clock.now() + this.#holdsFor })
      .where(
        "org_id",
        "in",
        leases.map(({ orgId }) => orgId),
      )
      .where("holder", "=", this.holder)
      .returning(["org_id", "token"])
      .execute();
    const tokens = new Map(rows.map(({ org_id, token }) => [org_id, token]));
    return new Set(leases.filter(({ orgId, token }) => tokens.get(orgId) === token).map((l) => l.orgId));
  }

  /** The orgs that another instance serves now: no use in trying to take them. */
  async elsewhere(): Promise<Set<string>> {
    const rows = await this.#store.db
      .selectFrom("leases")
      .select("org_id")
      .where("holder", "!=", this.holder)
      .where("until", ">=", this.#clock.now())
      .execute();
    return new Set(rows.map(({ org_id }) => org_id));
  }

  /** Lets another instance take over at once. */
  async release(lease: Lease): Promise<void> {
    await this.#store.db
      .updateTable("leases")
      .set({ until: 0 })
      .where("org_id", "=", lease.orgId)
      .where("holder", "=", lease.holder)
      .where("token", "=", lease.token)
      .execute();
  }
}
