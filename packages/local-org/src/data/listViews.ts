/** `/sobjects/{object}/listviews`: the views, what each asks for, and its records. */
import { all, textOf } from "../metadata/xml/parse.ts";
import { ApiError, notFound } from "../org/errors.ts";
import { normalizeId } from "../org/ids.ts";
import type { FieldDef, ObjectDef } from "../org/types.ts";
import { pathOfColumn } from "../screens/columns.ts";
import { quoted, readFilters, soqlOf, type Where } from "../screens/filters.ts";
import { columnsOf, hasListViews, listViews, type ListViewInfo } from "../screens/listViews.ts";
import { ok, type Call, type Handler } from "./answer.ts";
import { fieldAt, labelAt } from "./paths.ts";
import { objectOf } from "./sobjects.ts";

export const listListViews: Handler = (call, [name = ""]) => {
  const object = objectOf(call, name);
  const views = viewsOf(call, object);
  return ok({
    done: true,
    listviews: views.map((view) => summary(call, view)),
    nextRecordsUrl: null,
    size: views.length,
    sobjectType: object.name,
  });
};

export const oneListView: Handler = (call, params) => ok(summary(call, viewOf(call, params)));

export const describeListView: Handler = (call, params) => {
  const view = viewOf(call, params);
  const { query, where, scope, scopeEntityId } = queryOf(call, view);
  return ok({
    columns: columns(call, view),
    id: view.id,
    orderBy: order(call, view.object).map((field) => ({
      fieldNameOrPath: field,
      nullsPosition: "first",
      sortDirection: "ascending",
    })),
    query,
    relatedEntityId: null,
    scope,
    scopeEntityId,
    sobjectType: view.object.name,
    whereCondition: where ?? { conditions: [], conjunction: "and" },
  });
};

export const listViewResults: Handler = (call, params) => {
  const view = viewOf(call, params);
  const limit = within(call, "limit", 25, 1, 2000);
  const offset = within(call, "offset", 0, 0, 2000);
  const { query } = queryOf(call, view);
  const shown = columns(call, view);
  const { records } = call.org.query(
    call.caller,
    `${query} LIMIT ${limit + 1}${offset === 0 ? "" : ` OFFSET ${offset}`}`,
    { batchSize: 2000 },
  );
  return ok({
    columns: shown,
    developerName: view.name,
    done: records.length <= limit,
    id: view.id,
    label: view.label,
    records: records.slice(0, limit).map((record) => ({
      columns: shown.map(({ fieldNameOrPath, type }) => ({
        fieldNameOrPath,
        value: written(valueAt(record, fieldNameOrPath.split(".")), type),
      })),
    })),
    size: Math.min(records.length, limit),
  });
};

const viewsOf = (call: Call, object: ObjectDef): ListViewInfo[] => listViews(call.org, [object]);

/** By its id or its name. */
function viewOf(call: Call, [name = "", wanted = ""]: string[]): ListViewInfo {
  const object = objectOf(call, name);
  const id = normalizeId(wanted);
  const found = viewsOf(call, object).find((view) => view.id === id || view.name === wanted);
  if (found === undefined || !hasListViews(object)) throw notFound();
  return found;
}

function summary({ version }: Call, { object, id, name, label }: ListViewInfo) {
  const url = `/services/data/v${version}/sobjects/${object.name}/listviews/${id}`;
  return {
    describeUrl: `${url}/describe`,
    developerName: name,
    id,
    label,
    resultsUrl: `${url}/results`,
    soqlCompatible: true,
    url,
  };
}

const hidden = ["Id", "CreatedDate", "LastModifiedDate", "SystemModstamp"];

/** The columns that the caller may read, and behind them those that every view asks for unseen. */
function columns(call: Call, { object, element }: ListViewInfo) {
  const [first] = order(call, object);
  const named =
    element === undefined ? columnsOf(object) : all(element, "columns").map(({ text }) => text.trim());
  const shown = named.flatMap((column) => {
    const path = pathOfColumn(object, column);
    const field = fieldAt(call, object, path);
    return field === undefined ? [] : [columnOf(object, path, field, path.join(".") === first)];
  });
  const unseen = hidden.filter((name) => !shown.some((column) => column.fieldNameOrPath === name));
  return [
    ...shown,
    ...unseen.flatMap((name) => {
      const field = fieldAt(call, object, [name]);
      return field === undefined
        ? []
        : [
            {
              ...columnOf(object, [name], field, false),
              ascendingLabel: null,
              descendingLabel: null,
              hidden: true,
              sortable: false,
            },
          ];
    }),
  ];
}

function columnOf(object: ObjectDef, path: string[], field: FieldDef, sorted: boolean) {
  const [ascendingLabel, descendingLabel] = directions(field);
  const name = path.join(".");
  return {
    ascendingLabel: ascendingLabel as string | null,
    descendingLabel: descendingLabel as string | null,
    fieldNameOrPath: name,
    hidden: false,
    label: labelAt(object, path, field),
    searchable: field.filterable && path.length === 1,
    selectListItem: field.type === "picklist" && path.length === 1 ? `toLabel(${name})` : name,
    sortDirection: sorted ? "ascending" : null,
    sortIndex: sorted ? 0 : null,
    sortable: field.sortable,
    type: field.type,
  };
}

/** What a click on a sorted column would do, so ascending ones offer the way down. */
function directions({ type }: FieldDef): [string, string] {
  if (type === "picklist") return ["Low to High", "High to Low"];
  if (type === "date" || type === "datetime") return ["New to Old", "Old to New"];
  if (["phone", "int", "double", "currency", "percent"].includes(type)) return ["9-0", "0-9"];
  return ["Z-A", "A-Z"];
}

const order = (call: Call, object: ObjectDef): string[] =>
  [...new Set([object.nameField, "Id"])].filter(
    (name) => fieldAt(call, object, [name])?.sortable === true || name === "Id",
  );

/** The scopes of SOQL, by the words of the metadata. A queue's view asks for the owner instead. */
const scopes: Record<string, string> = {
  Mine: "mine",
  Delegated: "delegated",
  MyTerritory: "my_territory",
  MyTeamTerritory: "my_team_territory",
  Team: "team",
};

interface ViewQuery {
  query: string;
  where: Where | undefined;
  scope: string | null;
  scopeEntityId: string | null;
}

function queryOf(call: Call, view: ListViewInfo): ViewQuery {
  const { object, element } = view;
  const readable = (field: FieldDef) =>
    call.org.access.field(call.caller.userId, object.name, field.name).read;
  const where = element && readFilters(object, element, readable);
  const scope = scopes[(element && textOf(element, "filterScope")) ?? ""];
  const queue = element && textOf(element, "queue");
  const owner = queue === undefined ? undefined : queueId(call, queue);
  const conditions = [
    ...(owner === undefined ? [] : [`OwnerId = ${quoted(owner ?? "")}`]),
    ...(where === undefined ? [] : [soqlOf(object, where)]),
  ];
  const selected = columns(call, view).map(({ selectListItem }) => selectListItem);
  return {
    query: [
      `SELECT ${selected.join(", ")} FROM ${object.name}`,
      ...(scope === undefined ? [] : [`USING SCOPE ${scope}`]),
      ...(conditions.length === 0 ? [] : [`WHERE ${conditions.join(" AND ")}`]),
      `ORDER BY ${order(call, object)
        .map((field) => `${field} ASC NULLS FIRST`)
        .join(", ")}`,
    ].join(" "),
    where,
    scope: scope ?? (owner === undefined ? null : "queue_owned"),
    scopeEntityId: owner ?? null,
  };
}

/** @returns null if the queue was deleted: then the view is empty */
function queueId({ org }: Call, name: string): string | null {
  for (const row of org.rows("Group")) if (row.Type === "Queue" && row.DeveloperName === name) return row.Id;
  return null;
}

function within({ query }: Call, name: string, otherwise: number, least: number, most: number): number {
  const raw = query.get(name);
  if (raw === null) return otherwise;
  const value = Number(raw);
  if (!Number.isInteger(value) || value < least || value > most)
    throw new ApiError(400, "INVALID_FIELD", `The ${name} must be a number from ${least} to ${most}: ${raw}`);
  return value;
}

function valueAt(record: Record<string, unknown>, path: string[]): unknown {
  let value: unknown = record;
  for (const step of path) value = (value as Record<string, unknown> | null | undefined)?.[step];
  return value ?? null;
}

/** Every value is a text here, and an instant is one as Java writes it: `Fri Aug 01 21:15:46 GMT 2014`. */
function written(value: unknown, type: FieldDef["type"]): string | null {
  if (value === null) return null;
  if (type !== "datetime") return typeof value === "object" ? JSON.stringify(value) : String(value);
  const [day, date, month, year, time] = new Date(String(value)).toUTCString().replace(",", "").split(" ");
  return `${day} ${month} ${date} ${time} GMT ${year}`;
}
