/** What is wrong with something that an operator typed, in words: each fault with its path, and the key that was meant. */
import { distance } from "fastest-levenshtein";
import { z } from "zod";

export interface InputFault {
  /** `actions.email.from`; empty for the whole. */
  path: string;
  reason: string;
}

/** Keys further apart than this share of their length are not the same word misspelt. */
const near = 0.5;

/** Every fault of `value` under `schema`, an unknown key with the nearest one that exists; [] when it has no faults. */
export function inputFaults(schema: z.ZodType, value: unknown): InputFault[] {
  const read = schema.safeParse(value);
  return read.success ? [] : read.error.issues.flatMap((issue) => faultsOf(issue, schema, value));
}

/** `where: reason`, a line for each; a fault without a path is one of `whole`. */
export const inLines = (faults: readonly InputFault[], whole: string): string[] =>
  faults.map(({ path, reason }) => `${path === "" ? whole : path}: ${reason}`);

function faultsOf(issue: z.core.$ZodIssue, schema: z.ZodType, value: unknown): InputFault[] {
  const path = issue.path.map(String);
  if (issue.code !== "unrecognized_keys") return [{ path: path.join("."), reason: issue.message }];
  const known = keysAt(schema, issue.path, value);
  return issue.keys.map((key) => ({ path: [...path, key].join("."), reason: unknownKey(key, known) }));
}

/** What to say of a key that does not exist among those that do. */
export function unknownKey(key: string, known: readonly string[]): string {
  const [nearest] = known
    .map((other) => ({ other, apart: distance(key.toLowerCase(), other.toLowerCase()) }))
    .filter(({ other, apart }) => apart <= Math.max(key.length, other.length) * near)
    .sort((a, b) => a.apart - b.apart);
  if (nearest !== undefined) return `this key does not exist. Did you mean ${nearest.other}?`;
  return known.length === 0
    ? "this key does not exist"
    : `this key does not exist. The keys are: ${[...known].sort().join(", ")}`;
}

/** The keys that an object at `path` may have. */
function keysAt(schema: z.ZodType, path: readonly PropertyKey[], value: unknown): string[] {
  let [at, here]: [z.ZodType | undefined, unknown] = [schema, value];
  for (const step of path) {
    at = inner(at, here);
    if (at instanceof z.ZodArray) at = at.element as z.ZodType;
    else if (at instanceof z.ZodRecord) at = at.valueType as z.ZodType;
    else if (at instanceof z.ZodObject) at = at.shape[String(step)] as z.ZodType | undefined;
    else return [];
    here = (here as Record<PropertyKey, unknown> | undefined)?.[step];
  }
  at = inner(at, here);
  return at instanceof z.ZodObject ? Object.keys(at.shape) : [];
}

/** Without what wraps a schema; of a choice, the one that fits best. */
function inner(schema: z.ZodType | undefined, value: unknown): z.ZodType | undefined {
  if (schema instanceof z.ZodUnion) {
    const options = schema.options as z.ZodType[];
    const faults = options.map((option) => {
      const read = option.safeParse(value);
      // another kind of thing altogether has more wrong with it than a key too many
      return read.success
        ? 0
        : read.error.issues.reduce((sum, { code }) => sum + (code === "unrecognized_keys" ? 1 : 2), 0);
    });
    return inner(options[faults.indexOf(Math.min(...faults))], value);
  }
  if (
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault
  )
    return inner(schema.unwrap() as z.ZodType, value);
  return schema;
}
