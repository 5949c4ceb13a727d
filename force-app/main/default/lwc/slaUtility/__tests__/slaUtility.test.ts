import SlaUtility from "c/slaUtility";
import { EnclosingUtilityId, minimize, updateUtility } from "lightning/platformUtilityBarApi";
import { all, read, settle } from "../../__tests__/support/org.ts";
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

test("the panel makes way for the case that it opens", async () => {
  const element = put("c-sla-utility", SlaUtility);
  (EnclosingUtilityId as unknown as { emit(id: string): void }).emit("utility1");
  await settle();
  all(element, "c-sla-queue")[0]!.dispatchEvent(new CustomEvent("opening"));
  expect(minimize).toHaveBeenCalledWith("utility1");
});

describe("a case that arrives", () => {
  const shown: { title: string; body: string; tag: string }[] = [];
  const notices = (permission: NotificationPermission, answer = permission) => {
    shown.length = 0;
    class FakeNotification {
      static permission = permission;
      static requestPermission = jest.fn(async () => (FakeNotification.permission = answer));
      constructor(title: string, { body, tag }: { body: string; tag: string }) {
        shown.push({ title, body, tag });
      }
    }
    Object.assign(globalThis, { Notification: FakeNotification });
    return FakeNotification;
  };
  afterEach(() => Reflect.deleteProperty(globalThis, "Notification"));
  const choose = async (element: HTMLElement, value: string) => {
    all<HTMLElement>(element, "lightning-combobox")[0]!.dispatchEvent(
      new CustomEvent("change", { detail: { value } }),
    );
    await settle();
  };
  const arrive = async (element: HTMLElement, ...priorities: string[]) => {
    const detail = priorities.map((priority, n) => ({
      id: `${n}`,
      number: `0000100${n}`,
      subject: `Caída ${n}`,
      priority,
    }));
    all(element, "c-sla-queue")[0]!.dispatchEvent(new CustomEvent("arrivals", { detail }));
    await settle();
  };
  const show = async () => {
    const element = put("c-sla-utility", SlaUtility);
    await settle();
    return element;
  };

  test("says nothing on the desktop unless the user asked for it, and makes no sound", async () => {
    notices("granted");
    const element = await show();
    await arrive(element, "P1");
    expect(shown).toEqual([]);
    expect(all<HTMLElement & { evenHidden: boolean }>(element, "c-sla-queue")[0]!.evenHidden).toBe(false);
    expect(all<HTMLInputElement>(element, "lightning-input")[0]!.checked).toBe(false);
  });

  test("is shown up to the chosen priority; the choice asks for leave, and is kept", async () => {
    const { requestPermission } = notices("default", "granted");
    const element = await show();
    await choose(element, "P2");
    expect(requestPermission).toHaveBeenCalledTimes(1);
    await arrive(element, "P3");
    expect(shown).toEqual([]);
    await arrive(element, "P2");
    expect(shown).toEqual([{ title: "New P2 case 00001000", body: "Caída 0", tag: "compromiso 00001000" }]);
    await arrive(element, "P1", "P3", "P2");
    expect(shown[1]).toMatchObject({
      title: "2 new cases",
      body: "P1 · 00001000 · Caída 0\nP2 · 00001002 · Caída 2",
    });
    element.remove();
    const again = await show();
    expect(all<HTMLElement & { evenHidden: boolean }>(again, "c-sla-queue")[0]!.evenHidden).toBe(true);
    await arrive(again, "P1");
    expect(shown).toHaveLength(3);
  });

  test("says that the browser refuses, and nothing breaks", async () => {
    notices("denied");
    const element = await show();
    await choose(element, "all");
    await arrive(element, "P4");
    expect(shown).toEqual([]);
    expect(read(element)).toContain("does not let the page show desktop notices");
    Reflect.deleteProperty(globalThis, "Notification");
    await arrive(await show(), "P1");
  });
});
