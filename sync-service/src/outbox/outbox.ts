import type { Kysely, Transaction } from "kysely";
import { insertMany } from "../store/bulk.ts";
import type { Database } from "../store/schema.ts";

/** A decided item that the service still has to send. */
export interface OutboxItem {
  /** The same decision always has the same key, so a receiver can drop repeats. */
  key: string;
  orgId: string;
  caseId: string | null;
  /** The item's lane: `salesforce:<org>`, `slack:<org>`, `email:<org>` … */
  destination: string;
  kind: string;
  payload: object;
}

export function* chunks<T>(all: readonly T[], size: number): Generator<T[]> {
  for (let from = 0; from < all.length; from += size) yield all.slice(from, from + size);
}

/**
 * Writes items in the transaction that decided them. An existing key means the same decision, so its row stays as it is.
 * @param withheld orgs on a dry run: their items are shown and never sent
 */
export async function enqueue(
  tx: Transaction<Database>,
  items: readonly OutboxItem[],
  now: number,
  withheld: (orgId: string) => boolean,
): Promise<void> {
  await insertMany(
    tx,
    "outbox",
    columns,
    items.map((item) => ({
      key: item.key,
      org_id: item.orgId,
      case_id: item.caseId,
      destination: item.destination,
      kind: item.kind,
      payload: JSON.stringify(item.payload),
      created_at: now,
      not_before: now,
      attempts: 0,
      state: withheld(item.orgId) ? "withheld" : "pending",
    })),
    "on conflict (org_id, key) do nothing",
  );
}

const columns = {
  ...({ key: "text", org_id: "text", case_id: "text", destination: "text", kind: "text" } as const),
  ...({ payload: "text", created_at: "bigint", not_before: "bigint" } as const),
  ...({ attempts: "integer", state: "text" } as const),
};

/** Counts the outbox's items by destination and state, for metrics and pages. */
export const queueDepth = (db: Kysely<Database>) =>
  db
    .selectFrom("outbox")
    .select(({ fn }) => [
      "destination",
      "state",
      fn.countAll<number>().as("count"),
      fn.min("created_at").as("oldest"),
    ])
    .where("state", "in", ["pending", "sending", "dead"])
    .groupBy(["destination", "state"])
    .execute();
