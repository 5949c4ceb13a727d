import type { Kysely } from "kysely";
import { queueDepth } from "../outbox/outbox.ts";
import type { Database } from "../store/schema.ts";

/** The store's part of the Prometheus metrics: one row per combination of labels. */
export interface StoredCounts {
  orgs: { id: string; status: string }[];
  clocks: { org: string; status: string; count: number }[];
  /** Items that are not delivered yet. `oldest` is the instant of the oldest one, in ms. */
  items: { destination: string; state: string; count: number; oldest: number }[];
  /** Events that wait for a person. */
  parked: { org: string; count: number }[];
  /** Contracts that have a problem, so that no clock can be computed from them. */
  contractProblems: { org: string; count: number }[];
  /** Differences that each org's last comparison found. */
  differences: { org: string; count: number }[];
}

/** Counts all clocks and items. This can take hundreds of milliseconds in a large store. */
export async function storedCounts(
  db: Kysely<Database>,
  _: Record<never, never>,
): Promise<StoredCounts> {
  const counted = <Row extends { count: unknown }>(rows: Row[]) =>
    rows.map((row) => ({ ...row, count: Number(row.count) }));
  return {
    orgs: await db.selectFrom("orgs").select(["id", "status"]).execute(),
    clocks: counted(
      await db
        .selectFrom("clocks")
        .select(({ fn }) => ["org_id as org", "status", fn.countAll<number>().as("count")])
        .groupBy(["org_id", "status"])
        .execute(),
    ),
    items: counted(await queueDepth(db)),
    parked: counted(
      await db
        .selectFrom("parked_events")
        .select(({ fn }) => ["org_id as org", fn.countAll<number>().as("count")])
        .where("resolved_at", "is", null)
        .groupBy("org_id")
        .execute(),
    ),
    contractProblems: counted(
      await db
        .selectFrom("contracts")
        .select(({ fn }) => ["org_id as org", fn.countAll<number>().as("count")])
        .where("problem", "is not", null)
        .groupBy("org_id")
        .execute(),
    ),
    differences: await db
      .selectFrom("reconciliations")
      .select(["org_id as org", "differences as count"])
      .where("id", "in", ({ selectFrom }) =>
        selectFrom("reconciliations")
          .select(({ fn }) => fn.max("id").as("id"))
          .where("finished_at", "is not", null)
          .groupBy("org_id"),
      )
      .execute(),
  };
}
