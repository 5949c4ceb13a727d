/** Permission sets and profiles as the records the kernel reads access from. */
import { all, flag, textOf } from "../xml/parse.ts";
import { splitName } from "./model.ts";
import { profileName } from "../../org/standard/userPermissions.ts";
import { deleteRows, putRow, rowsWhere } from "./setup.ts";
import type { XmlElement } from "../xml/parse.ts";
import type { Item } from "../package/read.ts";
import type { Id, Org } from "../../org/types.ts";

/** What hangs on a permission set, a row each. */
const grants = ["ObjectPermissions", "FieldPermissions", "SetupEntityAccess", "PermissionSetTabSetting"];

export function applyAccess(org: Org, items: Item[]): void {
  for (const { type, fullName, element } of items) {
    if (element === undefined) continue;
    if (type === "PermissionSet") applyPermissionSet(org, fullName, element);
    if (type === "Profile") applyProfile(org, fullName, element);
  }
}

/** A permission set becomes what the file says, and nothing else. */
function applyPermissionSet(org: Org, fullName: string, element: XmlElement): void {
  const def = org.schema.object("PermissionSet");
  if (def === undefined) return;
  const none = Object.fromEntries(
    [...def.fields.keys()].filter((name) => name.startsWith("Permissions")).map((name) => [name, false]),
  );
  const parent = putRow(
    org,
    "PermissionSet",
    { Name: fullName },
    {
      Label: textOf(element, "label"),
      Description: textOf(element, "description") ?? null,
      IsCustom: true,
      IsOwnedByProfile: false,
      Type: "Regular",
      ...none,
      ...userPermissions(element),
    },
  );
  if (parent === undefined) return;
  for (const object of grants) deleteRows(org, object, (row) => row.ParentId === parent);
  grant(org, parent, element);
}

/** A profile keeps what the file does not mention; one that is not there yet begins with nothing. */
function applyProfile(org: Org, fullName: string, element: XmlElement): void {
  const permissions = userPermissions(element);
  const license = textOf(element, "userLicense") ?? "Salesforce";
  const [known] = rowsWhere(org, "Profile", (row) => row.Name === profileName(fullName));
  const licenseId =
    known?.UserLicenseId ?? rowsWhere(org, "UserLicense", (row) => row.Name === license)[0]?.Id;
  const profile = putRow(
    org,
    "Profile",
    { Name: profileName(fullName) },
    {
      UserLicenseId: licenseId,
      ...(known === undefined ? { UserType: "Standard" } : {}),
      ...permissions,
    },
  );
  if (profile === undefined) return;
  const parent = putRow(
    org,
    "PermissionSet",
    { ProfileId: profile, IsOwnedByProfile: true },
    {
      Name: `X${profile.slice(0, 15)}`,
      Label: `${profileName(fullName)} (profile)`,
      IsCustom: known === undefined,
      Type: "Profile",
      LicenseId: licenseId,
      ...permissions,
    },
  );
  if (parent !== undefined) grant(org, parent, element);
}

const userPermissions = (element: XmlElement): Record<string, boolean> =>
  Object.fromEntries(
    all(element, "userPermissions").map((entry) => [
      `Permissions${textOf(entry, "name")}`,
      flag(entry, "enabled"),
    ]),
  );

/** Everything the file mentions. */
function grant(org: Org, parent: Id, element: XmlElement): void {
  for (const entry of all(element, "objectPermissions"))
    putRow(
      org,
      "ObjectPermissions",
      { ParentId: parent, SobjectType: textOf(entry, "object") },
      {
        PermissionsRead: flag(entry, "allowRead"),
        PermissionsCreate: flag(entry, "allowCreate"),
        PermissionsEdit: flag(entry, "allowEdit"),
        PermissionsDelete: flag(entry, "allowDelete"),
        PermissionsViewAllRecords: flag(entry, "viewAllRecords"),
        PermissionsModifyAllRecords: flag(entry, "modifyAllRecords"),
        PermissionsViewAllFields: flag(entry, "viewAllFields"),
      },
    );
  for (const entry of all(element, "fieldPermissions"))
    putRow(
      org,
      "FieldPermissions",
      { ParentId: parent, Field: textOf(entry, "field") },
      {
        SobjectType: splitName(textOf(entry, "field") ?? "")[0],
        PermissionsRead: flag(entry, "readable") || flag(entry, "editable"),
        PermissionsEdit: flag(entry, "editable"),
      },
    );
  for (const entry of all(element, "customPermissions")) {
    const [permission] = rowsWhere(
      org,
      "CustomPermission",
      (row) => row.DeveloperName === textOf(entry, "name"),
    );
    if (permission === undefined) continue;
    if (flag(entry, "enabled"))
      putRow(
        org,
        "SetupEntityAccess",
        { ParentId: parent, SetupEntityId: permission.Id },
        { SetupEntityType: "CustomPermission" },
      );
    else
      deleteRows(
        org,
        "SetupEntityAccess",
        (row) => row.ParentId === parent && row.SetupEntityId === permission.Id,
      );
  }
  // a profile calls them tabVisibilities
  for (const entry of [...all(element, "tabSettings"), ...all(element, "tabVisibilities")])
    putRow(
      org,
      "PermissionSetTabSetting",
      { ParentId: parent, Name: textOf(entry, "tab") },
      {
        Visibility: ["Visible", "DefaultOn"].includes(textOf(entry, "visibility") ?? "")
          ? "DefaultOn"
          : "DefaultOff",
      },
    );
}

export function removeAccess(org: Org, type: string, fullName: string): void {
  if (type === "PermissionSet") removeSets(org, (row) => row.Name === fullName);
  if (type !== "Profile") return;
  for (const { Id: profile } of rowsWhere(org, "Profile", (row) => row.Name === profileName(fullName))) {
    removeSets(org, (row) => row.ProfileId === profile);
    deleteRows(org, "Profile", (row) => row.Id === profile);
  }
}

function removeSets(org: Org, match: Parameters<typeof rowsWhere>[2]): void {
  for (const { Id: parent } of rowsWhere(org, "PermissionSet", match)) {
    for (const object of grants) deleteRows(org, object, (row) => row.ParentId === parent);
    deleteRows(org, "PermissionSet", (row) => row.Id === parent);
  }
}
