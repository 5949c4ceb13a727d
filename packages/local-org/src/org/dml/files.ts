/** What the org does by itself with files: the document of a first version, its links, and the latest version. */
import { createHash } from "node:crypto";
import { rowError } from "../errors.ts";
import { addRow } from "./fresh.ts";
import type { Work } from "./kernel.ts";
import type { Id, Row } from "../types.ts";

const fileTypes: Record<string, string> = {
  csv: "CSV",
  doc: "WORD",
  docx: "WORD_X",
  gif: "GIF",
  htm: "HTML",
  html: "HTML",
  jpeg: "JPG",
  jpg: "JPG",
  mp4: "MP4",
  pdf: "PDF",
  png: "PNG",
  ppt: "POWER_POINT",
  pptx: "POWER_POINT_X",
  svg: "SVG",
  txt: "TEXT",
  xls: "EXCEL",
  xlsx: "EXCEL_X",
  xml: "XML",
  zip: "ZIP",
};

/** Fills what Salesforce reads from the bytes and the name. */
export function readFile(work: Work, row: Row, before: Row | null): void {
  if (before !== null) return;
  const path = typeof row.PathOnClient === "string" ? row.PathOnClient : "";
  const name = path.split(/[\\/]/).at(-1)!;
  const dot = name.lastIndexOf(".");
  const extension = dot > 0 ? name.slice(dot + 1).toLowerCase() : "";
  row.Title ??= dot > 0 ? name.slice(0, dot) : name;
  row.FileExtension = extension === "" ? null : extension.slice(0, 40);
  row.FileType = fileTypes[extension] ?? "UNKNOWN";
  if (typeof row.VersionData === "string") {
    const bytes = Buffer.from(row.VersionData, "base64");
    row.ContentSize = bytes.length;
    row.Checksum = createHash("md5").update(bytes).digest("hex");
  }
  row.ContentModifiedDate ??= work.at;
  row.PublishStatus = "P";
  row.IsLatest = true;
  if (typeof row.ContentDocumentId !== "string") {
    row.VersionNumber = "1";
    return;
  }
  if (row.FirstPublishLocationId !== null)
    throw rowError(
      "FIELD_INTEGRITY_EXCEPTION",
      "First Publish Location ID: it can be set only on the first version of a document",
      ["FirstPublishLocationId"],
    );
  const document = work.kernel.table("ContentDocument").get(row.ContentDocumentId);
  if (!work.caller.system && document !== undefined) {
    const def = work.kernel.schema.object("ContentDocument")!;
    if (!work.kernel.access.row(work.caller.userId, def, document, "edit"))
      throw rowError("INSUFFICIENT_ACCESS_OR_READONLY", "insufficient access rights on object id");
  }
  row.VersionNumber = String(versionsOf(work, row.ContentDocumentId).length + 1);
}

const versionsOf = (work: Work, documentId: Id): Row[] =>
  [...work.kernel.table("ContentVersion").where("ContentDocumentId", documentId)].filter(
    (row) => row.IsDeleted !== true,
  );

/** After a version is saved: makes its document, or moves the document on to this version. */
export function publish(work: Work, version: Row, before: Row | null): void {
  if (before !== null) {
    if (version.IsLatest === true && version.Title !== before.Title)
      change(work, "ContentDocument", String(version.ContentDocumentId), { Title: version.Title! });
    return;
  }
  const shown = {
    Title: version.Title ?? null,
    FileType: version.FileType ?? null,
    FileExtension: version.FileExtension ?? null,
    ContentSize: version.ContentSize ?? null,
    ContentModifiedDate: version.ContentModifiedDate ?? null,
    LatestPublishedVersionId: version.Id,
  };
  if (typeof version.ContentDocumentId === "string") {
    for (const other of versionsOf(work, version.ContentDocumentId))
      if (other.Id !== version.Id && other.IsLatest === true)
        change(work, "ContentVersion", other.Id, { IsLatest: false });
    change(work, "ContentDocument", version.ContentDocumentId, shown);
    return;
  }
  const document = addRow(work, "ContentDocument", {
    ...shown,
    Description: version.Description ?? null,
    PublishStatus: "P",
    SharingOption: version.SharingOption ?? "A",
    SharingPrivacy: version.SharingPrivacy ?? "N",
    OwnerId: version.OwnerId ?? null,
  })!;
  change(work, "ContentVersion", version.Id, { ContentDocumentId: document.Id });
  const link = (entity: Row[string], shareType: string): void =>
    void addRow(work, "ContentDocumentLink", {
      ContentDocumentId: document.Id,
      LinkedEntityId: entity,
      ShareType: shareType,
      Visibility: "AllUsers",
    });
  // the owner's link is the file's first one, and stays as long as the file
  link(version.OwnerId!, "I");
  const place = version.FirstPublishLocationId ?? null;
  if (place !== null && place !== version.OwnerId) link(place, "V");
}

/** After a document is saved: its title is its latest version's title too. */
export function retitle(work: Work, document: Row, before: Row | null): void {
  if (
    before !== null &&
    document.Title !== before.Title &&
    typeof document.LatestPublishedVersionId === "string"
  )
    change(work, "ContentVersion", document.LatestPublishedVersionId, { Title: document.Title! });
}

export function checkLink(work: Work, row: Row, before: Row | null): void {
  if (before !== null) return;
  for (const other of work.kernel
    .table("ContentDocumentLink")
    .where("ContentDocumentId", row.ContentDocumentId!))
    if (other.IsDeleted !== true && other.LinkedEntityId === row.LinkedEntityId)
      throw rowError(
        "DUPLICATE_VALUE",
        `Document with ID: ${String(row.ContentDocumentId)} is already linked with the entity with ID: ${String(row.LinkedEntityId)}`,
        ["LinkedEntityId"],
      );
}

/** A file is deleted by its owner or with Modify All Data. The owner's link stays as long as the file is there. */
export function checkRemoval(work: Work, object: string, row: Row): void {
  const { caller, kernel } = work;
  if (object === "ContentDocumentLink") {
    const document = kernel.table("ContentDocument").get(String(row.ContentDocumentId));
    if (document?.OwnerId === row.LinkedEntityId)
      throw rowError("FIELD_INTEGRITY_EXCEPTION", "field integrity exception");
  }
  if (object !== "ContentDocument" || caller.system || row.OwnerId === caller.userId) return;
  if (!kernel.access.userPermission(caller.userId, "ModifyAllData"))
    throw rowError("INSUFFICIENT_ACCESS_OR_READONLY", "insufficient access rights on object id");
}

function change(work: Work, name: string, id: Id, fields: Record<string, Row[string]>): void {
  const object = work.kernel.schema.object(name)!;
  const before = work.kernel.table(name).get(id);
  if (before !== undefined)
    work.put(object, before, { ...before, ...fields, SystemModstamp: work.at }, "UPDATE");
}
