import { contractAt } from "c/slaEngine";
import { sql, type Kysely, type RawBuilder, type Transaction } from "kysely";
import { caseKey } from "../outbox/write-back.ts";
import { casesIn } from "../store/bulk.ts";
import { locksRows } from "../store/dialect.ts";
import type { Database } from "../store/schema.ts";
import { contractsBy } from "./contracts.ts";
import type { Basis, CaseState, DueClock, FiringOrg } from "./basis.ts";

/** The next instant, at or after `from`, at which a clock of an active org is due. */
export async function nextDue(db: Kysely<Database>, from = 0): Promise<number | null> {
  const { rows } = await sql<{ next_at: number | null }>`
    select min(next.at) as next_at from (
      select (select min(next_at) from clocks where clocks.org_id = orgs.id and next_at >= ${from}) as at
      from orgs where status != 'paused'
    ) as next
  `.execute(db);
  return rows[0]?.next_at ?? null;
}

/** The active orgs with a due clock. */
export const orgsWithDue = (db: Kysely<Database>, now: number, from: number): Promise<FiringOrg[]> =>
  db
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
    .orderBy("id")
    .execute();

const columns = sql.raw(
  "org_id, case_id, cycle, status, contract_id, started_at, elapsed_ms, next_at, clock",
);

interface Which {
  from: number;
  upTo: number;
  /** We read this many clocks of each org, and skip this many before them. */
  share: number;
  skip?: number;
}

/** The clocks that are due in that time, an equal share of every org, the most overdue first. */
export async function dueClocks(
  db: Kysely<Database>,
  orgIds: readonly string[],
  which: Which,
): Promise<DueClock[]> {
  if (locksRows(db)) return ofEveryOrg(db, orgIds, which, sql``);
  const due: DueClock[] = [];
  for (const orgId of orgIds) {
    const { rows } = await ofOrg(sql`${orgId}`, which).execute(db);
    due.push(...rows);
  }
  return due;
}

/** The same clocks, locked until the transaction ends. We skip clocks that another instance has locked. */
export const claimDue = (
  tx: Transaction<Database>,
  orgIds: readonly string[],
  which: Which,
): Promise<DueClock[]> =>
  locksRows(tx)
    ? ofEveryOrg(tx, orgIds, which, sql`for update skip locked`)
    : // an embedded store has one writer
      dueClocks(tx, orgIds, which);

/** Some named clocks that are still due in that time, locked until the transaction ends. */
export async function claimThese(
  tx: Transaction<Database>,
  these: readonly DueClock[],
  { from, upTo }: Pick<Which, "from" | "upTo">,
): Promise<DueClock[]> {
  const cases = these.map((row) => ({ orgId: row.org_id, caseId: row.case_id }));
  const named = new Set(these.map((row) => `${row.org_id}/${row.case_id}/${row.cycle}`));
  const { rows } = await sql<DueClock>`
    select ${columns} from clocks
    where (org_id, case_id) in (select k.org_id, k.case_id from ${casesIn(tx, cases)} as k)
      and next_at <= ${upTo} and next_at >= ${from}
    order by next_at, org_id, case_id, cycle ${locksRows(tx) ? sql`for update skip locked` : sql``}
  `.execute(tx);
  return rows.filter((row) => named.has(`${row.org_id}/${row.case_id}/${row.cycle}`));
}

const ofOrg = (orgId: RawBuilder<unknown>, { from, upTo, share, skip = 0 }: Which) => sql<DueClock>`
  select ${columns} from clocks where clocks.org_id = ${orgId} and next_at <= ${upTo} and next_at >= ${from}
  order by next_at, case_id, cycle limit ${share} offset ${skip}`;

async function ofEveryOrg(
  db: Kysely<Database>,
  orgIds: readonly string[],
  which: Which,
  lock: RawBuilder<unknown>,
): Promise<DueClock[]> {
  const { rows } = await sql<DueClock>`
    select due.* from unnest(${orgIds}::text[]) as org (id)
    cross join lateral (${ofOrg(sql`org.id`, which)} ${lock}) as due
  `.execute(db);
  return rows;
}

/** We write JSON, so that no name of a step can look like another one. */
const ledgerAsJson = (db: Kysely<Database>) =>
  locksRows(db)
    ? sql`cast(json_agg(json_build_array(cycle, step, case when superseded_at is null then 1 else 0 end)) as text)`
    : sql`json_group_array(json_array(cycle, step, superseded_at is null))`;

/**
 * Reads the cases after the claim, in a statement of its own. It must see the commit of another instance that
 * released its lock just before.
 */
async function caseStates(
  db: Kysely<Database>,
  cases: readonly { orgId: string; caseId: string }[],
): Promise<CaseState[]> {
  const { rows } = await sql<CaseState>`
    select k.org_id, k.case_id, cases.case_number, cases.subject, cases.fields,
      w.wanted, w.version,
      (select max(cycle) from clocks where clocks.org_id = k.org_id and clocks.case_id = k.case_id) as latest_cycle,
      (select ${ledgerAsJson(db)}
       from steps
       where steps.org_id = k.org_id and steps.case_id = k.case_id) as recorded
    from ${casesIn(db, cases)} as k
    left join cases on cases.org_id = k.org_id and cases.id = k.case_id
    left join write_backs as w on w.org_id = k.org_id and w.case_id = k.case_id
  `.execute(db);
  return rows;
}

/** The present basis of each decision. */
export async function basesOf(
  db: Kysely<Database>,
  orgs: ReadonlyMap<string, FiringOrg>,
  rows: readonly DueClock[],
): Promise<Basis[]> {
  const cases = new Map(
    rows.map((row) => [caseKey(row.org_id, row.case_id), { orgId: row.org_id, caseId: row.case_id }]),
  );
  const states = new Map(
    (await caseStates(db, [...cases.values()])).map((state) => [caseKey(state.org_id, state.case_id), state]),
  );
  const contracts = await contractsBy(db, [...new Set(rows.map((row) => row.org_id))]);
  return rows.map((row) => {
    const contract = row.contract_id === null ? undefined : contracts.get(`${row.org_id}/${row.contract_id}`);
    return {
      org: orgs.get(row.org_id)!,
      policy: contract && contractAt(contract, row.started_at).policy,
      row,
      state: states.get(caseKey(row.org_id, row.case_id))!,
    };
  });
}
