/** Permission sets as the records the kernel reads access from. */
import { all, flag, textOf } from "../xml/parse.ts";
import { splitName } from "./model.ts";
import { deleteRows, putRow, rowsWhere } from "./setup.ts";
import type { Item } from "../package/read.ts";
import type { Org } from "../../org/types.ts";

export function applyAccess(org: Org, items: Item[]): void {
  for (const item of items) if (item.type === "PermissionSet") applyPermissionSet(org, item);
}

function applyPermissionSet(org: Org, { fullName, element }: Item): void {
  if (element === undefined) return;
  const def = org.schema.object("PermissionSet");
  if (def === undefined) return;
  const permissions = Object.fromEntries(
    [...def.fields.keys()].filter((name) => name.startsWith("Permissions")).map((name) => [name, false]),
  );
  for (const entry of all(element, "userPermissions"))
    permissions[`Permissions${textOf(entry, "name")}`] = flag(entry, "enabled");
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
      ...permissions,
    },
  );
  if (parent === undefined) return;
  for (const object of [
    "ObjectPermissions",
    "FieldPermissions",
    "SetupEntityAccess",
    "PermissionSetTabSetting",
  ])
    deleteRows(org, object, (row) => row.ParentId === parent);
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
    const permission = rowsWhere(
      org,
      "CustomPermission",
      (row) => row.DeveloperName === textOf(entry, "name"),
    )[0];
    if (permission !== undefined && flag(entry, "enabled"))
      putRow(
        org,
        "SetupEntityAccess",
        { ParentId: parent, SetupEntityId: permission.Id },
        { SetupEntityType: "CustomPermission" },
      );
  }
  for (const entry of all(element, "tabSettings"))
    putRow(
      org,
      "PermissionSetTabSetting",
      { ParentId: parent, Name: textOf(entry, "tab") },
      { Visibility: textOf(entry, "visibility") === "Visible" ? "DefaultOn" : "DefaultOff" },
    );
}

export function removeAccess(org: Org, type: string, fullName: string): void {
  if (type !== "PermissionSet") return;
  for (const row of rowsWhere(org, "PermissionSet", (candidate) => candidate.Name === fullName)) {
    for (const object of [
      "ObjectPermissions",
      "FieldPermissions",
      "SetupEntityAccess",
      "PermissionSetTabSetting",
    ])
      deleteRows(org, object, (candidate) => candidate.ParentId === row.Id);
    deleteRows(org, "PermissionSet", (candidate) => candidate.Id === row.Id);
  }
}
