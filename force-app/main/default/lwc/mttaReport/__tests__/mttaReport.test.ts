import MttaReport from "c/mttaReport";
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

onAPage();

const summary = (month: string, mean: number, budget: number) => ({
  Id: `a01${month.replaceAll("-", "").padEnd(12, "0")}AAA`,
  Month__c: month,
  Priority__c: "P1",
  Count__c: 4,
  Mean_Minutes__c: mean,
  Median_Minutes__c: mean,
  P90_Minutes__c: mean,
  Within_Target__c: 75,
  Target_Minutes__c: 240,
  Budget_Minutes__c: budget,
  Waiting__c: 1,
  As_Of__c: new Date(now).toISOString(),
});
async function show(budget: number) {
  const element = put("c-mtta-report", MttaReport);
  await settle();
  answer(
    "SupportSummaries",
    asAnswer("Support_Summary__c", [summary("2026-11-01", 260, budget), summary("2026-10-01", 100, 560)]),
  );
  answer("SupportContracts", contractsAnswer(now));
  answer(
    "SupportCases",
    asAnswer("Case", [
      { Id: "500000000000001AAA", ...caseFields(now - HOUR, writtenFields(now - HOUR, now + 3 * HOUR)) },
    ]),
  );
  await settle();
  return element;
}

test("shows mean, target and budget as a chart in words and as a table", async () => {
  const element = await show(100);
  const words = read(element);
  expect(words).toMatch(/4 h 20 min.*of 4 h · 4 cases.*Mean on course to be kept.*1 h 40 min of slack left/);
  const [chart] = all(element, "[role='img']");
  expect(chart!.getAttribute("aria-label")).toContain("October 2026: 1 h 40 min of 4 h.");
  expect(all(element, "tbody tr")).toHaveLength(2);
  expect(words).toContain("75%");
  // a mean within the target does not praise a month in which one of four was late
  expect(words).toContain("In time: 75%");
  expect(all(element, "li.head")[0]!.className).toContain("tone_warning");
  await expectAccessible(element);
});

test.each([
  [-100, "Mean can still be kept"],
  [-200, "Mean can no longer be kept"],
])("a budget of %i minutes with three hours open: %s", async (budget, words) => {
  expect(read(await show(budget))).toContain(words);
});

test("without figures it says so", async () => {
  const element = put("c-mtta-report", MttaReport);
  await settle();
  answer("SupportSummaries", asAnswer("Support_Summary__c", []));
  await settle();
  expect(read(element)).toContain("No figures yet");
});
