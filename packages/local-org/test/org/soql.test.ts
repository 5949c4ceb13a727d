import { expect, test } from "@jest/globals";
import { addFields, customField, newOrg, NOON } from "./newOrg.ts";

const HOUR = 3_600_000;

function withCases() {
  const world = newOrg();
  const { as, insert, clock } = world;
  const admin = as("admin");
  const andes = insert(admin, "Account", { Name: "Andes", Industry: "Energy", NumberOfEmployees: 40 });
  const pampa = insert(admin, "Account", { Name: "Pampa", NumberOfEmployees: 7 });
  const eva = insert(admin, "Contact", {
    FirstName: "Eva",
    LastName: "Paz",
    AccountId: andes,
    Email: "eva@andes.example",
  });
  const cases = [
    {
      Subject: "Alpha 100%",
      Priority: "High",
      AccountId: andes,
      ContactId: eva,
      CreatedDate: "2026-11-22T23:30:00Z",
    },
    { Subject: "beta_one", Priority: "Low", AccountId: andes, CreatedDate: "2026-11-23T04:00:00Z" },
    {
      Subject: "Gamma",
      Priority: "High",
      AccountId: pampa,
      Status: "Closed",
      CreatedDate: "2026-10-01T10:00:00Z",
    },
    { Subject: null, Priority: "Medium", CreatedDate: "2025-11-23T10:00:00Z" },
  ].map((fields) => insert(admin, "Case", fields));
  clock.now = NOON;
  return { ...world, andes, pampa, eva, cases };
}

const subjects = "SELECT Subject FROM Case WHERE";

test.each([
  ["Priority = 'high'", ["Alpha 100%", "Gamma"]],
  ["Priority != 'High' AND Subject != null", ["beta_one"]],
  ["Subject != 'Gamma'", ["Alpha 100%", "beta_one", null]],
  ["Subject LIKE 'a%'", ["Alpha 100%"]],
  ["Subject LIKE '%_one'", ["beta_one"]],
  ["Subject IN ('GAMMA', 'beta_one')", ["beta_one", "Gamma"]],
  ["Subject NOT IN ('Gamma')", ["Alpha 100%", "beta_one", null]],
  ["IsClosed = true", ["Gamma"]],
  ["NOT (Priority = 'High' OR Subject = null)", ["beta_one"]],
  ["(Priority = 'Low' OR Priority = 'High') AND IsClosed = false", ["Alpha 100%", "beta_one"]],
  ["Account.Name = 'Pampa' OR Contact.Email = 'eva@andes.example'", ["Alpha 100%", "Gamma"]],
  ["Account.NumberOfEmployees > 10", ["Alpha 100%", "beta_one"]],
  ["CreatedDate >= 2026-11-01T00:00:00Z", ["Alpha 100%", "beta_one"]],
  // the 22nd, 23:30 UTC is 20:30 of the 22nd in Buenos Aires; the 23rd, 04:00 UTC is 01:00 of the 23rd
  ["CreatedDate = TODAY", ["beta_one"]],
  ["CreatedDate = YESTERDAY", ["Alpha 100%"]],
  ["CreatedDate = LAST_N_DAYS:60", ["Alpha 100%", "beta_one", "Gamma"]],
  ["CreatedDate < THIS_YEAR", [null]],
  ["CreatedDate = LAST_MONTH", ["Gamma"]],
  ["CALENDAR_YEAR(CreatedDate) = 2025", [null]],
  ["DAY_ONLY(CreatedDate) = 2026-11-22", ["Alpha 100%"]],
  ["DAY_ONLY(convertTimezone(CreatedDate)) = 2026-11-23", ["beta_one"]],
  ["AccountId IN (SELECT Id FROM Account WHERE Industry = 'Energy')", ["Alpha 100%", "beta_one"]],
  ["AccountId NOT IN (SELECT Id FROM Account WHERE Industry = 'Energy')", ["Gamma"]],
  ["Id IN (SELECT CaseId FROM CaseHistory) AND IsClosed = true", ["Gamma"]],
  ["Owner.Name = 'Admin Test' AND Owner.Type = 'User' AND IsClosed = true", ["Gamma"]],
])("WHERE %s", (where, expected) => {
  const { values } = withCases();
  expect(values(`${subjects} ${where}`)).toEqual(expected);
});

test("order, with nulls first going up and last going down, limit and offset", () => {
  const { values } = withCases();
  expect(values("SELECT Subject FROM Case ORDER BY Subject")).toEqual([
    null,
    "Alpha 100%",
    "beta_one",
    "Gamma",
  ]);
  expect(values("SELECT Subject FROM Case ORDER BY Subject DESC")).toEqual([
    "Gamma",
    "beta_one",
    "Alpha 100%",
    null,
  ]);
  expect(values("SELECT Subject FROM Case ORDER BY Subject NULLS LAST LIMIT 2 OFFSET 1")).toEqual([
    "beta_one",
    "Gamma",
  ]);
  expect(values("SELECT Subject FROM Case ORDER BY Account.Name DESC NULLS LAST, Subject")).toEqual([
    "Gamma",
    "Alpha 100%",
    "beta_one",
    null,
  ]);
  expect(values("SELECT Priority FROM Case ORDER BY Priority")).toEqual(["High", "High", "Medium", "Low"]);
});

test("parents nested, children as results of their own, types told", () => {
  const { select, andes, eva } = withCases();
  const [first] = select(
    "SELECT Id, Contact.Account.Owner.Name, Contact.Name FROM Case WHERE Subject LIKE 'Alpha%'",
  );
  expect(first).toMatchObject({
    attributes: { type: "Case" },
    Contact: {
      attributes: { type: "Contact", url: `/services/data/v66.0/sobjects/Contact/${eva}` },
      Name: "Eva Paz",
      Account: { Owner: { Name: "Admin Test" } },
    },
  });
  expect(select("SELECT Contact.Name FROM Case WHERE Subject = 'Gamma'")).toMatchObject([{ Contact: null }]);
  const [account] = select(
    `SELECT Name, (SELECT Subject FROM Cases WHERE Priority = 'High' ORDER BY Subject), (SELECT Id FROM Contacts LIMIT 0) FROM Account WHERE Id = '${andes}'`,
  );
  expect(account).toMatchObject({
    Cases: { totalSize: 1, done: true, records: [{ Subject: "Alpha 100%" }] },
    Contacts: null,
  });
  expect(
    select("SELECT TYPEOF Owner WHEN User THEN Username, Email ELSE Name END FROM Case LIMIT 1"),
  ).toMatchObject([{ Owner: { attributes: { type: "User" }, Username: "admin@test.example" } }]);
});

test("aggregates: counted, grouped, held to a condition, named", () => {
  const { org, as, select } = withCases();
  expect(org.query(as("admin"), "SELECT COUNT() FROM Case WHERE Priority = 'High'")).toEqual({
    totalSize: 2,
    done: true,
    records: [],
  });
  expect(
    select(
      "SELECT Priority, COUNT(Id), COUNT(Subject) named FROM Case GROUP BY Priority ORDER BY COUNT(Id) DESC, Priority",
    ),
  ).toMatchObject([
    { attributes: { type: "AggregateResult" }, Priority: "High", expr0: 2, named: 2 },
    { Priority: "Low", expr0: 1, named: 1 },
    { Priority: "Medium", expr0: 1, named: 0 },
  ]);
  expect(select("SELECT Priority p FROM Case GROUP BY Priority HAVING COUNT(Id) > 1")).toEqual([
    { attributes: { type: "AggregateResult" }, p: "High" },
  ]);
  expect(
    select(
      "SELECT SUM(NumberOfEmployees) s, AVG(NumberOfEmployees) a, MIN(Name) low, MAX(CreatedDate) newest FROM Account",
    ),
  ).toMatchObject([{ s: 47, a: 23.5, low: "Andes", newest: "2026-11-23T12:00:00.000+0000" }]);
  expect(
    select(
      "SELECT CALENDAR_YEAR(CreatedDate) y, COUNT(Id) n FROM Case GROUP BY CALENDAR_YEAR(CreatedDate) ORDER BY CALENDAR_YEAR(CreatedDate)",
    ),
  ).toMatchObject([
    { y: 2025, n: 1 },
    { y: 2026, n: 3 },
  ]);
  expect(
    select(
      "SELECT Account.Name, COUNT_DISTINCT(Priority) n FROM Case WHERE AccountId != null GROUP BY Account.Name",
    ),
  ).toMatchObject([
    { Name: "Andes", n: 2 },
    { Name: "Pampa", n: 1 },
  ]);
});

test("several values in one field, whole sets of fields, labels", () => {
  const { org, as, insert, grant, values, select } = newOrg();
  const picklist = {
    restricted: false,
    values: ["red", "green", "blue"].map((value) => ({ value, label: value.toUpperCase(), active: true })),
  };
  addFields(org, "Account", [
    customField("Colours__c", { type: "multipicklist", picklist }),
    customField("Main__c", { type: "picklist", picklist }),
  ]);
  grant("Account", ["Colours__c", "Main__c"], ["tom"]);
  const tom = as("tom");
  insert(tom, "Account", { Name: "A", Colours__c: "red;green", Main__c: "red" });
  insert(tom, "Account", { Name: "B", Colours__c: "blue" });
  expect(values("SELECT Name FROM Account WHERE Colours__c INCLUDES ('green;red', 'white')", tom)).toEqual([
    "A",
  ]);
  expect(values("SELECT Name FROM Account WHERE Colours__c EXCLUDES ('red')", tom)).toEqual(["B"]);
  expect(select("SELECT toLabel(Main__c) FROM Account WHERE Name = 'A'", tom)).toMatchObject([
    { Main__c: "RED" },
  ]);
  expect(Object.keys(select("SELECT FIELDS(CUSTOM) FROM Account LIMIT 1", tom)[0]!)).toEqual([
    "attributes",
    "Colours__c",
    "Main__c",
  ]);
  expect(Object.keys(select("SELECT FIELDS(ALL) FROM Account LIMIT 200", tom)[0]!)).toEqual(
    expect.arrayContaining(["Id", "Name", "Main__c", "SystemModstamp"]),
  );
});

test.each([
  [
    "SELECT Foo FROM Case",
    "INVALID_FIELD: No such column 'Foo' on entity 'Case'. If you are attempting to use a custom field, be sure to append the '__c' after the custom field name. Please reference your WSDL or the describe call for the appropriate names.",
  ],
  ["SELECT Id FROM Nope", /^INVALID_TYPE: sObject type 'Nope' is not supported\./],
  ["SELECT Foo.Name FROM Case", /^INVALID_FIELD: Didn't understand relationship 'Foo' in field path\./],
  [
    "SELECT Id, (SELECT Id FROM Nopes) FROM Account",
    /^INVALID_TYPE: Didn't understand relationship 'Nopes' in FROM part of query call\./,
  ],
  ["SELECT Id FORM Case", /^MALFORMED_QUERY: unexpected token: /],
  ["SELECT Id FROM Case WHERE", "MALFORMED_QUERY: unexpected token: '<EOF>'"],
  [
    "SELECT Id FROM Case WHERE Subject = 'a' AND Status = 'b' OR Status = 'c'",
    "MALFORMED_QUERY: unexpected token: 'OR'",
  ],
  [
    "SELECT Subject, COUNT(Id) FROM Case GROUP BY Status",
    "MALFORMED_QUERY: Field must be grouped or aggregated: Subject",
  ],
  [
    "SELECT Id FROM Case WHERE Description = 'x'",
    "INVALID_FIELD: field 'Description' can not be filtered in a query call",
  ],
  [
    "SELECT Id FROM Case ORDER BY Description",
    "INVALID_FIELD: field 'Description' can not be sorted in a query call",
  ],
  [
    "SELECT Id FROM Account WHERE NumberOfEmployees = '4'",
    "INVALID_FIELD: value of filter criterion for field 'NumberOfEmployees' must be of type int and should not be enclosed in quotes",
  ],
  [
    "SELECT Id FROM Case WHERE CreatedDate > '2026-01-01'",
    /^INVALID_FIELD: value of filter criterion for field 'CreatedDate' must be of type dateTime/,
  ],
  ["SELECT Id FROM Case WHERE Id = 'nope'", "INVALID_QUERY_FILTER_OPERATOR: invalid ID field: nope"],
  [
    "SELECT FIELDS(ALL) FROM Case",
    "MALFORMED_QUERY: The SOQL FIELDS function must have a LIMIT of at most 200",
  ],
  [
    "SELECT Id FROM Case LIMIT 1 OFFSET 2001",
    "NUMBER_OUTSIDE_VALID_RANGE: Maximum SOQL offset allowed is 2000",
  ],
  ["SELECT SUM(Subject) FROM Case", "INVALID_FIELD: field Subject does not support aggregate operator SUM"],
  ["SELECT Id, Id FROM Case", "MALFORMED_QUERY: duplicate field selected: Id"],
  [
    "SELECT Id FROM Account WHERE Id IN (SELECT Id FROM Case)",
    "MALFORMED_QUERY: The selected field 'Id' in the subquery and the left operand field in the where expression in the outer query should point to the same object type",
  ],
])("%s is refused", (soql, expected) => {
  const { why } = newOrg();
  if (typeof expected === "string") expect(why(soql)).toBe(expected);
  else expect(why(soql)).toMatch(expected);
});

test("an error points at its place", () => {
  const { org, as } = newOrg();
  expect(() => org.query(as("admin"), "SELECT Id, Foo FROM Case")).toThrow(
    "\nSELECT Id, Foo FROM Case\n           ^\nERROR at Row:1:Column:12\nNo such column 'Foo' on entity 'Case'.",
  );
});

test("pages, each by its locator, and only to whom asked", () => {
  const { org, as, insert } = newOrg();
  for (let i = 0; i < 5; i++) insert(as("tom"), "Account", { Name: `A${i}` });
  const first = org.query(as("tom"), "SELECT Name FROM Account ORDER BY Name", { batchSize: 2 });
  expect(first).toMatchObject({
    totalSize: 5,
    done: false,
    nextRecordsUrl: expect.stringMatching(/^\/services\/data\/v66\.0\/query\/01g\w+-2$/),
  });
  const locator = first.nextRecordsUrl!.split("/").at(-1)!;
  const second = org.queryMore(as("tom"), locator);
  expect(second).toMatchObject({ done: false, records: [{ Name: "A2" }, { Name: "A3" }] });
  expect(org.queryMore(as("tom"), second.nextRecordsUrl!.split("/").at(-1)!)).toMatchObject({
    done: true,
    records: [{ Name: "A4" }],
  });
  expect(() => org.queryMore(as("ana"), locator)).toThrow("invalid query locator");
});

test("the keyset of a reconciliation walks everything once", () => {
  const { org, as, insert, clock } = newOrg();
  const tom = as("tom");
  for (let i = 0; i < 25; i++) {
    insert(tom, "Case", { Subject: `${i}` });
    if (i % 4 === 0) clock.now += HOUR;
  }
  const seen: unknown[] = [];
  let where = "";
  for (;;) {
    const { records } = org.query(
      tom,
      `SELECT Id, Subject, SystemModstamp FROM Case${where} ORDER BY SystemModstamp, Id LIMIT 4`,
    );
    seen.push(...records.map((r) => r.Subject));
    const last = records.at(-1);
    if (last === undefined) break;
    const at = String(last.SystemModstamp).replace("+0000", "Z");
    where = ` WHERE SystemModstamp > ${at} OR (SystemModstamp = ${at} AND Id > '${String(last.Id)}')`;
  }
  expect(seen).toEqual(Array.from({ length: 25 }, (_, i) => `${i}`));
});
