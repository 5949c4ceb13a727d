/** What is wrong with something that an operator typed, in words: each fault with its path, and the key that was meant. */
import { distance } from "fastest-levenshtein";
import { z } from "zod";
import { inSpanish, keyInSpanish } from "./input-words.ts";

export interface InputFault {
  /** `actions.email.from`; empty for the whole. */
  path: string;
  reason: string;
  /** The reason in Spanish. */
  es: string;
}

/** Keys further apart than this share of their length are not the same word misspelt. */
const near = 0.5;

/** Every fault of `value` under `schema`, an unknown key with the nearest one that exists; [] when it has no faults. */
export function inputFaults(schema: z.ZodType, value: unknown): InputFault[] {
  const read = schema.safeParse(value);
  return read.success ? [] : read.error.issues.flatMap((issue) => faultsOf(issue, schema, value));
}

/** `where: reason`, a line for each; a fault without a path is one of `whole`. */
export const inLines = (faults: readonly Omit<InputFault, "es">[], whole: string): string[] =>
  faults.map(({ path, reason }) => `${path === "" ? whole : path}: ${reason}`);

function faultsOf(issue: z.core.$ZodIssue, schema: z.ZodType, value: unknown): InputFault[] {
  const path = issue.path.map(String);
  const under = (faults: readonly InputFault[]) =>
    faults.map((fault) => ({
      ...fault,
      path: [...path, fault.path].filter((part) => part !== "").join("."),
    }));
  if (issue.code === "invalid_union") {
    const [choice, chosen] = placeAt(schema, issue.path, value);
    const meant = inner(choice, chosen);
    // of a choice, only the faults of what was meant help
    if (meant !== undefined && meant !== choice && isObject(chosen) && issue.errors.length > 0)
      return under(inputFaults(meant, chosen));
  }
  if (issue.code !== "unrecognized_keys") {
    const es = inSpanish(issue, valueAt(value, issue.path));
    // of a key, what is wrong with it says more
    const reason = issue.code === "invalid_key" ? issue.issues[0]!.message : issue.message;
    return [{ path: path.join("."), reason, es }];
  }
  const known = keysAt(schema, issue.path, value);
  return under(
    issue.keys.map((key) => ({
      path: key,
      reason: unknownKey(key, known),
      es: keyInSpanish(nearestKey(key, known), [...known].sort()),
    })),
  );
}

const isObject = (value: unknown) => typeof value === "object" && value !== null;

const valueAt = (value: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (at, key) => (isObject(at) ? (at as Record<PropertyKey, unknown>)[key] : undefined),
    value,
  );

/** The key that was meant, or null. */
function nearestKey(key: string, known: readonly string[]): string | null {
  const [nearest] = known
    .map((other) => ({ other, apart: distance(key.toLowerCase(), other.toLowerCase()) }))
    .filter(
      ({ other, apart }) =>
        apart <= Math.max(key.length, other.length) * near || letters(key) === letters(other),
    )
    .sort((a, b) => a.apart - b.apart);
  return nearest?.other ?? null;
}

/** What to say of a key that does not exist among those that do. */
export function unknownKey(key: string, known: readonly string[]): string {
  const nearest = nearestKey(key, known);
  if (nearest !== null) return `this key does not exist. Did you mean ${nearest}?`;
  return known.length === 0
    ? "this key does not exist"
    : `this key does not exist. The keys are: ${[...known].sort().join(", ")}`;
}

/** Two letters of a short word that changed places are far apart. */
const letters = (word: string) => [...word.toLowerCase()].sort().join("");

/** The keys that an object at `path` may have. */
function keysAt(schema: z.ZodType, path: readonly PropertyKey[], value: unknown): string[] {
  const [at, here] = placeAt(schema, path, value);
  const object = inner(at, here);
  return object instanceof z.ZodObject ? Object.keys(object.shape) : [];
}

/** What a schema says of the place at `path`, and the value there. */
function placeAt(
  schema: z.ZodType,
  path: readonly PropertyKey[],
  value: unknown,
): [schema: z.ZodType | undefined, value: unknown] {
  let [at, here]: [z.ZodType | undefined, unknown] = [schema, value];
  for (const step of path) {
    at = inner(at, here);
    if (at instanceof z.ZodArray) at = at.element as z.ZodType;
    else if (at instanceof z.ZodRecord) at = at.valueType as z.ZodType;
    else if (at instanceof z.ZodObject) at = at.shape[String(step)] as z.ZodType | undefined;
    else return [undefined, undefined];
    here = (here as Record<PropertyKey, unknown> | undefined)?.[step];
  }
  return [at, here];
}

/** How much a fault says against what was meant. A key too many says little, and another `type` says all. */
function weight({ code, path }: z.core.$ZodIssue, value: unknown): number {
  if (code === "unrecognized_keys") return 1;
  const isThere = path.length === 1 && isObject(value) && Object.hasOwn(value as object, path[0]!);
  return code === "invalid_value" && isThere ? 100 : 2;
}

/** 0 to 1: how little the keys of a value look like those of an object. */
function strangeness(option: z.ZodType, value: unknown): number {
  if (!(option instanceof z.ZodObject) || !isObject(value)) return 0;
  const known = Object.keys(option.shape);
  const each = Object.keys(value as object).map((key) =>
    Math.min(1, ...known.map((one) => distance(key, one) / Math.max(key.length, one.length))),
  );
  return Math.max(0, ...each);
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
        : read.error.issues.reduce((sum, issue) => sum + weight(issue, value), strangeness(option, value));
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
