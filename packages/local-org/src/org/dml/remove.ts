/** Deletes records with their children into the recycle bin, restores them, and merges them. */
import { rowError } from "../errors.ts";
import { checkUnique, readId } from "./fields.ts";
import { checkRemoval } from "./files.ts";
import { liveRow, update } from "./save.ts";
import type { Work } from "./kernel.ts";
import type { Id, ObjectDef, Row } from "../types.ts";

export function remove(work: Work, object: ObjectDef, rawId: unknown): Id {
  const id = readId(object, rawId);
  const row = liveRow(work, object, id, "delete");
  checkRemoval(work, object.name, row);
  drop(work, object, row);
  return id;
}

function drop(work: Work, object: ObjectDef, row: Row): void {
  const { kernel } = work;
  for (const { object: child, field } of kernel.schema.childrenOf(object.name)) {
    if (
      field.deleteConstraint !== "Cascade" &&
      field.deleteConstraint !== "Restrict" &&
      field.deleteConstraint !== "SetNull"
    )
      continue;
    if (!field.createable && !field.updateable && child.historyOf === undefined) continue;
    const rows = [...kernel.table(child.name).where(field.name, row.Id)].filter((r) => r.IsDeleted !== true);
    if (rows.length === 0) continue;
    if (field.deleteConstraint === "Restrict")
      throw rowError(
        "DELETE_FAILED",
        `Your attempt to delete ${String(row[object.nameField] ?? row.Id)} could not be completed because it is associated with the following ${child.labelPlural.toLowerCase()}.: ${rows
          .slice(0, 5)
          .map((r) => String(r[child.nameField] ?? r.Id))
          .join(", ")}\n`,
      );
    for (const other of rows) {
      if (field.deleteConstraint === "Cascade") drop(work, child, other);
      else work.put(child, other, { ...other, [field.name]: null, SystemModstamp: work.at }, "UPDATE");
    }
  }
  if (!object.fields.has("IsDeleted")) {
    // records of the set-up have no recycle bin
    work.erase(object, row);
    return;
  }
  const gone: Row = { ...row, IsDeleted: true };
  if ("SystemModstamp" in gone) gone.SystemModstamp = work.at;
  if ("LastModifiedDate" in gone) {
    gone.LastModifiedDate = work.at;
    gone.LastModifiedById = work.caller.userId;
  }
  work.put(object, row, gone, "DELETE");
}

export function undelete(work: Work, object: ObjectDef, rawId: unknown): Id {
  const id = readId(object, rawId);
  const { kernel, caller } = work;
  const row = kernel.table(object.name).get(id);
  if (row === undefined) throw rowError("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id");
  if (row.IsDeleted !== true) throw rowError("UNDELETE_FAILED", "Entity is not in the recycle bin");
  if (!caller.system && !kernel.access.object(caller.userId, object.name).delete)
    throw rowError("INSUFFICIENT_ACCESS_OR_READONLY", "insufficient access rights on object id");
  const back: Row = {
    ...row,
    IsDeleted: false,
    SystemModstamp: work.at,
    LastModifiedDate: work.at,
    LastModifiedById: caller.userId,
  };
  checkUnique(work, object, back, object.fields.values());
  work.put(object, row, back, "UNDELETE");
  // the children that were deleted with the record come back with it
  for (const { object: child, field } of kernel.schema.childrenOf(object.name)) {
    if (field.deleteConstraint !== "Cascade" || !child.fields.has("IsDeleted")) continue;
    for (const other of [...kernel.table(child.name).where(field.name, id)])
      if (other.IsDeleted === true && other.SystemModstamp === row.SystemModstamp)
        work.put(
          child,
          other,
          {
            ...other,
            IsDeleted: false,
            ...(child.fields.has("SystemModstamp") ? { SystemModstamp: work.at } : {}),
          },
          "UNDELETE",
        );
  }
  return id;
}

/** Moves the children of the losers to the master, and the losers to the recycle bin. */
export function merge(work: Work, object: ObjectDef, masterId: unknown, loserIds: unknown[]): Id {
  const id = readId(object, masterId);
  if (!["Case", "Account", "Contact", "Lead"].includes(object.name))
    throw rowError("INVALID_OPERATION", `${object.name} cannot be merged`);
  if (loserIds.length === 0 || loserIds.length > 2)
    throw rowError("INVALID_ARGUMENT_TYPE", "A merge takes one or two records besides the master");
  const losers = loserIds.map((loser) => liveRow(work, object, readId(object, loser), "delete"));
  liveRow(work, object, id, "edit");
  for (const loser of losers) {
    for (const { object: child, field } of work.kernel.schema.childrenOf(object.name)) {
      if (child.historyOf !== undefined) continue;
      for (const other of [...work.kernel.table(child.name).where(field.name, loser.Id)])
        if (other.IsDeleted !== true)
          work.put(child, other, { ...other, [field.name]: id, SystemModstamp: work.at }, "UPDATE");
    }
    drop(work, object, work.kernel.table(object.name).get(loser.Id)!);
    const gone = work.kernel.table(object.name).get(loser.Id)!;
    if (object.fields.has("MasterRecordId"))
      work.kernel.table(object.name).put({ ...gone, MasterRecordId: id });
  }
  return update(work, object, id, {});
}
