/** Turns rows into records of an answer: the selected fields, nested by relationship. */
import type { FieldType, Query, Subquery } from "@jetstreamapp/soql-parser-js";
import { dateFormat, numberFormat } from "../formatters.ts";
import { relationshipField } from "../formulas.ts";
import { writeValue } from "../values.ts";
import { malformed, malformedAt, noSuchChild, noSuchRelationship } from "./errors.ts";
import { column, fieldValue, follower, isPolymorphic, mayRead, type Scope } from "./scope.ts";
import { functionReader } from "./where.ts";
import type { FieldDef, ObjectDef, Row, Value } from "../types.ts";

export type Projector = (row: Row) => Record<string, unknown>;
type Writer = (row: Row, record: Record<string, unknown>) => void;
export type RunChildren = (
  child: ObjectDef,
  link: FieldDef,
  subquery: Subquery,
  parentScope: Scope,
) => (row: Row) => unknown;

export const attributes = (type: string, object: string, id: string, version: string) => ({
  type,
  url: `/services/data/v${version}/sobjects/${object}/${id}`,
});

export function versionOf(scope: Scope): string {
  return /(\d+\.\d)/.exec(scope.caller.api)?.[1] ?? "66.0";
}

export function projector(scope: Scope, query: Query | Subquery, children: RunChildren): Projector {
  const version = versionOf(scope);
  const writers: Writer[] = [];
  const seen = new Set<string>();
  for (const field of query.fields ?? [])
    writers.push(...write(scope, query, field, children, version, seen));
  const { name } = scope.object;
  return (row) => {
    const record: Record<string, unknown> = { attributes: attributes(name, name, row.Id, version) };
    for (const writer of writers) writer(row, record);
    return record;
  };
}

function write(
  scope: Scope,
  query: Query | Subquery,
  field: FieldType,
  children: RunChildren,
  version: string,
  seen: Set<string>,
): Writer[] {
  switch (field.type) {
    case "Field":
      return [plain(scope, field.field, seen, (field as { alias?: string }).alias)];
    case "FieldRelationship":
      return [nested(scope, [...field.relationships, field.field], version, seen)];
    case "FieldSubquery": {
      const { relationshipName } = field.subquery;
      const child = scope.kernel.schema
        .childrenOf(scope.object.name)
        .find(
          (c) =>
            c.name?.toLowerCase() === relationshipName.toLowerCase() ||
            (c.name !== undefined &&
              c.field.custom &&
              `${c.name}__r`.toLowerCase() === relationshipName.toLowerCase()),
        );
      if (
        child === undefined ||
        (!scope.caller.system && !scope.kernel.access.object(scope.caller.userId, child.object.name).read)
      )
        throw noSuchChild(scope.soql, relationshipName);
      const run = children(child.object, child.field, field.subquery, scope);
      return [(row, record) => void (record[relationshipName] = run(row))];
    }
    case "FieldTypeof":
      return [typeOf(scope, field.field, field.conditions, version)];
    case "FieldFunctionExpression": {
      const name = field.functionName.toUpperCase();
      if (name === "FIELDS") return allFields(scope, query, String(field.parameters[0]).toUpperCase(), seen);
      if (name === "TOLABEL" || name === "FORMAT" || name === "CONVERTCURRENCY")
        return [formatted(scope, name, field as never)];
      const reader = functionReader(scope, field as never);
      return [(row, record) => void (record[field.alias ?? reader.name] = reader.get(row))];
    }
  }
}

function plain(scope: Scope, name: string, seen: Set<string>, alias?: string): Writer {
  const found = column(scope, name);
  if (found.path.length > 1) return nested(scope, found.path, versionOf(scope), seen);
  const { field } = found;
  if (seen.has(field.name)) throw malformed(`duplicate field selected: ${field.name}`);
  seen.add(field.name);
  return (row, record) => void (record[alias ?? field.name] = writeValue(field, found.get(row)));
}

/** Turns `Account.Owner.Name` into `{Account: {Owner: {Name}}}`. An empty lookup becomes null. */
function nested(scope: Scope, path: string[], version: string, seen: Set<string>): Writer {
  const found = column(scope, path.join("."));
  if (found.path.length === 1) return plain(scope, found.path[0]!, seen);
  const names = found.path.slice(0, -1);
  const steps: {
    name: string;
    follow: (row: Row) => Row | undefined;
    poly: boolean;
    to: ObjectDef | undefined;
  }[] = [];
  let object = scope.object;
  const fields: FieldDef[] = [];
  for (const name of names) {
    const field = relationshipField(object, name)!;
    fields.push(field);
    const next = (field.referenceTo ?? [])
      .map((t) => scope.kernel.schema.object(t))
      .find((d) => d !== undefined);
    steps.push({
      name: field.relationshipName!,
      follow: follower(scope, [...fields]),
      poly: isPolymorphic(field),
      to: next,
    });
    object = isPolymorphic(field) ? (scope.kernel.schema.object("User") ?? object) : (next ?? object);
  }
  const last = found.path.at(-1)!;
  return (row, record) => {
    let target = record;
    for (const { name, follow, poly, to } of steps) {
      const parent = follow(row);
      if (parent === undefined) {
        target[name] ??= null;
        return;
      }
      // the ids of views begin with no object's prefix
      const def = scope.kernel.schema.objectByKeyPrefix(parent.Id.slice(0, 3)) ?? to!;
      target[name] ??= { attributes: attributes(poly ? "Name" : def.name, def.name, parent.Id, version) };
      target = target[name] as Record<string, unknown>;
    }
    target[last] = writeValue(found.field, found.get(row));
  };
}

function formatted(
  scope: Scope,
  name: string,
  fn: { parameters: (string | { parameters: string[]; functionName: string })[]; alias?: string },
): Writer {
  const [argument] = fn.parameters;
  const path = typeof argument === "string" ? argument : String(argument?.parameters[0]);
  const found = column(scope, path);
  const key = fn.alias ?? found.path.at(-1)!;
  if (name === "TOLABEL")
    return (row, record) =>
      void (record[key] = scope.kernel.picklistLabel(
        scope.caller,
        found.object,
        found.field,
        found.get(row),
      ));
  return (row, record) => {
    const value = found.get(row);
    const zone = scope.kernel.timeZoneOf(scope.caller.userId);
    record[key] = name === "FORMAT" ? format(found.field, value, zone) : value;
  };
}

function format(field: FieldDef, value: Value, zone: string): Value {
  if (value === null) return null;
  if (field.type === "datetime")
    return dateFormat("en-US", {
      dateStyle: "short",
      timeStyle: "short",
      timeZone: zone,
    }).format(Number(value));
  if (field.type === "date")
    return dateFormat("en-US", { timeZone: "UTC" }).format(Date.parse(String(value)));
  if (typeof value === "number")
    return numberFormat(
      "en-US",
      field.type === "currency" ? { style: "currency", currency: "USD" } : {},
    ).format(value);
  return value;
}

function typeOf(
  scope: Scope,
  relationship: string,
  conditions: { type: string; objectType?: string; fieldList: string[] }[],
  version: string,
): Writer {
  const field = relationshipField(scope.object, relationship);
  if (field === undefined || !isPolymorphic(field))
    throw noSuchRelationship(scope.soql, relationship, relationship);
  const branches = conditions.map((condition) => {
    const object =
      condition.objectType === undefined ? undefined : scope.kernel.schema.object(condition.objectType);
    if (condition.objectType !== undefined && object === undefined)
      throw malformedAt(
        scope.soql,
        condition.objectType,
        `sObject type '${condition.objectType}' is not supported.`,
      );
    const columns =
      object && condition.fieldList.map((name) => column({ ...scope, object, alias: undefined }, name));
    return { object, columns, names: condition.fieldList };
  });
  const follow = follower(scope, [field]);
  return (row, record) => {
    const parent = follow(row);
    if (parent === undefined) {
      record[field.relationshipName!] = null;
      return;
    }
    const def = scope.kernel.schema.objectByKeyPrefix(parent.Id.slice(0, 3))!;
    const branch =
      branches.find((b) => b.object?.name === def.name) ?? branches.find((b) => b.object === undefined);
    const out: Record<string, unknown> = { attributes: attributes(def.name, def.name, parent.Id, version) };
    if (branch?.columns !== undefined)
      for (const c of branch.columns) out[c.field.name] = writeValue(c.field, c.get(parent));
    else
      for (const name of branch?.names ?? [])
        out[name] = parent[name.toLowerCase() === "name" ? def.nameField : name] ?? null;
    record[field.relationshipName!] = out;
  };
}

function allFields(scope: Scope, query: Query | Subquery, which: string, seen: Set<string>): Writer[] {
  if (which !== "STANDARD" && (query.limit === undefined || query.limit > 200))
    throw malformed("The SOQL FIELDS function must have a LIMIT of at most 200");
  return [...scope.object.fields.values()]
    .filter((field) => which === "ALL" || (which === "CUSTOM") === field.custom)
    .filter((field) => mayRead(scope, scope.object, field) && !seen.has(field.name))
    .map((field) => {
      seen.add(field.name);
      const get = fieldValue(scope, scope.object, field);
      return (row, record) => void (record[field.name] = writeValue(field, get(row)));
    });
}
