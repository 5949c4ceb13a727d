import type { Kysely } from "kysely";
import type { OrgClockTrouble } from "../clocks/troubles.ts";
import type { Database } from "../store/schema.ts";
import type { OrgCounts } from "./health.ts";

export interface OtherTroubleSources {
  /** Orgs that cannot be served at all. */
  unserved: ReadonlyMap<string, string>;
  clocks: readonly OrgClockTrouble[];
  /** What is wrong with this machine's clock; null: nothing. */
  time: string | null;
}

const degraded = (org: string, kind: string, cause: string) => ({
  org,
  state: "degraded" as const,
  kind,
  cause,
});

/** Troubles beside those of the orgs' streams. Anybody may ask, so the fleet page and the log say more. */
export async function otherTroubles(
  db: Kysely<Database>,
  { unserved, clocks, time }: OtherTroubleSources,
): Promise<OrgCounts["troubles"]> {
  const contracts = await db
    .selectFrom("contracts")
    .select("org_id")
    .distinct()
    .where("problem", "is not", null)
    .orderBy("org_id")
    .execute();
  return [
    ...(time === null ? [] : [degraded("all", "clock", `The time is in doubt: ${time}.`)]),
    ...[...unserved.keys()].map((org) =>
      degraded(org, "registration", "It cannot be served: its registration is at fault."),
    ),
    ...contracts.map(({ org_id }) =>
      degraded(org_id, "contract", "One of its contracts cannot be used as it is."),
    ),
    ...clocks.map(({ orgId, clocks: count }) =>
      degraded(orgId, "steps", `The steps of ${count} of its cases cannot be decided.`),
    ),
  ];
}
