/** Refusals that say what was wrong, and where. */
import type { Problem } from "c/slaPolicy";

export const DAY = 24 * 3_600_000;

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

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

/** A value as a fault names it: a long value is cut, because we keep and show the sentence. */
export function quote(value: unknown): string {
  if (typeof value === "string") return `"${cut(value)}"`;
  return cut(typeof value === "object" ? JSON.stringify(value) : String(value));
}

const cut = (text: string) => (text.length > 100 ? `${text.slice(0, 100)}…` : text);
