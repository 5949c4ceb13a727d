/** Refusals in few words: pages load this. c/slaPolicyCheck says in sentences what was wrong, and where. */
import { LAST_INSTANT } from "./civil.ts";

/** Throws a RangeError that names `what` unless `condition` holds. */
export function need(condition: unknown, what: string): asserts condition {
  if (!condition) throw new RangeError(`${what} is not right`);
}

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

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
