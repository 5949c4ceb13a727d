/** Evaluates formula fields, default formulas and validation rules with formulon. We compute the parts that it lacks first. */
import { createRequire } from "node:module";
import type { FieldDef, ObjectDef, Row, Value } from "./types.ts";

type Formulon = { parse(formula: string, substitutions: Record<string, unknown>): unknown };
const require = createRequire(import.meta.url);
let loaded: Formulon | undefined;
/** Loads formulon at the first formula, because many orgs use no formula. */
const formulon = (): Formulon => (loaded ??= require("formulon") as Formulon);

interface Literal {
  type: "literal";
  dataType: string;
  value: unknown;
  options?: Record<string, unknown>;
}
type Outcome = Literal | { type: "error"; message: string; errorType: string };

export interface FormulaContext {
  object: ObjectDef;
  row: Row;
  /** The row before this save. It is null on an insert, and undefined outside a save. */
  before?: Row | null;
  userId: string;
  now: number;
  /** Finds the row of a lookup. */
  parent(object: ObjectDef, row: Row, relationship: string): { object: ObjectDef; row: Row } | undefined;
  permission(name: string): boolean;
  user(): { object: ObjectDef; row: Row } | undefined;
  profileName(): string;
}

const strings = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/g;

/** Applies `change` to the parts of a formula outside string literals. */
function outsideStrings(formula: string, change: (code: string) => string): string {
  let out = "";
  let last = 0;
  for (const match of formula.matchAll(strings)) {
    out += change(formula.slice(last, match.index)) + match[0];
    last = match.index + match[0].length;
  }
  return out + change(formula.slice(last));
}

const literal = (dataType: string, value: unknown, options: Record<string, unknown> = {}): Literal => ({
  type: "literal",
  dataType,
  value,
  options,
});
const empty = literal("null", null);

function valueLiteral(field: FieldDef, value: Value | undefined, blanksAsZero: boolean): Literal {
  if (value === undefined || value === null) {
    if (["int", "double", "currency", "percent"].includes(field.type) && blanksAsZero)
      return literal("number", 0, { length: 18, scale: field.scale ?? 0 });
    if (field.type === "boolean") return literal("checkbox", false);
    if (field.type === "picklist")
      return literal("picklist", "", { values: ["", ...(field.picklist?.values.map((v) => v.value) ?? [])] });
    if (["string", "textarea", "email", "phone", "url", "reference", "id"].includes(field.type))
      return literal("text", "", { length: 0 });
    return empty;
  }
  switch (field.type) {
    case "boolean":
      return literal("checkbox", value);
    case "int":
    case "double":
    case "currency":
      return literal("number", value, { length: 18, scale: field.scale ?? 0 });
    case "percent":
      return literal("number", Number(value) / 100, { length: 18, scale: (field.scale ?? 0) + 2 });
    case "date":
      return literal("date", new Date(`${String(value)}T00:00:00Z`));
    case "datetime":
      return literal("datetime", new Date(Number(value)));
    case "picklist":
      return literal("picklist", value, {
        values: [...new Set([...(field.picklist?.values.map((v) => v.value) ?? []), value])],
      });
    case "multipicklist":
      return literal("multipicklist", String(value).split(";"), {
        values: [
          ...new Set([...(field.picklist?.values.map((v) => v.value) ?? []), ...String(value).split(";")]),
        ],
      });
    default:
      return literal("text", String(value), { length: String(value).length });
  }
}

/** Follows `Owner.Manager.Name`. @returns undefined if a name does not exist */
function resolve(
  context: FormulaContext,
  path: string,
  row: Row | null,
  blanksAsZero: boolean,
): Literal | undefined {
  const parts = path.split(".");
  let object: ObjectDef = context.object;
  let current: Row | null = row;
  if (parts[0] === "$User") {
    const user = context.user();
    if (user === undefined) return empty;
    ({ object, row: current } = user);
    parts.shift();
  } else if (parts[0] === "$Permission") return literal("checkbox", context.permission(parts[1] ?? ""));
  else if (parts[0] === "$Profile") return literal("text", context.profileName(), { length: 80 });
  else if (parts[0] === "$RecordType") {
    const type = object.recordTypes.find((recordType) => recordType.id === row?.RecordTypeId);
    const text =
      { DeveloperName: type?.developerName, Name: type?.label, Id: type?.id }[parts[1] ?? ""] ?? "";
    return literal("text", text, { length: text.length });
  }
  while (parts.length > 1) {
    const relationship = parts.shift()!;
    const field = relationshipField(object, relationship);
    if (field === undefined) return undefined;
    const next = current === null ? undefined : context.parent(object, current, relationship);
    if (next === undefined) return literal("text", "", { length: 0 });
    ({ object, row: current } = next);
  }
  const field = object.fields.get(parts[0]!);
  if (field === undefined) return undefined;
  if (field.formula !== undefined && current !== null) {
    const value = evaluateField({ ...context, object, row: current }, field);
    return valueLiteral(field, value, blanksAsZero);
  }
  return valueLiteral(field, current?.[field.name], blanksAsZero);
}

export const relationshipField = (object: ObjectDef, relationship: string): FieldDef | undefined => {
  const wanted = relationship.toLowerCase();
  for (const field of object.fields.values())
    if (field.relationshipName?.toLowerCase() === wanted) return field;
  return undefined;
};

const identifier = /(\$?[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)(\s*\()?/g;

function evaluate(formula: string, context: FormulaContext, blanksAsZero: boolean): Outcome {
  const values: Record<string, Literal> = {};
  let count = 0;
  const bind = (value: Literal): string => {
    const name = `Bound${count++}`;
    values[name] = value;
    return name;
  };
  const { before, row } = context;
  const changed = (path: string): boolean => {
    if (before === undefined || before === null) return false;
    return (
      (before[fieldName(context.object, path)] ?? null) !== (row[fieldName(context.object, path)] ?? null)
    );
  };
  const told = outsideStrings(formula.replace(/\/\*[\s\S]*?\*\//g, ""), (code) =>
    code
      .replace(/:(User|Queue|Group)\./gi, ".")
      .replace(/\bISNEW\s*\(\s*\)/gi, before === null ? "TRUE" : "FALSE")
      .replace(/\bISCHANGED\s*\(\s*([\w.]+)\s*\)/gi, (_m, path: string) => (changed(path) ? "TRUE" : "FALSE"))
      .replace(/\bPRIORVALUE\s*\(\s*([\w.]+)\s*\)/gi, (_m, path: string) =>
        bind(resolve(context, path, before ?? row, blanksAsZero) ?? empty),
      )
      .replace(/\bNOW\s*\(\s*\)/gi, () => bind(literal("datetime", new Date(context.now))))
      .replace(/\bTODAY\s*\(\s*\)/gi, () =>
        bind(literal("date", new Date(Math.floor(context.now / 864e5) * 864e5))),
      )
      .replace(identifier, (whole, path: string, call: string | undefined) => {
        if (call !== undefined || /^(true|false|null|Bound\d+)$/i.test(path)) return whole;
        const value = resolve(context, path, row, blanksAsZero);
        return value === undefined ? whole : bind(value);
      }),
  );
  try {
    return formulon().parse(told, values) as Outcome;
  } catch (error) {
    return { type: "error", errorType: "Error", message: (error as Error).message };
  }
}

const fieldName = (object: ObjectDef, name: string): string => object.fields.get(name)?.name ?? name;

/** Computes a formula field. @returns null if it cannot be computed (Salesforce shows #Error!) */
export function evaluateField(context: FormulaContext, field: FieldDef): Value {
  if (/^\s*\w+(\.\w+)+\s*$/.test(field.formula!) || /^\s*\w+\s*$/.test(field.formula!)) {
    const direct = resolve(context, field.formula!.trim(), context.row, false);
    if (direct !== undefined) return backValue(field, direct);
  }
  const outcome = evaluate(field.formula!, context, true);
  return outcome.type === "error" ? null : backValue(field, outcome);
}

/** Whether the validation rule refuses the row. A formula that cannot be computed counts as false, like a blank one. */
export function violates(context: FormulaContext, formula: string): boolean {
  let outcome = evaluate(formula, context, false);
  if (outcome.type === "error") outcome = evaluate(formula, context, true);
  return outcome.type === "literal" && outcome.value === true;
}

/** Computes a default formula. */
export function evaluateDefault(context: FormulaContext, field: FieldDef, formula: string): Value {
  const outcome = evaluate(formula, context, true);
  return outcome.type === "error" ? null : backValue(field, outcome);
}

function backValue(field: FieldDef, { value }: Literal): Value {
  if (value === null || value === undefined || value === "") return field.type === "boolean" ? false : null;
  if (value instanceof Date)
    return field.type === "date" ? value.toISOString().slice(0, 10) : value.getTime();
  if (field.type === "percent") return Number(value) * 100;
  if (field.type === "boolean") return value === true;
  if (["int", "double", "currency"].includes(field.type)) {
    const scale = 10 ** (field.scale ?? 2);
    return Math.round(Number(value) * scale) / scale;
  }
  return Array.isArray(value) ? value.join(";") : String(value);
}
