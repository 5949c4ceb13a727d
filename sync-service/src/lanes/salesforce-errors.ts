import type { Random } from "../runtime.ts";
import type { Outcome } from "../channels/channel.ts";

export interface RowError {
  statusCode: string;
  message: string;
  fields?: string[];
}

/** Of the moment: somebody else holds the row, or the org is busy with itself. */
const passing = new Set([
  "UNABLE_TO_LOCK_ROW",
  "REQUEST_RUNNING_TOO_LONG",
  "SERVER_UNAVAILABLE",
  "ROW_LOCKED",
  "UNKNOWN_EXCEPTION",
  "CANNOT_EXECUTE_FLOW_TRIGGER_LIMIT",
]);
/** Of the org: the connection's business, not the record's. */
const ofTheOrg = new Set(["INVALID_SESSION_ID", "REQUEST_LIMIT_EXCEEDED", "API_DISABLED_FOR_ORG"]);
const lockedFor = 400;
/** Attempts so soon after each other; a row that is held for longer is asked for with the usual backoff. */
const soon = 3;

/**
 * What a refused record means for its effect; null: nothing about the record.
 * @param attempts before this one
 */
export function refusalOf(errors: readonly RowError[], attempts: number, random: Random): Outcome | null {
  const [error] = errors;
  if (error === undefined || ofTheOrg.has(error.statusCode)) return null;
  const reason = errors
    .map((e) => `${e.statusCode}: ${e.message}${e.fields?.length ? ` (${e.fields.join(", ")})` : ""}`)
    .join("; ");
  if (passing.has(error.statusCode))
    return attempts < soon
      ? { is: "retry", reason, after: lockedFor + Math.round(random() * lockedFor) }
      : { is: "retry", reason };
  if (error.statusCode === "ENTITY_IS_DELETED")
    return { is: "delivered", note: "The case was deleted: nothing to write to." };
  return { is: "dead", reason };
}
