import { getRecord, notifyRecordUpdateAvailable, updateRecord } from "lightning/uiRecordApi";
import CaseSla from "c/caseSla";
import {
  HOUR,
  all,
  asRecord,
  caseFields,
  caseId,
  contractFields,
  contractId,
  read,
  settle,
  wednesdayTen as now,
  writtenFields,
} from "../../__tests__/support/org.ts";
import { expectAccessible, onAPage, put } from "../../__tests__/support/page.ts";

jest.mock("@salesforce/customPermission/Support_Acknowledge", () => ({ default: true }), { virtual: true });
jest.mock("@salesforce/user/Id", () => ({ default: "005000000000001AAA" }), { virtual: true });

const wire = getRecord as unknown as {
  emit(data: unknown, filter?: (config: { recordId?: string }) => boolean): void;
  error(
    body: unknown,
    status: number,
    text: string,
    filter?: (config: { recordId?: string }) => boolean,
  ): void;
};
const save = updateRecord as unknown as jest.Mock;
const changed = notifyRecordUpdateAvailable as unknown as jest.Mock;

onAPage();

async function show(fields: Record<string, unknown>, contract: Record<string, unknown> = {}) {
  const element = put("c-case-sla", CaseSla, { recordId: caseId });
  await settle();
  wire.emit(asRecord("Case", caseId, fields), ({ recordId }) => recordId === caseId);
  await settle();
  wire.emit(
    asRecord("Support_Contract__c", contractId, contractFields(now, "Silver", contract)),
    ({ recordId }) => recordId === contractId,
  );
  await settle();
  return element;
}
const button = (element: Element, label: RegExp) =>
  all<HTMLElement & { label: string }>(element, "lightning-button").find((each) => label.test(each.label));

test("shows what is left of a deadline that the service wrote", async () => {
  const element = await show(caseFields(now - HOUR, writtenFields(now - HOUR, now + 3 * HOUR)));
  expect(read(element)).toContain("03:00:00");
  expect(read(element)).toContain("Running");
  expect(read(element)).not.toContain("Provisional");
  await expectAccessible(element);
});

test("computes the same deadline until the service has, and says that it is provisional", async () => {
  const element = await show(caseFields(now - HOUR));
  expect(read(element)).toContain("03:00:00");
  expect(read(element)).toContain("Provisional");
});

test("without a readable policy it shows what was written, at the contract's own hour, and says so", async () => {
  const written = {
    ...writtenFields(now - HOUR, now + 3 * HOUR),
    SLA_Explanation__c: JSON.stringify({
      due: now + 3 * HOUR,
      entries: [],
      timeZone: "America/Argentina/Buenos_Aires",
      zone: { version: "2026f", offset: -10_800, changes: [] },
    }),
  };
  const element = await show(caseFields(now - HOUR, written), { Policy__c: "{ damaged" });
  expect(read(element)).toContain("03:00:00");
  expect(read(element)).toContain("01:00 PM (Buenos Aires time)");
  expect(read(element)).toContain("The contract's policy cannot be read");
  expect(read(element)).toContain("due times in Buenos Aires time");
});

test("counts down by the second, and crosses into risk and breach by itself", async () => {
  const element = await show(
    caseFields(now - 3 * HOUR + 2000, writtenFields(now - 3 * HOUR + 2000, now + HOUR + 2000)),
  );
  expect(read(element)).toContain("01:00:02");
  jest.advanceTimersByTime(1000);
  expect(read(element)).toContain("01:00:01");
  jest.advanceTimersByTime(1000);
  await settle();
  expect(read(element)).toContain("At risk");
  jest.advanceTimersByTime(HOUR + 1000);
  await settle();
  expect(read(element)).toContain("Breached");
  expect(read(element)).toContain("+00:00:01");
});

test("stands still outside coverage", async () => {
  const evening = now + 12 * HOUR; // 22:00
  jest.setSystemTime(evening);
  const element = await show(caseFields(now, writtenFields(now + 7 * HOUR, now + 26 * HOUR)), {
    Synced_At__c: new Date(evening).toISOString(),
  });
  const before = read(element);
  expect(before).toContain("Outside hours");
  jest.advanceTimersByTime(5000);
  await settle();
  expect(read(element)).toBe(before);
});

test("a click acknowledges as the user, at once, and the save confirms it", async () => {
  const element = await show(caseFields(now - HOUR, writtenFields(now - HOUR, now + 3 * HOUR)));
  let saved: (value: unknown) => void = () => {};
  save.mockReturnValueOnce(new Promise((resolve) => (saved = resolve)));
  button(element, /Acknowledge/)!.click();
  await settle();
  expect(save).toHaveBeenCalledWith({ fields: { Id: caseId, SLA_Acknowledged_By__c: "005000000000001AAA" } });
  expect(read(element)).toContain("Acknowledged");
  saved({});
  await settle();
});

test("a save that is refused is undone and told with its reason", async () => {
  const element = await show(caseFields(now - HOUR, writtenFields(now - HOUR, now + 3 * HOUR)));
  save.mockRejectedValueOnce({ body: { message: "The record is locked." } });
  button(element, /Acknowledge/)!.click();
  await settle();
  expect(read(element)).toContain("The record is locked.");
  expect(read(element)).toContain("nothing has changed");
  expect(read(element)).toContain("03:00:00");
  expect(button(element, /Acknowledge/)).toBeDefined();
});

test("Alt+Shift+A acknowledges from anywhere, a letter alone does not", async () => {
  const element = await show(caseFields(now - HOUR, writtenFields(now - HOUR, now + 3 * HOUR)));
  window.dispatchEvent(new KeyboardEvent("keydown", { code: "KeyA", key: "a" }));
  await settle();
  expect(save).not.toHaveBeenCalled();
  // jsdom lays nothing out: the card counts as shown
  all(element, ".host")[0]!.getClientRects = () => [{}] as unknown as DOMRectList;
  window.dispatchEvent(
    new KeyboardEvent("keydown", { code: "KeyA", key: "A", altKey: true, shiftKey: true }),
  );
  await settle();
  expect(save).toHaveBeenCalledTimes(1);
});

test("the explanation adds up to the target, behind one click", async () => {
  const element = await show(caseFields(now - HOUR));
  expect(all(element, "c-sla-ledger")).toHaveLength(0);
  button(element, /Why this time/)!.click();
  await settle();
  expect(read(all(element, "c-sla-ledger")[0]!)).toMatch(/coverage hours.*4 h/);
});

test("says that the service is away, and that a policy cannot be read", async () => {
  const away = await show(caseFields(now - HOUR), { Synced_At__c: new Date(now - HOUR).toISOString() });
  expect(read(away)).toContain("not been heard from");
  document.body.replaceChildren();
  const damaged = await show(caseFields(now - HOUR), { Policy__c: "{" });
  expect(read(damaged)).toContain("cannot be read");
});

test("a case without a contract, one that is gone, and a user without access are told apart", async () => {
  const without = await show(caseFields(now, { Support_Contract__c: null }));
  expect(read(without)).toContain("not under a support contract");
  document.body.replaceChildren();
  const element = put("c-case-sla", CaseSla, { recordId: caseId });
  await settle();
  wire.error({ message: "gone" }, 404, "Not Found", ({ recordId }) => recordId === caseId);
  await settle();
  expect(read(element)).toContain("no longer here");
  document.body.replaceChildren();
  const blind = await show({ CaseNumber: "1", Subject: "x", Status: "New", CreatedDate: null });
  expect(read(blind)).toContain("permission set");
});

test("the record may change under it: an acknowledgement by somebody else ends the countdown", async () => {
  const element = await show(caseFields(now - HOUR, writtenFields(now - HOUR, now + 3 * HOUR)));
  wire.emit(
    asRecord("Case", caseId, {
      ...caseFields(now - HOUR, writtenFields(now - HOUR, now + 3 * HOUR, "Acknowledged")),
      SLA_Acknowledged_By__c: "005000000000002AAA",
      SLA_Acknowledged_At__c: new Date(now).toISOString(),
      SLA_Elapsed_Minutes__c: 60,
    }),
    ({ recordId }) => recordId === caseId,
  );
  await settle();
  expect(read(element)).toContain("1 h");
  expect(button(element, /Acknowledge \(/)).toBeUndefined();
});

test("a clock that was ahead and is corrected delays no reading of the record", async () => {
  jest.setSystemTime(now + 10 * 60_000);
  await show(caseFields(now - HOUR, writtenFields(now - HOUR, now + 3 * HOUR)));
  jest.advanceTimersByTime(61_000);
  const before = changed.mock.calls.length;
  jest.setSystemTime(now);
  jest.advanceTimersByTime(1000);
  expect(changed.mock.calls.length).toBe(before + 1);
});

test("after a change of priority the service's answer is asked for again and again, not a minute later", async () => {
  const element = await show(caseFields(now - HOUR, writtenFields(now - HOUR, now + 3 * HOUR)));
  save.mockResolvedValueOnce({});
  all(element, "lightning-button-menu")[0]!.dispatchEvent(
    new CustomEvent("select", { detail: { value: "P2" } }),
  );
  await settle();
  jest.advanceTimersByTime(1000);
  const before = changed.mock.calls.length;
  jest.advanceTimersByTime(11_000);
  expect(changed.mock.calls.length).toBe(before + 2);
});

test("offers each priority with the deadline it would have", async () => {
  const element = await show(caseFields(now - HOUR, { Support_Priority__c: "P3" }));
  const choices = all<HTMLElement & { label: string; checked: boolean }>(element, "lightning-menu-item");
  expect(choices.map(({ label }) => label)[0]).toMatch(/P1 – Critical · due today 02:00 PM/);
  expect(choices[2]!.checked).toBe(true);
});
