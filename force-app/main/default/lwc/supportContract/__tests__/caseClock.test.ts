import fc from "fast-check";
import { computeClocks, type Fact, type Policy } from "c/slaEngine";
import {
  caseOf,
  clockOf,
  contractOf,
  readingOf,
  statusAt,
  statusCrossesAt,
  supportBy,
  supportInForce,
  type Support,
} from "c/supportContract";
import { ledgerOf, stepsOf } from "c/supportLedger";
import {
  HOUR,
  asRecord,
  caseFields,
  caseId,
  contractFields,
  contractId,
  policyOf,
  wednesdayTen as now,
  writtenFields,
} from "../../__tests__/support/org.ts";

const contract = (plan: string, changes = {}) =>
  contractOf(asRecord("Support_Contract__c", contractId, contractFields(now, plan, changes)));
const support = (plan: string) => supportBy(contract(plan)) as Support;
const record = (createdAt: number, changes = {}) =>
  caseOf(asRecord("Case", caseId, caseFields(createdAt, changes)));

const created: Extract<Fact, { kind: "created" }> = {
  id: "created",
  kind: "created",
  at: now,
  by: { userId: "005000000000009AAA", role: "requester" },
  status: "New",
  closed: false,
  priority: "P1",
  category: "Incident Resolution",
  channel: "Portal",
  contractId,
  owner: "queue",
};

/** What the service would write for a case that is merely open. */
function serviceClock(createdAt: number, plan: string, priority: string, at: number) {
  const fact = { ...created, at: createdAt, priority };
  return computeClocks([fact], [support(plan).contract], at).at(-1)!;
}

test.each(
  ["Silver", "Gold", "Platinum"].flatMap((plan) =>
    ["P1", "P2", "P3", "P4"].map((priority) => [plan, priority]),
  ),
)("%s %s: what the page computes and what the service writes agree to the second", (plan, priority) => {
  for (let hours = 0; hours < 24 * 14; hours += 7) {
    const at = now + hours * HOUR;
    const provisional = clockOf(record(at, { Support_Priority__c: priority }), support(plan!), at)!;
    const theirs = serviceClock(at, plan!, priority!, at);
    expect(provisional.dueAt).toBe(theirs.dueAt);
    expect(provisional.target).toBe(theirs.target);
    expect(provisional.provisional).toBe(true);
    expect(stepsOf(provisional, support(plan!)).map((step) => step.at)).toEqual(
      theirs.steps.map((step) => step.at),
    );
    const ledger = ledgerOf(record(at, { Support_Priority__c: priority }), provisional, support(plan!))!;
    expect(ledger.entries.reduce((sum, { counted }) => sum + counted, 0)).toBe(theirs.target);
  }
});

const reads = {
  hours: fc.integer({ min: 0, max: 24 * 60 }),
  priority: fc.constantFrom("P1", "P2", "P3", "P4"),
};

test("around the due instant and the warning the page and the service always say the same status", () => {
  fc.assert(
    fc.property(
      fc.record(reads),
      fc.constantFrom("Silver", "Gold", "Platinum"),
      ({ hours, priority }, plan) => {
        const opened = now + hours * HOUR;
        const ours = clockOf(record(opened, { Support_Priority__c: priority }), support(plan), opened)!;
        const warning = serviceClock(opened, plan, priority, opened).steps.find(
          ({ name }) => name === "warning",
        )!;
        for (const at of [ours.dueAt!, warning.at].flatMap((instant) => [instant - 1, instant, instant + 1]))
          expect(readingOf(ours, at).status).toBe(serviceClock(opened, plan, priority, at).status);
        expect(statusAt({ ...ours, status: "Running" }, ours.dueAt!, 0)).toBe("Breached");
      },
    ),
    { numRuns: 12 },
  );
});

test("a clock that ended before the service wrote it has the service's status", () => {
  const ended = (changes: object) => clockOf(record(now, changes), support("Silver"), now + 9 * HOUR);
  const later = (hours: number) => ({ LastModifiedDate: new Date(now + hours * HOUR).toISOString() });
  const by = { SLA_Acknowledged_By__c: "005000000000001AAA" };
  expect(ended({ ...by, ...later(4) })).toMatchObject({ status: "Acknowledged", usedAtEnd: 4 * HOUR });
  expect(ended({ ...by, ...later(5) })).toMatchObject({ status: "Acknowledged Late", usedAtEnd: 5 * HOUR });
  expect(ended({ IsClosed: true, ...later(3) })).toMatchObject({
    status: "Cancelled",
    endedAt: now + 3 * HOUR,
  });
  expect(ended({ IsClosed: true, ...later(4) })).toMatchObject({ status: "Breached" });
});

test.each([
  ["Cancelled", 3],
  ["Breached", 5],
])("a clock that the service wrote as %s on a closed case stands at what it had used", (status, hours) => {
  const written = {
    ...writtenFields(now, now + 4 * HOUR, status),
    SLA_Elapsed_Minutes__c: hours * 60,
    IsClosed: true,
    // somebody edited it long after
    LastModifiedDate: new Date(now + 7 * HOUR).toISOString(),
  };
  const clock = clockOf(record(now, written), support("Silver"), now + 8 * HOUR)!;
  expect(clock).toMatchObject({ status, usedAtEnd: hours * HOUR, provisional: false });
  expect(clock.endedAt).not.toBeNull();
  expect(readingOf(clock, now + 8 * HOUR).remaining).toBe((4 - hours) * HOUR);
});

const winnipeg = {
  version: "2026f",
  offset: -18_000,
  changes: [],
  place: { es: "Winnipeg", en: "Winnipeg" },
};
test.each([
  ["its ledger's law", { timeZone: "America/Winnipeg", zone: winnipeg }, "America/Winnipeg"],
  ["UTC where its ledger has no law", { timeZone: "America/Winnipeg" }, "UTC"],
  ["UTC where that law is damaged", { timeZone: "America/Winnipeg", zone: { offset: "x" } }, "UTC"],
])("a deadline written under a policy that cannot be read is told by %s", (_which, law, name) => {
  const due = now + 4 * HOUR;
  const explanation = JSON.stringify({ due, entries: [], ...law });
  const written = record(now, { ...writtenFields(now, due), SLA_Explanation__c: explanation });
  expect(clockOf(written, null, now)).toMatchObject({ dueAt: due, zone: { name }, calendar: null });
});

test("a policy without its zone's law is not computed with: no browser is asked", () => {
  const { zone: _zone, ...older } = policyOf("Silver");
  expect(supportBy(contract("Silver", { Policy__c: JSON.stringify(older) }))).toEqual({ problem: "damaged" });
});

test("a breach of a case that is still open goes on", () => {
  const written = writtenFields(now, now + 4 * HOUR, "Breached");
  const clock = clockOf(record(now, written), support("Silver"), now + 5 * HOUR)!;
  expect(clock.endedAt).toBeNull();
  expect(readingOf(clock, now + 6 * HOUR).remaining).toBe(-2 * HOUR);
});

test.each([
  ["before the contract begins", { Starts_On__c: "2026-11-26" }, "createdBeforeContract"],
  ["after it has ended", { Ends_On__c: "2026-11-24" }, "contractNotInForce"],
  ["while it is suspended", { Status__c: "Suspended" }, "contractNotInForce"],
])("a case opened %s is promised nothing, with the engine's reason", (_when, changes, notCovered) => {
  const terms = supportBy(contract("Silver", changes)) as Support;
  expect(clockOf(record(now), terms, now)).toMatchObject({ status: "Not Covered", dueAt: null, notCovered });
  const fact: Fact = { ...created, at: now };
  expect(computeClocks([fact], [terms.contract], now)).toMatchObject([{ notCovered }]);
});

test.each([
  ["an offset from the due instant", "-15m", 3 * HOUR + 44 * 60_000, 3 * HOUR + 45 * 60_000],
  ["a share", "50%", 2 * HOUR - 1, 2 * HOUR],
  ["nowhere", null, 4 * HOUR - 1, null],
])("a case is at risk from the warning on, where its step is %s", (_what, at, before, from) => {
  const policy = JSON.parse(String(contractFields(now, "Silver").Policy__c)) as Policy;
  policy.steps = policy.steps
    .filter(({ name }) => at !== null || name !== "warning")
    .map((step) => (step.name === "warning" ? { ...step, at: at! } : step));
  const terms = supportBy(contract("Silver", { Policy__c: JSON.stringify(policy) })) as Support;
  for (const changes of [{}, writtenFields(now, now + 4 * HOUR, "Running")]) {
    const statusIn = (ms: number) => {
      const clock = clockOf(record(now, changes), terms, now)!;
      const theirs = computeClocks([created], [terms.contract], now + ms).at(-1)!.status;
      expect(readingOf(clock, now + ms).status).toBe(theirs);
      return theirs;
    };
    expect(statusIn(before)).toBe("Running");
    expect(statusIn(from ?? before)).toBe(from === null ? "Running" : "At Risk");
    expect(statusIn(4 * HOUR)).toBe("Breached");
    // the next crossing is an instant, whatever the list
    expect(statusCrossesAt(clockOf(record(now, changes), terms, now)!, now)).toBe(now + (from ?? 4 * HOUR));
  }
});

test("a deadline past the years whose holidays are known is marked as such, also while it is provisional", () => {
  const policy = JSON.parse(String(contractFields(now, "Platinum").Policy__c)) as Policy;
  policy.holidaysKnown = { from: "2026-01-01", to: "2026-11-25" };
  const terms = supportBy(contract("Platinum", { Policy__c: JSON.stringify(policy) })) as Support;
  const marked = (priority: string, hours: number) => {
    const one = record(now + hours * HOUR, { Support_Priority__c: priority });
    return ledgerOf(one, clockOf(one, terms, now + hours * HOUR)!, terms)!.beyondKnownHolidays;
  };
  expect([marked("P3", 0), marked("P3", 10), marked("P1", 24)]).toEqual([false, true, false]);
});

test("a countdown holds between two boundaries of the calendar", () => {
  const clock = clockOf(record(now), support("Silver"), now)!;
  const reading = readingOf(clock, now);
  expect(reading).toMatchObject({
    open: true,
    remaining: 4 * HOUR,
    until: now + 8 * HOUR,
    status: "Running",
  });
  expect(readingOf(clock, now + 5 * HOUR)).toMatchObject({ status: "Breached", remaining: -HOUR });
});

test("two contracts in force and a missing contract are separate problems", () => {
  const one = contract("Silver");
  expect(supportInForce([one, { ...one, id: "a00000000000002AAA" }], now)).toEqual({
    problem: "severalContracts",
  });
  expect(supportInForce([{ ...one, endsOn: "2026-11-24" }], now)).toEqual({ problem: "notInForce" });
  expect(supportInForce([], now)).toEqual({ problem: "noContract" });
});
