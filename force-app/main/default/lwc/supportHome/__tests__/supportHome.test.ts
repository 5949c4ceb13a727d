import SupportHome from "c/supportHome";
import { all, contractsAnswer, read, settle, wednesdayTen as now } from "../../__tests__/support/org.ts";
import { answer } from "../../__tests__/support/graphql.ts";
import { expectAccessible, onAPage, put } from "../../__tests__/support/page.ts";

onAPage();

test("shows the plan beside a new case, and opens one about another plan in the author's name", async () => {
  const scrolled = jest.fn();
  HTMLElement.prototype.scrollIntoView = scrolled;
  const element = put("c-support-home", SupportHome);
  await settle();
  answer("SupportContracts", contractsAnswer(now));
  await settle();
  expect(read(element)).toContain("Your plan: Silver");
  expect(read(element)).toContain("Open a case");
  all<HTMLElement & { label: string }>(element, "lightning-button")
    .find(({ label }) => label === "Talk to us about your plan")!
    .click();
  await settle();
  expect(all<HTMLInputElement>(element, ".field")[0]!.value).toBe(
    "I would like to talk about our support plan",
  );
  expect(read(element)).toContain(
    "Tell us what you would like to talk about and send it. No category is needed.",
  );
  expect(all<HTMLElement & { required: boolean }>(element, "lightning-combobox")[0]!.required).toBe(false);
  expect(scrolled).toHaveBeenCalledTimes(1);
  await expectAccessible(element);
});
