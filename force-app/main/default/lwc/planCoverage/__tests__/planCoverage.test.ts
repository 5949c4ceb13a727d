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

test("shows a Silver plan at a glance", async () => {
  const element = await show();
  const words = read(element);
  expect(words).toContain("Your plan: Silver");
  expect(words).toContain("Open · closes at 18:00");
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

test("says when coverage opens if it is closed", async () => {
  jest.setSystemTime(now + 10 * 3_600_000);
  const synced = new Date(now + 10 * 3_600_000).toISOString();
  expect(read(await show("Silver", { Synced_At__c: synced }))).toContain("Closed · opens tomorrow 09:00");
});

test("names the week's holidays and the next one", async () => {
  // Monday 7 December: the next day is a holiday
  jest.setSystemTime(Date.parse("2026-12-07T13:00:00Z"));
  expect(read(await show())).toContain(
    "Monday to Friday, 9 to 18 · closed this week: Tue 8 Dec (Inmaculada Concepción de María)",
  );
  document.body.replaceChildren();
  jest.setSystemTime(now);
  expect(read(await show())).toContain(
    "Monday to Friday, 9 to 18 · next holiday: Tue 8 Dec (Inmaculada Concepción de María)",
  );
});

test("names the week's special hours, and the plan stays open while they hold", async () => {
  const { Policy__c } = contractsAnswer(now).uiapi.query.Support_Contract__c!.edges[0]!.node as unknown as {
    Policy__c: { value: string };
  };
  const special = [
    {
      ...{ open: true, from: "2026-11-25T18:00", to: "2026-11-25T22:00", name: "Go-live" },
      ...{ orderedBy: "Ana Paz", orderedAt: "2026-11-20T12:00:00Z" },
    },
  ];
  const policy = JSON.stringify({ ...JSON.parse(Policy__c.value), formatVersion: 2, special });
  const words = read(await show("Silver", { Policy__c: policy }));
  expect(words).toContain("Monday to Friday, 9 to 18 · Wed 25 Nov: Go-live");
  expect(words).toContain("Open · closes at 22:00");
});

test("says in words if a figure exceeds its promise, and if there is no figure yet", async () => {
  const element = await show();
  answer("SupportSummaries", asAnswer("Support_Summary__c", [{ ...summary, Mean_Minutes__c: 300 }]));
  await settle();
  expect(read(element)).toContain("5 h on average, over the promised 4 h");
  answer("SupportSummaries", asAnswer("Support_Summary__c", []));
  await settle();
  expect(read(element)).toContain("No cases counted this month yet.");
});

test("says that the service is away, and still shows the plan", async () => {
  const words = read(await show("Silver", { Synced_At__c: new Date(now - 16 * 60_000).toISOString() }));
  expect(words).toContain("has not been heard from for over 15 minutes");
  expect(words).toContain("Your plan: Silver");
});

test("shows only hours, targets and state beside a case, in words for consultants", async () => {
  const words = read(await show("Silver", {}, { compact: true }));
  expect(words).toContain("Plan: Silver");
  expect(words).not.toMatch(/your plan|we answer/i);
  expect(words).toContain("4 h P1");
  expect(words).not.toContain("Channels");
});

test("a question about the plan can be a letter instead", async () => {
  const element = await show("Silver", {}, { contactEmail: "plans@provider.example" });
  const [link] = all<HTMLAnchorElement>(element, "a");
  expect(link!.href).toMatch(/^mailto:plans@provider.example\?subject=I%20would/);
});

test("shows the plans side by side on request", async () => {
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
    "no contract in force",
    contractsAnswer(now, "Silver", { Status__c: "Expired" }),
    "No support contract is in force",
  ],
  ["a newer policy", contractsAnswer(now, "Silver", { Policy__c: '{"formatVersion":99}' }), "newer format"],
])("says %s in words", async (_, data, words) => {
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

test("says what changes tomorrow when another plan is agreed", async () => {
  const element = put("c-plan-coverage", PlanCoverage, {});
  await settle();
  const rows = (plan: string, id: string, changes: object) =>
    contractsAnswer(now, plan, changes as Record<string, unknown>).uiapi.query.Support_Contract__c!.edges.map(
      ({ node }) => ({ node: { ...node, Id: id } }),
    );
  const edges = [
    ...rows("Silver", "a00000000000001AAA", { Ends_On__c: "2026-11-25" }),
    ...rows("Gold", "a00000000000002AAA", { Starts_On__c: "2026-11-26" }),
  ];
  answer("SupportContracts", { uiapi: { query: { Support_Contract__c: { totalCount: 2, edges } } } });
  await settle();
  const words = read(element);
  expect(words).toContain("Your plan: Silver");
  expect(words).toContain("From tomorrow your plan is Gold");
  expect(words).toContain("P1: 2 h · Monday to Friday, 8 to 20");
  expect(words).toContain("P2–P4: 4 h · Monday to Friday, 8 to 20");
  expect(words).toContain("New: Slack");
  expect(words).toContain("Cases that are open by then keep the promise that they have.");
  await expectAccessible(element);
});
