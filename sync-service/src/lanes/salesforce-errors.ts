import type { Random } from "../runtime.ts";
import type { Outcome } from "../channels/channel.ts";

export interface RowError {
  statusCode: string;
  message: string;
  fields?: string[];
}

/** Errors that pass: another user holds the row, or the org is busy. */
const passing = new Set([
  "UNABLE_TO_LOCK_ROW",
  "REQUEST_RUNNING_TOO_LONG",
  "SERVER_UNAVAILABLE",
  "ROW_LOCKED",
  "UNKNOWN_EXCEPTION",
  "ALL_OR_NONE_OPERATION_ROLLED_BACK",
  "CANNOT_EXECUTE_FLOW_TRIGGER_LIMIT",
]);
/** Errors of the whole org. The connection handles them, because the record is not the cause. */
const ofTheOrg = new Set(["INVALID_SESSION_ID", "REQUEST_LIMIT_EXCEEDED", "API_DISABLED_FOR_ORG"]);
const lockedFor = 400;
/** The number of quick attempts at a locked row. After them, the usual backoff applies. */
const soon = 3;

/**
 * The outcome of a refused record.
 * @param attempts the number of earlier attempts
 * @returns null if the errors are not about the record
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
    return { is: "delivered", note: "The case was deleted, so there is nothing to write." };
  return { is: "dead", reason };
}
