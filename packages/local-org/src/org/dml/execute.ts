import { ApiError, RowError, rowError } from "../errors.ts";
import { readValue } from "../values.ts";
import { Work, type Kernel } from "./kernel.ts";
import { merge, remove, undelete } from "./remove.ts";
import { insert, update } from "./save.ts";
import type { Caller, DmlOperation, DmlResult, Id, ObjectDef } from "../types.ts";

/** Runs operations as one transaction. Without allOrNone, a bad row does not stop the others. */
export function run(
  kernel: Kernel,
  caller: Caller,
  operations: DmlOperation[],
  allOrNone: boolean,
): { results: DmlResult[]; work: Work } {
  const work = new Work(kernel, caller);
  const results = operations.map((operation) => attempt(work, operation));
  if (allOrNone && results.some((result) => !result.success)) {
    work.rollback(0);
    return {
      work,
      results: results.map((result) =>
        result.success
          ? {
              id: null,
              success: false,
              errors: [
                {
                  statusCode: "ALL_OR_NONE_OPERATION_ROLLED_BACK",
                  message:
                    "Record rolled back because not all records were valid and the request was using AllOrNone header",
                  fields: [],
                },
              ],
            }
          : result,
      ),
    };
  }
  return { results, work };
}

function attempt(work: Work, operation: DmlOperation): DmlResult {
  const mark = work.mark();
  try {
    return { ...perform(work, operation), success: true };
  } catch (error) {
    work.rollback(mark);
    const id = "id" in operation ? operation.id : null;
    if (error instanceof RowError) return { id, success: false, errors: error.errors };
    if (error instanceof ApiError)
      return {
        id,
        success: false,
        errors: [{ statusCode: error.errorCode, message: error.message, fields: error.fields ?? [] }],
      };
    throw error;
  }
}

function perform(work: Work, operation: DmlOperation): { id: Id; created: boolean } {
  const object = work.kernel.schema.object(operation.object);
  if (object === undefined)
    throw rowError("INVALID_TYPE", `sObject type '${operation.object}' is not supported.`);
  switch (operation.op) {
    case "insert":
      return { id: insert(work, object, operation.fields), created: true };
    case "update":
      return { id: update(work, object, operation.id, operation.fields), created: false };
    case "upsert":
      return upsert(work, object, operation);
    case "delete":
      return { id: remove(work, object, operation.id), created: false };
    case "undelete":
      return { id: undelete(work, object, operation.id), created: false };
    case "merge":
      return { id: merge(work, object, operation.masterId, operation.loserIds), created: false };
  }
}

function upsert(
  work: Work,
  object: ObjectDef,
  { externalIdField, externalId, fields }: Extract<DmlOperation, { op: "upsert" }>,
): { id: Id; created: boolean } {
  const key = object.fields.get(externalIdField);
  if (key === undefined)
    throw rowError("INVALID_FIELD", `No such column '${externalIdField}' on sobject of type ${object.name}`);
  if (key.type === "id") {
    if (externalId === null || externalId === undefined || externalId === "")
      return { id: insert(work, object, fields), created: true };
    return { id: update(work, object, externalId, fields), created: false };
  }
  if (!key.externalId && key.name !== object.nameField)
    throw rowError(
      "INVALID_FIELD",
      `Field name provided, ${key.name} is not an External ID or indexed field for ${object.name}`,
    );
  if (externalId === null || externalId === undefined || externalId === "")
    throw rowError("MISSING_ARGUMENT", `${key.name} not specified`, [key.name]);
  const found = [...work.kernel.table(object.name).where(key.name, readValue(key, externalId))].filter(
    (row) => row.IsDeleted !== true,
  );
  if (found.length > 1)
    throw rowError(
      "DUPLICATE_VALUE",
      `duplicate value found: ${key.name} duplicates value on record with id: ${found[0]!.Id}`,
    );
  const [row] = found;
  if (row !== undefined) {
    const { [key.name]: _same, ...rest } = fields;
    return { id: update(work, object, row.Id, rest), created: false };
  }
  return { id: insert(work, object, { ...fields, [key.name]: externalId }), created: true };
}
