/** Carries out a search: words are looked up in what the caller may read, and SOQL does the rest. */
import { ApiError } from "../errors.ts";
import { compileTerms, wordsOf, type Matcher } from "./terms.ts";
import type { Access } from "../access.ts";
import type { OrgSchema } from "../schema.ts";
import type { Caller, FieldDef, ObjectDef, QueryResult, Row } from "../types.ts";
import type { Returning, Search, SearchIn } from "./parse.ts";

/** What a search needs of its org. */
interface SearchKernel {
  readonly schema: OrgSchema;
  readonly access: Access;
  rows(object: string): Iterable<Row>;
  query(caller: Caller, soql: string): QueryResult;
}

/** Salesforce finds no more than this in one search. */
const MOST = 2000;

const searched: Record<SearchIn, (def: ObjectDef, field: FieldDef) => boolean> = {
  all: (_def, { type }) => ["string", "textarea", "email", "phone", "url", "combobox"].includes(type),
  name: (def, { name }) => [def.nameField, "FirstName", "LastName"].includes(name),
  email: (_def, { type }) => type === "email",
  phone: (_def, { type }) => type === "phone",
  sidebar: (def, field) =>
    searched.name(def, field) || searched.email(def, field) || searched.phone(def, field),
};

export function runSearch(kernel: SearchKernel, caller: Caller, search: Search): Record<string, unknown>[] {
  const matches = compileTerms(search.term);
  const most = Math.min(search.limit ?? MOST, MOST);
  const returning =
    search.returning.length > 0
      ? search.returning
      : kernel.schema
          .objects()
          .filter((def) => isSearchable(def) && kernel.access.object(caller.userId, def.name).read)
          .map((def): Returning => ({ object: def.name, fields: [] }));
  const found: Record<string, unknown>[] = [];
  for (const one of returning) {
    if (found.length >= most) break;
    found.push(...searchObject(kernel, caller, matches, search.in, one, most - found.length));
  }
  return found;
}

/** Data, and people. */
const isSearchable = (def: ObjectDef): boolean =>
  def.queryable &&
  !def.tooling &&
  def.historyOf === undefined &&
  def.customSetting !== true &&
  (!def.setup || def.name === "User" || def.name === "Group");

function searchObject(
  kernel: SearchKernel,
  caller: Caller,
  matches: Matcher,
  scope: SearchIn,
  { object, fields, where, orderBy, limit, offset }: Returning,
  most: number,
): Record<string, unknown>[] {
  const def = kernel.schema.object(object);
  if (def === undefined || !kernel.access.object(caller.userId, def.name).read)
    throw new ApiError(400, "INVALID_TYPE", `sObject type '${object}' is not supported.`);
  if (!isSearchable(def))
    throw new ApiError(400, "INVALID_TYPE", `entity type ${def.name} does not support search`);
  const read = [...def.fields.values()].filter(
    (field) =>
      field.formula === undefined &&
      searched[scope](def, field) &&
      kernel.access.field(caller.userId, def.name, field.name).read,
  );
  const ids: string[] = [];
  for (const row of kernel.rows(def.name)) {
    if (row.IsDeleted === true || !kernel.access.row(caller.userId, def, row, "read")) continue;
    const words = read.flatMap(({ name }) => (typeof row[name] === "string" ? [wordsOf(row[name])] : []));
    if (matches(words)) ids.push(row.Id);
  }
  const asked = fields.some((field) => field.toLowerCase() === "id") ? fields : ["Id", ...fields];
  const soql = [
    `SELECT ${asked.join(", ")} FROM ${def.name}`,
    `WHERE Id IN (${(ids.length === 0 ? ["000000000000000AAA"] : ids).map((id) => `'${id}'`).join(",")})`,
    ...(where === undefined ? [] : [`AND (${where})`]),
    ...(orderBy === undefined ? [] : [`ORDER BY ${orderBy}`]),
    `LIMIT ${Math.min(limit ?? most, most)}`,
    ...(offset === undefined ? [] : [`OFFSET ${offset}`]),
  ].join(" ");
  return kernel.query(caller, soql).records;
}
