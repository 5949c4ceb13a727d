import type { Kysely } from "kysely";
import { z } from "zod";
import type { Database } from "../store/schema.ts";
import { orgOf, rowOf, type Org, type OrgStatus } from "./org.ts";
import { settingsProblem } from "./settings.ts";
import type { TroubleKind } from "./trouble.ts";

/** An org whose row in the registry, or a part of it, cannot be read, and why. */
export interface UnreadableOrg {
  id: string;
  problem: string;
}

export class UnreadableRegistration extends Error {
  override name = "UnreadableRegistration";
}

const unreadableBecause = (error: unknown): string =>
  error instanceof z.ZodError
    ? error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; ")
    : (error as Error).message;

/** The list of clients' orgs, kept in the store. A running service notices what commands change here. */
export class Registry {
  readonly #db: Kysely<Database>;
  constructor(db: Kysely<Database>) {
    this.#db = db;
  }

  /** Every org that can be read. A row that cannot be is its own trouble: `read` names it. */
  async all(): Promise<Org[]> {
    return (await this.read()).orgs;
  }

  /** The orgs, the rows that cannot be read, and the orgs for which nothing is sent, each with the reason. */
  async read(): Promise<{ orgs: Org[]; unreadable: UnreadableOrg[]; silent: UnreadableOrg[] }> {
    const orgs: Org[] = [];
    const unreadable: UnreadableOrg[] = [];
    const silent: UnreadableOrg[] = [];
    for (const row of await this.#db.selectFrom("orgs").selectAll().orderBy("id").execute())
      try {
        orgs.push(orgOf(row));
        const problem = settingsProblem(row.settings);
        if (problem !== null) silent.push({ id: row.id, problem });
      } catch (error) {
        unreadable.push({ id: row.id, problem: unreadableBecause(error) });
      }
    return { orgs, unreadable, silent };
  }

  /** @throws UnreadableRegistration */
  async find(id: string): Promise<Org | undefined> {
    const row = await this.#db.selectFrom("orgs").selectAll().where("id", "=", id).executeTakeFirst();
    try {
      return row && orgOf(row);
    } catch (error) {
      throw new UnreadableRegistration(
        `The registration of ${id} cannot be read: ${unreadableBecause(error)}`,
        {
          cause: error,
        },
      );
    }
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

  /** @param why the trouble that stopped it; omitted where a person chose the status */
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
        "month_reports",
        "intakes",
        "conversation_names",
        "conversations",
        "senders",
        "api_use",
      ] as const)
        await tx.deleteFrom(table).where("org_id", "=", id).execute();
      await tx.deleteFrom("orgs").where("id", "=", id).execute();
    });
  }
}
