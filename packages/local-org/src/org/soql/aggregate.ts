/** GROUP BY and aggregate functions. */
import type { Query } from "@jetstreamapp/soql-parser-js";
import { invalidField, malformed, malformedAt } from "./errors.ts";
import { tree } from "./parse.ts";
import { column, type Scope } from "./scope.ts";
import { compile, functionReader } from "./where.ts";
import { compareValues } from "./order.ts";
import { writeValue } from "../values.ts";
import type { FieldDef, Row, Value } from "../types.ts";

interface FunctionField {
  functionName: string;
  parameters: (string | FunctionField)[];
  alias?: string;
  rawValue?: string;
}
interface Output {
  alias: string;
  raw: string;
  get(rows: Row[]): Value;
  field: FieldDef | undefined;
}

const functions = new Set(["COUNT", "COUNT_DISTINCT", "SUM", "AVG", "MIN", "MAX"]);
const numeric = new Set(["int", "double", "currency", "percent"]);

export const isAggregate = (query: Query): boolean =>
  query.groupBy !== undefined ||
  (query.fields ?? []).some(
    (f) => f.type === "FieldFunctionExpression" && functions.has(f.functionName.toUpperCase()),
  );

/** Whether the query is `SELECT COUNT() FROM X`, which returns only a number. */
export const isBareCount = (query: Query): boolean => {
  const [field] = query.fields ?? [];
  return (
    query.fields?.length === 1 &&
    field?.type === "FieldFunctionExpression" &&
    field.functionName.toUpperCase() === "COUNT" &&
    field.parameters.filter((p) => p !== "").length === 0
  );
};

export function aggregate(scope: Scope, query: Query, rows: Row[]): Record<string, unknown>[] {
  const groups = (
    query.groupBy === undefined ? [] : Array.isArray(query.groupBy) ? query.groupBy : [query.groupBy]
  ) as {
    field?: string;
    fn?: FunctionField;
  }[];
  const keys = groups.map((group) => groupKey(scope, group));
  let unnamed = 0;
  const outputs = (query.fields ?? []).map((field): Output => {
    if (field.type === "FieldFunctionExpression") {
      const fn = field as unknown as FunctionField;
      if (functions.has(fn.functionName.toUpperCase()))
        return { ...measure(scope, fn), alias: fn.alias ?? `expr${unnamed++}` };
      const key = keys.find((k) => k.raw === rawOf(fn));
      if (key === undefined)
        throw malformedAt(scope.soql, fn.functionName, `Field must be grouped or aggregated: ${rawOf(fn)}`);
      return {
        alias: fn.alias ?? `expr${unnamed++}`,
        raw: key.raw,
        field: key.field,
        get: ([first]) => (first === undefined ? null : key.get(first)),
      };
    }
    if (field.type !== "Field" && field.type !== "FieldRelationship")
      throw malformed("Grouped query cannot select subqueries or polymorphic fields");
    const name = field.type === "Field" ? field.field : [...field.relationships, field.field].join(".");
    const found = column(scope, name);
    const raw = found.path.join(".").toLowerCase();
    if (!keys.some((key) => key.raw === raw))
      throw malformedAt(scope.soql, name, `Field must be grouped or aggregated: ${name}`);
    const alias = (field as { alias?: string }).alias ?? found.path.at(-1)!;
    return {
      alias,
      raw,
      field: found.field,
      get: ([first]) => (first === undefined ? null : found.get(first)),
    };
  });
  const buckets = new Map<string, Row[]>();
  if (keys.length === 0) buckets.set("", rows);
  for (const row of keys.length === 0 ? [] : rows) {
    const id = JSON.stringify(keys.map((key) => key.get(row)));
    const bucket = buckets.get(id);
    if (bucket === undefined) buckets.set(id, [row]);
    else bucket.push(row);
  }
  let results = [...buckets.values()];
  if (query.having !== undefined) {
    const having = tree(query.having, scope.soql);
    const passes = compile(
      scope,
      having,
      () => new Set(),
      (leaf) => {
        const get =
          leaf.fn !== undefined && functions.has(String(leaf.fn.functionName).toUpperCase())
            ? measure(scope, leaf.fn as FunctionField).get
            : ([first]: Row[]): Value => (first === undefined ? null : column(scope, leaf.field!).get(first));
        // the row predicates also serve for HAVING, so we pass the bucket as if it were a row
        return { name: "expr", field: undefined, get: (bucket) => get(bucket as unknown as Row[]) };
      },
    );
    results = results.filter((bucket) => passes(bucket as unknown as Row));
  }
  const order = orders(scope, query, outputs);
  if (order !== undefined) results.sort(order);
  if (query.offset !== undefined) results = results.slice(query.offset);
  if (query.limit !== undefined) results = results.slice(0, query.limit);
  return results.map((bucket) => {
    const record: Record<string, unknown> = { attributes: { type: "AggregateResult" } };
    for (const { alias, get, field } of outputs) {
      const value = get(bucket);
      record[alias] = field === undefined ? value : writeValue(field, value);
    }
    return record;
  });
}

const rawOf = (fn: FunctionField): string =>
  (fn.rawValue ?? `${fn.functionName}(${fn.parameters.join(",")})`).toLowerCase().replace(/\s/g, "");

function groupKey(scope: Scope, { field, fn }: { field?: string; fn?: FunctionField }) {
  if (fn !== undefined) {
    if (/^(rollup|cube)$/i.test(fn.functionName))
      throw malformedAt(scope.soql, fn.functionName, "GROUP BY ROLLUP and CUBE are not supported here");
    return { raw: rawOf(fn), get: functionReader(scope, fn as never).get, field: undefined };
  }
  const found = column(scope, field!);
  if (found.field.groupable === false || (found.field.type === "textarea" && (found.field.length ?? 0) > 255))
    throw invalidField(scope.soql, field!, `field '${found.field.name}' can not be grouped in a query call`);
  return { raw: found.path.join(".").toLowerCase(), get: found.get, field: found.field };
}

function measure(scope: Scope, fn: FunctionField): Omit<Output, "alias"> {
  const name = fn.functionName.toUpperCase();
  const raw = rawOf(fn);
  const [argument] = fn.parameters;
  if (name === "COUNT" && (argument === undefined || argument === ""))
    return { raw, field: undefined, get: (rows) => rows.length };
  const found = column(scope, String(argument));
  const { type } = found.field;
  if ((name === "SUM" || name === "AVG") && !numeric.has(type))
    throw invalidField(
      scope.soql,
      String(argument),
      `field ${found.field.name} does not support aggregate operator ${name}`,
    );
  if (["MIN", "MAX"].includes(name) && ["boolean", "multipicklist", "textarea", "id"].includes(type))
    throw invalidField(
      scope.soql,
      String(argument),
      `field ${found.field.name} does not support aggregate operator ${name}`,
    );
  if (name === "COUNT_DISTINCT" && ["multipicklist", "textarea", "boolean"].includes(type))
    throw invalidField(
      scope.soql,
      String(argument),
      `field ${found.field.name} does not support aggregate operator ${name}`,
    );
  const values = (rows: Row[]) => rows.map((row) => found.get(row)).filter((value) => value !== null);
  const sum = (rows: Row[]) => values(rows).reduce<number>((total, value) => total + Number(value), 0);
  switch (name) {
    case "COUNT":
      return { raw, field: undefined, get: (rows) => values(rows).length };
    case "COUNT_DISTINCT":
      return {
        raw,
        field: undefined,
        get: (rows) => new Set(values(rows).map((v) => (typeof v === "string" ? v.toLowerCase() : v))).size,
      };
    case "SUM":
      return { raw, field: undefined, get: (rows) => (values(rows).length === 0 ? null : sum(rows)) };
    case "AVG":
      return {
        raw,
        field: undefined,
        get: (rows) => (values(rows).length === 0 ? null : sum(rows) / values(rows).length),
      };
    default: {
      const sign = name === "MIN" ? 1 : -1;
      return {
        raw,
        field: found.field,
        get: (rows) =>
          values(rows).reduce<Value>(
            (best, value) =>
              best === null || sign * compareValues(value, best, false, true) < 0 ? value : best,
            null,
          ),
      };
    }
  }
}

function orders(scope: Scope, query: Query, outputs: Output[]): ((a: Row[], b: Row[]) => number) | undefined {
  if (query.orderBy === undefined) return undefined;
  const clauses = (Array.isArray(query.orderBy) ? query.orderBy : [query.orderBy]) as {
    field?: string;
    fn?: FunctionField;
    order?: string;
    nulls?: string;
  }[];
  const keys = clauses.map((clause) => {
    const down = clause.order === "DESC";
    const nullsFirst = clause.nulls === undefined ? !down : clause.nulls === "FIRST";
    const byName =
      clause.field === undefined
        ? undefined
        : outputs.find(
            (o) =>
              o.alias.toLowerCase() === clause.field!.toLowerCase() || o.raw === clause.field!.toLowerCase(),
          );
    const byFunction = clause.fn && outputs.find((o) => o.raw === rawOf(clause.fn!));
    const get =
      byName?.get ??
      byFunction?.get ??
      (clause.fn !== undefined && functions.has(clause.fn.functionName.toUpperCase())
        ? measure(scope, clause.fn).get
        : undefined);
    if (get === undefined)
      throw malformedAt(
        scope.soql,
        clause.field ?? clause.fn!.functionName,
        `Ordered field must be grouped or aggregated: ${clause.field ?? rawOf(clause.fn!)}`,
      );
    return { get, down, nullsFirst };
  });
  return (a, b) => {
    for (const { get, down, nullsFirst } of keys) {
      const order = compareValues(get(a), get(b), down, nullsFirst);
      if (order !== 0) return order;
    }
    return 0;
  };
}
