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

test("shows the time left of a deadline that the service wrote", async () => {
  const element = await show(caseFields(now - HOUR, writtenFields(now - HOUR, now + 3 * HOUR)));
  expect(read(element)).toContain("03:00:00");
  expect(read(element)).toContain("Running");
  expect(read(element)).not.toContain("Provisional");
  await expectAccessible(element);
});

test("computes the same deadline until the service writes it, and says that it is provisional", async () => {
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
  expect(read(element)).toContain("13:00 (Buenos Aires time)");
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

test("while coverage is closed says in words that the time stands still, and until when", async () => {
  const night = now + 12 * HOUR;
  jest.setSystemTime(night);
  const element = await show(caseFields(night - HOUR), { Synced_At__c: new Date(night).toISOString() });
  expect(read(element)).toContain("Outside support hours now. The time goes on tomorrow 09:00.");
});

const running = (changes: object = {}) =>
  caseFields(now - HOUR, { ...writtenFields(now - HOUR, now + 3 * HOUR), ...changes });
const camila = "005000000000001AAA";
const bruno = "005000000000002AAA";
async function pass(ms: number) {
  jest.advanceTimersByTime(ms);
  await settle();
}
/** The case as the org has it now. */
async function tellCase(fields: Record<string, unknown>) {
  wire.emit(asRecord("Case", caseId, fields), ({ recordId }) => recordId === caseId);
  await settle();
}
const later = (ms: number) => new Date(now + ms).toISOString();
/** jsdom lays nothing out: the card counts as shown. */
const layOut = (element: Element) => {
  all(element, ".host")[0]!.getClientRects = () => [{}] as unknown as DOMRectList;
};
const press = (init: KeyboardEventInit, on: EventTarget = window) =>
  on.dispatchEvent(
    new KeyboardEvent("keydown", { bubbles: true, composed: true, cancelable: true, ...init }),
  );

test("an acknowledgement can be undone for five seconds, and is saved then, over the case as it was known", async () => {
  const element = await show(running());
  button(element, /Acknowledge/)!.click();
  await settle();
  expect(read(element)).toContain("Acknowledged Undo (5 s)");
  expect(button(element, /Acknowledge/)).toBeUndefined();
  button(element, /Undo/)!.click();
  await settle();
  expect(read(element)).toContain("Undone. Nothing was saved.");
  await pass(20_000);
  expect(save).not.toHaveBeenCalled();

  button(element, /Acknowledge/)!.click();
  await pass(6000);
  expect(save.mock.calls).toEqual([
    [
      { fields: { Id: caseId, SLA_Acknowledged_By__c: camila } },
      { ifUnmodifiedSince: new Date(now - HOUR).toISOString() },
    ],
  ]);
});

test("an acknowledgement is saved at once with less than a minute left, and when the card goes", async () => {
  const late = await show(caseFields(now - HOUR, writtenFields(now - HOUR, now + 30_000)));
  button(late, /Acknowledge/)!.click();
  await settle();
  expect(save).toHaveBeenCalledTimes(1);
  document.body.replaceChildren();
  const element = await show(running());
  button(element, /Acknowledge/)!.click();
  await settle();
  element.remove();
  await settle();
  expect(save).toHaveBeenCalledTimes(2);
});

test("a save that is refused is undone and told with its reason", async () => {
  const element = await show(running());
  save.mockRejectedValueOnce({ body: { message: "The record is locked." } });
  button(element, /Acknowledge/)!.click();
  await pass(6000);
  expect(read(element)).toContain("The record is locked.");
  expect(read(element)).toContain("nothing has changed");
  expect(read(element)).toContain("02:59:54");
  expect(button(element, /Acknowledge/)).toBeDefined();
});

test("a colleague who was first is named, and the acknowledgement is never told as one's own", async () => {
  const element = await show(running());
  button(element, /Acknowledge/)!.click();
  await settle();
  save.mockRejectedValueOnce({ status: 412, body: { message: "The record has been modified" } });
  await pass(6000);
  await tellCase(
    running({
      SLA_Acknowledged_By__c: bruno,
      SLA_Acknowledged_By__r: { fields: { Name: { value: "Bruno Díaz" } } },
      SLA_Acknowledged_At__c: later(2000),
      LastModifiedDate: later(2000),
      SLA_Status__c: "Acknowledged",
    }),
  );
  expect(read(element)).toContain("Bruno Díaz acknowledged it today 10:00.");
  expect(read(element)).not.toContain("nothing has changed");
  await pass(10_000);
  expect(save).toHaveBeenCalledTimes(1);
});

test("a change of something else meanwhile is no reason not to acknowledge", async () => {
  const element = await show(running());
  button(element, /Acknowledge/)!.click();
  await settle();
  save.mockRejectedValueOnce({ status: 412, body: { message: "The record has been modified" } });
  await pass(6000);
  await tellCase(running({ Subject: "renamed", LastModifiedDate: later(2000) }));
  expect(save).toHaveBeenCalledTimes(2);
  expect(read(element)).not.toContain("has been modified");
});

test("taking a case makes the user its owner and acknowledges, in one change", async () => {
  const element = await show(running({ OwnerId: bruno }));
  button(element, /Take it/)!.click();
  await pass(6000);
  expect(save.mock.calls[0][0]).toEqual({
    fields: { Id: caseId, SLA_Acknowledged_By__c: camila, OwnerId: camila },
  });
  document.body.replaceChildren();
  expect(button(await show(running({ OwnerId: camila })), /Take it/)).toBeUndefined();
});

test("A acknowledges as soon as the page is open, except where a letter is written; Alt+Shift+A there too", async () => {
  const element = await show(running());
  layOut(element);
  const input = document.createElement("input");
  document.body.append(input);
  press({ code: "KeyA", key: "a" }, input);
  press({ code: "KeyA", key: "a", ctrlKey: true });
  await settle();
  expect(read(element)).not.toContain("Undo");
  press({ code: "KeyA", key: "a" });
  await settle();
  expect(read(element)).toContain("Undo");
  button(element, /Undo/)!.click();
  await settle();
  press({ code: "KeyA", key: "A", altKey: true, shiftKey: true }, input);
  await settle();
  expect(read(element)).toContain("Undo");
});

test("a case that a client reopens has its next cycle at once, and keeps the first one's result", async () => {
  const closed = running({
    IsClosed: true,
    Status: "Closed",
    SLA_Status__c: "Acknowledged",
    SLA_Elapsed_Minutes__c: 60,
  });
  const element = await show({ ...closed, SLA_Acknowledged_By__c: bruno, SLA_Acknowledged_At__c: later(0) });
  const explanation = JSON.stringify({
    entries: [],
    due: now + 4 * HOUR,
    earlier: [{ cycle: 1, status: "Acknowledged", end: now, elapsed: HOUR, target: 4 * HOUR }],
  });
  const second = { ...writtenFields(now, now + 4 * HOUR), SLA_Cycle__c: 2, SLA_Explanation__c: explanation };
  await tellCase(caseFields(now - HOUR, { ...second, LastModifiedDate: later(1000) }));
  expect(read(element)).toContain("Reopened: cycle 2");
  expect(read(element)).toContain("Cycle 1 · 1 h used of 4 h · Wed 25 Nov 10:00");
});

test("after any change of the record the service's answer is asked for again and again", async () => {
  await show(running());
  await pass(2000);
  await tellCase(running({ Status: "Working", LastModifiedDate: later(2000) }));
  const before = changed.mock.calls.length;
  await pass(11_000);
  expect(changed.mock.calls.length).toBeGreaterThanOrEqual(before + 2);
});

test("a message tells everybody what was done, and goes away", async () => {
  const element = await show(running());
  save.mockResolvedValueOnce({});
  all(element, "lightning-button-menu")[0]!.dispatchEvent(
    new CustomEvent("select", { detail: { value: "P2" } }),
  );
  await settle();
  const told = () => all(element, "p.told")[0]!.textContent;
  expect(told()).toBe("Priority changed to P2 – High");
  await pass(15_000);
  expect(told()).toBe("");
});

test("the time left counts coverage and says so, except round the clock", async () => {
  expect(read(await show(running()))).toContain("of coverage left to acknowledge");
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

test.each([500, 503])(
  "an org that answers %i takes the countdown away from nobody, and its own refusal does",
  async (status) => {
    const fields = caseFields(now - HOUR, writtenFields(now - HOUR, now + 3 * HOUR));
    const element = await show(fields);
    wire.error({ message: "You are offline." }, status, "");
    await settle();
    expect(read(element)).toContain("03:00:00");
    expect(read(element)).toContain("cannot be reached just now");
    wire.emit(asRecord("Case", caseId, fields), ({ recordId }) => recordId === caseId);
    await settle();
    expect(read(element)).not.toContain("cannot be reached");
    wire.error({ message: "You do not have access." }, 403, "Forbidden");
    await settle();
    expect(read(element)).toContain("You do not have access.");
    expect(read(element)).not.toContain("03:00:00");
  },
);

test("a colleague's acknowledgement ends the countdown", async () => {
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

test("a corrected clock delays no reading of the record", async () => {
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

test("offers each priority with its deadline", async () => {
  const element = await show(caseFields(now - HOUR, { Support_Priority__c: "P3" }));
  const choices = all<HTMLElement & { label: string; checked: boolean }>(element, "lightning-menu-item");
  expect(choices.map(({ label }) => label)[0]).toMatch(/P1 – Critical · due today 14:00/);
  expect(choices[2]!.checked).toBe(true);
});
