import type { Instance } from "./instance.ts";
import type { Plan } from "./plan/plan.ts";

/** What strikes everybody, and not only one org. */
const everybodys = new Set<string>(["storeFull", "storeBroken", "storeSlow", "clockLeaps"]);
/** These wait for what they strike, or for a person who resumes the org, and so outlast their time. */
const patient = new Set<string>([
  ...["unanswered", "carriedOutLate", "eventsLost", "eventsTwice", "eventsLate"],
  ...["gaps", "overflow", "unreadable", "flowOverwrites", "frozen", "fieldHidden", "memberGone"],
]);

/** Whether an org, and what all orgs share, had no trouble from one instant to the other. */
export function isCalm(
  { troubles, orgs }: Plan,
  orgId: string,
  from: number,
  to: number,
  instances: readonly Instance[],
): boolean {
  const running = instances.every(({ life, upSince }) => life !== null && upSince <= from);
  return (
    running &&
    !troubles.some(({ kind, org, at, lasts }) => {
      const own = `client${(org % orgs.length) + 1}` === orgId && !kind.startsWith("hook");
      if (!own && !everybodys.has(kind)) return false;
      return at <= to && (patient.has(kind) || at + lasts >= from);
    })
  );
}
