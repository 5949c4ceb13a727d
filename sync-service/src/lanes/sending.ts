/** The tools of one delivery to an org, and the outcome of a record that the org refused. */
import type { Kysely } from "kysely";
import type { Delivery, Outcome } from "../channels/channel.ts";
import { reportRefusal } from "../notices/refusals.ts";
import type { OrgConnection } from "../orgs/connection.ts";
import type { Runtime } from "../runtime.ts";
import type { Database } from "../store/schema.ts";
import { refusalOf, type RowError } from "./salesforce-errors.ts";

export interface SaveResult {
  id?: string;
  success: boolean;
  errors: RowError[];
}

export interface Sending {
  db: Kysely<Database>;
  org: OrgConnection;
  now(): number;
  random: Runtime["random"];
  /** Aborts when the attempt's time is over. Its requests then end, so that an old request cannot follow a newer one. */
  signal: AbortSignal;
}

export async function refused(sending: Sending, item: Delivery, result: SaveResult): Promise<Outcome> {
  const outcome = refusalOf(result.errors, item.attempts, sending.random) ?? {
    is: "retry",
    reason: result.errors.map((error) => `${error.statusCode}: ${error.message}`).join("; "),
  };
  if (outcome.is === "dead")
    await reportRefusal(
      sending.db,
      sending.now(),
      item,
      result.errors[0]?.statusCode ?? "UNKNOWN",
      outcome.reason,
    );
  return outcome;
}

/**
 * Creates or changes up to 200 records in one call; the answers in order.
 * @param type of all records, or of each
 */
export async function collection(
  { org, signal }: Sending,
  method: "POST" | "PATCH",
  type: string | readonly string[],
  records: readonly object[],
  allOrNone = false,
): Promise<SaveResult[]> {
  // an attempt that we gave up may go on once its org answers: by then another is under way
  signal.throwIfAborted();
  return org.use(
    (connection) =>
      connection.request<SaveResult[]>({
        method,
        url: "/composite/sobjects",
        body: JSON.stringify({
          allOrNone,
          records: records.map((record, at) => ({
            attributes: { type: typeof type === "string" ? type : type[at] },
            ...record,
          })),
        }),
        headers: { "content-type": "application/json" },
      }),
    signal,
  );
}
