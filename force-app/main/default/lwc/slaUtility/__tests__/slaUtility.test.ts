import SlaUtility from "c/slaUtility";
import { EnclosingUtilityId, updateUtility } from "lightning/platformUtilityBarApi";
import { all, settle } from "../../__tests__/support/org.ts";
import { onAPage, put } from "../../__tests__/support/page.ts";

onAPage();

test("the utility's label counts what is at risk or breached", async () => {
  const element = put("c-sla-utility", SlaUtility);
  (EnclosingUtilityId as unknown as { emit(id: string): void }).emit("utility1");
  await settle();
  const queue = all(element, "c-sla-queue")[0]!;
  queue.dispatchEvent(new CustomEvent("counts", { detail: { open: 9, atRisk: 2, breached: 1 } }));
  expect(updateUtility).toHaveBeenLastCalledWith("utility1", {
    label: "SLA (3)",
    icon: "error",
    highlighted: true,
  });
  queue.dispatchEvent(new CustomEvent("counts", { detail: { open: 9, atRisk: 0, breached: 0 } }));
  expect(updateUtility).toHaveBeenLastCalledWith("utility1", {
    label: "SLA",
    icon: "clock",
    highlighted: false,
  });
});
