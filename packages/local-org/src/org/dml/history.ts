/** Writes field history as Salesforce does: one row per change, two for a lookup (names and ids), no content of long text. */
import { historyName, historyParent } from "../schema.ts";
import type { Work } from "./kernel.ts";
import type { FieldDef, ObjectDef, Row, Value } from "../types.ts";
import { writeInstant } from "../values.ts";

const dataTypes: Partial<Record<FieldDef["type"], string>> = {
  picklist: "DynamicEnum",
  multipicklist: "DynamicEnum",
  boolean: "Boolean",
  date: "DateOnly",
  datetime: "DateTime",
  int: "Double",
  double: "Double",
  currency: "Double",
  percent: "Double",
};

export function writeHistory(work: Work, object: ObjectDef, before: Row | null, after: Row): void {
  if (!object.enableHistory) return;
  const history = work.kernel.schema.object(historyName(object.name));
  if (history === undefined) return;
  const add = (field: string, dataType: string, oldValue: Value, newValue: Value): void => {
    const row: Row = {
      Id: work.kernel.nextId(history),
      [historyParent(object.name)]: after.Id,
      Field: field,
      DataType: dataType,
      OldValue: oldValue,
      NewValue: newValue,
      IsDeleted: false,
      CreatedDate: work.at,
      CreatedById: work.caller.userId,
    };
    work.put(history, null, row, "CREATE");
  };
  if (before === null) {
    add("created", "Text", null, null);
    return;
  }
  for (const field of object.fields.values()) {
    if (!field.trackHistory) continue;
    const was = before[field.name] ?? null;
    const is = after[field.name] ?? null;
    if (was === is) continue;
    const name =
      field.name === "OwnerId"
        ? "Owner"
        : field.name === "RecordTypeId"
          ? "RecordType"
          : !field.custom && field.type === "reference"
            ? field.name.replace(/Id$/, "")
            : field.name;
    if (field.type === "reference") {
      add(name, "Text", nameOf(work, was), nameOf(work, is));
      add(name, "EntityId", was, is);
    } else if (field.type === "textarea" && (field.length ?? 0) > 255)
      add(name, "StringPlusClob", null, null);
    else add(name, dataTypes[field.type] ?? "Text", shown(field, was), shown(field, is));
  }
}

const shown = (field: FieldDef, value: Value): Value =>
  value === null
    ? null
    : field.type === "datetime"
      ? writeInstant(Number(value))
      : typeof value === "string"
        ? value.slice(0, 255)
        : value;

function nameOf(work: Work, id: Value): Value {
  if (typeof id !== "string") return null;
  const def = work.kernel.schema.objectByKeyPrefix(id.slice(0, 3));
  if (def === undefined) return id;
  return work.kernel.table(def.name).get(id)?.[def.nameField] ?? id;
}
