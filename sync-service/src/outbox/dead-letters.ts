import type { Text } from "c/slaEngine";
import type { Kysely } from "kysely";
import { channelNamed } from "../channels/registry.ts";
import type { Database } from "../store/schema.ts";

export interface DeadLetter {
  id: number;
  key: string;
  orgId: string;
  caseId: string | null;
  /** null: the item is about no case, or the mirror does not have the case any more. */
  caseNumber: string | null;
  /** The case's address in its org. */
  url: string | null;
  destination: string;
  /** The channel's name as people read it. */
  channel: Text;
  kind: string;
  attempts: number;
  createdAt: number;
  reason: string;
}

export interface DeadLetterFilter {
  orgId?: string | undefined;
  destination?: string | undefined;
  /** Only letters after this id: use it for the next page. */
  after?: number | undefined;
  limit?: number | undefined;
}

const query = (db: Kysely<Database>) =>
  db
    .selectFrom("outbox")
    .leftJoin("orgs", "orgs.id", "outbox.org_id")
    .leftJoin("cases", (join) =>
      join.onRef("cases.org_id", "=", "outbox.org_id").onRef("cases.id", "=", "outbox.case_id"),
    )
    .select([
      ...(["outbox.id", "key", "outbox.org_id", "outbox.case_id", "destination", "kind"] as const),
      ...(["attempts", "created_at", "last_error", "cases.case_number", "orgs.instance_url"] as const),
    ])
    .where("state", "=", "dead");

function labelOf(destination: string): Text {
  const [name = ""] = destination.split(":", 1);
  return channelNamed(name)?.label ?? { es: name, en: name };
}

export async function listDeadLetters(
  db: Kysely<Database>,
  filter: DeadLetterFilter = {},
): Promise<DeadLetter[]> {
  let rows = query(db)
    .orderBy("outbox.id")
    .limit(filter.limit ?? 100);
  if (filter.orgId !== undefined) rows = rows.where("outbox.org_id", "=", filter.orgId);
  if (filter.destination !== undefined) rows = rows.where("destination", "=", filter.destination);
  if (filter.after !== undefined) rows = rows.where("outbox.id", ">", filter.after);
  return (await rows.execute()).map((row) => ({
    id: row.id,
    key: row.key,
    orgId: row.org_id,
    caseId: row.case_id,
    caseNumber: row.case_number,
    url:
      row.case_id === null || row.instance_url === null
        ? null
        : `${row.instance_url}/lightning/r/Case/${row.case_id}/view`,
    destination: row.destination,
    channel: labelOf(row.destination),
    kind: row.kind,
    attempts: row.attempts,
    createdAt: row.created_at,
    reason: row.last_error ?? "",
  }));
}

/** Reads one dead letter with its payload. @returns undefined if it does not exist */
export async function readDeadLetter(
  db: Kysely<Database>,
  id: number,
): Promise<(DeadLetter & { payload: unknown }) | undefined> {
  const [letter] = await listDeadLetters(db, { after: id - 1, limit: 1 });
  if (letter?.id !== id) return undefined;
  const row = await db
    .selectFrom("outbox")
    .select("payload")
    .where("org_id", "=", letter.orgId)
    .where("id", "=", id)
    .executeTakeFirst();
  return row && { ...letter, payload: JSON.parse(row.payload) as unknown };
}

/** Selects dead letters: some by id, or all that match a filter. */
export type Which = { ids: number[] } | { all: Pick<DeadLetterFilter, "orgId" | "destination"> };

/** Puts them back into their lane with the same key, so that a receiver can recognise a repeat. @returns how many */
export async function retryDeadLetters(db: Kysely<Database>, which: Which, now: number): Promise<number> {
  return change(db, which, { state: "pending", attempts: 0, not_before: now, created_at: now });
}

/** Marks them as discarded. The rows stay and name the person who decided it. @returns how many */
export async function discardDeadLetters(
  db: Kysely<Database>,
  which: Which,
  by: string,
  now: number,
): Promise<number> {
  return change(db, which, { state: "discarded", delivered_at: now, last_error: `Discarded by ${by}.` });
}

async function change(
  db: Kysely<Database>,
  which: Which,
  set: Partial<{
    state: string;
    attempts: number;
    not_before: number;
    created_at: number;
    delivered_at: number;
    last_error: string;
  }>,
): Promise<number> {
  let update = db.updateTable("outbox").set(set).where("state", "=", "dead");
  if ("ids" in which) {
    if (which.ids.length === 0) return 0;
    update = update.where("id", "in", which.ids);
  } else {
    if (which.all.orgId !== undefined) update = update.where("org_id", "=", which.all.orgId);
    if (which.all.destination !== undefined) update = update.where("destination", "=", which.all.destination);
  }
  return Number((await update.executeTakeFirst()).numUpdatedRows);
}
