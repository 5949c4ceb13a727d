import { expect, test } from "@jest/globals";
import { addFields, customField, newOrg } from "./newOrg.ts";

test("a custom field is nobody's until it is granted: unknown in queries and writes, even to an administrator", () => {
  const { org, as, refused, why, grant, insert, values } = newOrg();
  addFields(org, "Case", [customField("Secret__c")]);
  expect(why("SELECT Secret__c FROM Case")).toMatch(
    /^INVALID_FIELD: No such column 'Secret__c' on entity 'Case'/,
  );
  expect(refused(as("admin"), "Case", { Secret__c: "x" })).toMatchObject({
    statusCode: "INVALID_FIELD",
    message: "No such column 'Secret__c' on sobject of type Case",
  });
  grant("Case", ["Secret__c"], ["admin"]);
  insert(as("admin"), "Case", { Secret__c: "x" });
  expect(values("SELECT Secret__c FROM Case")).toEqual(["x"]);
  expect(why("SELECT Secret__c FROM Case", as("tom"))).toMatch(/^INVALID_FIELD/);
});

test("read without edit: seen, but not written", () => {
  const { org, as, system, insert, refused, userId, update } = newOrg();
  addFields(org, "Case", [customField("Note__c")]);
  const set = insert(system, "PermissionSet", { Name: "Readers", Label: "Readers" });
  insert(system, "FieldPermissions", {
    ParentId: set,
    SobjectType: "Case",
    Field: "Case.Note__c",
    PermissionsRead: true,
  });
  insert(system, "PermissionSetAssignment", { AssigneeId: userId("tom"), PermissionSetId: set });
  expect(refused(as("tom"), "Case", { Note__c: "x" })).toMatchObject({
    statusCode: "INVALID_FIELD_FOR_INSERT_UPDATE",
    fields: ["Note__c"],
  });
  const id = insert(as("tom"), "Case", { Subject: "x" });
  expect(org.read(as("tom"), "Case", id)).toHaveProperty("Note__c", null);
  expect(org.read(as("ana"), "Case", id)).not.toHaveProperty("Note__c");
  expect(update(as("tom"), "Case", id, { Note__c: "y" })).toMatchObject([
    { statusCode: "INVALID_FIELD_FOR_INSERT_UPDATE" },
  ]);
});

test("an integration user sees nothing until permission sets say so, then what they say", () => {
  const { as, why, grant, insert, values, update } = newOrg();
  insert(as("tom"), "Case", { Subject: "x" });
  expect(why("SELECT Id FROM Case", as("sync"))).toMatch(/^INVALID_TYPE/);
  grant("Case", ["Subject"], ["sync"], { PermissionsCreate: false, PermissionsDelete: false });
  expect(values("SELECT Subject FROM Case", as("sync"))).toEqual(["x"]);
  expect(values("SELECT CaseNumber FROM Case WHERE Status = 'New'", as("sync"))).toEqual(["00001000"]);
  expect(why("SELECT Priority FROM Case", as("sync"))).toMatch(/^INVALID_FIELD/);
  const [id] = values("SELECT Id FROM Case", as("sync")) as [string];
  expect(update(as("sync"), "Case", id, { Subject: "y" })).toEqual([]);
});

test("sharing: private records are their owner's, their queue's, and whose who view all", () => {
  const { org, as, system, insert, values, update, grant, userId } = newOrg();
  addFields(org, "Case", [], { sharing: "Private" });
  const own = insert(as("tom"), "Case", { Subject: "tom's" });
  expect(values("SELECT Subject FROM Case", as("tom"))).toEqual(["tom's"]);
  expect(values("SELECT Subject FROM Case", as("ana"))).toEqual([]);
  expect(values("SELECT Subject FROM Case", as("admin"))).toEqual(["tom's"]);
  expect(org.read(as("ana"), "Case", own)).toBeUndefined();
  expect(update(as("ana"), "Case", own, { Subject: "mine" })).toMatchObject([
    { statusCode: "INVALID_CROSS_REFERENCE_KEY" },
  ]);
  const queue = insert(system, "Group", { Name: "Q", DeveloperName: "Q", Type: "Queue" });
  insert(system, "QueueSobject", { QueueId: queue, SobjectType: "Case" });
  insert(system, "GroupMember", { GroupId: queue, UserOrGroupId: userId("ana") });
  update(as("tom"), "Case", own, { OwnerId: queue });
  expect(values("SELECT Subject FROM Case", as("ana"))).toEqual(["tom's"]);
  expect(values("SELECT Subject FROM Case", as("tom"))).toEqual([]);
  grant("Case", [], ["tom"], { PermissionsViewAllRecords: true });
  expect(values("SELECT Subject FROM Case", as("tom"))).toEqual(["tom's"]);
  expect(update(as("tom"), "Case", own, { Subject: "x" })).toMatchObject([
    { statusCode: "INSUFFICIENT_ACCESS_OR_READONLY" },
  ]);
});

test("public read only: everyone sees, the owner writes", () => {
  const { org, as, insert, values, update } = newOrg();
  addFields(org, "Account", [], { sharing: "Read" });
  const id = insert(as("tom"), "Account", { Name: "Andes" });
  expect(values("SELECT Name FROM Account", as("ana"))).toEqual(["Andes"]);
  expect(update(as("ana"), "Account", id, { Name: "x" })).toMatchObject([
    { statusCode: "INSUFFICIENT_ACCESS_OR_READONLY", message: "insufficient access rights on object id" },
  ]);
  expect(update(as("tom"), "Account", id, { Name: "x" })).toEqual([]);
});

test("permissions through a group of permission sets, custom ones too", () => {
  const { org, system, insert, userId } = newOrg();
  const custom = insert(system, "CustomPermission", {
    DeveloperName: "Support_Acknowledge",
    MasterLabel: "Acknowledge",
  });
  const set = insert(system, "PermissionSet", {
    Name: "Consultant",
    Label: "Consultant",
    PermissionsViewAllUsers: true,
  });
  insert(system, "SetupEntityAccess", {
    ParentId: set,
    SetupEntityId: custom,
    SetupEntityType: "CustomPermission",
  });
  const group = insert(system, "PermissionSetGroup", {
    DeveloperName: "Consultants",
    MasterLabel: "Consultants",
  });
  insert(system, "PermissionSetGroupComponent", { PermissionSetGroupId: group, PermissionSetId: set });
  const tom = userId("tom");
  expect(org.access.customPermission(tom, "Support_Acknowledge")).toBe(false);
  const assignment = insert(system, "PermissionSetAssignment", {
    AssigneeId: tom,
    PermissionSetGroupId: group,
  });
  expect(org.access.customPermission(tom, "Support_Acknowledge")).toBe(true);
  expect(org.access.userPermission(tom, "ViewAllUsers")).toBe(true);
  org.execute(system, [{ op: "delete", object: "PermissionSetAssignment", id: assignment }]);
  expect(org.access.customPermission(tom, "Support_Acknowledge")).toBe(false);
});

test("who assigns permission sets, and who reads assignments", () => {
  const { as, system, insert, refused, values, userId } = newOrg();
  const set = insert(system, "PermissionSet", { Name: "Any", Label: "Any" });
  const fields = { AssigneeId: userId("ana"), PermissionSetId: set };
  expect(refused(as("tom"), "PermissionSetAssignment", fields).statusCode).toBe(
    "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY",
  );
  insert(as("admin"), "PermissionSetAssignment", fields);
  expect(refused(as("admin"), "PermissionSetAssignment", fields).statusCode).toBe("DUPLICATE_VALUE");
  expect(values("SELECT PermissionSet.Name FROM PermissionSetAssignment", as("sync"))).toEqual([]);
  expect(values("SELECT AssigneeId FROM PermissionSetAssignment", as("admin"))).toEqual([userId("ana")]);
});
