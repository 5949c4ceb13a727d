import { createRecord, getRecord, updateRecord } from "lightning/uiRecordApi";
import { getPicklistValues } from "lightning/uiObjectInfoApi";
import SupportConversation from "c/supportConversation";
import { answer } from "../../__tests__/support/graphql.ts";
import {
  HOUR,
  all,
  asAnswer,
  asRecord,
  caseFields,
  caseId,
  contractsAnswer,
  read,
  settle,
  wednesdayTen as now,
  writtenFields,
} from "../../__tests__/support/org.ts";
import { onAPage, put } from "../../__tests__/support/page.ts";

jest.mock("@salesforce/user/Id", () => ({ default: "005000000000003AAA" }), { virtual: true });
jest.mock("@salesforce/customPermission/Support_Acknowledge", () => ({ default: false }), { virtual: true });
onAPage();

test("a client asks for no notes, writes no notes, and is told of no acknowledgement", async () => {
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

const statuses = {
  defaultValue: { value: "New", label: "New" },
  values: [
    { value: "Working", label: "Working", attributes: { closed: false } },
    { value: "New", label: "New", attributes: { closed: false } },
    { value: "Closed", label: "Closed", attributes: { closed: true } },
  ],
};
const [create, update] = [createRecord, updateRecord] as unknown as [jest.Mock, jest.Mock];

async function show(changes: Record<string, unknown> = {}, picklist: object = statuses) {
  const element = put("c-support-conversation", SupportConversation, { recordId: caseId });
  await settle();
  const fields = caseFields(now - HOUR, { ...writtenFields(now - HOUR, now + 3 * HOUR), ...changes });
  (getRecord as unknown as { emit(data: unknown): void }).emit(asRecord("Case", caseId, fields));
  answer("SupportConversation(", asAnswer("Case", [{ Id: caseId, Description: "Nothing can be invoiced." }]));
  await settle();
  (getPicklistValues as unknown as { emit(data: unknown): void }).emit(picklist);
  await settle();
  return element;
}
async function write(element: Element, value: string): Promise<void> {
  all(element, "lightning-textarea")[0]!.dispatchEvent(new CustomEvent("change", { detail: { value } }));
  await settle();
}
const press = async (element: Element, selector: string): Promise<void> => {
  all(element, selector)[0]!.click();
  await settle();
};

test("a client closes the case with a reason, after reading what follows", async () => {
  create.mockResolvedValue({ id: "00a9" });
  update.mockResolvedValue({});
  const element = await show();
  await press(element, ".turn");
  expect(read(element)).toContain("When you close the case, we do not owe you an answer any more.");
  const [send] = all<HTMLElement & { disabled: boolean; label: string }>(element, ".send");
  expect([send!.label, send!.disabled]).toEqual(["Send and close", true]);
  await write(element, "It works again.");
  await press(element, ".send");
  expect(update.mock.calls).toEqual([[{ fields: { Id: caseId, Status: "Closed" } }]]);
  expect(create.mock.calls[0]![0]).toMatchObject({ fields: { CommentBody: "It works again." } });
});

test("a refused closing loses no word, and the page says why", async () => {
  update.mockRejectedValue({ status: 400, body: { output: { errors: [{ message: "A task is open." }] } } });
  const element = await show();
  await press(element, ".turn");
  await write(element, "It works again.");
  await press(element, ".send");
  expect(create).not.toHaveBeenCalled();
  expect(read(element)).toContain("Your text was not sent. It is still here. A task is open.");
});

test("a client who reopens a case reads first until when it will be answered", async () => {
  create.mockResolvedValue({ id: "00a9" });
  update.mockResolvedValue({});
  const element = await show({ Status: "Closed", IsClosed: true, SLA_Status__c: "Cancelled" });
  expect(read(element)).toContain("This case is closed. A message does not open it again.");
  answer("SupportContracts", contractsAnswer(now));
  await settle();
  await press(element, ".turn");
  // Silver, P1: four hours from ten
  expect(read(element)).toContain("If you open the case again now, we answer by today 14:00 at the latest.");
  await write(element, "It fails again.");
  await press(element, ".send");
  expect(update.mock.calls).toEqual([[{ fields: { Id: caseId, Status: "New" } }]]);
});

test("an org that does not say which status closes a case offers no closing and no reopening", async () => {
  const values = statuses.values.map(({ value, label }) => ({ value, label, attributes: null }));
  const element = await show({}, { ...statuses, values });
  expect(all(element, ".turn")).toHaveLength(0);
});
