import MyCases from "c/myCases";
import {
  HOUR,
  all,
  asAnswer,
  caseFields,
  contractsAnswer,
  read,
  settle,
  wednesdayTen as now,
} from "../../__tests__/support/org.ts";
import { answer } from "../../__tests__/support/graphql.ts";
import { expectAccessible, onAPage, put } from "../../__tests__/support/page.ts";
import { withSight } from "../../__tests__/support/sight.ts";

onAPage();

const rows = [
  { Id: "500000000000001AAA", ...caseFields(now - HOUR) },
  {
    Id: "500000000000002AAA",
    ...caseFields(now - 50 * HOUR, {
      CaseNumber: "00001001",
      Subject: "Cerrado ya",
      Status: "Closed",
      IsClosed: true,
      SLA_Status__c: "Cancelled",
    }),
  },
];
async function show(cases = rows) {
  const element = put("c-my-cases", MyCases);
  await settle();
  answer("SupportContracts", contractsAnswer(now));
  answer("SupportCases", asAnswer("Case", cases));
  await settle();
  return element;
}

test("shows open cases with their timers", async () => {
  const element = await show();
  expect(read(element)).toContain("My cases (1 of 2)");
  expect(read(element)).toContain("3 h Running");
  expect(read(element)).toContain("Time left counts coverage hours. Times are those of Buenos Aires.");
  expect(read(element)).toContain("opened Wed 25 Nov 09:00 · answer by Wed 25 Nov 13:00");
  expect(read(element)).not.toContain("Cerrado ya");
  await expectAccessible(element);
});

test("shows the matching cases, and says when no case matches", async () => {
  const element = await show();
  const [, choice, search] = all(element, "lightning-combobox, lightning-input");
  choice!.dispatchEvent(new CustomEvent("change", { detail: { value: "closed" } }));
  await settle();
  expect(read(element)).toContain("Cerrado ya");
  search!.dispatchEvent(new CustomEvent("change", { detail: { value: "nada" } }));
  await settle();
  expect(read(element)).toContain("No case matches.");
});

describe("of hundreds", () => {
  withSight();

  test("makes the rows that come into sight, and says when there are more", async () => {
    const many = Array.from({ length: 90 }, (_, n) => ({
      Id: `5000000000${String(10_000 + n)}AAA`,
      ...caseFields(now - HOUR - n * 1000, { CaseNumber: String(n) }),
    }));
    const element = await show(many);
    expect(read(element)).toContain("My cases (90)");
    expect(all(element, "li")).toHaveLength(40);
    all(element, "c-support-more")[0]!.dispatchEvent(new CustomEvent("more"));
    await settle();
    expect(all(element, "li")).toHaveLength(60);
    const answered = asAnswer("Case", many);
    answered.uiapi.query.Case!.totalCount = 2134;
    answer("SupportCases", answered);
    await settle();
    expect(read(element)).toContain("Only your 90 newest cases of 2,134 are listed here");
  });
});

test("says when it is empty and when it fails", async () => {
  const element = await show([]);
  expect(read(element)).toContain("You have not opened any case yet.");
  answer("SupportCases", undefined, [{ message: "The server is busy." }]);
  await settle();
  expect(read(element)).toContain("The server is busy.");
});

test("a user without cases sees a way to open one", async () => {
  const element = await show([]);
  const [button] = all<HTMLElement & { label: string }>(element, "lightning-button");
  expect(button!.label).toBe("Open a case");
});

test("without a permission set it says which one is missing", async () => {
  const element = put("c-my-cases", MyCases);
  await settle();
  answer("SupportCases", undefined, [{ message: "Field 'Support_Contract__c' is undefined" }]);
  await settle();
  expect(read(element)).toContain("Support: Client or Support: Consultant");
});

test("shows colleagues' cases that are shared, and who opened each", async () => {
  const element = await show();
  all(element, "lightning-combobox")[0]!.dispatchEvent(
    new CustomEvent("change", { detail: { value: "shared" } }),
  );
  await settle();
  const theirs = {
    Id: "500000000000003AAA",
    ...caseFields(now - HOUR, { CaseNumber: "00001003", Subject: "Of a colleague" }),
    CreatedById: "005000000000004AAA",
    CreatedBy: { Name: { value: "Tomás Paz" } },
  };
  // the query of one's own cases is asked no more
  answer("Id: { ne: null }", asAnswer("Case", [...rows, theirs]));
  await settle();
  expect(read(element)).toContain("Cases I can see (2 of 3)");
  expect(read(element)).toContain("opened Wed 25 Nov 09:00 by Tomás Paz");
});
