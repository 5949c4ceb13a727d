import SetupChecklist from "c/setupChecklist";
import { getObjectInfo, getPicklistValuesByRecordType } from "lightning/uiObjectInfoApi";
import {
  HOUR,
  asAnswer,
  caseFields,
  contractFields,
  contractsAnswer,
  read,
  settle,
  wednesdayTen as now,
  writtenFields,
} from "../../__tests__/support/org.ts";
import { answer } from "../../__tests__/support/graphql.ts";
import { expectAccessible, onAPage, put } from "../../__tests__/support/page.ts";

type Wire = { emit(data: unknown): void };
onAPage();

const fields = Object.keys(caseFields(now)).filter((name) => name.endsWith("__c"));
const values = (count: number) => ({
  values: Array.from({ length: count }, (_, i) => ({ label: `${i}`, value: `${i}` })),
});

const held = (name: string) => ({ node: { Id: name, PermissionSet: { Name: { value: name } } } });

async function show({ synced = now, written = true, channels = 5, seen = fields } = {}) {
  const element = put("c-setup-checklist", SetupChecklist);
  await settle();
  answer("SupportContracts", contractsAnswer(now, "Gold", { Synced_At__c: new Date(synced).toISOString() }));
  answer(
    "SupportCases",
    asAnswer("Case", [
      {
        Id: "500000000000001AAA",
        ...caseFields(now - HOUR, written ? writtenFields(now - HOUR, now + HOUR) : {}),
      },
    ]),
  );
  answer("SupportAssignments", undefined, [{ message: "PermissionSetAssignment is undefined" }]);
  (getObjectInfo as unknown as Wire).emit({
    apiName: "Case",
    fields: Object.fromEntries(seen.map((name) => [name, { apiName: name }])),
    recordTypeInfos: {
      m: { recordTypeId: "012000000000000AAA", name: "Master", available: true, master: true },
    },
  });
  await settle();
  (getPicklistValuesByRecordType as unknown as Wire).emit({
    picklistFieldValues: { Support_Priority__c: values(4), Support_Channel__c: values(channels) },
  });
  await settle();
  return element;
}

test("shows that everything is in place, and names what a page cannot see", async () => {
  const element = await show();
  const words = read(element);
  expect(words).toContain("Everything is in place.");
  expect(words).toContain("Gold is in force.");
  expect(words).toContain("cannot be read from a page; not seen at work yet: Support_Consultant.");
  await expectAccessible(element);
});

test("shows each fault with its remedy", async () => {
  const words = read(await show({ synced: now - HOUR, written: false, channels: 4, seen: fields.slice(1) }));
  expect(words).toContain("4 still to do");
  expect(words).toContain("more than 15 minutes ago");
  expect(words).toContain("without a deadline after 3 minutes: 1");
  expect(words).toContain("Master: some priorities or channels are not offered");
  expect(words).toContain("You cannot see Support_Contract__c.");
});

test("names users without an assignment, and where to assign it", async () => {
  const element = await show();
  answer("SupportAssignments", {
    uiapi: { query: { PermissionSetAssignment: { edges: ["Support_Client", "Support_Sync"].map(held) } } },
  });
  await settle();
  expect(read(element)).toContain("Nobody holds Support_Consultant.");
  expect(read(element)).toContain("Assign Support: Client to the people who open cases");
  expect(read(element)).toContain("Open Permission Sets");
});

test.each([
  ["none", asAnswer("Support_Contract__c", []), "No support contract is in force today."],
  [
    "two at once",
    asAnswer("Support_Contract__c", [
      { Id: "a00000000000001AAA", ...contractFields(now) },
      { Id: "a00000000000002AAA", ...contractFields(now, "Gold") },
    ]),
    "2 contracts are in force at once; only one may be.",
  ],
  [
    "one with a policy that cannot be read",
    contractsAnswer(now, "Gold", { Policy__c: "{" }),
    "The contract's policy is absent, damaged or of a newer format.",
  ],
  ["one never signed", contractsAnswer(now, "Gold", { Synced_At__c: null }), "It has never been heard from."],
])("the contract: %s", async (_, contracts, words) => {
  const element = await show();
  answer("SupportContracts", contracts);
  await settle();
  expect(read(element)).toContain(words);
  expect(read(element)).toMatch(/\d still to do/);
});

test("without the admin's permission set it says so, and nothing else", async () => {
  const element = put("c-setup-checklist", SetupChecklist);
  await settle();
  answer("SupportContracts", undefined, [{ message: "Field 'Support_Contract__c' is undefined" }]);
  await settle();
  expect(read(element)).toContain("Assign yourself the permission set Support: Admin");
  expect(read(element)).not.toContain("still to do");
  await expectAccessible(element);
});
