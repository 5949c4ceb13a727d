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
