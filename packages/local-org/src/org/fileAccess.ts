/** Who sees a file: its owner, those it is shared with, and everybody who sees a record that it is linked to. */
import type { Id, ObjectAccess, ObjectDef, Row } from "./types.ts";
import type { Table } from "./table.ts";

interface Rights {
  table(name: string): Table;
  objectByKeyPrefix(prefix: string): ObjectDef | undefined;
  object(userId: Id, name: string): ObjectAccess;
  row(userId: Id, def: ObjectDef, row: Row, wanted: "read" | "edit"): boolean;
  groups(userId: Id): Set<Id>;
  userPermission(userId: Id, name: string): boolean;
}

const files = new Set(["ContentDocument", "ContentVersion", "ContentDocumentLink"]);
export const isFile = (name: string): boolean => files.has(name);

/** Everybody may have files. Not even View All Data opens the files of others. */
export const fileObjectAccess: ObjectAccess = {
  read: true,
  create: true,
  edit: true,
  delete: true,
  viewAll: false,
  modifyAll: false,
};

export function fileRow(
  rights: Rights,
  userId: Id,
  def: ObjectDef,
  row: Row,
  wanted: "read" | "edit",
): boolean {
  if (def.name === "ContentDocument") return document(rights, userId, row, wanted);
  const of = rights.table("ContentDocument").get(String(row.ContentDocumentId));
  if (of === undefined) return row.OwnerId === userId;
  if (def.name === "ContentVersion" || wanted === "read") return document(rights, userId, of, wanted);
  return of.OwnerId === userId || linkedRecord(rights, userId, row, "edit");
}

function document(rights: Rights, userId: Id, row: Row, wanted: "read" | "edit"): boolean {
  if (row.OwnerId === userId) return true;
  const changesAll = wanted === "edit" && rights.userPermission(userId, "ModifyAllData");
  for (const link of rights.table("ContentDocumentLink").where("ContentDocumentId", row.Id)) {
    if (link.IsDeleted === true) continue;
    const entity = String(link.LinkedEntityId);
    const own = entity === userId || rights.groups(userId).has(entity);
    const edits = wanted === "read" || changesAll || link.ShareType === "C";
    if (own && edits) return true;
    if (
      !own &&
      linkedRecord(rights, userId, link, edits ? "read" : "edit") &&
      (edits || link.ShareType === "I")
    )
      return true;
  }
  return false;
}

function linkedRecord(rights: Rights, userId: Id, link: Row, wanted: "read" | "edit"): boolean {
  const id = String(link.LinkedEntityId);
  const def = rights.objectByKeyPrefix(id.slice(0, 3));
  // a user or a group as the target shares the file with those people alone
  if (def === undefined || def.setup === true) return false;
  const record = rights.table(def.name).get(id);
  return (
    record !== undefined &&
    record.IsDeleted !== true &&
    rights.object(userId, def.name)[wanted] &&
    rights.row(userId, def, record, wanted)
  );
}
