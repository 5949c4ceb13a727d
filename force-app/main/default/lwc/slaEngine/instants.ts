/** Instants that are given to the engine, checked. */
import * as rules from "c/slaPolicy";
import { DAY } from "c/slaPolicyCheck";
import type { Instant } from "c/slaPolicy";

/** The farthest instants a date can name, either way, ms. */
export const LAST_INSTANT = 1e8 * DAY;

/** Throws a TypeError or RangeError that names the argument unless it is a finite number. */
export function checkFinite(value: number, argument: string): void {
  if (typeof value !== "number") {
    throw new TypeError(
      `${argument} must be a number of milliseconds, not ${value === null ? "null" : typeof value}`,
    );
  }
  if (value - value !== 0) throw new RangeError(`${argument} must be finite, not ${value}`);
}

/** As `checkFinite`, for an instant: it must also be one that a date can name. */
export function checkInstant(value: number, argument: string): void {
  if (!(value >= -LAST_INSTANT && value <= LAST_INSTANT) || typeof value !== "number") {
    checkFinite(value, argument);
    throw new RangeError(`${argument} is past the instants that a date can name: ${value}`);
  }
}

/** Case fields keep seconds: we floor the org's instants to them on entry. Throws for what is no instant. */
export function floorToSecond(at: Instant): Instant {
  checkInstant(at, "at");
  return rules.floorToSecond(at);
}
