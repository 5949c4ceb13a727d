/** Saves a row in Salesforce's order: read, default, behave, check, run validation rules, write, keep history. */
import { rowError, RowError } from "../errors.ts";
import { evaluateDefault, violates, type FormulaContext } from "../formulas.ts";
import { parentRow } from "../related.ts";
import { behave } from "./behaviour.ts";
import { checkRequired, checkUnique, checkValues, readFields, readId } from "./fields.ts";
import { publish, retitle } from "./files.ts";
import { addRow, blank, stampNew } from "./fresh.ts";
import { writeHistory } from "./history.ts";
import type { Work } from "./kernel.ts";
import type { DmlError, FieldDef, Id, ObjectDef, Row } from "../types.ts";

export function formulaContext(work: Work, object: ObjectDef, row: Row, before?: Row | null): FormulaContext {
  const { kernel, caller } = work;
  const user = () => {
    const def = kernel.schema.object("User");
    const own = kernel.table("User").get(caller.userId);
    return def && own ? { object: def, row: own } : undefined;
  };
  return {
    object,
    row,
    ...(before === undefined ? {} : { before }),
    userId: caller.userId,
    now: kernel.now(),
    parent: (of, at, relationship) => parentRow(kernel, of, at, relationship),
    permission: (name) => kernel.access.customPermission(caller.userId, name),
    user,
    profileName: () => String(kernel.table("Profile").get(String(user()?.row.ProfileId))?.Name ?? ""),
  };
}

export function insert(work: Work, object: ObjectDef, sent: Record<string, unknown>): Id {
  const { kernel, caller } = work;
  if (!caller.system && (!object.createable || !kernel.access.object(caller.userId, object.name).create))
    throw rowError("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", `entity type cannot be inserted: ${object.label}`);
  const values = readFields(work, object, sent, "insert");
  const row = blank(object);
  for (const [field, value] of values) row[field.name] = value;
  setDefaults(work, object, row, values);
  row.Id = kernel.nextId(object);
  stampNew(work, object, row, values);
  numberIt(work, object, row);
  finish(work, object, row, null, [...values.keys()]);
  work.put(object, null, row, "CREATE");
  commentOn(work, object, row, sent);
  followUps[object.name]?.(work, row, null);
  writeHistory(work, object, null, row);
  return row.Id;
}

export function update(work: Work, object: ObjectDef, rawId: unknown, sent: Record<string, unknown>): Id {
  const { caller } = work;
  const id = readId(object, rawId);
  const before = liveRow(work, object, id, "edit");
  const values = readFields(work, object, sent, "update");
  const row: Row = { ...before };
  const changed: FieldDef[] = [];
  for (const [field, value] of values)
    if ((before[field.name] ?? null) !== value) {
      row[field.name] = value;
      changed.push(field);
    }
  if (Object.hasOwn(row, "LastModifiedDate")) row.LastModifiedDate = work.at;
  if (Object.hasOwn(row, "LastModifiedById")) row.LastModifiedById = caller.userId;
  row.SystemModstamp = work.at;
  finish(work, object, row, before, changed);
  work.put(object, before, row, "UPDATE");
  commentOn(work, object, row, sent);
  followUps[object.name]?.(work, row, before);
  writeHistory(work, object, before, row);
  return id;
}

/** Finds a row that exists and that the caller may use in this way. @throws RowError as Salesforce answers */
export function liveRow(work: Work, object: ObjectDef, id: Id, wanted: "edit" | "delete"): Row {
  const { kernel, caller } = work;
  const row = kernel.table(object.name).get(id);
  if (row === undefined) throw rowError("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id");
  if (row.IsDeleted === true) throw rowError("ENTITY_IS_DELETED", "entity is deleted");
  if (!caller.system) {
    const may = kernel.access.object(caller.userId, object.name);
    if (!kernel.access.row(caller.userId, object, row, "read"))
      throw rowError("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id");
    const allowed = wanted === "edit" ? may.edit && object.updateable : may.delete && object.deletable;
    if (!allowed || !kernel.access.row(caller.userId, object, row, "edit"))
      throw rowError("INSUFFICIENT_ACCESS_OR_READONLY", "insufficient access rights on object id");
  }
  const locked = kernel.faults.lockedRows.get(id);
  if (locked !== undefined && locked > 0) {
    kernel.faults.lockedRows.set(id, locked - 1);
    throw rowError(
      "UNABLE_TO_LOCK_ROW",
      `unable to obtain exclusive access to this record or 1 records: ${id}`,
    );
  }
  return row;
}

function finish(work: Work, object: ObjectDef, row: Row, before: Row | null, changed: FieldDef[]): void {
  // check the sent values first, because the behaviours below need values of the right kind
  checkValues(work, object, row, changed);
  behave(work, object, row, before);
  // a custom object without a name gets its id as name, as through Salesforce's API
  if (object.custom && object.nameField === "Name") row.Name ??= row.Id;
  checkRequired(object, row);
  checkUnique(work, object, row, changed);
  if (object.validationRules.length > 0) validate(work, object, row, before);
}

function validate(work: Work, object: ObjectDef, row: Row, before: Row | null): void {
  const context = formulaContext(work, object, row, before);
  const errors: DmlError[] = [];
  for (const rule of object.validationRules)
    if (rule.active && violates(context, rule.formula))
      errors.push({
        statusCode: "FIELD_CUSTOM_VALIDATION_EXCEPTION",
        message: rule.message,
        fields: rule.field === undefined ? [] : [rule.field],
      });
  if (errors.length > 0) throw new RowError(errors);
}

function setDefaults(work: Work, object: ObjectDef, row: Row, given: Map<FieldDef, unknown>): void {
  for (const field of object.fields.values()) {
    if (given.has(field) || field.formula !== undefined) continue;
    const { defaultValue } = field;
    if (typeof defaultValue === "string" && defaultValue.startsWith("="))
      row[field.name] = evaluateDefault(
        formulaContext(work, object, row, null),
        field,
        defaultValue.slice(1),
      );
    else if (defaultValue !== undefined && defaultValue !== null) row[field.name] = defaultValue;
    else {
      const standard = field.picklist?.values.find((v) => v.default && v.active);
      if (standard !== undefined) row[field.name] = standard.value;
    }
  }
  if (object.fields.has("OwnerId") && (row.OwnerId ?? null) === null && object.name !== "Group")
    row.OwnerId = work.caller.userId;
}

function numberIt(work: Work, object: ObjectDef, row: Row): void {
  for (const field of object.fields.values())
    if (field.autoNumber !== undefined)
      row[field.name] = format(
        field.autoNumber.format,
        work.kernel.nextNumber(`${object.name}.${field.name}`),
        work.at,
      );
}

/** Writes an auto number: `C-{0000}`, also with `{YYYY}`, `{MM}` and `{DD}`. */
export function format(pattern: string, n: number, at: number): string {
  const date = new Date(at).toISOString();
  return pattern
    .replace("{YYYY}", date.slice(0, 4))
    .replace("{YY}", date.slice(2, 4))
    .replace("{MM}", date.slice(5, 7))
    .replace("{DD}", date.slice(8, 10))
    .replace(/\{(0+)\}/, (_m, zeros: string) => String(n).padStart(zeros.length, "0"));
}

/** Writes the `Comments` of a case as an internal comment. */
function commentOn(work: Work, object: ObjectDef, row: Row, sent: Record<string, unknown>): void {
  if (object.name !== "Case" || typeof sent.Comments !== "string" || sent.Comments === "") return;
  const comments = work.kernel.schema.object("CaseComment");
  if (comments !== undefined)
    insert(work, comments, { ParentId: row.Id, CommentBody: sent.Comments, IsPublished: false });
}

/** Makes the user's login record, because an admin freezes a user there. */
export const openLogin = (work: Work, userId: Id): void => void addRow(work, "UserLogin", { UserId: userId });

/** What the org adds to a save of its own accord, once the row is written. */
const followUps: Record<string, (work: Work, row: Row, before: Row | null) => void> = {
  ContentDocument: retitle,
  ContentVersion: publish,
  User: (work, row, before) => {
    if (before === null) openLogin(work, row.Id);
  },
};
