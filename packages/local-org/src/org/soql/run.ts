/** Runs a query from its text to its rows. */
import type { Query, Subquery } from "@jetstreamapp/soql-parser-js";
import { ApiError } from "../errors.ts";
import { normalizeId } from "../ids.ts";
import { aggregate, isAggregate, isBareCount } from "./aggregate.ts";
import { malformed, noSuchObject } from "./errors.ts";
import { comparator, firstInOrder } from "./order.ts";
import { parse, tree, type Tree } from "./parse.ts";
import { projector } from "./project.ts";
import { column, mayRead, type QueryKernel, type Scope } from "./scope.ts";
import { compile, pointsTo, unquote } from "./where.ts";
import { parseInstant } from "../values.ts";
import { virtualRows } from "./virtual.ts";
import type { Caller, FieldDef, ObjectDef, Row, Value } from "../types.ts";

export interface Outcome {
  totalSize: number;
  /** Written lazily, one page at a time. */
  rows: Row[] | undefined;
  write: (row: Row) => Record<string, unknown>;
  records: Record<string, unknown>[] | undefined;
}

export function run(kernel: QueryKernel, caller: Caller, soql: string, all: boolean): Outcome {
  const { query, allRows } = parse(soql);
  const object = query.sObject === undefined ? undefined : kernel.schema.object(query.sObject);
  if (
    object === undefined ||
    !object.queryable ||
    (!caller.system && !kernel.access.object(caller.userId, object.name).read)
  )
    throw noSuchObject(soql, query.sObject ?? "");
  const scope: Scope = { kernel, caller, soql, object, alias: query.sObjectAlias };
  return runIn(scope, query, all || allRows);
}

function runIn(scope: Scope, query: Query, all: boolean): Outcome {
  const none = { rows: undefined, write: () => ({}) };
  if ((query.offset ?? 0) > 2000)
    throw new ApiError(400, "NUMBER_OUTSIDE_VALID_RANGE", "Maximum SOQL offset allowed is 2000");
  if (isBareCount(query) && query.groupBy === undefined) {
    const count = select(scope, query, all).length;
    return {
      ...none,
      totalSize: query.limit === undefined ? count : Math.min(count, query.limit),
      records: [],
    };
  }
  if (isAggregate(query)) {
    const records = aggregate(scope, query, select(scope, query, all));
    return { ...none, totalSize: records.length, records };
  }
  const write = projector(scope, query, (child, link, subquery) =>
    children(scope, child, link, subquery, all),
  );
  const rows = arrange(scope, query, select(scope, query, all));
  return { totalSize: rows.length, rows, write, records: undefined };
}

function arrange(scope: Scope, query: Query | Subquery, rows: Row[]): Row[] {
  const compare = comparator(scope, query.orderBy);
  const offset = query.offset ?? 0;
  const wanted = query.limit === undefined ? rows.length : offset + query.limit;
  const ordered =
    compare === undefined
      ? rows
      : wanted < rows.length
        ? firstInOrder(rows, compare, wanted)
        : rows.sort(compare);
  return ordered.slice(offset, wanted);
}

/** Finds the matching rows that the caller may see. */
function select(scope: Scope, query: Query | Subquery, all: boolean, from?: Iterable<Row>): Row[] {
  const { kernel, caller, object } = scope;
  const where = tree(query.where, scope.soql);
  if (object.name === "ContentDocumentLink" && from === undefined && caller.system !== true)
    requireFileFilter(where);
  const matches = compile(scope, where, (inner, left) => innerValues(scope, inner, left));
  const scoped = usingScope(scope, query.usingScope);
  const hidesDeleted = !all && object.fields.has("IsDeleted");
  const sees =
    caller.system === true || seesAll(scope)
      ? () => true
      : (row: Row) => kernel.access.row(caller.userId, object, row, "read");
  const rows: Row[] = [];
  const { rows: offered, timeline } =
    from === undefined ? candidates(scope, where) : { rows: from, timeline: undefined };
  // rows in the wanted order fill a page early, so the rest need no look
  const enough = timeline === undefined ? undefined : pageAlong(timeline, query);
  for (const row of offered) {
    if (enough !== undefined && rows.length >= enough && row[timeline!] !== rows[enough - 1]![timeline!])
      break;
    if (!(hidesDeleted && row.IsDeleted === true) && matches(row) && scoped(row) && sees(row)) rows.push(row);
  }
  return rows;
}

/** Salesforce lists the links of files or of records only, never all of them. */
function requireFileFilter(where: Tree | undefined): void {
  const terms = where === undefined ? [] : where.kind === "and" ? where.of : [where];
  const filters = terms.some(
    (term) =>
      term.kind === "leaf" &&
      ["contentdocumentid", "linkedentityid", "id"].includes(String(term.leaf.field).toLowerCase()) &&
      ["=", "in"].includes(String(term.leaf.operator).toLowerCase()),
  );
  if (!filters)
    throw malformed(
      "Implementation restriction: ContentDocumentLink requires a filter by a single Id on ContentDocumentId or LinkedEntityId using the equals operator or multiple Id's using the IN operator.",
    );
}

function seesAll({ kernel, caller, object }: Scope): boolean {
  return (
    object.name !== "PermissionSetAssignment" &&
    (object.sharing === "ReadWrite" ||
      object.sharing === "Read" ||
      kernel.access.object(caller.userId, object.name).viewAll)
  );
}

function usingScope({ caller, kernel }: Scope, name: string | undefined): (row: Row) => boolean {
  switch (name?.toLowerCase()) {
    case "mine":
    case "my":
      return (row) => row.OwnerId === caller.userId;
    case "team":
    case "queue":
      return (row) => kernel.access.groups(caller.userId).has(String(row.OwnerId));
    case "delegated":
    case "my_territory":
    case "my_team_territory":
      // nothing is delegated, and no territories exist
      return () => false;
    default:
      return () => true;
  }
}

interface Candidates {
  rows: Iterable<Row>;
  /** The date/time field that sorts the rows. */
  timeline?: string;
}

/**
 * Uses an index if it can: for equality on ids, lookups, unique fields and external ids.
 * Otherwise it takes all rows since an instant of SystemModstamp, because clients page through changes in that way.
 */
function candidates(scope: Scope, where: Tree | undefined): Candidates {
  const generated = virtualRows(scope.kernel, scope.object.name);
  if (generated !== undefined) return { rows: generated };
  const table = scope.kernel.table(scope.object.name);
  const terms = where === undefined ? [] : where.kind === "and" ? where.of : [where];
  for (const term of terms) {
    if (term.kind !== "leaf") continue;
    const {
      field: path,
      operator,
      value,
      valueQuery,
      literalType,
    } = term.leaf as {
      field?: string;
      operator: string;
      value?: string | string[];
      valueQuery?: Query;
      literalType?: string;
    };
    if (path === undefined || (operator !== "=" && operator !== "IN")) continue;
    const found = column(scope, path);
    const { field } = found;
    if (found.path.length > 1 || !indexed(scope.object, field) || literalType === "NULL") continue;
    const values: Value[] =
      valueQuery !== undefined
        ? [...innerValues(scope, valueQuery)]
        : (Array.isArray(value) ? value : [value ?? ""]).map((text) => keyFor(field, text));
    if (values.some((v) => v === null)) continue;
    return { rows: unique(values).flatMap((v) => [...table.where(field.name, v)]) };
  }
  const since = where === undefined ? undefined : earliest(scope, where, STAMP);
  return since === undefined
    ? { rows: table.rows.values() }
    : { rows: table.since(STAMP, since), timeline: STAMP };
}

const STAMP = "SystemModstamp";

/** The earliest instant (ms) of a field that a condition allows. undefined: the condition has no such limit. */
function earliest(scope: Scope, where: Tree, field: string): number | undefined {
  switch (where.kind) {
    case "leaf": {
      const leaf = where.leaf as { field?: string; operator: string; value?: unknown; literalType?: string };
      if (leaf.literalType !== "DATETIME" || ![">", ">=", "="].includes(leaf.operator)) return undefined;
      if (leaf.field === undefined || typeof leaf.value !== "string") return undefined;
      const found = column(scope, leaf.field);
      if (found.path.length > 1 || found.field.name !== field) return undefined;
      return parseInstant(leaf.value) ?? undefined;
    }
    case "and": {
      const bounds = where.of.map((part) => earliest(scope, part, field)).filter((at) => at !== undefined);
      return bounds.length === 0 ? undefined : Math.max(...bounds);
    }
    case "or": {
      const bounds = where.of.map((part) => earliest(scope, part, field));
      return bounds.some((at) => at === undefined) ? undefined : Math.min(...(bounds as number[]));
    }
    case "not":
      return undefined;
  }
}

/** The number of rows that a query wants, if it sorts by this field first, ascending. */
function pageAlong(field: string, { orderBy, limit, offset }: Query | Subquery): number | undefined {
  const first = (Array.isArray(orderBy) ? orderBy[0] : orderBy) as
    | { field?: string; order?: string }
    | undefined;
  if (limit === undefined || limit === 0 || first?.field?.toLowerCase() !== field.toLowerCase())
    return undefined;
  return first.order === "DESC" ? undefined : limit + (offset ?? 0);
}

const unique = (values: Value[]): Value[] => [...new Set(values.map((v) => v))];
const indexed = (object: ObjectDef, field: FieldDef): boolean =>
  field.type === "id" ||
  field.type === "reference" ||
  field.unique === true ||
  field.externalId === true ||
  (field.name === object.nameField && field.type === "string");
function keyFor(field: FieldDef, text: string): Value {
  const bare = unquote(text);
  if (field.type === "id" || field.type === "reference") return normalizeId(bare) ?? null;
  return ["int", "double"].includes(field.type) ? Number(bare) : bare === "" ? null : bare;
}

/** @param left the objects to which the outer field points. Leave it out if they were compared before */
function innerValues(scope: Scope, query: Query, left?: string[]): Set<Value> {
  const { kernel, caller, soql } = scope;
  const object = kernel.schema.object(query.sObject ?? "");
  if (object === undefined || (!caller.system && !kernel.access.object(caller.userId, object.name).read))
    throw noSuchObject(soql, query.sObject ?? "");
  if (query.fields?.length !== 1) throw malformed("Nesting of semi join sub-selects takes a single field");
  const inner: Scope = { ...scope, object, alias: query.sObjectAlias };
  const [field] = query.fields;
  const name =
    field?.type === "FieldRelationship"
      ? [...field.relationships, field.field].join(".")
      : field?.type === "Field"
        ? field.field
        : "";
  const selected = column(inner, name);
  const right = pointsTo(selected);
  if (right.length === 0 || (left !== undefined && !right.some((object) => left.includes(object))))
    throw malformed(
      `The selected field '${name}' in the subquery and the left operand field in the where expression in the outer query should point to the same object type`,
    );
  const values = new Set<Value>();
  for (const row of arrange(inner, query, select(inner, query, false))) {
    const value = selected.get(row);
    if (value !== null) values.add(value);
  }
  return values;
}

/** Runs a child query for each parent, through the index of its lookup. */
function children(
  parent: Scope,
  child: ObjectDef,
  link: FieldDef,
  subquery: Subquery,
  all: boolean,
): (row: Row) => unknown {
  const scope: Scope = { ...parent, object: child, alias: subquery.sObjectAlias };
  if (!mayRead(scope, child, link)) return () => null;
  const write = projector(scope, subquery, () => {
    throw malformed("Only root queries support nested child queries");
  });
  const table = parent.kernel.table(child.name);
  return (row) => {
    const rows = arrange(scope, subquery, select(scope, subquery, all, table.where(link.name, row.Id)));
    return rows.length === 0 ? null : { totalSize: rows.length, done: true, records: rows.map(write) };
  };
}
