/** A contract's policy, read back from the org. */
import { checkCoverage, checkSteps, checkTerms, readingFault, targetFault } from "./checks.ts";
import { saying } from "./faults.ts";
import type { Policy, Problem } from "./types.ts";

/** A contract's policy as the org keeps it, or why it cannot be read. Never throws. */
export function readPolicy(
  json: string | null,
): { policy: Policy } | { problem: "absent" | "damaged" | "newerFormat"; detail: string } {
  if (json === null || json === undefined || json.trim() === "") {
    return { problem: "absent", detail: "the contract holds no policy" };
  }
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    return { problem: "damaged", detail: `not JSON: ${(error as Error).message}` };
  }
  const policy = value as Policy;
  const format: unknown = policy?.formatVersion;
  if (typeof format === "number" && format > 1) {
    return { problem: "newerFormat", detail: `format ${format}; this reads format 1` };
  }
  if (format !== 1) return { problem: "damaged", detail: "formatVersion is missing" };
  try {
    const fault = policyFaults(policy)[0];
    if (fault) return { problem: "damaged", detail: saying(fault) };
  } catch (error) {
    return { problem: "damaged", detail: (error as Error).message };
  }
  return { policy };
}

function policyFaults(policy: Policy): Problem[] {
  const problems: Problem[] = [];
  const report = (path: string, reason: string) => {
    problems.push({ path, reason });
  };
  for (const list of [
    "priorities",
    "channels",
    "channelCatalogue",
    "categories",
    "steps",
    "otherPlans",
  ] as const) {
    if (!Array.isArray(policy[list])) report(list, "must be a list");
  }
  checkTerms(policy, report);
  if (policy.businessDay === undefined) report("businessDay", "is missing");
  for (const [key, calendar] of Object.entries(policy.calendars))
    checkCoverage(calendar, `calendars.${key}`, report);
  for (const { code } of policy.priorities) {
    const promise = policy.targets[code];
    const calendar = promise && policy.calendars[promise.calendar];
    if (!calendar) report(`targets.${code}`, "has no target on a known calendar");
    else {
      const reason =
        targetFault(promise.target) ?? readingFault(promise.target, calendar, policy.businessDay);
      if (reason !== null) report(`targets.${code}`, reason);
    }
  }
  for (const field of ["defaultPriority", "quotedPriority"] as const) {
    if (!policy.targets[policy[field]]) report(field, "is not a known priority");
  }
  checkSteps(policy.steps, "steps", report);
  return problems;
}
