/** sObject Collections: up to 200 records a call, each with its own outcome. */
import { ApiError } from "../org/errors.ts";
import { normalizeId } from "../org/ids.ts";
import { objectBody, ok, rowResult, type Call, type Handler } from "./answer.ts";
import { objectOf } from "./sobjects.ts";
import type { DmlOperation } from "../org/types.ts";

const LIMIT = 200;

function recordsOf(call: Call): { records: Record<string, unknown>[]; allOrNone: boolean } {
  const { records, allOrNone } = objectBody(call.body);
  if (!Array.isArray(records)) throw new ApiError(400, "JSON_PARSER_ERROR", "The request has no records");
  if (records.length > LIMIT) throw tooMany(records.length);
  return { records: records as Record<string, unknown>[], allOrNone: allOrNone === true };
}
const tooMany = (n: number) =>
  new ApiError(
    400,
    "EXCEEDED_ID_LIMIT",
    `record limit reached. cannot submit more than ${LIMIT} records in this call, but ${n} were given`,
  );

function typeOf(record: Record<string, unknown>): string {
  const type = (record.attributes as { type?: unknown } | undefined)?.type;
  if (typeof type !== "string")
    throw new ApiError(400, "INVALID_TYPE", "Include attributes.type in every record");
  return type;
}

export const createMany: Handler = (call) => {
  const { records, allOrNone } = recordsOf(call);
  const operations = records.map((record): DmlOperation => ({
    op: "insert",
    object: typeOf(record),
    fields: record,
  }));
  return ok(call.org.execute(call.caller, operations, { allOrNone }).map((r) => rowResult(r)));
};

export const updateMany: Handler = (call) => {
  const { records, allOrNone } = recordsOf(call);
  const operations = records.map((record): DmlOperation => {
    const { Id, id, ...fields } = record;
    return { op: "update", object: typeOf(record), id: (Id ?? id) as string, fields };
  });
  return ok(call.org.execute(call.caller, operations, { allOrNone }).map((r) => rowResult(r)));
};

export const upsertMany: Handler = (call, [name = "", field = ""]) => {
  const def = objectOf(call, name);
  const { records, allOrNone } = recordsOf(call);
  const operations = records.map((record): DmlOperation => {
    const { [field]: externalId, ...fields } = record;
    return { op: "upsert", object: def.name, externalIdField: field, externalId, fields };
  });
  return ok(call.org.execute(call.caller, operations, { allOrNone }).map((r) => rowResult(r, true)));
};

export const deleteMany: Handler = (call) => {
  const ids = (call.query.get("ids") ?? "").split(",").filter((id) => id !== "");
  if (ids.length > LIMIT) throw tooMany(ids.length);
  const operations = ids.map((id): DmlOperation => {
    const def = call.org.schema.objectByKeyPrefix(id.slice(0, 3));
    if (def === undefined || normalizeId(id) === undefined)
      throw new ApiError(400, "MALFORMED_ID", `malformed id ${id}`);
    return { op: "delete", object: def.name, id };
  });
  const allOrNone = call.query.get("allOrNone") === "true";
  return ok(call.org.execute(call.caller, operations, { allOrNone }).map((r) => rowResult(r)));
};

export const readMany: Handler = (call, [name = ""]) => {
  const def = objectOf(call, name);
  const body = call.method === "POST" ? objectBody(call.body) : {};
  const ids = (body.ids as string[] | undefined) ?? (call.query.get("ids") ?? "").split(",");
  const fields = (body.fields as string[] | undefined) ?? (call.query.get("fields") ?? "Id").split(",");
  if (ids.length > 2000) throw tooMany(ids.length);
  for (const field of fields)
    if (!call.org.access.field(call.caller.userId, def.name, field).read)
      throw new ApiError(400, "INVALID_FIELD", `No such column '${field}' on sobject of type ${def.name}`);
  return ok(ids.map((id) => call.org.read(call.caller, def.name, id, fields) ?? null));
};
