import SupportCaseRow from "c/supportCaseRow";
import type { CaseRow } from "c/supportCases";
import { all, read, settle } from "../../__tests__/support/org.ts";
import { expectAccessible, onAPage, put } from "../../__tests__/support/page.ts";

onAPage();

const row: CaseRow = {
  id: "500000000000001AAA",
  number: "00001042",
  subject: "Facturación caída",
  meta: "P1 · Silver",
  clock: null,
  status: "At Risk",
  paused: false,
  tone: "warning",
  waiting: true,
};
async function show(properties: object = {}) {
  const element = put("c-support-case-row", SupportCaseRow, { row, actionable: true, ...properties });
  const told: [string, unknown][] = [];
  for (const name of ["open", "selection", "acknowledge"])
    element.addEventListener(name, (event) => told.push([name, (event as CustomEvent).detail]));
  await settle();
  return { element, told };
}
const link = (element: Element) => all<HTMLAnchorElement>(element, "a")[0]!;

test("says the case and its state, and each control says which case it is for", async () => {
  const { element } = await show();
  expect(read(element)).toMatch(/00001042 Facturación caída P1 · Silver At risk/);
  expect(all(element, "input")[0]!.getAttribute("aria-label")).toBe("Select case 00001042");
  await expectAccessible(element);
});

test("is selected, acknowledged and opened", async () => {
  const { element, told } = await show();
  all<HTMLInputElement>(element, "input")[0]!.click();
  all(element, "lightning-button-icon")[0]!.click();
  link(element).click();
  expect(told).toEqual([
    ["selection", { id: row.id, selected: true }],
    ["acknowledge", { id: row.id, byPointer: false }],
    ["open", { id: row.id, byPointer: false }],
  ]);
});

test("a click with a key held is the browser's: a tab of its own", async () => {
  const { element, told } = await show();
  const click = new MouseEvent("click", { ctrlKey: true, cancelable: true });
  link(element).dispatchEvent(click);
  expect(click.defaultPrevented).toBe(false);
  expect(told).toEqual([]);
  expect(link(element).getAttribute("href")).toBe(`/lightning/r/Case/${row.id}/view`);
});

test.each([
  ["for who may not acknowledge", { actionable: false }],
  ["on a case that waits for nobody", { row: { ...row, status: "Acknowledged", waiting: false } }],
])("%s there is nothing to select or acknowledge", async (_who, properties) => {
  const { element } = await show(properties);
  expect(all(element, "input, lightning-button-icon")).toHaveLength(0);
});
