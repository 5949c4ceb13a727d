import type { Kysely } from "kysely";
import type { Database } from "../store/schema.ts";
import { reportClocks } from "./clocks.ts";
import type { Period } from "./months.ts";
import { rowsOf, type MttaRow } from "./mtta.ts";

/** The figures that the reports loop keeps current for an org. */
export interface OrgFigures {
  period: Period;
  /** The org's time zone, taken from its contracts. */
  timeZone: string;
  /** One row per month and priority: the org's summaries show them. */
  months: MttaRow[];
  /** One row per plan, priority and month: each has a budget. */
  groups: MttaRow[];
}

export async function orgFigures(
  db: Kysely<Database>,
  { orgId, period }: { orgId: string; period: Period },
  asOf: number,
): Promise<OrgFigures> {
  const clocks = await reportClocks(db, { orgIds: [orgId], period }, asOf);
  return {
    period,
    timeZone: clocks[0]?.timeZone ?? "UTC",
    months: rowsOf(clocks, ["month", "priority"], asOf),
    groups: rowsOf(clocks, ["plan", "priority", "month"], asOf),
  };
}
