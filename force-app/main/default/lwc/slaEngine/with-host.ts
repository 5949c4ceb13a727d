/** What other programs call without bringing the law of their zones: then the host is believed. */
import * as rules from "c/slaPolicy";
import type {
  BusinessCalendar,
  CalendarSpec,
  CompiledPolicy,
  Instant,
  Policy,
  WallClock,
  Zone,
} from "c/slaPolicy";
import { hostZone } from "./host-zone.ts";

/** As in c/slaPolicy; a zone whose changes the spec does not carry is as the host's `Intl` has it. */
export const compileCalendar = (spec: CalendarSpec): BusinessCalendar =>
  rules.compileCalendar(spec, Infinity, hostZone);

/** As in c/slaPolicy; a policy that carries no law, which an older version wrote, goes by the host's. */
export const compilePolicy = (policy: Policy): CompiledPolicy => rules.compilePolicy(policy, hostZone);

/** A contract's policy as the org keeps it, or why it cannot be read. Never throws. */
export function readPolicy(json: string | null): ReturnType<typeof rules.readPolicy> {
  const read = rules.readPolicy(json);
  if (!("policy" in read) || read.policy.zone !== undefined) return read;
  const detail = hostFault(read.policy.timeZone);
  return detail === null ? read : { problem: "damaged", detail };
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
