import SupportFilters from "c/supportFilters";
import { all, read, settle } from "../../__tests__/support/org.ts";
import { expectAccessible, onAPage, put } from "../../__tests__/support/page.ts";

onAPage();

test("a choice and a search each tell their name and what was chosen", async () => {
  const element = put("c-support-filters", SupportFilters, {
    filters: [
      { name: "search", label: "Search", value: "" },
      { name: "plan", label: "Plan", value: "", options: [{ label: "Any", value: "" }] },
    ],
  });
  const told: unknown[] = [];
  element.addEventListener("filter", (event) => told.push((event as CustomEvent).detail));
  await settle();
  expect(read(element)).toBe("Search Plan");
  const [search] = all(element, "lightning-input");
  const [plan] = all(element, "lightning-combobox");
  search!.dispatchEvent(new CustomEvent("change", { detail: { value: "caída" } }));
  plan!.dispatchEvent(new CustomEvent("change", { detail: { value: "Gold" } }));
  expect(told).toEqual([
    { name: "search", value: "caída" },
    { name: "plan", value: "Gold" },
  ]);
  await expectAccessible(element);
});
