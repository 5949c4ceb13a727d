import type { Kysely } from "kysely";
import type { Database } from "../store/schema.ts";
import { reportClocks } from "./clocks.ts";
import type { Period } from "./months.ts";
import { rowsOf, type MttaRow } from "./mtta.ts";

/** What is kept of an org as it moves: its summaries' figures, and the groups that have a budget. */
export interface OrgFigures {
  period: Period;
  /** The org's, from its contracts. */
  timeZone: string;
  /** By month and priority. */
  months: MttaRow[];
  /** By plan, priority and month. */
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
