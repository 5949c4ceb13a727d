import type { FieldDef, ObjectDef } from "@compromiso/local-org";
import type { Context } from "../context.ts";
import { fieldOf, lookupOf, readable } from "../uiapi/fields.ts";
import { GraphQLProblem } from "./problem.ts";

const OPERATORS: Record<string, string> = {
  eq: "=",
  ne: "!=",
  gt: ">",
  gte: ">=",
  lt: "<",
  lte: "<=",
  like: "LIKE",
};

type Filter = Record<string, unknown>;

const invalid = (message: string) =>
  new GraphQLProblem(`Validation error of type WrongType: ${message}`, "ValidationError");

/** Turns the `where` argument into a SOQL condition. */
export function whereClause(context: Context, object: ObjectDef, filter: unknown, prefix = ""): string {
  if (filter === null || filter === undefined) return "";
  if (typeof filter !== "object" || Array.isArray(filter))
    throw invalid(`argument 'where' must be an object`);
  const parts = Object.entries(filter as Filter).flatMap(([name, value]) => {
    const part = member(context, object, name, value, prefix);
    return part ? [part] : [];
  });
  return parts.length > 1 ? `(${parts.join(" AND ")})` : (parts[0] ?? "");
}

function member(context: Context, object: ObjectDef, name: string, value: unknown, prefix: string): string {
  if (name === "and" || name === "or") {
    const inner = ([] as unknown[]).concat(value).map((each) => whereClause(context, object, each, prefix));
    const given = inner.filter(Boolean);
    return given.length > 0 ? `(${given.join(name === "and" ? " AND " : " OR ")})` : "";
  }
  if (name === "not") {
    const inner = whereClause(context, object, value, prefix);
    return inner ? `(NOT ${inner})` : "";
  }
  const field = fieldOf(object, name);
  if (field && readable(context, object, field))
    return comparison(context, field, prefix + field.name, value as Filter);
  const lookup = lookupOf(object, name);
  if (lookup) return parent(context, lookup, name, value as Filter, prefix);
  throw invalid(`argument 'where' contains a field not in '${object.name}_Filter': '${name}'`);
}

/** Reads a polymorphic lookup, which names its type first: `Owner: { User: { Name: … } }`. */
function parent(context: Context, lookup: FieldDef, name: string, value: Filter, prefix: string): string {
  const targets = (lookup.referenceTo ?? []).flatMap((each) => context.org.schema.object(each) ?? []);
  const [only] = targets;
  if (targets.length > 1) {
    const parts = Object.entries(value ?? {}).map(([type, inner]) => {
      const target = targets.find((each) => each.name === type);
      if (!target) throw invalid(`argument 'where' contains a type not among those of '${name}': '${type}'`);
      return whereClause(context, target, inner, `${prefix}${name}.`);
    });
    return parts.filter(Boolean).join(" AND ");
  }
  return only ? whereClause(context, only, value, `${prefix}${name}.`) : "";
}

function comparison(context: Context, field: FieldDef, path: string, condition: Filter): string {
  if (condition === null || typeof condition !== "object" || Array.isArray(condition))
    throw invalid(`argument 'where.${path}' must be an object of operators`);
  const parts = Object.entries(condition).map(([operator, operand]) => {
    if (operator === "in" || operator === "nin") {
      const values = ([] as unknown[]).concat(operand);
      if (values.length === 0) return operator === "in" ? "Id = null" : "Id != null";
      return `${path} ${operator === "in" ? "IN" : "NOT IN"} (${values.map((each) => literal(field, each)).join(", ")})`;
    }
    if (operator === "includes" || operator === "excludes")
      return `${path} ${operator.toUpperCase()} (${([] as unknown[])
        .concat(operand)
        .map((each) => literal(field, each))
        .join(", ")})`;
    if (operator === "inq" || operator === "ninq")
      return semiJoin(context, path, operator, operand as Filter);
    const symbol = OPERATORS[operator];
    if (!symbol)
      throw invalid(`argument 'where.${path}' contains an operator that doesn't exist: '${operator}'`);
    return `${path} ${symbol} ${literal(field, operand)}`;
  });
  return parts.length > 1 ? `(${parts.join(" AND ")})` : (parts[0] ?? "");
}

function semiJoin(context: Context, path: string, operator: string, operand: Filter): string {
  const [[name, inner] = []] = Object.entries(operand).filter(([key]) => key !== "ApiName");
  const target = name ? context.org.schema.object(name) : undefined;
  const column = typeof operand.ApiName === "string" ? operand.ApiName : "Id";
  if (!target || !fieldOf(target, column))
    throw invalid(`argument 'where.${path}.${operator}' names no object and field`);
  const condition = whereClause(context, target, inner);
  return `${path} ${operator === "inq" ? "IN" : "NOT IN"} (SELECT ${column} FROM ${target.name}${condition ? ` WHERE ${condition}` : ""})`;
}

/** Writes a value for SOQL. Dates come as `{value}`, `{literal}` or `{range}`. */
export function literal(field: FieldDef, operand: unknown): string {
  if (operand === null) return "null";
  if (typeof operand === "object") {
    const given = operand as { value?: unknown; literal?: string; range?: Record<string, number> };
    if (given.literal && /^[A-Z_]+$/.test(given.literal)) return given.literal;
    const [[range, n] = []] = Object.entries(given.range ?? {});
    if (range && Number.isInteger(n)) return `${range.toUpperCase()}:${n}`;
    return literal(field, given.value ?? null);
  }
  switch (field.type) {
    case "boolean":
      return operand === true || operand === "true" ? "true" : "false";
    case "int":
    case "double":
    case "currency":
    case "percent":
      if (!Number.isFinite(Number(operand)))
        throw invalid(`'${String(operand)}' is not a valid number for ${field.name}`);
      return String(Number(operand));
    case "date":
    case "datetime": {
      const text = String(operand);
      if (!/^\d{4}-\d\d-\d\d(T[\d:.]+(Z|[+-]\d\d:?\d\d)?)?$/.test(text))
        throw invalid(`'${text}' is not a valid date for ${field.name}`);
      return field.type === "datetime" && text.length === 10 ? `${text}T00:00:00Z` : text;
    }
    default:
      return `'${String(operand).replaceAll("\\", "\\\\").replaceAll("'", "\\'").replaceAll("\n", "\\n").replaceAll("\r", "\\r")}'`;
  }
}

/** Reads the order: a list of `{Field: {order: ASC, nulls: LAST}}`, nested through relationships. */
export function orderClause(context: Context, object: ObjectDef, order: unknown): string {
  const parts: string[] = [];
  const visit = (target: ObjectDef, value: unknown, prefix: string): void => {
    for (const each of ([] as unknown[]).concat(value ?? []))
      for (const [name, inner] of Object.entries(each as Filter)) {
        if (inner === null || inner === undefined) continue;
        const field = fieldOf(target, name);
        const lookup = field ? undefined : lookupOf(target, name);
        if (field && readable(context, target, field)) {
          const { order: direction, nulls } = inner as { order?: string; nulls?: string };
          parts.push(
            `${prefix}${field.name} ${direction === "DESC" ? "DESC" : "ASC"} NULLS ${nulls === "LAST" ? "LAST" : "FIRST"}`,
          );
        } else if (lookup) {
          const next = (lookup.referenceTo ?? []).flatMap((type) => context.org.schema.object(type) ?? [])[0];
          if (next) visit(next, inner, `${prefix}${lookup.relationshipName}.`);
        } else
          throw invalid(`argument 'orderBy' contains a field not in '${target.name}_OrderBy': '${name}'`);
      }
  };
  visit(object, order, "");
  return parts.join(", ");
}
