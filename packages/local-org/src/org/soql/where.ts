/** Compiles conditions to predicates over rows. */
import { normalizeId } from "../ids.ts";
import { isDate, parseInstant } from "../values.ts";
import { column, type Column, type Scope } from "./scope.ts";
import { dateFunctions, offsetAt, span } from "./dates.ts";
import { filterOperator, invalidField, malformedAt } from "./errors.ts";
import type { Query, Tree } from "./parse.ts";
import type { FieldDef, Row, Value } from "../types.ts";

export type Predicate = (row: Row) => boolean;
type Reader = {
  get: (row: Row) => Value;
  field: FieldDef | undefined;
  name: string;
  /** The objects whose ids the reader gives. */
  points?: string[];
};
/** Runs the inner query of a semi-join. @returns the values of its only column */
export type InnerValues = (query: Query, left: string[]) => Set<Value>;

interface LeafShape {
  field?: string;
  fn?: { functionName?: string; parameters?: (string | { functionName?: string; parameters?: string[] })[] };
  operator: string;
  value?: string | string[];
  literalType?: string | string[];
  valueQuery?: Query;
}

export function compile(
  scope: Scope,
  tree: Tree | undefined,
  inner: InnerValues,
  reader?: (leaf: LeafShape) => Reader,
): Predicate {
  if (tree === undefined) return () => true;
  switch (tree.kind) {
    case "not": {
      const of = compile(scope, tree.of, inner, reader);
      return (row) => !of(row);
    }
    case "and": {
      const all = tree.of.map((part) => compile(scope, part, inner, reader));
      return (row) => all.every((predicate) => predicate(row));
    }
    case "or": {
      const any = tree.of.map((part) => compile(scope, part, inner, reader));
      return (row) => any.some((predicate) => predicate(row));
    }
    case "leaf": {
      const leaf = tree.leaf as unknown as LeafShape;
      return compileLeaf(scope, leaf, (reader ?? ((l) => readerOf(scope, l)))(leaf), inner);
    }
  }
}

/** The objects whose ids a field holds. The list is empty for a field without ids. */
export const pointsTo = ({ field, object }: Pick<Column, "field" | "object">): string[] =>
  field.type === "id" ? [object.name] : field.type === "reference" ? (field.referenceTo ?? []) : [];

export function readerOf(scope: Scope, { field, fn }: LeafShape): Reader {
  if (fn !== undefined) return functionReader(scope, fn);
  const found = column(scope, field!);
  if (!found.field.filterable)
    throw invalidField(scope.soql, field!, `field '${found.field.name}' can not be filtered in a query call`);
  return { get: found.get, field: found.field, name: found.field.name, points: pointsTo(found) };
}

export function functionReader(scope: Scope, fn: NonNullable<LeafShape["fn"]>): Reader {
  const name = (fn.functionName ?? "").toUpperCase();
  const [argument] = fn.parameters ?? [];
  const nested = typeof argument === "object" ? argument : undefined;
  const shift = nested?.functionName?.toLowerCase() === "converttimezone";
  const path = nested === undefined ? String(argument) : String(nested.parameters?.[0]);
  const source = column(scope, path);
  const compute = dateFunctions[name];
  if (compute === undefined) {
    if (name === "TOLABEL" || name === "FORMAT")
      return { get: source.get, field: source.field, name: source.field.name };
    throw malformedAt(scope.soql, fn.functionName ?? "", `unexpected token: '${fn.functionName ?? ""}'`);
  }
  const zone = scope.kernel.timeZoneOf(scope.caller.userId);
  return {
    field: undefined,
    name,
    get: (row) => {
      const value = source.get(row);
      if (value === null) return null;
      const ms = typeof value === "number" ? value : Date.parse(`${String(value)}T00:00:00Z`);
      return compute(shift ? ms + offsetAt(ms, zone) : ms);
    },
  };
}

/** A literal of the query: a value of the field, or the span of a date literal. */
type Operand = { value: Value } | { from: Value; to: Value };

function operand(scope: Scope, { field, name }: Reader, text: string, literalType: string): Operand {
  switch (literalType) {
    case "NULL":
      return { value: null };
    case "BOOLEAN":
      expect(scope, field, ["boolean"], name);
      return { value: text.toLowerCase() === "true" };
    case "INTEGER":
    case "DECIMAL":
    case "INTEGER_WITH_CURRENCY_PREFIX":
    case "DECIMAL_WITH_CURRENCY_PREFIX":
      expect(scope, field, ["int", "double", "currency", "percent"], name);
      return { value: Number(text.replace(/^[A-Za-z]{3}/, "")) };
    case "DATE":
      if (field?.type === "datetime") throw wrongType(scope, name, "dateTime");
      return { value: text };
    case "DATETIME": {
      if (field !== undefined && field.type !== "datetime") throw wrongType(scope, name, field.type);
      return { value: parseInstant(text) ?? null };
    }
    case "DATE_LITERAL":
    case "DATE_N_LITERAL": {
      const zone = scope.kernel.timeZoneOf(scope.caller.userId);
      const found = span(text, scope.kernel.now(), zone);
      if (found === undefined) throw malformedAt(scope.soql, text, `unexpected token: '${text}'`);
      if (field?.type !== "date") return found;
      const day = (ms: number) => new Date(ms + offsetAt(ms, zone)).toISOString().slice(0, 10);
      return { from: day(found.from), to: day(found.to) };
    }
    default:
      return { value: stringOperand(scope, field, name, unquote(text)) };
  }
}

function stringOperand(scope: Scope, field: FieldDef | undefined, name: string, text: string): Value {
  switch (field?.type) {
    case "id":
    case "reference": {
      if (text === "") return null;
      const id = normalizeId(text);
      if (id === undefined) throw filterOperator(`${atColumn(scope, name)}invalid ID field: ${text}`);
      return id;
    }
    case "boolean":
      throw wrongType(scope, name, "boolean");
    case "int":
    case "double":
    case "currency":
    case "percent":
      throw wrongType(scope, name, field.type === "int" ? "int" : "double");
    case "date":
      throw isDate(text) ? wrongType(scope, name, "date") : wrongType(scope, name, "date");
    case "datetime":
      throw wrongType(scope, name, "dateTime");
    default:
      return text === "" ? null : text;
  }
}

const atColumn = (scope: Scope, name: string): string => {
  const message = invalidField(scope.soql, name, "").message;
  return message;
};
const wrongType = (scope: Scope, name: string, type: string) =>
  invalidField(
    scope.soql,
    name,
    `value of filter criterion for field '${name}' must be of type ${type}${type === "string" ? " and should be enclosed in quotes" : " and should not be enclosed in quotes"}`,
  );

function expect(scope: Scope, field: FieldDef | undefined, types: FieldDef["type"][], name: string): void {
  if (field === undefined || types.includes(field.type)) return;
  const wanted =
    field.type === "datetime"
      ? "dateTime"
      : ["date", "boolean", "int"].includes(field.type)
        ? field.type
        : ["double", "currency", "percent"].includes(field.type)
          ? "double"
          : "string";
  throw wrongType(scope, name, wanted);
}

export const unquote = (text: string): string =>
  text
    .replace(/^'([\s\S]*)'$/, "$1")
    .replace(/\\(u[0-9A-Fa-f]{4}|.)/g, (_m, code: string) =>
      code.length === 5
        ? String.fromCharCode(parseInt(code.slice(1), 16))
        : ({ n: "\n", r: "\r", t: "\t", b: "\b", f: "\f" }[code] ?? code),
    );

const fold = (value: Value): Value => (typeof value === "string" ? value.toLowerCase() : value);

function compileLeaf(scope: Scope, leaf: LeafShape, reader: Reader, inner: InnerValues): Predicate {
  const { get, field } = reader;
  const operator = leaf.operator.toUpperCase();
  const literalTypes = Array.isArray(leaf.literalType) ? leaf.literalType : leaf.literalType;
  const typeAt = (i: number): string =>
    Array.isArray(literalTypes) ? (literalTypes[i] ?? "STRING") : (literalTypes ?? "STRING");
  if (leaf.valueQuery !== undefined) {
    const values = inner(leaf.valueQuery, reader.points ?? []);
    if (operator === "IN") return (row) => values.has(get(row));
    return (row) => {
      const value = get(row);
      return value !== null && !values.has(value);
    };
  }
  if (field?.type === "multipicklist" && !["INCLUDES", "EXCLUDES", "=", "!="].includes(operator))
    throw invalidField(scope.soql, reader.name, "invalid operator on multipicklist field");
  if ((operator === "INCLUDES" || operator === "EXCLUDES") && field?.type !== "multipicklist")
    throw invalidField(
      scope.soql,
      reader.name,
      `${operator.toLowerCase()} operator only valid on multipicklist fields`,
    );
  if (operator === "INCLUDES" || operator === "EXCLUDES") {
    const wanted = list(leaf.value).map((text) => unquote(text).toLowerCase().split(";"));
    return (row) => {
      const held = new Set(
        String(get(row) ?? "")
          .toLowerCase()
          .split(";"),
      );
      const includes = wanted.some((all) => all.every((one) => held.has(one)));
      return operator === "INCLUDES" ? includes : !includes;
    };
  }
  if (operator === "LIKE") {
    if (
      field !== undefined &&
      !["string", "textarea", "email", "phone", "url", "picklist", "combobox"].includes(field.type)
    )
      throw filterOperator(
        `${atColumn(scope, reader.name)}invalid operator on ${field.type === "reference" ? "id" : field.type} field`,
      );
    const like = pattern(unquote(String(leaf.value)));
    return (row) => {
      const value = get(row);
      return value !== null && like.test(String(value));
    };
  }
  if (operator === "IN" || operator === "NOT IN") {
    const operands = list(leaf.value).map((text, i) => operand(scope, reader, text, typeAt(i)));
    const values = new Set(operands.flatMap((o) => ("value" in o ? [fold(o.value)] : [])));
    const spans = operands.flatMap((o) => ("from" in o ? [o] : []));
    const inside = (value: Value): boolean => values.has(fold(value)) || spans.some((s) => within(value, s));
    return operator === "IN" ? (row) => inside(get(row)) : (row) => !inside(get(row));
  }
  const right = operand(scope, reader, String(list(leaf.value)[0] ?? ""), typeAt(0));
  return comparison(scope, operator, reader, right);
}

const list = (value: string | string[] | undefined): string[] =>
  Array.isArray(value) ? value : value === undefined ? [] : [value];
const within = (value: Value, { from, to }: { from: Value; to: Value }): boolean =>
  value !== null && value >= from! && value < to!;

function comparison(scope: Scope, operator: string, { get, field, name }: Reader, right: Operand): Predicate {
  if ("from" in right) {
    const { from, to } = right;
    switch (operator) {
      case "=":
        return (row) => within(get(row), right);
      case "!=":
        return (row) => !within(get(row), right);
      case ">":
        return (row) => compare(get(row), to) >= 0;
      case ">=":
        return (row) => compare(get(row), from) >= 0;
      case "<":
        return (row) => less(get(row), from);
      default:
        return (row) => less(get(row), to);
    }
  }
  const value = fold(right.value);
  if (operator === "=") return (row) => fold(get(row)) === value;
  if (operator === "!=" || operator === "<>") return (row) => fold(get(row)) !== value;
  if (field?.type === "boolean" || (field?.type === "reference" && value === null))
    throw filterOperator(
      `${atColumn(scope, name)}invalid operator on ${field.type === "boolean" ? "boolean" : "id"} field`,
    );
  switch (operator) {
    case ">":
      return (row) => compare(fold(get(row)), value) > 0;
    case ">=":
      return (row) => compare(fold(get(row)), value) >= 0;
    case "<":
      return (row) => less(fold(get(row)), value);
    default:
      return (row) => {
        const own = fold(get(row));
        return own !== null && value !== null && own <= value;
      };
  }
}

/** Returns NaN if one of the values is null, because every comparison with null must be false. */
const compare = (a: Value, b: Value): number => (a === null || b === null ? NaN : a < b ? -1 : a > b ? 1 : 0);
const less = (a: Value, b: Value): boolean => a !== null && b !== null && a < b;

export function pattern(like: string): RegExp {
  let source = "";
  for (const char of like)
    source +=
      char === "%" ? "[\\s\\S]*" : char === "_" ? "[\\s\\S]" : char.replace(/[$()*+.?[\\\]^{|}]/, "\\$&");
  return new RegExp(`^${source}$`, "i");
}

export type { Column };
