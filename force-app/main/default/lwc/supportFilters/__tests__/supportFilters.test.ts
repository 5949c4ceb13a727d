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

test("options can stand side by side, and filters behind a button that counts those in use", async () => {
  const any = { label: "Any", value: "" };
  const folded = { look: "folded" as const, options: [any, { label: "Gold", value: "Gold" }] };
  const element = put("c-support-filters", SupportFilters, {
    filters: [
      {
        name: "owner",
        label: "Owner",
        value: "",
        look: "segments" as const,
        options: [{ label: "Mine (2)", value: "mine" }, any],
      },
      { name: "plan", label: "Plan", value: "Gold", ...folded },
      { name: "state", label: "State", value: "", ...folded },
    ],
  });
  const told: unknown[] = [];
  element.addEventListener("filter", (event) => told.push((event as CustomEvent).detail));
  await settle();
  expect(all<HTMLInputElement>(element, "input").map(({ checked }) => checked)).toEqual([false, true]);
  all<HTMLInputElement>(element, "input")[0]!.click();
  expect(told).toEqual([{ name: "owner", value: "mine" }]);
  expect(all(element, "lightning-combobox")).toHaveLength(0);
  const [button] = all<HTMLElement & { label: string }>(element, ".unfold");
  expect(button!.label).toBe("Filters and order (1)");
  button!.click();
  await settle();
  expect(all<HTMLInputElement>(element, "lightning-combobox").map(({ name }) => name)).toEqual([
    "plan",
    "state",
  ]);
  await expectAccessible(element);
});

test("Enter and the arrow in the search go on to what was found, and / comes back to it", async () => {
  const element = put<HTMLElement & { search(): void }>("c-support-filters", SupportFilters, {
    filters: [{ name: "search", label: "Search", value: "" }],
  });
  await settle();
  const found = jest.fn();
  element.addEventListener("found", found);
  const [search] = all<HTMLElement>(element, "lightning-input");
  for (const key of ["a", "Enter", "ArrowDown"])
    search!.dispatchEvent(new KeyboardEvent("keydown", { key, cancelable: true }));
  expect(found).toHaveBeenCalledTimes(2);
  const focus = jest.spyOn(search!, "focus");
  element.search();
  expect(focus).toHaveBeenCalled();
});
