/** Refusals that say what was wrong, and where. */
import { LAST_INSTANT } from "./civil.ts";
import type { Problem } from "./types.ts";

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

/** A fault in one line: where, and why. */
export const saying = ({ path, reason }: Problem): string => (path === "" ? reason : `${path}: ${reason}`);

/** A catalogue, a policy or a contract's terms that cannot be used: every fault at once. */
export class CatalogueError extends Error {
  override readonly name = "CatalogueError";
  readonly problems: Problem[];
  constructor(problems: Problem[]) {
    super(problems.map(saying).join("\n"));
    this.problems = problems;
  }
}

/** A value as a fault names it: what is long is cut, since the sentence is kept and shown. */
export function quote(value: unknown): string {
  if (typeof value === "string") return `"${cut(value)}"`;
  return cut(typeof value === "object" ? JSON.stringify(value) : String(value));
}

const cut = (text: string) => (text.length > 100 ? `${text.slice(0, 100)}…` : text);
