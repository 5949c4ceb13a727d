import { getRecord } from "lightning/uiRecordApi";
import SupportConversation from "c/supportConversation";
import { answer } from "../../__tests__/support/graphql.ts";
import {
  HOUR,
  all,
  asAnswer,
  asRecord,
  caseFields,
  caseId,
  read,
  settle,
  wednesdayTen as now,
  writtenFields,
} from "../../__tests__/support/org.ts";
import { onAPage, put } from "../../__tests__/support/page.ts";

jest.mock("@salesforce/user/Id", () => ({ default: "005000000000003AAA" }), { virtual: true });
jest.mock("@salesforce/customPermission/Support_Acknowledge", () => ({ default: false }), { virtual: true });
onAPage();

test("a client asks for no notes, writes none, and is told of no acknowledgement", async () => {
  const element = put("c-support-conversation", SupportConversation, { recordId: caseId });
  await settle();
  const fields = caseFields(now - HOUR, writtenFields(now - HOUR, now + 3 * HOUR));
  (getRecord as unknown as { emit(data: unknown): void }).emit(asRecord("Case", caseId, fields));
  answer("SupportConversation(", asAnswer("Case", [{ Id: caseId, Description: "Nothing can be invoiced." }]));
  const note = { Id: "a0N1", Body__c: "Nobody must read this.", CreatedDate: new Date(now).toISOString() };
  answer("SupportNotes", asAnswer("Support_Note__c", [note]));
  await settle();
  const [composer] = all<HTMLElement & { notes: boolean; acknowledges: boolean }>(
    element,
    "c-support-composer",
  );
  expect([composer!.notes, composer!.acknowledges]).toEqual([false, false]);
  expect(read(element)).toContain("Nothing can be invoiced.");
  expect(read(element)).not.toContain("Nobody must read this.");
});
