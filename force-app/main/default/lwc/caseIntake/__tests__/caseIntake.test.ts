import { createRecord, getRecord } from "lightning/uiRecordApi";
import CaseIntake from "c/caseIntake";
import {
  all,
  asRecord,
  caseFields,
  caseId,
  contractId,
  contractsAnswer,
  HOUR,
  read,
  settle,
  wednesdayTen as now,
  writtenFields,
} from "../../__tests__/support/org.ts";
import { answer } from "../../__tests__/support/graphql.ts";
import { expectAccessible, onAPage, put } from "../../__tests__/support/page.ts";

const create = createRecord as unknown as jest.Mock;
const wire = getRecord as unknown as { emit(data: unknown): void };
onAPage();

async function show(plan = "Silver", changes: Record<string, unknown> = {}) {
  const element = put("c-case-intake", CaseIntake);
  await settle();
  answer("SupportContracts", contractsAnswer(now, plan, changes));
  await settle();
  return element;
}
async function write(element: HTMLElement, name: string, value: string) {
  const field = all<HTMLInputElement>(element, ".field").find(
    (each) => (each as HTMLInputElement).name === name,
  )!;
  field.dispatchEvent(new CustomEvent("change", { detail: { value } }));
  await settle();
}
async function fillIn(element: HTMLElement) {
  await write(element, "subject", "Facturación caída");
  await write(element, "category", "Incident Resolution");
  await write(element, "description", "Desde las 16:20.");
}
async function send(element: HTMLElement) {
  for (const field of all(element, ".field"))
    Object.assign(field, { reportValidity: () => true, checkValidity: () => true });
  all<HTMLElement>(element, ".send")[0]!.click();
  await settle();
}
const tick = async (element: HTMLElement, question: string) => {
  all(element, `[data-question="${question}"]`)[0]!.dispatchEvent(
    new CustomEvent("change", { detail: { checked: true } }),
  );
  await settle();
};

test("promises a deadline for every priority before anything is sent", async () => {
  const element = await show();
  const words = read(element);
  expect(words).toMatch(/P1 – Critical today 14:00/);
  expect(words).toMatch(/P2 – High tomorrow 10:00/);
  expect(words).toMatch(/Buenos Aires time/);
  await expectAccessible(element);
});

test("questions about impact suggest a priority until the author decides", async () => {
  const element = await show();
  await tick(element, "operationStopped");
  expect(read(element)).toContain("We suggest P1 – Critical");
  const button = () => all<HTMLElement & { label: string }>(element, ".send")[0]!.label;
  expect(button()).toBe("Open case P1");
  const p4 = all<HTMLInputElement>(element, 'input[value="P4"]')[0]!;
  p4.dispatchEvent(new CustomEvent("change"));
  await settle();
  await tick(element, "keyFunction");
  expect(button()).toBe("Open case P4");
});

test("a quoted category says so and is promised as the lowest priority", async () => {
  const element = await show();
  await write(element, "category", "New Development");
  expect(read(element)).toContain("we will quote it");
  expect(read(element)).toContain("answered as P4 – Low");
});

test("a channel that the plan does not include is refused with the plans that have it", async () => {
  const element = await show();
  await fillIn(element);
  await write(element, "channel", "Slack");
  expect(read(element)).toContain("Slack is not part of Silver. It is included in Gold and Platinum.");
  await send(element);
  expect(create).not.toHaveBeenCalled();
});

test("opens the case under the contract and shows its timer", async () => {
  const element = await show();
  await fillIn(element);
  await tick(element, "operationStopped");
  create.mockResolvedValueOnce({ id: caseId });
  await send(element);
  expect(create).toHaveBeenCalledWith({
    apiName: "Case",
    fields: {
      Subject: "Facturación caída",
      Description: "Desde las 16:20.",
      Origin: "Web",
      Support_Contract__c: contractId,
      Support_Priority__c: "P1",
      Support_Channel__c: "Portal",
      Service_Category__c: "Incident Resolution",
    },
  });
  wire.emit(asRecord("Case", caseId, caseFields(now)));
  await settle();
  expect(read(element)).toContain("Case 00001042 is open");
  expect(read(element)).toContain("04:00:00");
  expect(read(element)).toContain("Provisional");
});

test("the user's text survives a refusal and a new page", async () => {
  const element = await show();
  await fillIn(element);
  create.mockRejectedValueOnce({ body: { message: "A validation rule says no." } });
  await send(element);
  expect(read(element)).toContain("A validation rule says no.");
  expect(read(element)).toContain("Your words are kept");
  document.body.replaceChildren();
  const again = await show();
  expect(read(again)).toContain("We kept your draft");
  const subject = all<HTMLInputElement>(again, ".field")[0]!;
  expect(subject.value).toBe("Facturación caída");
});

test("on-call is refused for a lower priority, with the next step", async () => {
  const element = await show("Platinum");
  await fillIn(element);
  await write(element, "channel", "OnCall");
  expect(read(element)).toContain("On-call is for P1 – Critical only.");
  await tick(element, "operationStopped");
  expect(read(element)).not.toContain("On-call is for");
});

test("the service writes the promise that the form showed, to the second", async () => {
  const element = await show();
  await fillIn(element);
  await tick(element, "operationStopped");
  create.mockResolvedValueOnce({ id: caseId });
  await send(element);
  wire.emit(asRecord("Case", caseId, caseFields(now)));
  await settle();
  const due = () => (all(element, "c-sla-timer")[0] as unknown as { clock: { dueAt: number } }).clock.dueAt;
  const provisional = due();
  wire.emit(asRecord("Case", caseId, caseFields(now, writtenFields(now, now + 4 * HOUR))));
  await settle();
  expect(due()).toBe(provisional);
  expect(read(element)).not.toContain("Provisional");
});

test("nothing is sent while a field says what it lacks, and the fault goes as soon as it is mended", async () => {
  const element = await show();
  const [subject] = all<HTMLInputElement>(element, ".field");
  const reports = jest.fn(() => false);
  for (const field of all(element, ".field"))
    Object.assign(field, { reportValidity: () => true, checkValidity: () => true });
  Object.assign(subject!, { reportValidity: reports, focus: jest.fn() });
  all<HTMLElement>(element, ".send")[0]!.click();
  await settle();
  expect(create).not.toHaveBeenCalled();
  expect(subject!.focus).toHaveBeenCalledTimes(1);
  await write(element, "subject", "Facturación caída");
  expect(reports).toHaveBeenCalledTimes(2);
});

test("a second case can follow the first, from an empty form", async () => {
  const element = await show();
  await fillIn(element);
  create.mockResolvedValueOnce({ id: caseId });
  await send(element);
  wire.emit(asRecord("Case", caseId, caseFields(now)));
  await settle();
  all<HTMLElement & { label: string }>(element, "lightning-button")
    .find(({ label }) => label === "Open another")!
    .click();
  await settle();
  expect(all<HTMLInputElement>(element, ".field")[0]!.value).toBe("");
});

test("a draft can be thrown away", async () => {
  await fillIn(await show());
  document.body.replaceChildren();
  const element = await show();
  all<HTMLElement & { label: string }>(element, "lightning-button")
    .find(({ label }) => label === "Discard it")!
    .click();
  await settle();
  expect(all<HTMLInputElement>(element, ".field")[0]!.value).toBe("");
  document.body.replaceChildren();
  expect(read(await show())).not.toContain("We kept your draft");
});

test("the form says that the service is away before the user sends", async () => {
  const element = await show("Silver", { Synced_At__c: new Date(now - 16 * 60_000).toISOString() });
  expect(read(element)).toContain("has not been heard from for over 15 minutes");
});

test.each([
  [
    "access",
    undefined,
    [{ message: "Field 'Support_Contract__c' is undefined" }],
    "Support: Client or Support: Consultant",
  ],
  ["an answer", undefined, [{ message: "The server is busy." }], "The server is busy."],
  [
    "a contract in force",
    contractsAnswer(now, "Silver", { Status__c: "Expired" }),
    undefined,
    "No support contract is in force",
  ],
  [
    "a policy",
    contractsAnswer(now, "Silver", { Policy__c: null }),
    undefined,
    "The contract has no policy yet",
  ],
])("without %s it says what is missing", async (_, data, errors, words) => {
  const element = put("c-case-intake", CaseIntake);
  await settle();
  answer("SupportContracts", data, errors);
  await settle();
  expect(read(element)).toContain(words);
  await expectAccessible(element);
});

test("outside coverage says in words when the time starts to count", async () => {
  const night = now + 12 * 3_600_000;
  jest.setSystemTime(night);
  const element = await show("Silver", { Synced_At__c: new Date(night).toISOString() });
  expect(read(element)).toContain(
    "We are outside your support hours now. The time starts to count tomorrow 09:00.",
  );
});
