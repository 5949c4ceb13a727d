import type { CaseClock } from "c/supportContract";
import {
  HOUR,
  all,
  caseFields,
  contractFields,
  asRecord,
  contractId,
  caseId,
  read,
  settle,
  wednesdayTen as now,
  writtenFields,
} from "../../__tests__/support/org.ts";
import { onAPage, put } from "../../__tests__/support/page.ts";
import { Sight } from "../../__tests__/support/sight.ts";

// there before the component asks for it
Object.assign(globalThis, { IntersectionObserver: Sight });
const { default: SlaTimer } = require("c/slaTimer") as { default: unknown };
const { clockOf, contractOf, caseOf, supportBy } =
  require("c/supportContract") as typeof import("c/supportContract");

onAPage();

test("a timer out of sight rests until what a screen reader hears is a minute old, and is right at once when seen", async () => {
  const support = supportBy(contractOf(asRecord("Support_Contract__c", contractId, contractFields(now))));
  const record = caseOf(asRecord("Case", caseId, caseFields(now, writtenFields(now, now + HOUR / 3))));
  const clock = clockOf(record, "compiled" in support ? support : null, now) as CaseClock;
  const element = put("c-sla-timer", SlaTimer, { clock });
  await settle();
  const [target] = all(element, "[role='timer']");
  const seen = (isIntersecting: boolean) => Sight.last!.tell([{ isIntersecting, target: target! }]);

  seen(false);
  jest.advanceTimersByTime(30_000);
  expect(read(element)).toBe("00:19:59");
  jest.advanceTimersByTime(60_000);
  await settle();
  expect(target!.getAttribute("aria-label")).toBe("At risk: 19 min left");
  seen(true);
  expect(read(element)).toBe("00:18:30");
  jest.advanceTimersByTime(1000);
  expect(read(element)).toBe("00:18:29");
});
