import type { Kysely } from "kysely";
import type { Database } from "../store/schema.ts";
import { reportClocks } from "./clocks.ts";
import { rowsOf, type MttaRow } from "./mtta.ts";

/** The monthly report that the provider shows to a client. */
export interface ClientMonth {
  asOf: number;
  client: string;
  timeZone: string;
  /** null: the month has no case. */
  all: MttaRow | null;
  /** One row per plan and priority. */
  rows: MttaRow[];
  /** The first cases that were not acknowledged in time, in the order they were opened. */
  late: LateCase[];
  lateCount: number;
}

export interface LateCase {
  caseId: string;
  caseNumber: string | null;
  subject: string | null;
  priority: string;
  startedAt: number;
  /** Coverage in ms. */
  elapsed: number | null;
  target: number | null;
}

const mostLate = 100;

/** @returns null if the org does not exist */
export async function clientMonth(
  db: Kysely<Database>,
  { orgId, month }: { orgId: string; month: string },
  asOf: number,
): Promise<ClientMonth | null> {
  const org = await db.selectFrom("orgs").select(["id", "name"]).where("id", "=", orgId).executeTakeFirst();
  if (org === undefined) return null;
  const clocks = await reportClocks(
    db,
    { orgIds: [orgId], period: { from: month, to: month }, resolution: true },
    asOf,
  );
  const late = clocks
    .filter(({ status }) => status === "Acknowledged Late" || status === "Breached")
    .sort((a, b) => a.startedAt - b.startedAt);
  const shown = late.slice(0, mostLate);
  const cases = await namesOf(
    db,
    orgId,
    shown.map(({ caseId }) => caseId),
  );
  return {
    asOf,
    client: org.name,
    timeZone: clocks[0]?.timeZone ?? "UTC",
    all: rowsOf(clocks, [], asOf)[0] ?? null,
    rows: rowsOf(clocks, ["plan", "priority"], asOf),
    late: shown.map(({ caseId, effectivePriority, startedAt, elapsed, target }) => ({
      caseId,
      caseNumber: cases.get(caseId)?.case_number ?? null,
      subject: cases.get(caseId)?.subject ?? null,
      priority: effectivePriority,
      startedAt,
      elapsed,
      target,
    })),
    lateCount: late.length,
  };
}

async function namesOf(db: Kysely<Database>, orgId: string, caseIds: string[]) {
  if (caseIds.length === 0) return new Map<string, { case_number: string | null; subject: string | null }>();
  const rows = await db
    .selectFrom("cases")
    .select(["id", "case_number", "subject"])
    .where("org_id", "=", orgId)
    .where("id", "in", caseIds)
    .execute();
  return new Map(rows.map((row) => [row.id, row]));
}
