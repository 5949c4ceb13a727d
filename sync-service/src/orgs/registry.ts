import type { Kysely } from "kysely";
import type { Database } from "../store/schema.ts";
import { orgOf, rowOf, type Org, type OrgStatus } from "./org.ts";
import type { TroubleKind } from "./trouble.ts";

/** The list of clients' orgs, kept in the store. A running service notices what commands change here. */
export class Registry {
  readonly #db: Kysely<Database>;
  constructor(db: Kysely<Database>) {
    this.#db = db;
  }

  async all(): Promise<Org[]> {
    return (await this.#db.selectFrom("orgs").selectAll().orderBy("id").execute()).map(orgOf);
  }

  async find(id: string): Promise<Org | undefined> {
    const row = await this.#db.selectFrom("orgs").selectAll().where("id", "=", id).executeTakeFirst();
    return row && orgOf(row);
  }

  async save(org: Org): Promise<void> {
    const row = rowOf(org);
    const { id: _id, ...changes } = row;
    await this.#db
      .insertInto("orgs")
      .values(row)
      .onConflict((c) => c.column("id").doUpdateSet(changes))
      .execute();
  }

  /** @param why what stopped it; none for what a person chose */
  async setStatus(
    id: string,
    status: OrgStatus,
    why?: { kind: TroubleKind; message: string },
  ): Promise<void> {
    await this.#db
      .updateTable("orgs")
      .set({ status, status_kind: why?.kind ?? null, status_reason: why?.message ?? null })
      .where("id", "=", id)
      .execute();
  }

  /** Forgets the org and all that was mirrored from it. The ledger of its steps goes too. */
  async remove(id: string): Promise<void> {
    await this.#db.transaction().execute(async (tx) => {
      for (const table of [
        "stream_positions",
        "applied_changes",
        "parked_events",
        "gaps",
        "people",
        "contracts",
        "contract_versions",
        "cases",
        "facts",
        "clocks",
        "steps",
        "outbox",
        "reconciliations",
        "leases",
        "write_backs",
        "summaries",
        "budget_steps",
        "api_use",
      ] as const)
        await tx.deleteFrom(table).where("org_id", "=", id).execute();
      await tx.deleteFrom("orgs").where("id", "=", id).execute();
    });
  }
}
