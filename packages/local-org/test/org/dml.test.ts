import { expect, test } from "@jest/globals";
import { addFields, customField, newOrg, NOON } from "./newOrg.ts";

test("a case gets its id, number, defaults, owner and stamps", () => {
  const { org, as, insert, row, userId } = newOrg();
  const id = insert(as("tom"), "Case", { Subject: " Printer on fire ", Origin: "Web" });
  expect(id).toMatch(/^500[A-Za-z0-9]{12}[A-Z0-5]{3}$/);
  expect(row("Case", id)).toMatchObject({
    CaseNumber: "00001000",
    Subject: "Printer on fire",
    Status: "New",
    Priority: "Medium",
    OwnerId: userId("tom"),
    CreatedById: userId("tom"),
    CreatedDate: NOON,
    SystemModstamp: NOON,
    IsClosed: false,
    IsDeleted: false,
  });
  expect(org.row("Case", id.slice(0, 15))).toBe(org.row("Case", id));
});

test("closing follows the status, and reopening forgets when", () => {
  const { as, insert, update, row, clock } = newOrg();
  const id = insert(as("tom"), "Case", { Subject: "x" });
  clock.now += 61_500;
  update(as("tom"), "Case", id, { Status: "Closed" });
  expect(row("Case", id)).toMatchObject({
    IsClosed: true,
    ClosedDate: NOON + 61_000,
    SystemModstamp: NOON + 61_000,
  });
  update(as("tom"), "Case", id, { Status: "Working" });
  expect(row("Case", id)).toMatchObject({ IsClosed: false, ClosedDate: null });
});

test.each([
  [
    "text too long",
    { Subject: "x".repeat(256) },
    "STRING_TOO_LONG",
    /^Subject: data value too large: x+ \(max length=255\)$/,
  ],
  ["an unknown field", { Nope__c: 1 }, "INVALID_FIELD", /^No such column 'Nope__c' on sobject of type Case$/],
  [
    "a read-only field",
    { IsClosed: true },
    "INVALID_FIELD_FOR_INSERT_UPDATE",
    /^Unable to create\/update fields: IsClosed\. Please check/,
  ],
  [
    "an id that is not one",
    { AccountId: "nope" },
    "MALFORMED_ID",
    /^Account ID: id value of incorrect type: nope$/,
  ],
  [
    "an id of another object",
    { AccountId: "500000000000001AAA" },
    "FIELD_INTEGRITY_EXCEPTION",
    /^Account ID: id value of incorrect type/,
  ],
  [
    "an id of nothing",
    { AccountId: "001000000000001AAA" },
    "INVALID_CROSS_REFERENCE_KEY",
    /^invalid cross reference id$/,
  ],
  ["a bad address", { SuppliedEmail: "nobody" }, "INVALID_EMAIL_ADDRESS", /invalid email address: nobody$/],
  [
    "a text for a checkbox",
    { IsEscalated: "perhaps" },
    "JSON_PARSER_ERROR",
    /^Cannot deserialize instance of boolean from VALUE_STRING value perhaps/,
  ],
  [
    "an id of its own",
    { Id: "500000000000001AAA" },
    "INVALID_FIELD",
    /^cannot specify Id in an insert call$/,
  ],
])("%s is refused as Salesforce refuses it", (_what, fields, statusCode, message) => {
  const { as, refused } = newOrg();
  const error = refused(as("tom"), "Case", fields);
  expect(error.statusCode).toBe(statusCode);
  expect(error.message).toMatch(message);
});

test("the fault names a required field that is missing", () => {
  const { as, refused } = newOrg();
  expect(refused(as("tom"), "Contact", { FirstName: "Eva" })).toEqual({
    statusCode: "REQUIRED_FIELD_MISSING",
    message: "Required fields are missing: [LastName]",
    fields: ["LastName"],
  });
});

test("a restricted picklist takes its values, and those of the record type only", () => {
  const { org, as, insert, refused, grant } = newOrg();
  const picklist = {
    restricted: true,
    values: ["P1", "P2"].map((value) => ({ value, label: value, active: true })),
  };
  addFields(org, "Case", [customField("Level__c", { type: "picklist", picklist })], {
    recordTypes: [
      {
        id: "012000000000001AAA",
        developerName: "Support",
        label: "Support",
        active: true,
        picklists: new Map([["Level__c", new Set(["P1"])]]),
      },
    ],
  });
  grant("Case", ["Level__c"], ["tom"]);
  insert(as("tom"), "Case", { Level__c: "P2" });
  expect(refused(as("tom"), "Case", { Level__c: "P9" })).toEqual({
    statusCode: "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
    message: "Level: bad value for restricted picklist field: P9",
    fields: ["Level__c"],
  });
  expect(refused(as("tom"), "Case", { Level__c: "P2", RecordTypeId: "012000000000001AAA" }).statusCode).toBe(
    "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
  );
});

test("a unique external id: upsert by it, duplicates refused, lookups through it", () => {
  const { org, as, insert, refused, grant, row } = newOrg();
  addFields(org, "Account", [customField("Code__c", { unique: true, externalId: true })]);
  grant("Account", ["Code__c"], ["tom"]);
  const tom = as("tom");
  const upsert = (externalId: string, Name: string) =>
    org.execute(tom, [
      { op: "upsert", object: "Account", externalIdField: "Code__c", externalId, fields: { Name } },
    ])[0]!;
  const first = upsert("A1", "One");
  expect(first).toMatchObject({ success: true, created: true });
  expect(upsert("a1", "Uno")).toEqual({ id: first.id, success: true, created: false });
  expect(row("Account", first.id!).Name).toBe("Uno");
  expect(refused(tom, "Account", { Name: "Two", Code__c: "A1" })).toMatchObject({
    statusCode: "DUPLICATE_VALUE",
    message: expect.stringMatching(/^duplicate value found: Code__c duplicates value on record with id: 001/),
  });
  const contact = insert(tom, "Contact", { LastName: "Paz", Account: { Code__c: "A1" } });
  expect(row("Contact", contact).AccountId).toBe(first.id);
});

test("validation rules refuse with their message on their field", () => {
  const { org, as, insert, refused, update } = newOrg();
  addFields(org, "Case", [], {
    validationRules: [
      {
        name: "Reason_when_closed",
        active: true,
        formula: 'AND(ISPICKVAL(Status, "Closed"), ISBLANK(TEXT(Reason)))',
        message: "Say why.",
        field: "Reason",
      },
      {
        name: "No_reopening",
        active: true,
        formula: 'AND(NOT(ISNEW()), ISCHANGED(Status), ISPICKVAL(PRIORVALUE(Status), "Closed"))',
        message: "Closed is closed.",
      },
      { name: "Off", active: false, formula: "TRUE", message: "never" },
    ],
  });
  const tom = as("tom");
  expect(refused(tom, "Case", { Status: "Closed" })).toEqual({
    statusCode: "FIELD_CUSTOM_VALIDATION_EXCEPTION",
    message: "Say why.",
    fields: ["Reason"],
  });
  const id = insert(tom, "Case", { Status: "Closed", Reason: "Other" });
  expect(update(tom, "Case", id, { Subject: "still" })).toEqual([]);
  expect(update(tom, "Case", id, { Status: "New" })).toEqual([
    { statusCode: "FIELD_CUSTOM_VALIDATION_EXCEPTION", message: "Closed is closed.", fields: [] },
  ]);
});

test("formula fields are computed when read, across lookups too", () => {
  const { org, as, insert, select, grant } = newOrg();
  addFields(org, "Case", [
    customField("Headline__c", {
      formula: 'CaseNumber & ": " & UPPER(Subject) & " / " & Account.Name & " / " & Owner:User.FirstName',
      createable: false,
      updateable: false,
    }),
    customField("Hours__c", {
      type: "double",
      precision: 18,
      scale: 2,
      formula: "(NOW() - CreatedDate) * 24",
      createable: false,
      updateable: false,
    }),
  ]);
  grant("Case", ["Headline__c", "Hours__c"], ["tom"]);
  const account = insert(as("tom"), "Account", { Name: "Andes" });
  insert(as("tom"), "Case", { Subject: "down", AccountId: account });
  expect(select("SELECT Headline__c, Hours__c FROM Case", as("tom"))).toMatchObject([
    { Headline__c: "00001000: DOWN / Andes / Tom", Hours__c: 0 },
  ]);
});

test("history: created, then a row a change, two for an owner", () => {
  const { as, insert, update, select, userId } = newOrg();
  const id = insert(as("tom"), "Case", { Subject: "x" });
  update(as("ana"), "Case", id, { Status: "Working", OwnerId: userId("ana"), Description: "not tracked" });
  expect(
    select(`SELECT Field, OldValue, NewValue, CreatedById FROM CaseHistory WHERE CaseId = '${id}'`),
  ).toMatchObject([
    { Field: "created", OldValue: null, NewValue: null, CreatedById: userId("tom") },
    { Field: "Status", OldValue: "New", NewValue: "Working", CreatedById: userId("ana") },
    { Field: "Owner", OldValue: "Tom Test", NewValue: "Ana Test" },
    { Field: "Owner", OldValue: userId("tom"), NewValue: userId("ana") },
  ]);
});

test("one transaction: bad rows alone, or everything back with allOrNone", () => {
  const { org, as, select } = newOrg();
  const operations = ["a", "x".repeat(300), "b"].map((Subject) => ({
    op: "insert" as const,
    object: "Case",
    fields: { Subject },
  }));
  const heard: number[] = [];
  org.onCommit(({ changes }) => heard.push(changes.filter((c) => c.object === "Case").length));
  expect(org.execute(as("tom"), operations).map((r) => r.success)).toEqual([true, false, true]);
  const all = org.execute(as("tom"), operations, { allOrNone: true });
  expect(all.map((r) => !r.success && r.errors[0]!.statusCode)).toEqual([
    "ALL_OR_NONE_OPERATION_ROLLED_BACK",
    "STRING_TOO_LONG",
    "ALL_OR_NONE_OPERATION_ROLLED_BACK",
  ]);
  expect(select("SELECT Subject FROM Case ORDER BY Subject")).toMatchObject([
    { Subject: "a" },
    { Subject: "b" },
  ]);
  expect(heard).toEqual([2]);
});

test("deleted to the recycle bin with its children, back with them, gone for those who write to it", () => {
  const { org, as, insert, update, select } = newOrg();
  const admin = as("admin");
  const id = insert(admin, "Case", { Subject: "x" });
  insert(admin, "CaseComment", { ParentId: id, CommentBody: "hello" });
  org.execute(admin, [{ op: "delete", object: "Case", id }]);
  expect(select("SELECT Id FROM Case")).toEqual([]);
  expect(select("SELECT Id FROM CaseComment")).toEqual([]);
  expect(org.query(admin, "SELECT Id, IsDeleted FROM Case", { all: true }).records).toMatchObject([
    { Id: id, IsDeleted: true },
  ]);
  expect(select("SELECT IsDeleted FROM Case ALL ROWS")).toMatchObject([{ IsDeleted: true }]);
  expect(update(admin, "Case", id, { Subject: "y" })).toMatchObject([
    { statusCode: "ENTITY_IS_DELETED", message: "entity is deleted" },
  ]);
  expect(org.execute(admin, [{ op: "undelete", object: "Case", id }])).toMatchObject([{ success: true }]);
  expect(select("SELECT Id, (SELECT CommentBody FROM CaseComments) FROM Case")).toMatchObject([
    { Id: id, CaseComments: { totalSize: 1, records: [{ CommentBody: "hello" }] } },
  ]);
});

test("an account with cases stays; its contacts would have gone with it", () => {
  const { org, as, insert, row } = newOrg();
  const admin = as("admin");
  const account = insert(admin, "Account", { Name: "Andes" });
  const held = insert(admin, "Case", { Subject: "x", AccountId: account });
  expect(org.execute(admin, [{ op: "delete", object: "Account", id: account }])).toMatchObject([
    { success: false, errors: [{ statusCode: "DELETE_FAILED" }] },
  ]);
  org.execute(admin, [{ op: "delete", object: "Case", id: held }]);
  const contact = insert(admin, "Contact", { LastName: "Paz", AccountId: account });
  expect(org.execute(admin, [{ op: "delete", object: "Account", id: account }])).toMatchObject([
    { success: true },
  ]);
  expect(row("Contact", contact).IsDeleted).toBe(true);
});

test("a merge is an update and a delete, and the children move", () => {
  const { org, as, insert, row } = newOrg();
  const admin = as("admin");
  const [master, loser] = ["one", "two"].map((Subject) => insert(admin, "Case", { Subject })) as [
    string,
    string,
  ];
  const comment = insert(admin, "CaseComment", { ParentId: loser, CommentBody: "moves" });
  const kinds: string[] = [];
  org.onCommit(({ changes }) => kinds.push(...changes.filter((c) => c.object === "Case").map((c) => c.kind)));
  expect(
    org.execute(admin, [{ op: "merge", object: "Case", masterId: master, loserIds: [loser] }]),
  ).toMatchObject([{ success: true, id: master }]);
  expect(kinds.sort()).toEqual(["DELETE", "UPDATE"]);
  expect(row("CaseComment", comment)).toMatchObject({ ParentId: master, IsDeleted: false });
});

test("a locked row answers so as often as it was told to", () => {
  const { org, as, insert, update } = newOrg();
  const id = insert(as("tom"), "Case", { Subject: "x" });
  org.faults.lockedRows.set(id, 1);
  expect(update(as("tom"), "Case", id, { Subject: "y" })).toMatchObject([
    { statusCode: "UNABLE_TO_LOCK_ROW" },
  ]);
  expect(update(as("tom"), "Case", id, { Subject: "y" })).toEqual([]);
});

test("audit fields are set by those who may, on creation only", () => {
  const { as, insert, refused, row, userId, update } = newOrg();
  const fields = { Subject: "x", CreatedDate: "2026-11-01T08:30:00.000+0000", CreatedById: userId("ana") };
  expect(refused(as("tom"), "Case", fields).statusCode).toBe("INVALID_FIELD_FOR_INSERT_UPDATE");
  const id = insert(as("admin"), "Case", fields);
  expect(row("Case", id)).toMatchObject({
    CreatedDate: Date.UTC(2026, 10, 1, 8, 30),
    CreatedById: userId("ana"),
    SystemModstamp: NOON,
  });
  expect(update(as("admin"), "Case", id, { CreatedDate: fields.CreatedDate })).toMatchObject([
    { statusCode: "INVALID_FIELD_FOR_INSERT_UPDATE" },
  ]);
});

test("a case is owned by a queue only if the queue takes cases", () => {
  const { as, insert, update, system, select } = newOrg();
  const queue = insert(system, "Group", { Name: "Support", DeveloperName: "Support", Type: "Queue" });
  const id = insert(as("tom"), "Case", { Subject: "x" });
  expect(update(as("tom"), "Case", id, { OwnerId: queue })).toMatchObject([
    { message: "Queue not associated with this SObject type" },
  ]);
  insert(system, "QueueSobject", { QueueId: queue, SobjectType: "Case" });
  expect(update(as("tom"), "Case", id, { OwnerId: queue })).toEqual([]);
  expect(select("SELECT Owner.Name, Owner.Type FROM Case")).toMatchObject([
    { Owner: { Name: "Support", Type: "Queue" } },
  ]);
});

test("Comments of a case become an internal comment", () => {
  const { as, insert, select } = newOrg();
  insert(as("tom"), "Case", { Subject: "x", Comments: "between us" });
  expect(select("SELECT CommentBody, IsPublished FROM CaseComment")).toMatchObject([
    { CommentBody: "between us", IsPublished: false },
  ]);
});
