import { sql, type Kysely, type Transaction } from "kysely";
import { casesIn } from "../store/bulk.ts";
import { locksRows } from "../store/dialect.ts";
import type { ClockTable, Database, OrgTable } from "../store/schema.ts";

/** The next instant, at or after `from`, at which anything is due, of orgs that are not paused. */
export async function nextDue(db: Kysely<Database>, from = 0): Promise<number | null> {
  const { rows } = await sql<{ next_at: number | null }>`
    select min(next.at) as next_at from (
      select (select min(next_at) from clocks where clocks.org_id = orgs.id and next_at >= ${from}) as at
      from orgs where status != 'paused'
    ) as next
  `.execute(db);
  return rows[0]?.next_at ?? null;
}

export type FiringOrg = Pick<OrgTable, "id" | "name" | "instance_url" | "onboarded_at" | "settings">;
export type DueClock = Pick<ClockTable, "org_id" | "case_id" | "cycle" | "status" | "contract_id"> &
  Pick<ClockTable, "started_at" | "elapsed_ms" | "clock">;

/** The orgs, of those that are not paused, that have something due. */
export const orgsWithDue = (tx: Transaction<Database>, now: number, from: number): Promise<FiringOrg[]> =>
  tx
    .selectFrom("orgs")
    .select(["id", "name", "instance_url", "onboarded_at", "settings"])
    .where("status", "!=", "paused")
    .where(({ exists, selectFrom }) =>
      exists(
        selectFrom("clocks")
          .select(sql`1`.as("one"))
          .whereRef("clocks.org_id", "=", "orgs.id")
          .where("clocks.next_at", "<=", now)
          .where("clocks.next_at", ">=", from),
      ),
    )
    .execute();

const claimed = sql.raw("org_id, case_id, cycle, status, contract_id, started_at, elapsed_ms, clock");

/** A like share of every org's, the most overdue first. */
export async function claimDue(
  tx: Transaction<Database>,
  orgs: readonly FiringOrg[],
  now: number,
  from: number,
  share: number,
): Promise<DueClock[]> {
  if (locksRows(tx)) {
    const { rows } = await sql<DueClock>`
      select due.* from unnest(${orgs.map((org) => org.id)}::text[]) as org (id)
      cross join lateral (
        select ${claimed} from clocks
        where clocks.org_id = org.id and clocks.next_at <= ${now} and clocks.next_at >= ${from}
        order by clocks.next_at limit ${share}
        for update skip locked
      ) as due
    `.execute(tx);
    return rows;
  }
  const due: DueClock[] = [];
  for (const org of orgs) {
    const { rows } = await sql<DueClock>`
      select ${claimed} from clocks
      where org_id = ${org.id} and next_at <= ${now} and next_at >= ${from} order by next_at limit ${share}
    `.execute(tx);
    due.push(...rows);
  }
  return due;
}

/** What deciding has to know of a case beside its clock. */
export interface CaseState {
  org_id: string;
  case_id: string;
  case_number: string | null;
  subject: string | null;
  /** null: the mirror has lost the case (it was removed meanwhile). */
  fields: string | null;
  /** null: nothing is wanted yet. */
  wanted: string | null;
  version: number | null;
  latest_cycle: number;
  /** The ledger: `<cycle>/<step>` a line. */
  recorded: string | null;
}

/**
 * Read after the claim, by a statement of its own: what another instance committed just before its lock was released
 * must be seen.
 */
export async function caseStates(
  tx: Transaction<Database>,
  cases: readonly { orgId: string; caseId: string }[],
): Promise<CaseState[]> {
  const { rows } = await sql<CaseState>`
    select k.org_id, k.case_id, cases.case_number, cases.subject, cases.fields,
      w.wanted, w.version,
      (select max(cycle) from clocks where clocks.org_id = k.org_id and clocks.case_id = k.case_id) as latest_cycle,
      (select string_agg(cycle || '/' || step, ${"\n"}) from steps
       where steps.org_id = k.org_id and steps.case_id = k.case_id) as recorded
    from ${casesIn(tx, cases)} as k
    left join cases on cases.org_id = k.org_id and cases.id = k.case_id
    left join write_backs as w on w.org_id = k.org_id and w.case_id = k.case_id
  `.execute(tx);
  return rows;
}
