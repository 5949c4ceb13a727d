/** The functions of c/slaPolicy for programs that bring no zone law. They take it from the host. */
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

/** Like the function of c/slaPolicy. If the spec carries no zone law, the host's `Intl` decides. */
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

/** Runs `work`, which refuses in few words. `check` then throws the whole sentence. */
function worded<T>(work: () => T, check: () => void): T {
  try {
    return work();
  } catch (error) {
    check();
    throw error;
  }
}

/** Like the function of c/slaPolicy. A policy of an older version carries no law and gets the host's. */
export const compilePolicy = (policy: Policy): CompiledPolicy => rules.compilePolicy(policy, hostZone);

/** Reads a contract's policy from the org's text, or says why nobody can read it. Never throws. */
export function readPolicy(json: string | null): ReturnType<typeof read> {
  const answer = read(json);
  if (!("policy" in answer) || answer.policy.zone !== undefined) return answer;
  const detail = hostFault(answer.policy.timeZone);
  return detail === null ? answer : { problem: "damaged", detail };
}

/** The reason why the host does not know a zone's law, or null. */
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

/**
 * The local date and time at an instant, by a zone's law or name. Throws a RangeError if the host does not know the
 * name.
 */
export const wallClock = (zone: string | Zone, at: Instant): WallClock => rules.wallClock(zoneOf(zone), at);

/** The instant of a local date and wall time. See c/slaPolicy. */
export const fromWallClock = (zone: string | Zone, date: string, time: string): Instant =>
  rules.fromWallClock(zoneOf(zone), date, time);
