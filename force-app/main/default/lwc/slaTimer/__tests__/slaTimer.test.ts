import { clockOf, contractOf, caseOf, supportBy, type CaseClock, type Support } from "c/supportContract";
import SlaTimer from "c/slaTimer";
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

onAPage();

const support = supportBy(
  contractOf(asRecord("Support_Contract__c", contractId, contractFields(now))),
) as Support;
const clockOn = (fields: object): CaseClock =>
  clockOf(caseOf(asRecord("Case", caseId, caseFields(now, { ...fields }))), support, now)!;
const timer = (element: Element) => all(element, "[role='timer']")[0]!;

async function show(clock: CaseClock, size: "small" | "large" = "small") {
  const element = put<HTMLElement & { clock: CaseClock }>("c-sla-timer", SlaTimer, { clock, size });
  const crossings: unknown[] = [];
  element.addEventListener("crossing", (event) => crossings.push((event as CustomEvent).detail));
  await settle();
  return { element, crossings };
}

test("counts down by the second, says it in words by the minute, and has the instant in its title", async () => {
  const { element } = await show(clockOn(writtenFields(now, now + 4 * HOUR)), "large");
  expect(read(element)).toBe("04:00:00");
  expect(timer(element).getAttribute("aria-label")).toBe("Running: 4 h left");
  expect(timer(element).getAttribute("title")).toContain("Wednesday, November 25, 2026");
  jest.advanceTimersByTime(1000);
  await settle();
  expect(read(element)).toBe("03:59:59");
  expect(timer(element).getAttribute("aria-label")).toBe("Running: 3 h 59 min left");
  jest.advanceTimersByTime(60_000);
  await settle();
  expect(timer(element).getAttribute("aria-label")).toBe("Running: 3 h 58 min left");
  await expectAccessible(element);
});

test("a small timer counts minutes, and seconds within half an hour of the due instant", async () => {
  const { element } = await show(clockOn(writtenFields(now, now + 4 * HOUR)));
  const wording = jest.spyOn(Text.prototype, "data", "set");
  const after = (seconds: number) => {
    jest.advanceTimersByTime(seconds * 1000);
    return read(element);
  };
  expect(read(element)).toBe("4 h");
  expect(after(1)).toBe("3 h 59 min");
  expect(after(59)).toBe("3 h 59 min");
  expect(wording).toHaveBeenCalledTimes(1);
  expect(after(1)).toBe("3 h 58 min");
  await settle();
  expect(timer(element).getAttribute("aria-label")).toBe("Running: 3 h 58 min left");
  expect(after((3.5 * HOUR) / 1000 - 61)).toBe("30 min");
  expect(after(1)).toBe("00:29:59");
  expect(after(30 * 60)).toBe("+00:00:01");
  expect(after(30 * 60)).toBe("+30 min");
  expect(after(60)).toBe("+31 min");
});

test("tells each state it enters, once", async () => {
  const { crossings } = await show(clockOn(writtenFields(now, now + 4 * HOUR)));
  jest.advanceTimersByTime(3 * HOUR);
  jest.advanceTimersByTime(HOUR + 1000);
  jest.advanceTimersByTime(HOUR);
  expect(crossings).toEqual([
    { status: "At Risk", before: "Running" },
    { status: "Breached", before: "At Risk" },
  ]);
});

test("an ended clock stands still and leaves no timer behind", async () => {
  const acknowledged = {
    ...writtenFields(now - HOUR, now + 3 * HOUR, "Acknowledged"),
    SLA_Acknowledged_By__c: "005000000000002AAA",
    SLA_Acknowledged_At__c: new Date(now).toISOString(),
    SLA_Elapsed_Minutes__c: 60,
  };
  const { element } = await show(clockOn(acknowledged));
  expect(read(element)).toBe("1 h");
  expect(jest.getTimerCount()).toBe(0);
});

test("another clock replaces the one before, without calling it a crossing", async () => {
  const { element, crossings } = await show(clockOn(writtenFields(now, now + 4 * HOUR)));
  element.clock = clockOn(writtenFields(now - 5 * HOUR, now - HOUR, "Breached"));
  await settle();
  expect(read(element)).toMatch(/^\+/);
  expect(crossings).toEqual([]);
});
