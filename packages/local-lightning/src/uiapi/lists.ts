import type { ObjectDef } from "@compromiso/local-org";
import type { Context } from "../context.ts";
import {
  columnsOf as columnsOfAll,
  pathOfColumn,
  quoted,
  readFilters,
  soqlOf,
} from "@compromiso/local-org/screens";
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

export function listViews(context: Context, objectName: string): ListView[] {
  const object = objectOf(context, objectName);
  const deployed = context.deployed
    .objectParts(object.name, "listViews")
    .map((element) => readListView(context, object, element));
  const all: ListView = {
    apiName: `__All${object.name}`,
    label: context.words.listView(object.name, "All", allLabel(context, object)),
    columns: columnsOf(context, object, columnsOfAll(object)),
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
  const filters = readFilters(object, element, (field) => readable(context, object, field));
  const mine = textOf(element, "filterScope") === "Mine" ? `OwnerId = '${context.caller.userId}'` : "";
  const queue = textOf(element, "queue");
  const owned = queue ? `Owner.Name = ${quoted(queue)}` : "";
  return {
    apiName,
    label: context.words.listView(object.name, apiName, textOf(element, "label") ?? apiName),
    columns: columnsOf(
      context,
      object,
      all(element, "columns").map(({ text }) => text.trim()),
    ),
    where: [mine, owned, filters && soqlOf(object, filters)].filter(Boolean).join(" AND "),
  };
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
