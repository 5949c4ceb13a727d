import SetupChecklist from "c/setupChecklist";
import { getObjectInfo, getPicklistValuesByRecordType } from "lightning/uiObjectInfoApi";
import {
  HOUR,
  asAnswer,
  caseFields,
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

const fields = [
  "Support_Contract__c",
  "Support_Priority__c",
  "Support_Channel__c",
  "Service_Category__c",
  "SLA_Status__c",
  "SLA_Ack_Due_At__c",
  "SLA_Acknowledged_By__c",
];
const values = (count: number) => ({
  values: Array.from({ length: count }, (_, i) => ({ label: `${i}`, value: `${i}` })),
});

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

test("all in place, and what a page cannot see is said to be so", async () => {
  const element = await show();
  const words = read(element);
  expect(words).toContain("Everything is in place.");
  expect(words).toContain("Gold is in force.");
  expect(words).toContain("Assignments cannot be read from a page.");
  await expectAccessible(element);
});

test("each fault with its remedy", async () => {
  const words = read(await show({ synced: now - HOUR, written: false, channels: 4, seen: fields.slice(1) }));
  expect(words).toContain("4 still to do");
  expect(words).toContain("more than 15 minutes ago");
  expect(words).toContain("without a deadline after 3 minutes: 1");
  expect(words).toContain("Master: some priorities or channels are not offered");
  expect(words).toContain("You cannot see Support_Contract__c.");
});
