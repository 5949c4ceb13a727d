import { updateRecord, getRecord } from "lightning/uiRecordApi";
import SupportDesk from "c/supportDesk";
import { answer } from "../../__tests__/support/graphql.ts";
import {
  HOUR,
  all,
  asAnswer,
  asRecord,
  caseFields,
  contractFields,
  contractId,
  contractsAnswer,
  read,
  settle,
  wednesdayTen as now,
} from "../../__tests__/support/org.ts";
import { expectAccessible, onAPage, put } from "../../__tests__/support/page.ts";

jest.mock("@salesforce/customPermission/Support_Acknowledge", () => ({ default: true }), { virtual: true });
jest.mock("@salesforce/user/Id", () => ({ default: "005000000000001AAA" }), { virtual: true });

const save = updateRecord as unknown as jest.Mock;
const wiredRecord = getRecord as unknown as {
  emit(value: unknown, matches?: (config: { recordId?: string }) => boolean): void;
};
onAPage();
beforeEach(() => {
  // jsdom lays nothing out, so that nothing would be in sight
  jest.spyOn(Element.prototype, "getClientRects").mockReturnValue([{}] as unknown as DOMRectList);
  HTMLDialogElement.prototype.showModal = function showModal() {
    this.open = true;
  };
  HTMLDialogElement.prototype.close = function close() {
    this.open = false;
  };
});
afterEach(() => jest.restoreAllMocks());

const camila = "005000000000001AAA";
const bruno = "005000000000002AAA";
const martina = "005000000000003AAA";
const id = (n: number) => `50000000000000${n}AAA`;
const owned = { CreatedById: martina, OwnerId: martina };
const rows = [
  { Id: id(1), ...caseFields(now - HOUR, { CaseNumber: "1", Subject: "runs", ...owned }) },
  { Id: id(2), ...caseFields(now - 20 * HOUR, { CaseNumber: "2", Subject: "is overdue", ...owned }) },
  { Id: id(3), ...caseFields(now - 18.25 * HOUR, { CaseNumber: "3", Subject: "is at risk", ...owned }) },
];

async function show() {
  const org = { cases: rows.map((each): Record<string, unknown> & { Id: string } => ({ ...each })) };
  const element = put("c-support-desk", SupportDesk);
  await settle();
  answer("SupportContracts", contractsAnswer(now));
  const refresh = jest.fn(async () => {
    answer("SupportCases", asAnswer("Case", org.cases), undefined, refresh);
  });
  await refresh();
  await settle();
  save.mockImplementation(async ({ fields }: { fields: { Id: string } }) => {
    Object.assign(
      org.cases.find(({ Id }) => Id === fields.Id)!,
      fields,
      {
        LastModifiedDate: new Date().toISOString(),
      },
    );
    return {};
  });
  return { element, org };
}
async function press(key: string, on: EventTarget = window) {
  on.dispatchEvent(
    new KeyboardEvent("keydown", {
      key,
      code: /^[a-z]$/i.test(key) ? `Key${key.toUpperCase()}` : "",
      bubbles: true,
      composed: true,
      cancelable: true,
    }),
  );
  await settle();
}
const cards = (element: HTMLElement) =>
  all<HTMLElement & { recordId: string }>(element, "c-case-sla").map(({ recordId }) => recordId);
/** The org answers what the card asks for the case that is shown. */
async function cardIsAnswered(org: { cases: (Record<string, unknown> & { Id: string })[] }, n: number) {
  const found = org.cases.find(({ Id }) => Id === id(n))!;
  wiredRecord.emit(asRecord("Case", id(n), found), ({ recordId }) => recordId === id(n));
  wiredRecord.emit(
    asRecord("Support_Contract__c", contractId, contractFields(now)),
    ({ recordId }) => recordId === contractId,
  );
  await settle();
}
const rowOf = (element: HTMLElement, number: string) =>
  all<HTMLElement & { row: { number: string }; current: boolean }>(element, "c-support-case-row").find(
    ({ row }) => row.number === number,
  )!;

test("J and K show one case after the other beside the queue, the most urgent first", async () => {
  const { element } = await show();
  expect(cards(element)).toEqual([]);
  expect(read(element)).toContain("Choose a case, or press J for the next one.");
  await press("j");
  expect(cards(element)).toEqual([id(2)]);
  expect(rowOf(element, "2").current).toBe(true);
  await press("j");
  await press("j");
  await press("J");
  expect(cards(element)).toEqual([id(1)]);
  await press("k");
  expect(cards(element)).toEqual([id(3)]);
  expect(rowOf(element, "3").shadowRoot!.querySelector("a")!.getAttribute("aria-current")).toBe("true");
  await expectAccessible(element);
});

test("the conversation of a case is asked for where one stays, not on the way to the next", async () => {
  const { element } = await show();
  const conversations = () =>
    all<HTMLElement & { recordId: string }>(element, "c-support-conversation").map(
      ({ recordId }) => recordId,
    );
  await press("j");
  jest.advanceTimersByTime(200);
  await press("j");
  jest.advanceTimersByTime(200);
  await settle();
  expect(conversations()).toEqual([]);
  jest.advanceTimersByTime(100);
  await settle();
  expect(conversations()).toEqual([id(3)]);
  await expectAccessible(element);
});

test("A acknowledges the case that is shown, and moving on leaves the time to undo it", async () => {
  const { element, org } = await show();
  await press("j");
  await cardIsAnswered(org, 2);
  await press("a");
  expect(read(rowOf(element, "2"))).toContain("Undo (5");
  expect(read(all(element, "c-case-sla")[0]!)).toMatch(/Undo \(5/);
  await press("j");
  expect(cards(element)).toEqual([id(3)]);
  expect(save).not.toHaveBeenCalled();
  await press("k");
  await press("u");
  expect(read(element)).toContain("Nothing was saved.");
  for (let second = 0; second < 7; second++) {
    jest.advanceTimersByTime(1000);
    // eslint-disable-next-line no-await-in-loop -- one second after the other
    await settle();
  }
  expect(save).not.toHaveBeenCalled();
});

test("T takes the case: the owner and the acknowledgement are saved together, over the case as it was seen", async () => {
  const { element, org } = await show();
  await press("j");
  await cardIsAnswered(org, 2);
  await press("t");
  expect(read(element)).toContain("2: you take it and acknowledge it in five seconds.");
  for (let second = 0; second < 7; second++) {
    jest.advanceTimersByTime(1000);
    // eslint-disable-next-line no-await-in-loop -- one second after the other
    await settle();
  }
  expect(save).toHaveBeenCalledWith(
    { fields: { Id: id(2), OwnerId: camila, SLA_Acknowledged_By__c: camila } },
    { ifUnmodifiedSince: expect.any(String) },
  );
});

test("a colleague who took the case meanwhile, without acknowledging it, is named, and nothing is saved", async () => {
  const { element, org } = await show();
  await press("j");
  await cardIsAnswered(org, 2);
  await press("t");
  Object.assign(
    org.cases.find(({ Id }) => Id === id(2))!,
    {
      OwnerId: bruno,
      Owner: { Name: { value: "Bruno Díaz" } },
      LastModifiedDate: new Date(now + 1000).toISOString(),
    },
  );
  for (let second = 0; second < 7; second++) {
    jest.advanceTimersByTime(1000);
    // eslint-disable-next-line no-await-in-loop -- one second after the other
    await settle();
  }
  expect(save).not.toHaveBeenCalled();
  expect(read(element)).toContain("2: Bruno Díaz had taken it (today 10:00). Nothing was saved.");
});

test("letters act as text in a field, and belong to the browser with Ctrl", async () => {
  const { element } = await show();
  const field = document.createElement("textarea");
  document.body.appendChild(field);
  await press("j", field);
  window.dispatchEvent(new KeyboardEvent("keydown", { key: "j", ctrlKey: true }));
  await settle();
  expect(cards(element)).toEqual([]);
});

test("? shows every key in a dialog, and while it is open keys do nothing else", async () => {
  const { element } = await show();
  await press("?");
  const dialog = all<HTMLDialogElement>(element, "dialog")[0]!;
  expect(dialog.open).toBe(true);
  expect(read(dialog)).toMatch(/J\s*Next case/);
  for (const key of ["J", "K", "Enter", "A", "T", "R", "U", "X", "/", "?"])
    expect(all(element, "kbd").map((each) => each.textContent)).toContain(key);
  await press("j");
  expect(cards(element)).toEqual([]);
  all<HTMLElement>(element, "lightning-button.close")[0]!.click();
  expect(dialog.open).toBe(false);
  await press("j");
  expect(cards(element)).toEqual([id(2)]);
});

test("X selects the case that is shown, and / goes to the search", async () => {
  const { element } = await show();
  await press("j");
  await press("x");
  expect(read(element)).toContain("Acknowledge (1)");
  await press("x");
  expect(read(element)).toContain("Acknowledge (0)");
  const [search] = all<HTMLElement>(element, "lightning-input");
  const focus = jest.spyOn(search!, "focus");
  await press("/");
  expect(focus).toHaveBeenCalled();
});
