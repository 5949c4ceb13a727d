/** Computes each user's rights from the rows that grant them, as Salesforce does. A cache keeps them until a row changes. */
import { CaseInsensitiveMap } from "./caseInsensitive.ts";
import { fileObjectAccess, fileRow, isFile } from "./fileAccess.ts";
import { standardProfiles } from "./standard/userPermissions.ts";
import type { FieldDef, Id, ObjectAccess, ObjectDef, Row } from "./types.ts";
import type { Table } from "./table.ts";

interface Rights {
  objects: CaseInsensitiveMap<ObjectAccess>;
  fields: Map<string, { read: boolean; edit: boolean }>;
  permissions: Set<string>;
  custom: Set<string>;
  /** The profile's default access to standard objects and fields. */
  data: "all" | "standard" | "read" | "none";
  /** The objects and fields (`case.subject`, in lower case) for which the profile has its own entry. */
  decided: Set<string>;
  groups: Set<Id>;
}

/** Everybody may read these objects of the set-up. All others need View Setup. */
const openSetup = new Set([
  "User",
  "Group",
  "GroupMember",
  "QueueSobject",
  "Organization",
  "RecordType",
  "CaseStatus",
  "BusinessHours",
  "Profile",
  "UserRole",
  "PermissionSet",
  "PermissionSetGroup",
  "PermissionSetAssignment",
  "CustomPermission",
  "ListView",
  "BusinessProcess",
  "UserLicense",
]);
const grantors: Record<string, string[]> = {
  User: ["ManageUsers", "ManageInternalUsers"],
  UserLogin: ["ManageUsers", "ManageInternalUsers", "FreezeUsers"],
  PermissionSetAssignment: ["ManageUsers", "AssignPermissionSets"],
  Group: ["ManageUsers"],
  GroupMember: ["ManageUsers"],
  QueueSobject: ["ManageUsers", "CustomizeApplication"],
};
const nothing: ObjectAccess = {
  read: false,
  create: false,
  edit: false,
  delete: false,
  viewAll: false,
  modifyAll: false,
};
const everything: ObjectAccess = {
  read: true,
  create: true,
  edit: true,
  delete: true,
  viewAll: true,
  modifyAll: true,
};

/** The objects whose rows grant these rights. */
export const accessObjects = new Set([
  "User",
  "Profile",
  "PermissionSet",
  "PermissionSetAssignment",
  "PermissionSetGroup",
  "PermissionSetGroupComponent",
  "ObjectPermissions",
  "FieldPermissions",
  "SetupEntityAccess",
  "CustomPermission",
  "Group",
  "GroupMember",
]);

export class Access {
  readonly table: (name: string) => Table;
  readonly objectByKeyPrefix: (prefix: string) => ObjectDef | undefined;
  readonly #object: (name: string) => ObjectDef | undefined;
  #rights = new Map<Id, Rights>();
  #fieldCache = new Map<string, { read: boolean; edit: boolean }>();

  constructor(
    table: (name: string) => Table,
    object: (name: string) => ObjectDef | undefined,
    objectByKeyPrefix: (prefix: string) => ObjectDef | undefined,
  ) {
    this.table = table;
    this.#object = object;
    this.objectByKeyPrefix = objectByKeyPrefix;
  }

  forget(): void {
    this.#rights.clear();
    this.#fieldCache.clear();
  }

  object(userId: Id, name: string): ObjectAccess {
    const def = this.#object(name);
    if (def === undefined) return nothing;
    const rights = this.#of(userId);
    if (def.setup) return this.#setup(rights, def);
    if (isFile(def.name)) return fileObjectAccess;
    if (def.historyOf !== undefined) {
      const parent = this.object(userId, def.historyOf);
      return { ...nothing, read: parent.read, viewAll: parent.viewAll };
    }
    const parent = parentObject(def);
    if (parent !== undefined && !def.custom) {
      // comments, e-mails and files follow the record to which they belong
      const own = this.object(userId, parent);
      return {
        read: own.read,
        create: own.read,
        edit: own.read,
        delete: own.edit,
        viewAll: own.viewAll,
        modifyAll: own.modifyAll,
      };
    }
    const granted = rights.objects.get(name) ?? nothing;
    if (rights.permissions.has("ModifyAllData")) return everything;
    const viewAll = rights.permissions.has("ViewAllData");
    const byProfile =
      def.custom || rights.decided.has(name.toLowerCase())
        ? nothing
        : rights.data === "standard"
          ? { ...everything, viewAll: false, modifyAll: false }
          : rights.data === "read"
            ? { ...nothing, read: true }
            : nothing;
    return {
      read: granted.read || byProfile.read || viewAll,
      create: granted.create || byProfile.create,
      edit: granted.edit || byProfile.edit,
      delete: granted.delete || byProfile.delete,
      viewAll: granted.viewAll || viewAll,
      modifyAll: granted.modifyAll,
    };
  }

  field(userId: Id, object: string, field: string): { read: boolean; edit: boolean } {
    const cacheKey = `${userId} ${object} ${field}`;
    const cached = this.#fieldCache.get(cacheKey);
    if (cached !== undefined) return cached;
    const result = this.#field(userId, object, field);
    this.#fieldCache.set(cacheKey, result);
    return result;
  }

  #field(userId: Id, object: string, name: string): { read: boolean; edit: boolean } {
    const def = this.#object(object);
    const field = def?.fields.get(name);
    if (def === undefined || field === undefined) return { read: false, edit: false };
    const may = this.object(userId, object);
    if (!may.read) return { read: false, edit: false };
    const writable = field.updateable || field.createable;
    if (isAlwaysVisible(def, field)) return { read: true, edit: writable && (may.edit || may.create) };
    const rights = this.#of(userId);
    const key = `${def.name}.${field.name}`.toLowerCase();
    const granted = rights.fields.get(key);
    // profiles grant standard fields; a custom field is visible to no one until a profile or permission set grants it
    const byProfile = !field.custom && !def.custom && rights.data !== "none" && !rights.decided.has(key);
    return {
      read: byProfile || granted?.read === true || granted?.edit === true,
      edit: writable && ((byProfile && rights.data !== "read") || granted?.edit === true),
    };
  }

  userPermission(userId: Id, name: string): boolean {
    return this.#of(userId).permissions.has(name);
  }
  customPermission(userId: Id, name: string): boolean {
    return this.#of(userId).custom.has(name.toLowerCase());
  }
  /** The user's groups and queues, including nested ones. */
  groups(userId: Id): Set<Id> {
    return this.#of(userId).groups;
  }

  /** Whether sharing lets the user see or change a row: by default, ownership, queues, View All or Modify All. */
  row(userId: Id, def: ObjectDef, row: Row, wanted: "read" | "edit"): boolean {
    if (def.name === "PermissionSetAssignment")
      return (
        row.AssigneeId === userId ||
        this.userPermission(userId, "ViewSetup") ||
        this.userPermission(userId, "ManageUsers")
      );
    if (isFile(def.name)) return fileRow(this, userId, def, row, wanted);
    if (def.setup || def.sharing === "ReadWrite") return true;
    if (def.sharing === "Read" && wanted === "read") return true;
    const may = this.object(userId, def.name);
    if (may.modifyAll || (wanted === "read" && may.viewAll)) return true;
    if (def.sharing === "ControlledByParent") return this.#throughParent(userId, def, row, wanted);
    const owner = row.OwnerId;
    return typeof owner === "string" && (owner === userId || this.groups(userId).has(owner));
  }

  #throughParent(userId: Id, def: ObjectDef, row: Row, wanted: "read" | "edit"): boolean {
    for (const field of def.fields.values()) {
      if (field.deleteConstraint !== "Cascade" || field.referenceTo === undefined) continue;
      const id = row[field.name];
      if (typeof id !== "string") continue;
      for (const target of field.referenceTo) {
        const parent = this.table(target).get(id);
        const parentDef = this.#object(target);
        if (parent !== undefined && parentDef !== undefined)
          return this.row(userId, parentDef, parent, wanted);
      }
    }
    return true;
  }

  #setup(rights: Rights, def: ObjectDef): ObjectAccess {
    const has = (name: string) => rights.permissions.has(name);
    const write = (
      grantors[def.name] ?? ["ManageUsers", "ManageProfilesPermissionsets", "CustomizeApplication"]
    ).some(has);
    return {
      read: openSetup.has(def.name) || has("ViewSetup") || write,
      create: write && def.createable,
      edit: write && def.updateable,
      delete: write && def.deletable,
      viewAll: has("ViewSetup") || write,
      modifyAll: write,
    };
  }

  #of(userId: Id): Rights {
    let rights = this.#rights.get(userId);
    if (rights === undefined) this.#rights.set(userId, (rights = this.#compute(userId)));
    return rights;
  }

  #compute(userId: Id): Rights {
    const rights: Rights = {
      objects: new CaseInsensitiveMap(),
      fields: new Map(),
      permissions: new Set(),
      custom: new Set(),
      data: "none",
      decided: new Set(),
      groups: new Set(),
    };
    const user = this.table("User").get(userId);
    if (user === undefined) return rights;
    const profile = this.table("Profile").get(String(user.ProfileId));
    rights.data = standardProfiles.find((p) => p.name === profile?.Name)?.data ?? "none";
    for (const set of this.#setsOf(userId, user)) this.#grant(rights, set);
    this.#join(rights.groups, userId);
    for (const group of this.table("Group").where("Type", "Organization")) rights.groups.add(group.Id);
    return rights;
  }

  *#setsOf(userId: Id, user: Row): Iterable<Row> {
    const sets = this.table("PermissionSet");
    for (const own of sets.where("ProfileId", user.ProfileId ?? null)) if (own.IsOwnedByProfile) yield own;
    for (const assignment of this.table("PermissionSetAssignment").where("AssigneeId", userId)) {
      if (typeof assignment.PermissionSetId === "string") {
        const set = sets.get(assignment.PermissionSetId);
        if (set !== undefined && set.IsOwnedByProfile !== true) yield set;
      }
      if (typeof assignment.PermissionSetGroupId === "string")
        for (const part of this.table("PermissionSetGroupComponent").where(
          "PermissionSetGroupId",
          assignment.PermissionSetGroupId,
        )) {
          const set = sets.get(String(part.PermissionSetId));
          if (set !== undefined) yield set;
        }
    }
  }

  #grant(rights: Rights, set: Row): void {
    for (const [field, value] of Object.entries(set))
      if (value === true && field.startsWith("Permissions"))
        rights.permissions.add(field.slice("Permissions".length));
    for (const row of this.table("ObjectPermissions").where("ParentId", set.Id)) {
      const name = String(row.SobjectType);
      if (set.IsOwnedByProfile) rights.decided.add(name.toLowerCase());
      const before = rights.objects.get(name) ?? nothing;
      rights.objects.set(name, {
        read: before.read || row.PermissionsRead === true,
        create: before.create || row.PermissionsCreate === true,
        edit: before.edit || row.PermissionsEdit === true,
        delete: before.delete || row.PermissionsDelete === true,
        viewAll:
          before.viewAll ||
          row.PermissionsViewAllRecords === true ||
          row.PermissionsModifyAllRecords === true,
        modifyAll: before.modifyAll || row.PermissionsModifyAllRecords === true,
      });
    }
    for (const row of this.table("FieldPermissions").where("ParentId", set.Id)) {
      const key = String(row.Field).toLowerCase();
      if (set.IsOwnedByProfile) rights.decided.add(key);
      const before = rights.fields.get(key);
      rights.fields.set(key, {
        read: before?.read === true || row.PermissionsRead === true,
        edit: before?.edit === true || row.PermissionsEdit === true,
      });
    }
    for (const row of this.table("SetupEntityAccess").where("ParentId", set.Id)) {
      const permission = this.table("CustomPermission").get(String(row.SetupEntityId));
      if (permission !== undefined) rights.custom.add(String(permission.DeveloperName).toLowerCase());
    }
  }

  #join(groups: Set<Id>, member: Id): void {
    for (const membership of this.table("GroupMember").where("UserOrGroupId", member)) {
      const group = String(membership.GroupId);
      if (groups.has(group)) continue;
      groups.add(group);
      this.#join(groups, group);
    }
  }
}

/** The parent object that decides about the access to comments, e-mails and the like. */
export function parentObject(def: ObjectDef): string | undefined {
  if (def.sharing !== "ControlledByParent") return undefined;
  for (const field of def.fields.values())
    if (field.deleteConstraint === "Cascade")
      return field.referenceTo?.find((t) => t === "Case") ?? field.referenceTo?.[0];
  return undefined;
}

export function isAlwaysVisible(def: ObjectDef, field: FieldDef): boolean {
  if (field.alwaysVisible || field.type === "id" || def.setup || def.historyOf !== undefined) return true;
  if (field.name === def.nameField) return true;
  // you cannot hide a required custom field or a master-detail field
  if (field.custom)
    return field.metadataType === "MasterDetail" || (!field.nillable && field.type !== "boolean");
  return parentObject(def) !== undefined;
}
