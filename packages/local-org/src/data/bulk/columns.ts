/** From the columns of a CSV to what a save takes. */
import { ApiError } from "../../org/errors.ts";
import type { LocalOrg } from "../../org/localOrg.ts";
import type { Caller, FieldDef, ObjectDef } from "../../org/types.ts";

export interface Column {
  /** Undefined: the record's id. */
  field: FieldDef | undefined;
  /** Set when the column finds a parent by a key of the parent's. */
  parentKey?: string;
}

/** The job fails as a whole with these words. */
export const invalidBatch = (words: string): ApiError => new ApiError(400, "InvalidBatch", words);

/** `Subject`, `Account.Number__c`, and `Group:Owner.Name` where a lookup may lead to several objects. */
export function columnOf(org: LocalOrg, caller: Caller, def: ObjectDef, header: string): Column {
  const may = (object: ObjectDef, field: string): FieldDef | undefined => {
    const known = object.fields.get(field);
    return known && org.access.field(caller.userId, object.name, known.name).read ? known : undefined;
  };
  const unknown = () => invalidBatch(`Field name not found : ${header}`);
  if (header.toLowerCase() === "id") return { field: undefined };
  const [, type, relationship, key] = /^(?:(\w+):)?(\w+)\.(\w+)$/.exec(header) ?? [];
  if (relationship === undefined || key === undefined) {
    const field = may(def, header);
    if (field === undefined) throw unknown();
    return { field };
  }
  const field = [...def.fields.values()].find(
    (one) => one.relationshipName?.toLowerCase() === relationship.toLowerCase(),
  );
  if (field === undefined || may(def, field.name) === undefined) throw unknown();
  const targets = field.referenceTo ?? [];
  if (type !== undefined && targets.length === 1)
    throw invalidBatch(
      `type is not needed for non polymorphic foreign key references: ${field.relationshipName}`,
    );
  const target = org.schema.object(type ?? targets[0] ?? "");
  if (target === undefined || may(target, key) === undefined) throw unknown();
  return { field, parentKey: target.fields.get(key)!.name };
}

const yes = new Set(["yes", "y", "true", "on", "1"]);
const no = new Set(["no", "n", "false", "off", "0"]);

/** An empty cell says nothing of its field; `#N/A` empties it. */
export function fieldsOf(columns: Column[], cells: string[]): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  columns.forEach(({ field, parentKey }, at) => {
    const cell = cells[at] ?? "";
    if (field === undefined || cell === "") return;
    if (parentKey !== undefined) {
      if (cell === "#N/A") fields[field.name] = null;
      else fields[field.relationshipName!] = { [parentKey]: cell };
    } else fields[field.name] = cell === "#N/A" ? null : valueOf(field, cell);
  });
  return fields;
}

function valueOf(field: FieldDef, cell: string): unknown {
  if (field.type !== "boolean") return cell;
  const word = cell.trim().toLowerCase();
  return yes.has(word) ? true : no.has(word) ? false : cell;
}
