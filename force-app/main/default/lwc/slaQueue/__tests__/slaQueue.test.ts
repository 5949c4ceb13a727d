import { updateRecord } from "lightning/uiRecordApi";
import SlaQueue from "c/slaQueue";
import {
  HOUR,
  all,
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
import { withSight } from "../../__tests__/support/sight.ts";

jest.mock("@salesforce/customPermission/Support_Acknowledge", () => ({ default: true }), { virtual: true });
jest.mock("@salesforce/user/Id", () => ({ default: "005000000000001AAA" }), { virtual: true });

const save = updateRecord as unknown as jest.Mock;
onAPage();

const id = (n: number) => `50000000000000${n}AAA`;
/** Coverage of 4 hours, seen on Wednesday at 10:00: opened on Tuesday at 14:00 it is over, at 15:45 nearly. */
const rows = [
  { Id: id(1), ...caseFields(now - HOUR, { CaseNumber: "1", Subject: "runs" }) },
  { Id: id(2), ...caseFields(now - 20 * HOUR, { CaseNumber: "2", Subject: "is overdue" }) },
  { Id: id(3), ...caseFields(now - 18.25 * HOUR, { CaseNumber: "3", Subject: "is at risk" }) },
  { Id: id(4), ...caseFields(now - HOUR, { CaseNumber: "4", Subject: "low", Support_Priority__c: "P4" }) },
];

async function show(properties: object = {}, cases: (Record<string, unknown> & { Id: string })[] = rows) {
  const element = put("c-sla-queue", SlaQueue, properties);
  await settle();
  answer("SupportContracts", contractsAnswer(now));
  const refresh = answer("SupportCases", asAnswer("Case", cases));
  await settle();
  return { element, refresh };
}
const names = (element: HTMLElement) => all(element, "a.name").map((each) => each.textContent!.trim());

test("orders by urgency and counts what is urgent", async () => {
  const { element } = await show();
  expect(names(element)).toEqual(["2 is overdue", "3 is at risk", "1 runs", "4 low"]);
  expect(read(element)).toContain("4 open cases · 1 breached · 1 at risk");
  await expectAccessible(element);
});

test("one of a kind is told as one", async () => {
  const { element } = await show({}, rows.slice(0, 1));
  expect(read(element)).toContain("1 open case · 0 breached · 0 at risk");
});

test("says how many more there are than it lists, and counts them", async () => {
  const answered = asAnswer("Case", rows);
  answered.uiapi.query.Case!.totalCount = 2134;
  const { element } = await show();
  answer("SupportCases", answered);
  await settle();
  expect(read(element)).toContain("2,134 open cases");
  expect(read(element)).toContain("Only 4 of 2,134 open cases are listed here");
});

test("deadlines under a policy that cannot be read are shown with a word about it", async () => {
  const { element } = await show({}, [
    { Id: id(1), ...caseFields(now - HOUR, writtenFields(now - HOUR, now + 3 * HOUR)) },
  ]);
  answer("SupportContracts", contractsAnswer(now, "Silver", { Policy__c: null }));
  await settle();
  expect(read(element)).toContain("03:00:00");
  expect(read(element)).toContain("has no policy yet");
  expect(read(element)).toContain("due times in Buenos Aires time");
});

test("filters by status, priority and words", async () => {
  const { element } = await show();
  const filter = (name: string, value: string) =>
    all<HTMLInputElement>(element, "lightning-combobox, lightning-input")
      .find((each) => each.name === name)!
      .dispatchEvent(new CustomEvent("change", { detail: { value } }));
  filter("status", "Breached");
  await settle();
  expect(names(element)).toEqual(["2 is overdue"]);
  filter("status", "");
  filter("priority", "P4");
  await settle();
  expect(names(element)).toEqual(["4 low"]);
  filter("priority", "");
  filter("search", "RUNS");
  await settle();
  expect(names(element)).toEqual(["1 runs"]);
  filter("search", "nothing like it");
  await settle();
  expect(read(element)).toContain("No case matches the filters.");
});

test("acknowledges several at once, and puts back what the org refuses", async () => {
  const { element, refresh } = await show();
  save.mockImplementation(({ fields }: { fields: { Id: string } }) =>
    fields.Id === id(3) ? Promise.reject({ body: { message: "locked" } }) : Promise.resolve({}),
  );
  const everything = all<HTMLInputElement>(element, ".all input")[0]!;
  everything.checked = true;
  everything.dispatchEvent(new CustomEvent("change"));
  await settle();
  const button = all<HTMLElement & { label: string }>(element, "lightning-button")[0]!;
  expect(button.label).toBe("Acknowledge (4)");
  button.click();
  await settle();
  expect(save).toHaveBeenCalledTimes(4);
  expect(refresh).toHaveBeenCalled();
  expect(read(element)).toContain("Not acknowledged: 3. locked");
  expect(read(element)).toContain("3 acknowledged.");
});

const inFocus = (): string => {
  let element = document.activeElement;
  while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  return element?.textContent?.trim() || element?.getAttribute("aria-label") || "";
};

test("after an acknowledgement the focus is on the case that takes its place, not lost with the button", async () => {
  const { element } = await show();
  save.mockReturnValue(new Promise(() => {})); // still on its way
  const acts = all<HTMLElement>(element, "lightning-button-icon");
  acts[1]!.focus();
  acts[1]!.click();
  await settle();
  expect(names(element)).toEqual(["2 is overdue", "1 runs", "4 low", "3 is at risk"]);
  expect(inFocus()).toBe("1 runs");
});

test("up and down move between rows, to the same part of them", async () => {
  const { element } = await show();
  const press = (key: string) =>
    element.shadowRoot!.activeElement!.shadowRoot!.activeElement!.dispatchEvent(
      new KeyboardEvent("keydown", { key, bubbles: true, composed: true, cancelable: true }),
    );
  all<HTMLElement>(element, "a.name")[0]!.focus();
  press("ArrowDown");
  expect(inFocus()).toBe("3 is at risk");
  press("ArrowUp");
  press("ArrowUp");
  expect(inFocus()).toBe("2 is overdue");
  all<HTMLElement>(element, "input.tick")[0]!.focus();
  press("ArrowDown");
  expect(inFocus()).toBe("Select case 3");
});

test("announces a crossing politely and sorts again", async () => {
  const { element } = await show({}, [
    { Id: id(5), ...caseFields(now - 3 * HOUR + 60_000 + HOUR, { CaseNumber: "5", Subject: "first" }) },
    { Id: id(6), ...caseFields(now - 22 * HOUR + 4 * HOUR + 2000, { CaseNumber: "6", Subject: "second" }) },
  ]);
  expect(names(element)[0]).toBe("6 second");
  jest.advanceTimersByTime(3 * HOUR);
  await settle();
  const live = all(element, "[aria-live='polite']")[0]!;
  expect(live.textContent).toMatch(/Case \d, \w+: (At risk|Breached)/);
});

test("in the utility bar it shows what is urgent alone, and tells its counts", async () => {
  const counts = jest.fn();
  const element = put("c-sla-queue", SlaQueue, { urgentOnly: true });
  element.addEventListener("counts", counts);
  await settle();
  answer("SupportContracts", contractsAnswer(now));
  answer("SupportCases", asAnswer("Case", rows));
  await settle();
  expect(names(element)).toEqual(["2 is overdue", "3 is at risk"]);
  expect(counts.mock.lastCall[0].detail).toEqual({ open: 4, atRisk: 1, breached: 1 });
});

test("an empty queue, and one that cannot be read", async () => {
  const { element } = await show({}, []);
  expect(read(element)).toContain("There is no open support case.");
  answer("SupportCases", undefined, [{ message: "SLA_Status__c is undefined" }]);
  await settle();
  expect(read(element)).toContain("permission set");
});

describe("of hundreds", () => {
  withSight();

  test("it makes the rows that come into sight, each with its place among all", async () => {
    const many = Array.from({ length: 300 }, (_, n) => ({
      Id: `5000000000${String(10_000 + n)}AAA`,
      ...caseFields(now - HOUR - n * 1000, { CaseNumber: String(n), Subject: "one of many" }),
    }));
    const { element } = await show({}, many);
    expect(read(element)).toContain("300 open cases");
    const items = () => all(element, "li");
    expect(items()).toHaveLength(40);
    expect(items()[39]!.getAttribute("aria-posinset")).toBe("40");
    expect(items()[39]!.getAttribute("aria-setsize")).toBe("300");
    const end = all(element, "c-support-more")[0]!;
    end.dispatchEvent(new CustomEvent("more"));
    await settle();
    expect(items()).toHaveLength(60);
  });
});
