import { wallClock } from "./wall-clock.ts";
import type { Zone } from "./zone.ts";

/** The parts of a contract that say when it holds. The dates are local and included; null: open-ended. */
interface Term {
  status: string;
  startsOn: string | null;
  endsOn: string | null;
}

/** Why a contract promises nothing to a case that starts at an instant, or null if it is in force. */
export function contractRefusal({ status, startsOn, endsOn }: Term, zone: Zone, start: number) {
  if (status !== "Active") return "contractNotInForce";
  const { date } = wallClock(zone, start);
  if (startsOn !== null && date < startsOn) return "createdBeforeContract";
  return endsOn !== null && endsOn < date ? "contractNotInForce" : null;
}
