import { createRecord, getRecord } from "lightning/uiRecordApi";
import CaseIntake from "c/caseIntake";
import {
  all,
  asRecord,
  caseFields,
  caseId,
  contractId,
  contractsAnswer,
  read,
  settle,
  wednesdayTen as now,
} from "../../__tests__/support/org.ts";
import { answer } from "../../__tests__/support/graphql.ts";
import { expectAccessible, onAPage, put } from "../../__tests__/support/page.ts";

const create = createRecord as unknown as jest.Mock;
const wire = getRecord as unknown as { emit(data: unknown): void };
onAPage();

async function show() {
  const element = put("c-case-intake", CaseIntake);
  await settle();
  answer("SupportContracts", contractsAnswer(now));
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
  expect(words).toMatch(/P1 – Critical today 02:00 PM/);
  expect(words).toMatch(/P2 – High tomorrow 10:00 AM/);
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

test("what was written survives a refusal, and a new page", async () => {
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
