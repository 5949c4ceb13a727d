import { CASE_SUPPORT_FIELDS } from "c/supportFields";

/**
 * What can be wrong with an org, told apart by what helps: signing in again, waiting, or a person.
 *
 * - `signIn`: the org does not accept our key, app or user: a person must act
 * - `packageGone`: our own fields or objects are not there any more: a person must act
 * - `forbidden`: a permission is missing: a person must act
 * - `anotherOrg`: another org answers than the onboarded one: a person must act
 * - `limit`: the day's API requests are spent: wait
 * - `unavailable`: network, timeout, 5xx: try again with backoff
 * - `other`: anything else: try again with backoff, and say it
 */
export type TroubleKind =
  | "signIn"
  | "packageGone"
  | "forbidden"
  | "anotherOrg"
  | "channelGone"
  | "limit"
  | "unavailable"
  | "other";

/** Those that waiting does not mend. */
export const needsPerson: ReadonlySet<TroubleKind> = new Set([
  "signIn",
  "packageGone",
  "forbidden",
  "anotherOrg",
  "channelGone",
]);

export class OrgTrouble extends Error {
  override name = "OrgTrouble";
  readonly kind: TroubleKind;
  constructor(kind: TroubleKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}

const ours = new RegExp(["Support_Contract__c", "Support_Summary__c", ...CASE_SUPPORT_FIELDS].join("|"));

/** Salesforce's and the network's errors as one of the kinds; a message names what happened, never a token. */
export function troubleOf(error: unknown): OrgTrouble {
  if (error instanceof OrgTrouble) return error;
  const {
    errorCode = "",
    message = String(error),
    code = "",
    cause,
  } = (error ?? {}) as {
    errorCode?: string;
    message?: string;
    code?: string | number;
    cause?: unknown;
  };
  if (cause instanceof OrgTrouble) return cause;
  const said = message.replace(/\s+/g, " ").slice(0, 400);
  const is = (kind: TroubleKind, text: string) => new OrgTrouble(kind, text, { cause: error });
  if (errorCode === "REQUEST_LIMIT_EXCEEDED" || /REQUEST_LIMIT_EXCEEDED/.test(said))
    return is("limit", `The org's API requests for the day are spent: ${said}`);
  // the message also quotes the query, which may name ours beside what is missing
  const missing = /No such column '([^']*)'|sObject type '([^']*)'/.exec(said);
  if (/^INVALID_(FIELD|TYPE)$/.test(errorCode) && ours.test(missing?.[1] ?? missing?.[2] ?? said))
    return is(
      "packageGone",
      `The package is missing from the org, or a part of it is: ${said}. Deploy it again and assign Support_Sync to the service's user.`,
    );
  // to who may not see it, an object is not there
  if (errorCode === "INVALID_TYPE")
    return is(
      "forbidden",
      `The org hides what the service has to read: ${said}. Assign the permission set Support_Sync to its user.`,
    );
  if (
    /INSUFFICIENT_ACCESS|FUNCTIONALITY_NOT_ENABLED|API_DISABLED_FOR_ORG|API_CURRENTLY_DISABLED/.test(
      errorCode,
    )
  )
    return is(
      "forbidden",
      `The org refuses the service's user: ${said}. Assign the permission set Support_Sync to it.`,
    );
  if (/INVALID_SESSION_ID|Unable to refresh session/.test(`${errorCode} ${said}`))
    return is("unavailable", `The session ended and could not be renewed: ${said}`);
  if (
    /ECONN|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EPIPE|UND_ERR|fetch failed|socket hang up|other side closed|timeout|aborted/i.test(
      `${code} ${said}`,
    ) ||
    /^(ERROR_HTTP_5|SERVER_UNAVAILABLE|UNKNOWN_EXCEPTION)/.test(errorCode)
  )
    return is("unavailable", `The org does not answer: ${said}`);
  return is("other", errorCode && !said.includes(errorCode) ? `${errorCode}: ${said}` : said);
}
