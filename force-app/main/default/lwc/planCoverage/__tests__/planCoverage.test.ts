import PlanCoverage from "c/planCoverage";
import {
  all,
  asAnswer,
  contractsAnswer,
  read,
  settle,
  wednesdayTen as now,
} from "../../__tests__/support/org.ts";
import { answer } from "../../__tests__/support/graphql.ts";
import { expectAccessible, onAPage, put } from "../../__tests__/support/page.ts";

onAPage();

const summary = {
  Id: "a01000000000001AAA",
  Month__c: "2026-11-01",
  Priority__c: "P1",
  Count__c: 3,
  Mean_Minutes__c: 112,
  Target_Minutes__c: 240,
};

async function show(plan = "Silver", changes: Record<string, unknown> = {}, properties: object = {}) {
  const element = put("c-plan-coverage", PlanCoverage, properties);
  await settle();
  answer("SupportContracts", contractsAnswer(now, plan, changes));
  answer("SupportSummaries", asAnswer("Support_Summary__c", [summary]));
  await settle();
  return element;
}

test("a Silver plan at a glance", async () => {
  const element = await show();
  const words = read(element);
  expect(words).toContain("Your plan: Silver");
  expect(words).toContain("Open · closes today 06:00 PM");
  expect(words).toMatch(/Monday to Friday, 9 to 18/);
  expect(words).toContain("4 h P1 · in coverage hours");
  expect(words).toContain("1 business day P2–P4");
  expect(words).toMatch(/Slack \(not included\)/);
  expect(words).toMatch(/1 h 52 min of 4 h/);
  expect(words).toMatch(/New development.*quoted separately/);
  await expectAccessible(element);
});

test("Platinum says that P1 is covered around the clock", async () => {
  expect(read(await show("Platinum"))).toContain("P1: around the clock, every day");
});

test("closed says when it opens", async () => {
  jest.setSystemTime(now + 10 * 3_600_000);
  const synced = new Date(now + 10 * 3_600_000).toISOString();
  expect(read(await show("Silver", { Synced_At__c: synced }))).toContain("Closed · opens tomorrow 09:00 AM");
});

test("the plans side by side, on request", async () => {
  const element = await show();
  expect(all(element, "c-plan-comparison")).toHaveLength(0);
  all<HTMLElement & { label: string }>(element, "lightning-button")
    .find(({ label }) => label === "Compare plans")!
    .click();
  await settle();
  const table = read(all(element, "c-plan-comparison")[0]!);
  expect(table).toMatch(/Silver.*Gold.*Platinum/);
  expect(table).toContain("24 hours, every day");
});

test("a question about the plan goes to the host", async () => {
  const element = await show("Silver", {}, { hosted: true });
  const talk = jest.fn();
  element.addEventListener("talk", talk);
  all<HTMLElement & { label: string }>(element, "lightning-button")
    .find(({ label }) => label.startsWith("Talk"))!
    .click();
  expect(talk).toHaveBeenCalledTimes(1);
});

test.each([
  ["no contract", asAnswer("Support_Contract__c", []), "no support contract in this org yet"],
  [
    "none in force",
    contractsAnswer(now, "Silver", { Status__c: "Expired" }),
    "No support contract is in force",
  ],
  ["a newer policy", contractsAnswer(now, "Silver", { Policy__c: '{"formatVersion":99}' }), "newer format"],
])("%s is said in words", async (_, data, words) => {
  const element = put("c-plan-coverage", PlanCoverage);
  await settle();
  answer("SupportContracts", data);
  await settle();
  expect(read(element)).toContain(words);
});

test("without access it says which permission set is missing", async () => {
  const element = put("c-plan-coverage", PlanCoverage);
  await settle();
  answer("SupportContracts", undefined, [{ message: "Validation error: Support_Contract__c is undefined" }]);
  await settle();
  expect(read(element)).toContain("Support: Client or Support: Consultant");
});
