import { createHash } from "node:crypto";
import type { DmlOperation, ObjectDef } from "@compromiso/local-org";
import type { Context } from "../context.ts";
import { notFound, RecordSaveError, UiApiError } from "./errors.ts";
import { addPath, emptyTree, noSuchColumn, objectOf, pathIn, selectList, type FieldTree } from "./fields.ts";
import { displayValue, isoInstant, typedValue } from "./format.ts";
import { layoutFields } from "./layouts.ts";

export interface FieldValue {
  displayValue: string | null;
  value: unknown;
}
export interface RecordRepresentation {
  apiName: string;
  childRelationships: Record<string, never>;
  eTag: string;
  fields: Record<string, FieldValue>;
  id: string;
  lastModifiedById: string | null;
  lastModifiedDate: string | null;
  recordTypeId: string | null;
  recordTypeInfo: unknown;
  systemModstamp: string | null;
  weakEtag: number;
}

export interface FieldRequest {
  fields?: string[];
  optionalFields?: string[];
  layoutTypes?: string[];
}

const SYSTEM = ["LastModifiedById", "LastModifiedDate", "SystemModstamp", "RecordTypeId"];
export const MASTER_RECORD_TYPE = "012000000000000AAA";

/** Checks the wanted fields of an object. An unknown or unreadable field is an error unless it is optional. */
export function requestedTree(context: Context, object: ObjectDef, request: FieldRequest): FieldTree {
  const tree = emptyTree();
  for (const name of request.fields ?? [])
    if (!addPath(context, object, tree, pathIn(object, name)))
      throw noSuchColumn(object, name.replace(/^\w+\./, ""));
  for (const name of request.optionalFields ?? []) addPath(context, object, tree, pathIn(object, name));
  if (request.layoutTypes?.length)
    for (const path of layoutFields(context, object, request.layoutTypes))
      addPath(context, object, tree, path);
  return tree;
}

function withSystem(context: Context, object: ObjectDef, tree: FieldTree): string[] {
  const all: FieldTree = { fields: new Map(tree.fields), parents: tree.parents };
  for (const name of SYSTEM) addPath(context, object, all, [name]);
  return selectList(all);
}

export function readRecords(
  context: Context,
  object: ObjectDef,
  tree: FieldTree,
  clause: string,
): RecordRepresentation[] {
  const soql = `SELECT ${withSystem(context, object, tree).join(", ")} FROM ${object.name} ${clause}`;
  const { records } = context.org.query(context.caller, soql, { batchSize: 2000 });
  return records.map((row) => represent(context, object, tree, row));
}

export function readRecord(context: Context, id: string, request: FieldRequest): RecordRepresentation {
  const object = objectById(context, id);
  objectOf(context, object.name);
  const tree = requestedTree(context, object, request);
  const [record] = readRecords(context, object, tree, `WHERE Id = '${id}' LIMIT 1`);
  if (!record) throw notFound();
  return record;
}

export function objectById({ org }: Context, id: string): ObjectDef {
  if (!/^[a-zA-Z0-9]{15}(?:[a-zA-Z0-9]{3})?$/.test(id))
    throw new UiApiError(400, "ILLEGAL_QUERY_PARAMETER_VALUE", `The record ID ${id} is malformed.`);
  const object = org.schema.objectByKeyPrefix(id.slice(0, 3));
  if (!object) throw notFound();
  return object;
}

/** Writes a queried row in the UI API's form. */
export function represent(
  context: Context,
  object: ObjectDef,
  tree: FieldTree,
  row: Record<string, unknown>,
): RecordRepresentation {
  const fields: Record<string, FieldValue> = {};
  for (const [name, field] of tree.fields)
    fields[name] = {
      displayValue: displayValue(context, object.name, field, row[name]),
      value: typedValue(field, row[name]),
    };
  for (const [name, { target, tree: inner }] of tree.parents) {
    const parent = row[name] as Record<string, unknown> | null | undefined;
    const actual = parent ? (targetOf(context, parent) ?? target) : target;
    fields[name] = {
      displayValue: parent ? textOrNull(parent[actual.nameField]) : null,
      value: parent ? represent(context, actual, inner, parent) : null,
    };
  }
  const id = String(row.Id);
  const modified = isoInstant(row.SystemModstamp);
  const recordType = typeof row.RecordTypeId === "string" ? row.RecordTypeId : null;
  const info = object.recordTypes.find((each) => each.id === recordType);
  return {
    apiName: object.name,
    childRelationships: {},
    eTag: createHash("md5").update(JSON.stringify(row)).digest("hex"),
    fields,
    id,
    lastModifiedById: textOrNull(row.LastModifiedById),
    lastModifiedDate: isoInstant(row.LastModifiedDate),
    recordTypeId: recordType ?? (object.recordTypes.length === 0 ? MASTER_RECORD_TYPE : null),
    recordTypeInfo: info
      ? {
          available: info.active,
          defaultRecordTypeMapping: false,
          master: false,
          name: info.label,
          recordTypeId: info.id,
        }
      : null,
    systemModstamp: modified,
    weakEtag: modified ? Date.parse(modified) : 0,
  };
}

function targetOf({ org }: Context, row: Record<string, unknown>): ObjectDef | undefined {
  const type = (row.attributes as { type?: string } | undefined)?.type;
  if (type && type !== "Name") return org.schema.object(type);
  return typeof row.Id === "string" ? org.schema.objectByKeyPrefix(row.Id.slice(0, 3)) : undefined;
}

const textOrNull = (value: unknown): string | null => (typeof value === "string" ? value : null);

/** Saves one record and answers with the written fields that the user may see. */
export function saveRecord(
  context: Context,
  input: { apiName?: string; id?: string; fields: Record<string, unknown> },
): RecordRepresentation {
  const object = objectOf(context, input.id ? objectById(context, input.id).name : (input.apiName ?? ""));
  const operation: DmlOperation = input.id
    ? { op: "update", object: object.name, id: input.id, fields: input.fields }
    : { op: "insert", object: object.name, fields: input.fields };
  const [result] = context.org.execute(context.caller, [operation]);
  if (!result?.success)
    throw new RecordSaveError(context, object.name, input.id ? "update" : "create", result?.errors ?? []);
  const written = Object.keys(input.fields).map((name) => `${object.name}.${name}`);
  return readRecord(context, result.id, { optionalFields: written, layoutTypes: ["Full"] });
}

export function deleteRecord(context: Context, id: string): void {
  const object = objectOf(context, objectById(context, id).name);
  const [result] = context.org.execute(context.caller, [{ op: "delete", object: object.name, id }]);
  if (result?.success) return;
  if (
    result?.errors.some(({ statusCode }) => statusCode === "ENTITY_IS_DELETED" || statusCode === "NOT_FOUND")
  )
    throw notFound();
  throw new RecordSaveError(context, object.name, "delete", result?.errors ?? []);
}

/** Checks `If-Unmodified-Since` (whole seconds, like all HTTP dates), so that a newer save of another user wins. */
export function assertUnmodified(context: Context, id: string, since: string | undefined): void {
  if (!since) return;
  const row = context.org.row(objectById(context, id).name, id);
  const modified = row?.LastModifiedDate;
  if (typeof modified === "number" && Math.floor(modified / 1000) > Math.floor(Date.parse(since) / 1000))
    throw new UiApiError(
      412,
      "CONFLICT",
      "The record has been modified since you last retrieved it. Refresh the record and try again.",
    );
}
