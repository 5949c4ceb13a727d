/** Salesforce Files: a document, its versions with their bytes, and the links that share it. */
import {
  always,
  area,
  datetime,
  flag,
  int,
  lookup,
  object,
  picklist,
  readOnly,
  required,
  text,
} from "./build.ts";
import type { FieldDef, ObjectDef } from "../types.ts";

/** Standard objects that a file can be linked to. The schema adds each custom object. */
const linkable = [
  "Account",
  "Case",
  "Contact",
  "EmailMessage",
  "Event",
  "Group",
  "Lead",
  "Opportunity",
  "Task",
  "User",
];

const written = { ...required, updateable: false };
const privacy = () => [
  picklist("SharingOption", "Sharing Option", ["A*", "B", "R"], {
    restricted: true,
    defaultedOnCreate: true,
  }),
  picklist("SharingPrivacy", "Sharing Privacy", ["N*", "P"], { restricted: true, defaultedOnCreate: true }),
];
/** Access follows the document, so files have no field-level security here. */
const open = (fields: FieldDef[]): FieldDef[] => fields.map((field) => ({ ...field, ...always }));

export const fileObjects = (): ObjectDef[] => [
  object(
    "ContentDocument",
    "069",
    ["Content Document", "Content Documents"],
    open([
      text("Title", "Title", 255, required),
      area("Description", "Description", 1000),
      text("FileType", "File Type", 20, readOnly),
      text("FileExtension", "File Extension", 40, readOnly),
      int("ContentSize", "Size", readOnly),
      datetime("ContentModifiedDate", "Content Modified Date", readOnly),
      flag("IsArchived", "Is Archived", readOnly),
      picklist("PublishStatus", "Publish Status", ["P*", "R", "U"], { ...readOnly, restricted: true }),
      ...privacy(),
      lookup(
        "LatestPublishedVersionId",
        "Latest Published Version ID",
        "ContentVersion",
        undefined,
        readOnly,
      ),
      lookup("OwnerId", "Owner ID", "User", undefined, required),
      datetime("LastViewedDate", "Last Viewed Date", readOnly),
      datetime("LastReferencedDate", "Last Referenced Date", readOnly),
    ]),
    { nameField: "Title", createable: false, sharing: "Private" },
  ),
  object(
    "ContentVersion",
    "068",
    ["Content Version", "Content Versions"],
    open([
      lookup("ContentDocumentId", "Content Document ID", "ContentDocument", "ContentVersions", {
        updateable: false,
        deleteConstraint: "Cascade",
      }),
      flag("IsLatest", "Is Latest", readOnly),
      text("VersionNumber", "Version Number", 20, readOnly),
      text("Title", "Title", 255, { defaultedOnCreate: true }),
      area("Description", "Description", 1000),
      area("ReasonForChange", "Reason For Change", 1000),
      text("PathOnClient", "Path On Client", 500, written),
      bytes("VersionData", "Version Data"),
      // Salesforce's own address of the file, for a browser that is signed in
      text("VersionDataUrl", "Version Data Url", 1333, {
        ...readOnly,
        filterable: false,
        sortable: false,
        download: "/sfc/servlet.shepherd/version/download/",
      }),
      int("ContentSize", "Size", readOnly),
      text("Checksum", "Checksum", 50, readOnly),
      text("FileType", "File Type", 20, readOnly),
      text("FileExtension", "File Extension", 40, readOnly),
      datetime("ContentModifiedDate", "Content Modified Date", { updateable: false }),
      picklist("Origin", "Content Origin", ["C*", "H"], {
        restricted: true,
        updateable: false,
        defaultedOnCreate: true,
      }),
      picklist("ContentLocation", "Content Location", ["S*", "E", "L"], {
        restricted: true,
        updateable: false,
        defaultedOnCreate: true,
      }),
      picklist("PublishStatus", "Publish Status", ["P*", "R", "U"], { ...readOnly, restricted: true }),
      ...privacy(),
      flag("IsMajorVersion", "Major Version", { updateable: false }),
      lookup("FirstPublishLocationId", "First Publish Location ID", linkable, undefined, {
        updateable: false,
      }),
      lookup("OwnerId", "Owner ID", "User", undefined, { ...required, defaultedOnCreate: true }),
    ]),
    { nameField: "Title", deletable: false, sharing: "Private" },
  ),
  object(
    "ContentDocumentLink",
    "06A",
    ["Content Document Link", "Content Document Links"],
    open([
      lookup("ContentDocumentId", "Content Document ID", "ContentDocument", "ContentDocumentLinks", {
        ...written,
        deleteConstraint: "Cascade",
      }),
      lookup("LinkedEntityId", "Linked Entity ID", linkable, "ContentDocumentLinks", {
        ...written,
        deleteConstraint: "Cascade",
      }),
      picklist("ShareType", "Share Type", ["V", "C", "I"], { ...required, restricted: true }),
      picklist("Visibility", "Visibility", ["AllUsers*", "InternalUsers", "SharedUsers"], {
        restricted: true,
        defaultedOnCreate: true,
      }),
      flag("IsDeleted", "Is Deleted", readOnly),
      datetime("SystemModstamp", "System Modstamp", {
        ...readOnly,
        nillable: false,
        defaultedOnCreate: true,
      }),
    ]),
    { nameField: "Id", stamps: "none", sharing: "Private" },
  ),
];

function bytes(name: string, label: string): FieldDef {
  const { length: _none, ...field } = area(name, label, 0, { ...required, updateable: false });
  return { ...field, type: "base64" };
}

/** Lets files be linked to a custom object, as to every object of the org's data. */
export function linkFiles(
  schemaObject: (name: string) => ObjectDef | undefined,
  name: string,
  to: boolean,
): void {
  for (const [object, field] of [
    ["ContentDocumentLink", "LinkedEntityId"],
    ["ContentVersion", "FirstPublishLocationId"],
  ] as const) {
    const targets = schemaObject(object)?.fields.get(field)?.referenceTo;
    if (targets === undefined) continue;
    const at = targets.indexOf(name);
    if (to && at < 0) targets.push(name);
    if (!to && at >= 0) targets.splice(at, 1);
  }
}
