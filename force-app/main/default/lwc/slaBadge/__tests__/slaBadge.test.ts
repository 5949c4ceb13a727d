import SlaBadge from "c/slaBadge";
import { all, read, settle } from "../../__tests__/support/org.ts";
import { expectAccessible, onAPage, put } from "../../__tests__/support/page.ts";

onAPage();

const icon = (element: Element) =>
  all<HTMLElement & { iconName: string }>(element, "lightning-icon")[0]!.iconName;

test.each([
  ["Running", "Running", "utility:clock"],
  ["At Risk", "At risk", "utility:warning"],
  ["Breached", "Breached", "utility:error"],
  ["Acknowledged", "Acknowledged", "utility:success"],
  ["Acknowledged Late", "Acknowledged late", "utility:check"],
  ["Cancelled", "Cancelled", "utility:ban"],
  ["Not Covered", "Not covered", "utility:dash"],
])("shows %s by its own word and icon, and not by colour alone", async (status, word, name) => {
  const element = put("c-sla-badge", SlaBadge, { status });
  await settle();
  expect(read(element)).toBe(word);
  expect(icon(element)).toBe(name);
});

test("outside hours a running clock is paused; a breach stays one", async () => {
  const element = put<HTMLElement & { status: string }>("c-sla-badge", SlaBadge, {
    status: "Running",
    paused: true,
  });
  await settle();
  expect(read(element)).toBe("Outside hours");
  element.status = "Breached";
  await settle();
  expect(read(element)).toBe("Breached");
  await expectAccessible(element);
});
