import { getRecord, updateRecord } from "lightning/uiRecordApi";
import CaseSla from "c/caseSla";
import {
  HOUR,
  all,
  asRecord,
  caseFields,
  caseId,
  contractFields,
  contractId,
  contractsAnswer,
  read,
  settle,
  wednesdayTen as now,
  writtenFields,
} from "../../__tests__/support/org.ts";
import { answer } from "../../__tests__/support/graphql.ts";
import { onAPage, put } from "../../__tests__/support/page.ts";

/** As a client, who may not acknowledge. */
jest.mock("@salesforce/customPermission/Support_Acknowledge", () => ({ default: false }), { virtual: true });
jest.mock("@salesforce/user/Id", () => ({ default: "005000000000003AAA" }), { virtual: true });

const wire = getRecord as unknown as {
  emit(data: unknown, filter?: (config: { recordId?: string }) => boolean): void;
};
const save = updateRecord as unknown as jest.Mock;
onAPage();

async function tell(fields: Record<string, unknown>) {
  wire.emit(asRecord("Case", caseId, fields), ({ recordId }) => recordId === caseId);
  await settle();
  wire.emit(
    asRecord("Support_Contract__c", contractId, contractFields(now)),
    ({ recordId }) => recordId === contractId,
  );
  await settle();
}

test("reopening a case shows its next cycle at once, provisional, with the result of the first", async () => {
  const element = put("c-case-sla", CaseSla, { recordId: caseId });
  await settle();
  const ended = {
    ...writtenFields(now - HOUR, now + 3 * HOUR, "Acknowledged"),
    SLA_Acknowledged_By__c: "005000000000002AAA",
    SLA_Acknowledged_At__c: new Date(now - HOUR / 2).toISOString(),
    SLA_Elapsed_Minutes__c: 30,
  };
  await tell(caseFields(now - HOUR, { ...ended, Status: "Closed", IsClosed: true }));
  expect(read(element)).toContain("Acknowledged");
  await tell(
    caseFields(now - HOUR, { ...ended, Status: "Working", LastModifiedDate: new Date(now).toISOString() }),
  );
  expect(read(element)).toContain("Reopened: cycle 2");
  expect(read(element)).toContain("04:00:00");
  expect(read(element)).toContain("Provisional");
  expect(read(element)).toMatch(/Before it was reopened.*Cycle 1/);
});

test("a case that was opened elsewhere says what to do, and can be put under the contract", async () => {
  const element = put("c-case-sla", CaseSla, { recordId: caseId });
  await settle();
  await tell(caseFields(now, { Support_Contract__c: null }));
  answer("SupportContracts", contractsAnswer(now));
  await settle();
  expect(read(element)).toContain("nobody has promised to answer it");
  const toPutIt = all<HTMLElement & { label: string }>(element, "lightning-button").find(({ label }) =>
    /under the support contract/.test(label),
  )!;
  toPutIt.click();
  await settle();
  expect(save.mock.lastCall[0]).toEqual({ fields: { Id: caseId, Support_Contract__c: contractId } });
});
