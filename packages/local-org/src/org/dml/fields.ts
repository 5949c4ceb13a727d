/** Turns sent values into a row. It checks names, access, types, lengths, picklists, lookups, required and unique. */
import { RowError, rowError } from "../errors.ts";
import { normalizeId } from "../ids.ts";
import { readValue } from "../values.ts";
import type { Work } from "./kernel.ts";
import type { DmlError, FieldDef, ObjectDef, Row, Value } from "../types.ts";

/** A user with "Set Audit Fields upon Record Creation" may set these on insert. */
const auditFields = new Set(["CreatedDate", "CreatedById", "LastModifiedDate", "LastModifiedById"]);
const isAuditField = (object: ObjectDef, name: string): boolean =>
  auditFields.has(name) || (object.name === "Case" && name === "ClosedDate");

const label = (object: ObjectDef) => object.name;
const noSuchField = (object: ObjectDef, name: string) =>
  rowError("INVALID_FIELD", `No such column '${name}' on sobject of type ${label(object)}`);

/** Finds the field of each sent name, and turns lookups by external id (`Parent__r: {Ext__c: "x"}`) into ids. */
export function readFields(
  work: Work,
  object: ObjectDef,
  sent: Record<string, unknown>,
  kind: "insert" | "update",
): Map<FieldDef, Value> {
  const { kernel, caller } = work;
  const values = new Map<FieldDef, Value>();
  const forbidden: string[] = [];
  for (const [name, raw] of Object.entries(sent)) {
    if (name === "attributes" || raw === undefined) continue;
    if (name.toLowerCase() === "id") {
      if (kind === "insert" && raw !== null)
        throw rowError("INVALID_FIELD", "cannot specify Id in an insert call", ["Id"]);
      continue;
    }
    const field = object.fields.get(name) ?? byRelationship(object, name, raw);
    if (field === undefined) throw noSuchField(object, name);
    if (!caller.system) {
      const may = kernel.access.field(caller.userId, object.name, field.name);
      if (!may.read) throw noSuchField(object, name);
      const audit =
        kind === "insert" &&
        isAuditField(object, field.name) &&
        kernel.access.userPermission(caller.userId, "CreateAuditFields");
      const settable = kind === "insert" ? field.createable : field.updateable;
      if (!audit && (!settable || field.formula !== undefined || !may.edit)) {
        forbidden.push(field.name);
        continue;
      }
    } else if (field.formula !== undefined) continue;
    values.set(
      field,
      field.name === name || object.fields.has(name) ? readValue(field, raw) : byExternalId(work, field, raw),
    );
  }
  if (forbidden.length > 0)
    throw rowError(
      "INVALID_FIELD_FOR_INSERT_UPDATE",
      `Unable to create/update fields: ${forbidden.join(", ")}. Please check the security settings of this field and verify that it is read/write for your profile or permission set.`,
      forbidden,
    );
  return values;
}

function byRelationship(object: ObjectDef, name: string, raw: unknown): FieldDef | undefined {
  if (typeof raw !== "object" || raw === null) return undefined;
  for (const field of object.fields.values())
    if (field.relationshipName?.toLowerCase() === name.toLowerCase()) return field;
  return undefined;
}

function byExternalId(work: Work, field: FieldDef, raw: unknown): Value {
  const [entry] = Object.entries(raw as Record<string, unknown>).filter(([key]) => key !== "attributes");
  for (const target of field.referenceTo ?? []) {
    const def = work.kernel.schema.object(target);
    const key = entry && def?.fields.get(entry[0]);
    if (entry === undefined || def === undefined || key === undefined) continue;
    if (!key.externalId && key.type !== "id" && !key.unique) continue;
    const found = [...work.kernel.table(def.name).where(key.name, readValue(key, entry[1]))].filter(
      (row) => row.IsDeleted !== true,
    );
    if (found.length === 1) return found[0]!.Id;
    throw rowError(
      "INVALID_FIELD",
      `Foreign key external ID: ${String(entry[1])} not found for field ${key.name} in entity ${def.name}`,
    );
  }
  throw rowError(
    "INVALID_FIELD",
    `The relationship ${field.relationshipName ?? field.name} names no external id field`,
  );
}

/** Checks lengths, picklists and lookups before the save. */
export function checkValues(work: Work, object: ObjectDef, row: Row, fields: Iterable<FieldDef>): void {
  const errors: DmlError[] = [];
  for (const field of fields) {
    const value = row[field.name] ?? null;
    if (value === null) continue;
    try {
      checkValue(work, object, row, field, value);
    } catch (error) {
      if (!(error instanceof RowError)) throw error;
      errors.push(...error.errors);
    }
  }
  if (errors.length > 0) throw new RowError(errors);
}

const emailShape = /^[^\s@"(),:;<>[\]\\]+@[^\s@"(),:;<>[\]\\]+\.[^\s@.]{2,}$/u;

function checkValue(work: Work, object: ObjectDef, row: Row, field: FieldDef, value: Value): void {
  const text = typeof value === "string" ? value : undefined;
  if (
    text !== undefined &&
    field.length !== undefined &&
    (field.lengthInBytes === true ? Buffer.byteLength(text) : text.length) > field.length &&
    field.type !== "reference"
  )
    throw rowError(
      "STRING_TOO_LONG",
      `${field.label}: data value too large: ${text.length > 1000 ? `${text.slice(0, 1000)}…` : text} (max length=${field.length})`,
      [field.name],
    );
  if (field.type === "email" && text !== undefined && !emailShape.test(text))
    throw rowError("INVALID_EMAIL_ADDRESS", `${field.label}: invalid email address: ${text}`, [field.name]);
  if (field.type === "picklist" && text !== undefined) checkPicklist(object, row, field, text);
  if (field.type === "multipicklist" && text !== undefined)
    for (const one of text.split(";")) checkPicklist(object, row, field, one);
  if (field.type === "reference" && text !== undefined) checkLookup(work, object, field, text);
}

/** A restricted picklist also limits values per record type, even through the API. */
function checkPicklist(object: ObjectDef, row: Row, field: FieldDef, value: string): void {
  if (!field.picklist?.restricted) return;
  const known = field.picklist.values.some((v) => v.active && v.value.toLowerCase() === value.toLowerCase());
  const open = object.recordTypes.find((type) => type.id === row.RecordTypeId)?.picklists.get(field.name);
  if (!known || (open !== undefined && !open.has(value)))
    throw rowError(
      "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
      `${field.label}: bad value for restricted picklist field: ${value}`,
      [field.name],
    );
}

function checkLookup(work: Work, object: ObjectDef, field: FieldDef, id: string): void {
  const targets = field.referenceTo ?? [];
  const def = work.kernel.schema.objectByKeyPrefix(id.slice(0, 3));
  if (
    def === undefined ||
    (targets.length > 0 && !targets.some((t) => t.toLowerCase() === def.name.toLowerCase()))
  )
    throw rowError("FIELD_INTEGRITY_EXCEPTION", `${field.label}: id value of incorrect type: ${id}`, [
      field.name,
    ]);
  const target = work.kernel.table(def.name).get(id);
  const visible =
    target !== undefined &&
    (work.caller.system === true || work.kernel.access.row(work.caller.userId, def, target, "read"));
  if (target?.IsDeleted === true) throw rowError("ENTITY_IS_DELETED", "entity is deleted", [field.name]);
  if (!visible) throw rowError("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", [field.name]);
  if (field.name === "OwnerId" && !work.caller.system) checkOwner(work, object, def, target);
}

function checkOwner(work: Work, object: ObjectDef, def: ObjectDef, owner: Row): void {
  if (def.name === "User" && owner.IsActive === false)
    throw rowError(
      "INACTIVE_OWNER_OR_USER",
      `operation performed with inactive user [${owner.Id}] as owner of record`,
    );
  if (def.name !== "Group") return;
  const queues = [...work.kernel.table("QueueSobject").where("QueueId", owner.Id)];
  if (owner.Type !== "Queue" || !queues.some((queue) => queue.SobjectType === object.name))
    throw rowError("INVALID_OPERATION", "Queue not associated with this SObject type", ["OwnerId"]);
}

export function checkRequired(object: ObjectDef, row: Row): void {
  const missing: string[] = [];
  for (const field of object.fields.values())
    if (
      !field.nillable &&
      field.type !== "boolean" &&
      field.type !== "id" &&
      (row[field.name] ?? null) === null &&
      field.formula === undefined
    )
      missing.push(field.name);
  if (missing.length > 0)
    throw rowError("REQUIRED_FIELD_MISSING", `Required fields are missing: [${missing.join(", ")}]`, missing);
}

/** Refuses a value of a unique field if another live row has it. */
export function checkUnique(work: Work, object: ObjectDef, row: Row, changed: Iterable<FieldDef>): void {
  for (const field of changed) {
    const value = row[field.name] ?? null;
    if (!field.unique || value === null) continue;
    for (const other of work.kernel.table(object.name).where(field.name, value))
      if (other.Id !== row.Id && other.IsDeleted !== true) {
        if (object.name === "User")
          throw rowError(
            "DUPLICATE_USERNAME",
            "Duplicate Username.<br>The username already exists in this or another Salesforce organization. Usernames must be unique across all Salesforce organizations. To resolve, use a different username (it doesn't need to match the user's email address). ",
            [field.name],
          );
        throw rowError(
          "DUPLICATE_VALUE",
          `duplicate value found: ${field.name} duplicates value on record with id: ${other.Id.slice(0, 15)}`,
          [],
        );
      }
  }
}

/** Reads the id of an operation. @throws RowError as Salesforce answers */
export function readId(object: ObjectDef, raw: unknown): string {
  const id = normalizeId(raw);
  if (id === undefined)
    throw rowError("MALFORMED_ID", `${object.label} ID: id value of incorrect type: ${String(raw)}`, ["Id"]);
  if (id.slice(0, 3) !== object.keyPrefix)
    throw rowError("MALFORMED_ID", `${object.label} ID: id value of incorrect type: ${String(raw)}`, ["Id"]);
  return id;
}
