/** What other programs call without bringing the law of their zones: then the host is believed. */
import * as rules from "c/slaPolicy";
import { checkCalendar, checkLaw, readPolicy as read } from "c/slaPolicyCheck";
import type {
  BusinessCalendar,
  CalendarSpec,
  CompiledPolicy,
  Instant,
  Policy,
  WallClock,
  Zone,
  ZoneChanges,
} from "c/slaPolicy";
import { hostZone } from "./host-zone.ts";

/** As in c/slaPolicy; a zone whose changes the spec does not carry is as the host's `Intl` has it. */
export const compileCalendar = (spec: CalendarSpec): BusinessCalendar =>
  worded(
    () => rules.compileCalendar(spec, Infinity, hostZone),
    () => checkCalendar(spec),
  );

/** A zone by its law. Throws a RangeError that names the fault. */
export const zoneBy = (name: string, law: ZoneChanges): Zone =>
  worded(
    () => rules.zoneBy(name, law),
    () => checkLaw(name, law),
  );

/** What `work` gives; what it refuses in few words is thrown by `check` in a sentence. */
function worded<T>(work: () => T, check: () => void): T {
  try {
    return work();
  } catch (error) {
    check();
    throw error;
  }
}

/** As in c/slaPolicy; a policy that carries no law, which an older version wrote, goes by the host's. */
export const compilePolicy = (policy: Policy): CompiledPolicy => rules.compilePolicy(policy, hostZone);

/** A contract's policy as the org keeps it, or why it cannot be read. Never throws. */
export function readPolicy(json: string | null): ReturnType<typeof read> {
  const answer = read(json);
  if (!("policy" in answer) || answer.policy.zone !== undefined) return answer;
  const detail = hostFault(answer.policy.timeZone);
  return detail === null ? answer : { problem: "damaged", detail };
}

/** Why the host cannot tell a zone's law, or null. */
export function hostFault(timeZone: string): string | null {
  try {
    hostZone(timeZone);
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}

const zoneOf = (zone: string | Zone): Zone =>
  typeof zone === "object" && zone !== null ? zone : hostZone(zone);

/** Local date and time at an instant, by a zone's law or by its name. Throws a RangeError for a name the host does not know. */
export const wallClock = (zone: string | Zone, at: Instant): WallClock => rules.wallClock(zoneOf(zone), at);

/** The instant of a local date and wall time: see c/slaPolicy. */
export const fromWallClock = (zone: string | Zone, date: string, time: string): Instant =>
  rules.fromWallClock(zoneOf(zone), date, time);
