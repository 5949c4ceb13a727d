/** Resolves the names of a query. The caller must be allowed to see them. */
import { evaluateField, relationshipField, type FormulaContext } from "../formulas.ts";
import { addressOf } from "../addresses.ts";
import type { Access } from "../access.ts";
import type { OrgSchema } from "../schema.ts";
import type { Table } from "../table.ts";
import type { Caller, FieldDef, ObjectDef, Org, Row, Value } from "../types.ts";
import { byDurableId } from "./virtual.ts";
import { noSuchColumn, noSuchRelationship } from "./errors.ts";

/** The parts of the org that a query needs. */
export interface QueryKernel {
  readonly instanceUrl: string;
  readonly schema: OrgSchema;
  readonly access: Access;
  readonly components: Pick<Org["components"], "list">;
  table(object: string): Table;
  now(): number;
  timeZoneOf(userId: string): string;
  contextOf(caller: Caller, object: ObjectDef, row: Row): FormulaContext;
  /** The picklist label in the user's language. */
  picklistLabel(caller: Caller, object: ObjectDef, field: FieldDef, value: Value): Value;
}

export interface Scope {
  kernel: QueryKernel;
  caller: Caller;
  soql: string;
  object: ObjectDef;
  alias: string | undefined;
}

export interface Column {
  path: string[];
  field: FieldDef;
  object: ObjectDef;
  get(row: Row): Value;
}

/** The fields that users and queues share. `Owner.X` may name only these if the owner can be a queue. */
const nameFields = new Set(
  "id name type firstname lastname email username alias isactive title phone profileid userroleid recordtypeid".split(
    " ",
  ),
);
const typeField: FieldDef = {
  name: "Type",
  label: "Type",
  type: "string",
  custom: false,
  nillable: false,
  createable: false,
  updateable: false,
  filterable: true,
  sortable: true,
  groupable: true,
};

export const isPolymorphic = (field: FieldDef): boolean => (field.referenceTo?.length ?? 0) > 1;

export function mayRead(
  scope: Pick<Scope, "kernel" | "caller">,
  object: ObjectDef,
  field: FieldDef,
): boolean {
  return (
    scope.caller.system === true ||
    scope.kernel.access.field(scope.caller.userId, object.name, field.name).read
  );
}

/** @throws ApiError INVALID_FIELD */
export function column(scope: Scope, name: string): Column {
  let path = name.split(".");
  if (
    path.length > 1 &&
    (path[0]!.toLowerCase() === scope.alias?.toLowerCase() ||
      path[0]!.toLowerCase() === scope.object.name.toLowerCase())
  )
    if (relationshipField(scope.object, path[0]!) === undefined) path = path.slice(1);
  if (path.length > 6) throw noSuchRelationship(scope.soql, name, path[0]!);
  let object = scope.object;
  const steps: FieldDef[] = [];
  for (const relationship of path.slice(0, -1)) {
    const field = relationshipField(object, relationship);
    if (field === undefined || !mayRead(scope, object, field))
      throw noSuchRelationship(scope.soql, name, relationship);
    steps.push(field);
    const target = targetOf(scope, field, path.at(-1)!);
    if (target === undefined) throw noSuchRelationship(scope.soql, name, relationship);
    object = target;
  }
  const own = path.at(-1)!;
  const last = steps.at(-1);
  if (last !== undefined && isPolymorphic(last)) return polymorphic(scope, name, steps, own);
  const field = object.fields.get(own);
  if (field === undefined || !mayRead(scope, object, field))
    throw noSuchColumn(scope.soql, name, object.name);
  const value = fieldValue(scope, object, field);
  const canonical = [...steps.map((step) => step.relationshipName!), field.name];
  if (steps.length === 0) return { path: canonical, field, object, get: value };
  const follow = follower(scope, steps);
  return {
    path: canonical,
    field,
    object,
    get: (row) => {
      const parent = follow(row);
      return parent === undefined ? null : value(parent);
    },
  };
}

function targetOf(scope: Scope, field: FieldDef, own: string): ObjectDef | undefined {
  const targets = (field.referenceTo ?? [])
    .map((name) => scope.kernel.schema.object(name))
    .filter((def) => def !== undefined);
  return (
    targets.find((def) => def.name === "User") ?? targets.find((def) => def.fields.has(own)) ?? targets[0]
  );
}

function polymorphic(scope: Scope, name: string, steps: FieldDef[], own: string): Column {
  const targets = steps.at(-1)!.referenceTo!;
  const defs = targets.map((target) => scope.kernel.schema.object(target)).filter((def) => def !== undefined);
  const shown = defs.map((def) => def.fields.get(own)).find((field) => field !== undefined);
  const isType = own.toLowerCase() === "type";
  const field = isType
    ? typeField
    : own.toLowerCase() === "name"
      ? (shown ?? { ...typeField, name: "Name", label: "Name" })
      : shown;
  if (field === undefined || !nameFields.has(own.toLowerCase())) throw noSuchColumn(scope.soql, name, "Name");
  const follow = follower(scope, steps);
  return {
    path: [...steps.map((step) => step.relationshipName!), field.name],
    field,
    object: defs[0]!,
    get: (row) => {
      const parent = follow(row);
      const def = parent && scope.kernel.schema.objectByKeyPrefix(parent.Id.slice(0, 3));
      if (parent === undefined || def === undefined) return null;
      if (isType) return def.name === "Group" && parent.Type === "Queue" ? "Queue" : def.name;
      return (
        parent[own.toLowerCase() === "name" ? def.nameField : (def.fields.get(own)?.name ?? own)] ?? null
      );
    },
  };
}

/** Follows a chain of lookups from a row to another row. */
export function follower(scope: Scope, steps: FieldDef[]): (row: Row) => Row | undefined {
  const [first] = steps;
  const views = first === undefined ? undefined : byDurableId(scope.kernel, first.referenceTo?.[0] ?? "");
  if (first !== undefined && views !== undefined) return (row) => views.get(row[first.name]);
  return (row) => {
    let current: Row | undefined = row;
    for (const step of steps) {
      const id: Value | undefined = current[step.name];
      if (typeof id !== "string") return undefined;
      const def = scope.kernel.schema.objectByKeyPrefix(id.slice(0, 3));
      current = def && scope.kernel.table(def.name).get(id);
      if (current === undefined || def === undefined) return undefined;
      if (
        step.name !== "OwnerId" &&
        !scope.caller.system &&
        !scope.kernel.access.row(scope.caller.userId, def, current, "read")
      )
        return undefined;
    }
    return current;
  };
}

export function fieldValue(scope: Scope, object: ObjectDef, field: FieldDef): (row: Row) => Value {
  if (field.formula !== undefined)
    return (row) => evaluateField(scope.kernel.contextOf(scope.caller, object, row), field);
  const address = addressOf(object, field, scope.kernel.instanceUrl, scope.caller.api);
  if (address !== undefined) return address;
  const { name } = field;
  // rows that are older than a checkbox count as unchecked
  const absent = field.type === "boolean" ? false : null;
  return (row) => row[name] ?? absent;
}
