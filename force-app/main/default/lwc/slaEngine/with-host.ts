/** The functions of c/slaPolicy for programs that bring no zone law. They take it from the host. */
import * as rules from "c/slaPolicy";
import { segmentsOf } from "c/slaSegments";
import { checkCalendar, checkLaw, readPolicy as read } from "c/slaPolicyCheck";
import type { BusinessCalendar, CalendarSpec, Instant, Policy, Zone, ZoneChanges } from "c/slaPolicy";
import { hostCalendar } from "./host-calendar.ts";
import { hostZone } from "./host-zone.ts";
import { checkFinite, checkInstant } from "./instants.ts";

/** A calendar by the law that it carries, or as the host's `Intl` has its zone. */
function calendarBy(spec: CalendarSpec): BusinessCalendar {
  if (spec.zone === undefined) return hostCalendar(spec);
  const calendar = rules.compileCalendar(spec);
  return { ...calendar, segments: (from, to) => segmentsOf(calendar, from, to) };
}

/**
 * As in c/slaPolicy; a zone whose changes the spec does not carry is as the host's `Intl` has it. Throws a TypeError or RangeError
 * that names what is wrong, in a spec and in a question.
 */
export function compileCalendar(spec: CalendarSpec): BusinessCalendar {
  const calendar = worded(
    () => calendarBy(spec),
    () => checkCalendar(spec),
  );
  return {
    add(start, duration) {
      checkInstant(start, "start");
      checkFinite(duration, "duration");
      const at = calendar.add(start, duration);
      checkInstant(at, "duration");
      return at;
    },
    elapsed(from, to) {
      checkInstant(from, "from");
      checkInstant(to, "to");
      return calendar.elapsed(from, to);
    },
    isOpen(at) {
      checkInstant(at, "at");
      return calendar.isOpen(at);
    },
    nextOpening(at) {
      checkInstant(at, "at");
      return calendar.nextOpening(at);
    },
    segments(from, to) {
      checkInstant(from, "from");
      checkInstant(to, "to");
      return calendar.segments(from, to);
    },
  };
}

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

/** As in c/slaPolicy; a policy that carries no law, which an older version wrote, goes by the host's. */
export const compilePolicy = (policy: Policy): CompiledPolicy =>
  rules.compilePolicy(
    policy,
    calendarBy,
    ({ timeZone, zone }) => (zone === undefined ? hostZone(timeZone) : rules.zoneBy(timeZone, zone)),
    compiled,
  );

const compiled = new WeakMap<Policy, CompiledPolicy>();

/** Its calendars tell their stretches too. */
export type CompiledPolicy = rules.CompiledPolicy<BusinessCalendar>;

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

/** What calendars and clocks on the wall show. */
export interface WallClock {
  /** `YYYY-MM-DD` */
  date: string;
  /** `HH:MM:SS` */
  time: string;
  /** 0: Sunday */
  weekday: number;
  /** Local time minus UTC, ms. */
  offset: number;
}

/** Local date and time at an instant, by a zone's law or by its name. Throws a RangeError for a name the host does not know. */
export function wallClock(zone: string | Zone, at: Instant): WallClock {
  checkInstant(at, "at");
  const known = zoneOf(zone);
  const offset = known.offsetAt(at);
  return { ...rules.wallClock(known, at), weekday: new Date(at + offset).getUTCDay(), offset };
}

/** The instant of a local date and wall time: see c/slaPolicy. Throws a RangeError for what is no date or no time. */
export function fromWallClock(zone: string | Zone, date: string, time: string): Instant {
  const known = zoneOf(zone);
  if (Number.isNaN(rules.parseDate(date))) throw new RangeError(`"${date}" is not a date that exists`);
  if (!(rules.parseWallTime(time) < 1440)) throw new RangeError(`"${time}" is not a wall time HH:MM`);
  return rules.fromWallClock(known, date, time);
}
