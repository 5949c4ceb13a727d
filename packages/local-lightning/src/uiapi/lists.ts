import type { ObjectDef } from "@compromiso/local-org";
import type { Context } from "../context.ts";
import { all, textOf, type XmlElement } from "@compromiso/local-org/xml";
import { notFound, UiApiError } from "./errors.ts";
import { addPath, emptyTree, fieldOf, objectOf, pathIn, readable, type FieldTree } from "./fields.ts";
import { layoutLabel } from "./layouts.ts";
import { readRecords, type RecordRepresentation } from "./records.ts";

/** A deployed list view. Its report-style columns become fields. */
export interface ListView {
  apiName: string;
  label: string;
  columns: { path: string[]; label: string; sortable: boolean }[];
  where: string;
}

/** The report-style names of columns in list views of older standard objects. */
const COLUMNS: Record<string, string> = {
  "CASES.CASE_NUMBER": "CaseNumber",
  "CASES.SUBJECT": "Subject",
  "CASES.STATUS": "Status",
  "CASES.PRIORITY": "Priority",
  "CASES.ORIGIN": "Origin",
  "CASES.TYPE": "Type",
  "CASES.REASON": "Reason",
  "CASES.CREATED_DATE": "CreatedDate",
  "CASES.CREATED_DATE_DATE_ONLY": "CreatedDate",
  "CASES.LAST_UPDATE": "LastModifiedDate",
  "CASES.CLOSED_DATE": "ClosedDate",
  "CASES.CLOSED": "IsClosed",
  "CASES.ESCALATION": "IsEscalated",
  "CASES.DESCRIPTION": "Description",
  "ACCOUNT.NAME": "Account.Name",
  "ACCOUNT.PHONE1": "Phone",
  "ACCOUNT.TYPE": "Type",
  "ACCOUNT.INDUSTRY": "Industry",
  "CONTACT.NAME": "Contact.Name",
  FULL_NAME: "Name",
  NAME: "Name",
  "CORE.USERS.ALIAS": "Owner.Alias",
  "CORE.USERS.FULL_NAME": "Owner.Name",
  OWNER_NAME: "Owner.Name",
  "OWNER.ALIAS": "Owner.Alias",
  CREATED_DATE: "CreatedDate",
  LAST_UPDATE: "LastModifiedDate",
  CREATEDBY_USER: "CreatedBy.Name",
  "CREATEDBY_USER.ALIAS": "CreatedBy.Alias",
  UPDATEDBY_USER: "LastModifiedBy.Name",
  "UPDATEDBY_USER.ALIAS": "LastModifiedBy.Alias",
};

function pathOfColumn(object: ObjectDef, column: string): string[] {
  const known = COLUMNS[column];
  if (known === "Account.Name" && object.name === "Account") return ["Name"];
  if (known === "Contact.Name" && object.name === "Contact") return ["Name"];
  if (known) return known.split(".");
  return column.replace(new RegExp(`^${object.name}\\.`), "").split(".");
}

export function listViews(context: Context, objectName: string): ListView[] {
  const object = objectOf(context, objectName);
  const deployed = context.deployed
    .objectParts(object.name, "listViews")
    .map((element) => readListView(context, object, element));
  const all: ListView = {
    apiName: `__All${object.name}`,
    label: context.words.listView(object.name, "All", allLabel(context, object)),
    columns: defaultColumns(context, object),
    where: "",
  };
  return [...deployed, ...(deployed.some(({ where }) => where === "") ? [] : [all])].sort((a, b) =>
    a.label.localeCompare(b.label, context.user.locale),
  );
}

export function listView(context: Context, objectName: string, apiName: string): ListView {
  const views = listViews(context, objectName);
  const found =
    views.find((view) => view.apiName === apiName) ?? (apiName.startsWith("__") ? views[0] : undefined);
  if (!found) throw notFound();
  return found;
}

function defaultColumns(context: Context, object: ObjectDef): ListView["columns"] {
  const names: Record<string, string[]> = {
    Case: ["CaseNumber", "Subject", "Status", "Priority", "CreatedDate", "Owner.Name"],
    Account: ["Name", "Phone", "Industry", "Owner.Name"],
    Contact: ["Name", "Account.Name", "Phone", "Email"],
  };
  const custom = [...object.fields.values()]
    .filter((field) => field.custom && field.type !== "textarea")
    .slice(0, 5);
  return columnsOf(
    context,
    object,
    names[object.name] ?? [object.nameField, ...custom.map(({ name }) => name), "CreatedDate"],
  );
}

function columnsOf(context: Context, object: ObjectDef, names: string[]): ListView["columns"] {
  return names.flatMap((name) => {
    const path = pathOfColumn(object, name);
    if (!addPath(context, object, emptyTree(), path)) return [];
    const lookup =
      path.length > 1 ? [...object.fields.values()].find((f) => f.relationshipName === path[0]) : undefined;
    const field = lookup ?? fieldOf(object, path[0] ?? "");
    const label = field ? layoutLabel(context, object, field) : path.join(".");
    return [{ path, label, sortable: path.length > 1 || (field?.sortable ?? false) }];
  });
}

function readListView(context: Context, object: ObjectDef, element: XmlElement): ListView {
  const apiName = textOf(element, "fullName") ?? "";
  const conditions = all(element, "filters").map((filter) => condition(context, object, filter));
  const logic = textOf(element, "booleanFilter");
  const filters = logic
    ? logic
        .replaceAll(/\d+/g, (n) => conditions[Number(n) - 1] ?? "Id != null")
        .replaceAll(/\b(and|or|not)\b/gi, (w) => w.toUpperCase())
    : conditions.join(" AND ");
  const mine = textOf(element, "filterScope") === "Mine" ? `OwnerId = '${context.caller.userId}'` : "";
  const queue = textOf(element, "queue");
  const owned = queue ? `Owner.Name = '${escape(queue)}'` : "";
  return {
    apiName,
    label: context.words.listView(object.name, apiName, textOf(element, "label") ?? apiName),
    columns: columnsOf(
      context,
      object,
      all(element, "columns").map(({ text }) => text.trim()),
    ),
    where: [mine, owned, filters && `(${filters})`].filter(Boolean).join(" AND "),
  };
}

const escape = (text: string) => text.replaceAll("\\", "\\\\").replaceAll("'", "\\'");

function condition(context: Context, object: ObjectDef, filter: XmlElement): string {
  const path = pathOfColumn(object, textOf(filter, "field") ?? "");
  const name = path.join(".");
  const field = fieldOf(object, path[0] ?? "");
  const operation = textOf(filter, "operation") ?? "equals";
  const raw = textOf(filter, "value") ?? "";
  if (path.length === 1 && (!field || !readable(context, object, field))) return "Id != null";
  const quoted =
    field === undefined ||
    !["boolean", "int", "double", "currency", "percent", "date", "datetime"].includes(field.type);
  const literal = (text: string) => {
    if (field?.type === "boolean") return /^(1|true)$/i.test(text) ? "true" : "false";
    if (field?.type === "date" || field?.type === "datetime") return text.replaceAll(" ", "_");
    return quoted ? `'${escape(text)}'` : text;
  };
  const values = raw.split(",").map((each) => each.trim().replace(/^"|"$/g, ""));
  const compare = (operator: string) =>
    values.length > 1
      ? `${name} ${operator === "=" ? "IN" : "NOT IN"} (${values.map(literal).join(", ")})`
      : `${name} ${operator} ${raw === "" ? "null" : literal(values[0] ?? "")}`;
  switch (operation) {
    case "equals":
      return compare("=");
    case "notEqual":
      return compare("!=");
    case "lessThan":
      return `${name} < ${literal(raw)}`;
    case "greaterThan":
      return `${name} > ${literal(raw)}`;
    case "lessOrEqual":
      return `${name} <= ${literal(raw)}`;
    case "greaterOrEqual":
      return `${name} >= ${literal(raw)}`;
    case "contains":
      return `(${values.map((each) => `${name} LIKE '%${escape(each)}%'`).join(" OR ")})`;
    case "notContain":
      return `(NOT ${name} LIKE '%${escape(raw)}%')`;
    case "startsWith":
      return `${name} LIKE '${escape(raw)}%'`;
    case "includes":
      return `${name} INCLUDES (${values.map(literal).join(", ")})`;
    case "excludes":
      return `${name} EXCLUDES (${values.map(literal).join(", ")})`;
    default:
      return "Id != null";
  }
}

export function listInfo(context: Context, objectName: string, apiName: string): Record<string, unknown> {
  const object = objectOf(context, objectName);
  const view = listView(context, object.name, apiName);
  return {
    cloneable: false,
    createable: false,
    deletable: false,
    displayColumns: view.columns.map(({ path, label, sortable }) => ({
      fieldApiName: path.join("."),
      label,
      lookupId: path.length > 1 ? `${path[0]}.Id` : null,
      sortable,
    })),
    eTag: "",
    filterLogicString: null,
    filteredByInfo: [],
    label: view.label,
    listReference: listReference(object.name, view),
    orderedByInfo: [],
    updateable: false,
    userPreferences: { columnWidths: {}, columnWrap: {} },
    visibility: "Public",
  };
}

export function listReference(object: string, view: ListView) {
  return { id: null, listViewApiName: view.apiName, objectApiName: object, type: "listView" };
}

export interface ListRequest {
  fields: string[];
  optionalFields: string[];
  pageSize: number;
  pageToken: string | undefined;
  sortBy: string[];
}

/** One page of a list view. The token is an offset, as on the platform, because a keyset would drift under edits. */
export function listRecords(context: Context, objectName: string, apiName: string, request: ListRequest) {
  const object = objectOf(context, objectName);
  const view = listView(context, object.name, apiName);
  const tree: FieldTree = emptyTree();
  for (const { path } of view.columns) addPath(context, object, tree, path);
  for (const name of [...request.fields, ...request.optionalFields])
    addPath(context, object, tree, pathIn(object, name));
  addPath(context, object, tree, [object.nameField]);
  return page(context, object, tree, view.where, request);
}

export function page(
  context: Context,
  object: ObjectDef,
  tree: FieldTree,
  where: string,
  { pageSize, pageToken, sortBy }: Pick<ListRequest, "pageSize" | "pageToken" | "sortBy">,
): {
  count: number;
  currentPageToken: string;
  nextPageToken: string | null;
  previousPageToken: string | null;
  pageSize: number;
  records: RecordRepresentation[];
  sortBy: string[];
} {
  if (!Number.isInteger(pageSize) || pageSize < 1 || pageSize > 2000)
    throw new UiApiError(400, "INVALID_LIMIT_OR_OFFSET_VALUE", "pageSize must be between 1 and 2000");
  const offset = Number(pageToken ?? 0);
  if (!Number.isInteger(offset) || offset < 0)
    throw new UiApiError(400, "ILLEGAL_QUERY_PARAMETER_VALUE", `pageToken ${pageToken} is not valid`);
  const order = sortBy.map((field) => sortClause(context, object, field));
  const clause = [
    where && `WHERE ${where}`,
    `ORDER BY ${[...order, "Id ASC"].join(", ")}`,
    `LIMIT ${pageSize + 1}`,
    offset > 0 ? `OFFSET ${offset}` : "",
  ];
  const records = readRecords(context, object, tree, clause.filter(Boolean).join(" "));
  const more = records.length > pageSize;
  return {
    count: Math.min(records.length, pageSize),
    currentPageToken: String(offset),
    nextPageToken: more ? String(offset + pageSize) : null,
    previousPageToken: offset > 0 ? String(Math.max(0, offset - pageSize)) : null,
    pageSize,
    records: records.slice(0, pageSize),
    sortBy,
  };
}

function sortClause(context: Context, object: ObjectDef, field: string): string {
  const descending = field.startsWith("-");
  const name = field.replace(/^-/, "").replace(new RegExp(`^${object.name}\\.`), "");
  if (!addPath(context, object, emptyTree(), name.split(".")))
    throw new UiApiError(400, "INVALID_FIELD", `Can't sort by ${name}: no such field on ${object.name}.`);
  return `${name} ${descending ? "DESC" : "ASC"} NULLS LAST`;
}

function allLabel({ words }: Context, object: ObjectDef): string {
  const plural = words.object(object.name, object.labelPlural, true);
  return `${words.ui("All")} ${words.language.startsWith("es") ? plural.toLowerCase() : plural}`;
}
