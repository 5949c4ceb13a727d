/** Records one at a time, their objects, and what changed in a span of time. */
import { ApiError, notFound } from "../org/errors.ts";
import { normalizeId } from "../org/ids.ts";
import { parseInstant, writeInstant } from "../org/values.ts";
import {
  created,
  failed,
  noContent,
  objectBody,
  ok,
  type Answer,
  type Call,
  type Handler,
} from "./answer.ts";
import { describe, summary } from "./describe.ts";
import type { DmlOperation, DmlResult, FieldDef, ObjectDef } from "../org/types.ts";

/** @throws ApiError NOT_FOUND when it does not exist or may not be seen */
export function objectOf({ org, caller }: Pick<Call, "org" | "caller">, name: string): ObjectDef {
  const def = org.schema.object(name);
  if (def === undefined || !org.access.object(caller.userId, def.name).read) throw notFound();
  return def;
}

const one = ({ org, caller }: Call, operation: DmlOperation): DmlResult =>
  org.execute(caller, [operation])[0]!;

export const listObjects: Handler = ({ org, caller, version }) =>
  ok({
    encoding: "UTF-8",
    maxBatchSize: 200,
    sobjects: org.schema
      .objects()
      .filter((def) => !def.tooling && org.access.object(caller.userId, def.name).read)
      .map((def) => summary(org, caller, def, version)),
  });

export const objectInfo: Handler = (call, [name = ""]) => {
  const def = objectOf(call, name);
  return ok({ objectDescribe: summary(call.org, call.caller, def, call.version), recentItems: [] });
};

export const describeObject: Handler = (call, [name = ""]) =>
  ok(describe(call.org, call.caller, objectOf(call, name), call.version));

export const createRecord: Handler = (call, [name = ""]) => {
  const def = objectOf(call, name);
  const result = one(call, { op: "insert", object: def.name, fields: objectBody(call.body) });
  return result.success ? created({ id: result.id, success: true, errors: [] }) : failed(result.errors);
};

export const readRecord: Handler = (call, [name = "", id = ""]) => {
  const def = objectOf(call, name);
  const key = recordId(def, id);
  const wanted = call.query
    .get("fields")
    ?.split(",")
    .map((field) => field.trim());
  for (const field of wanted ?? [])
    if (!field.includes(".") && !call.org.access.field(call.caller.userId, def.name, field).read)
      throw new ApiError(400, "INVALID_FIELD", `No such column '${field}' on sobject of type ${def.name}`);
  if (wanted?.some((field) => field.includes("."))) {
    const { records } = call.org.query(
      call.caller,
      `SELECT ${wanted.join(",")} FROM ${def.name} WHERE Id = '${key}'`,
    );
    if (records[0] === undefined) throw notFound();
    return ok(records[0]);
  }
  const record = call.org.read(call.caller, def.name, key, wanted);
  if (record === undefined) {
    if (call.org.row(def.name, key)?.IsDeleted === true)
      throw new ApiError(404, "ENTITY_IS_DELETED", "entity is deleted");
    throw notFound();
  }
  if (wanted !== undefined && record.Id === undefined) record.Id = key;
  return ok(record);
};

function recordId(def: ObjectDef, raw: string): string {
  const id = normalizeId(raw);
  if (id === undefined)
    throw notFound(`Provided external ID field does not exist or is not accessible: ${raw}`);
  if (id.slice(0, 3) !== def.keyPrefix) throw notFound();
  return id;
}

export const updateRecord: Handler = (call, [name = "", id = ""]) => {
  const def = objectOf(call, name);
  const body = objectBody(call.body);
  if ("Id" in body || "id" in body)
    throw new ApiError(400, "INVALID_FIELD", "The Id field should not be specified in the sobject data.");
  return single(one(call, { op: "update", object: def.name, id: recordId(def, id), fields: body }));
};

export const deleteRecord: Handler = (call, [name = "", id = ""]) => {
  const def = objectOf(call, name);
  return single(one(call, { op: "delete", object: def.name, id: recordId(def, id) }));
};

function single(result: DmlResult): Answer {
  if (result.success) return noContent;
  if (result.errors[0]?.statusCode === "INVALID_CROSS_REFERENCE_KEY" && result.errors[0].fields.length === 0)
    throw notFound();
  return failed(result.errors);
}

function byKey(call: Call, [name = "", field = "", value = ""]: string[]) {
  const def = objectOf(call, name);
  const key = def.fields.get(field);
  if (
    key === undefined ||
    (!key.externalId && key.type !== "id" && !key.unique && key.name !== def.nameField)
  )
    throw notFound("Provided external ID field does not exist or is not accessible: " + field);
  return { def, key, value: decodeURIComponent(value) };
}

export const readByKey: Handler = (call, params) => {
  const [name = "", id = "", relationship = ""] = params;
  const def = objectOf(call, name);
  if (normalizeId(id) !== undefined && !def.fields.has(id)) return readRelated(call, def, id, relationship);
  const { key, value } = byKey(call, params);
  const quoted = ["int", "double"].includes(key.type) ? value : `'${value.replace(/['\\]/g, "\\$&")}'`;
  const { records } = call.org.query(call.caller, `SELECT Id FROM ${def.name} WHERE ${key.name} = ${quoted}`);
  if (records.length > 1)
    return { status: 300, body: records.map((r) => (r.attributes as { url: string }).url) };
  if (records[0] === undefined) throw notFound();
  return readRecord(call, [name, String(records[0].Id)]);
};

/** The bytes of a field, such as `/sobjects/ContentVersion/068…/VersionData`. */
function readBytes(call: Call, def: ObjectDef, id: string, field: FieldDef): Answer {
  if (call.org.read(call.caller, def.name, id, [field.name]) === undefined) throw notFound();
  const content = call.org.row(def.name, id)?.[field.name];
  return { status: 200, bytes: Buffer.from(typeof content === "string" ? content : "", "base64") };
}

/** `/sobjects/Case/500…/Account` and `/sobjects/Case/500…/CaseComments`. */
function readRelated(call: Call, def: ObjectDef, id: string, relationship: string): Answer {
  const bytes = def.fields.get(relationship);
  if (bytes?.type === "base64") return readBytes(call, def, id, bytes);
  const up = [...def.fields.values()].find(
    (f) => f.relationshipName?.toLowerCase() === relationship.toLowerCase(),
  );
  if (up !== undefined) {
    const target = call.org.read(call.caller, def.name, id, [up.name])?.[up.name];
    const parent =
      typeof target === "string" ? call.org.schema.objectByKeyPrefix(target.slice(0, 3)) : undefined;
    if (parent === undefined) throw notFound("The requested resource does not exist");
    return readRecord(call, [parent.name, String(target)]);
  }
  for (const child of call.org.schema.objects())
    for (const field of child.fields.values())
      if (
        field.childRelationshipName?.toLowerCase() === relationship.replace(/__r$/i, "").toLowerCase() &&
        field.referenceTo?.includes(def.name)
      ) {
        const fields =
          call.query.get("fields") ??
          `Id${child.fields.has(child.nameField) && child.nameField !== "Id" ? `, ${child.nameField}` : ""}`;
        return ok(
          call.org.query(
            call.caller,
            `SELECT ${fields} FROM ${child.name} WHERE ${field.name} = '${normalizeId(id)}'`,
          ),
        );
      }
  throw notFound();
}

export const upsertRecord: Handler = (call, params) => {
  const { def, key, value } = byKey(call, params);
  const fields = objectBody(call.body);
  const result = one(call, {
    op: "upsert",
    object: def.name,
    externalIdField: key.name,
    externalId: value,
    fields,
  });
  if (!result.success) return failed(result.errors);
  const body = { id: result.id, success: true, errors: [], created: result.created };
  return result.created ? created(body) : ok(body);
};

export const deleteByKey: Handler = (call, params) => {
  const answer = readByKey(call, params);
  if (answer.status !== 200) return answer;
  return deleteRecord(call, [params[0]!, String((answer.body as { Id: string }).Id)]);
};

function between(call: Call): [start: number, end: number] {
  const [start, end] = ["start", "end"].map((name) =>
    parseInstant(call.query.get(name)?.replace(" ", "+") ?? ""),
  );
  if (start === undefined || end === undefined)
    throw new ApiError(400, "INVALID_FIELD", "start and end are needed, as ISO 8601 date and time");
  if (end <= start) throw new ApiError(400, "INVALID_REPLICATION_DATE", "startDate has to be before endDate");
  if (start < call.org.now() - 30 * 864e5)
    throw new ApiError(400, "INVALID_REPLICATION_DATE", "startDate before org replication enabled date");
  return [start, end];
}

const replicable = (call: Call, name: string): ObjectDef => {
  const def = objectOf(call, name);
  if (!def.fields.has("SystemModstamp"))
    throw new ApiError(400, "INVALID_TYPE", `sObject ${def.name} is not replicable`);
  return def;
};

export const updatedRecords: Handler = (call, [name = ""]) => {
  const def = replicable(call, name);
  const [start, end] = between(call);
  const ids: string[] = [];
  for (const row of call.org.rows(def.name))
    if (row.IsDeleted !== true && Number(row.SystemModstamp) >= start && Number(row.SystemModstamp) < end)
      ids.push(row.Id);
  return ok({ ids, latestDateCovered: writeInstant(end) });
};

export const deletedRecords: Handler = (call, [name = ""]) => {
  const def = replicable(call, name);
  const [start, end] = between(call);
  const deleted: { id: string; deletedDate: string }[] = [];
  let earliest = call.org.now();
  for (const row of call.org.rows(def.name)) {
    if (row.IsDeleted !== true) continue;
    const at = Number(row.SystemModstamp);
    earliest = Math.min(earliest, at);
    if (at >= start && at < end) deleted.push({ id: row.Id, deletedDate: writeInstant(at) });
  }
  return ok({
    deletedRecords: deleted,
    earliestDateAvailable: writeInstant(earliest),
    latestDateCovered: writeInstant(end),
  });
};
