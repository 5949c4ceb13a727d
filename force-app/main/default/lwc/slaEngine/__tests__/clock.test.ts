/** The acknowledgement clock, case by case (rules, section 3). Silver: Mon–Fri 09:00–18:00, P1 4 h. */
import { describe, expect, test } from "@jest/globals";
import { computeClocks, type Actor, type Fact } from "../slaEngine.ts";
import {
  acknowledged,
  at,
  categorised,
  clockOf,
  clocksOf,
  closed,
  contracted,
  contractOf,
  created,
  deleted,
  local,
  moved,
  owned,
  policyOf,
  prioritised,
  reopened,
  replied,
  undeleted,
} from "./support/story.ts";

const HOUR = 3_600_000;
const silver = contractOf("Silver");
const platinum = contractOf("Platinum");
/** A Wednesday; P1 is due at 14:00. */
const OPENED = "2026-11-25 10:00";
const p1 = (details = {}) => created(OPENED, "P1", details);

describe("status", () => {
  test.each([
    ["2026-11-25 10:00", "Running", 0],
    ["2026-11-25 12:59:59", "Running", 3 * HOUR - 1000],
    ["2026-11-25 13:00", "At Risk", 3 * HOUR],
    ["2026-11-25 13:59:59", "At Risk", 4 * HOUR - 1000],
    ["2026-11-25 14:00", "Breached", 4 * HOUR],
    ["2026-11-26 10:00", "Breached", 9 * HOUR],
  ])("at %s it is %s", (now, status, elapsed) => {
    expect(clockOf([p1()], silver, now)).toMatchObject({ status, elapsed, endedAt: null, cycle: 1 });
  });

  test("before its start nothing has elapsed", () => {
    expect(clockOf([p1()], silver, "2026-11-25 09:00")).toMatchObject({ elapsed: 0, status: "Running" });
  });
});

describe("acknowledged", () => {
  test.each([
    ["explicitly", acknowledged("2026-11-25 11:00"), "explicit"],
    ["by taking it", owned("2026-11-25 11:00", "consultant"), "owner"],
    ["by moving the status", moved("2026-11-25 11:00", "Working"), "status"],
    ["by a public reply", replied("2026-11-25 11:00"), "reply"],
    ["by closing it untouched", closed("2026-11-25 11:00", "consultant"), "closedByConsultant"],
  ])("%s", (_how, fact, evidence) => {
    const clock = clockOf([p1(), fact], silver, "2026-11-25 16:00");
    expect(clock).toMatchObject({
      status: "Acknowledged",
      evidence,
      elapsed: HOUR,
      acknowledgedAt: at("2026-11-25 11:00"),
      acknowledgedBy: { userId: "user-of-consultant" },
      endedAt: at("2026-11-25 11:00"),
      endReason: "acknowledged",
    });
  });

  test.each([
    ["a queue as the owner", owned("2026-11-25 11:00", "queue")],
    ["another as the owner", owned("2026-11-25 11:00", "other")],
    ["the requester's reply", replied("2026-11-25 11:00", "requester")],
    ["an auto-reply", replied("2026-11-25 11:00", "automation")],
    ["the sync user's field", acknowledged("2026-11-25 11:00", "sync")],
    ["the requester's field", acknowledged("2026-11-25 11:00", "requester")],
    ["an assignment rule", owned("2026-11-25 11:00", "consultant", "automation")],
    ["the requester moving the status", moved("2026-11-25 11:00", "Waiting", "requester")],
    ["the status it has", moved("2026-11-25 11:00", "New")],
  ])("not by %s", (_how, fact) => {
    expect(clockOf([p1(), fact], silver, "2026-11-25 12:00")).toMatchObject({
      status: "Running",
      evidence: null,
      acknowledgedAt: null,
    });
  });

  test("not by a consultant moving it back to the status it started with", () => {
    const facts = [p1(), moved("2026-11-25 10:30", "Waiting", "requester"), moved("2026-11-25 11:00", "New")];
    expect(clockOf(facts, silver, "2026-11-25 12:00").status).toBe("Running");
  });

  test("at its start when a consultant creates it", () => {
    const by: Actor = { userId: "005", role: "consultant" };
    expect(clockOf([p1({ by })], silver, "2026-11-25 12:00")).toMatchObject({
      status: "Acknowledged",
      evidence: "createdByConsultant",
      elapsed: 0,
      endedAt: at(OPENED),
    });
  });

  test("at the due instant it is met, a second later it is late", () => {
    const met = clockOf([p1(), acknowledged("2026-11-25 14:00")], silver, "2026-11-25 16:00");
    expect(met).toMatchObject({ status: "Acknowledged", elapsed: 4 * HOUR });
    const late = clockOf([p1(), acknowledged("2026-11-25 14:00:01")], silver, "2026-11-25 16:00");
    expect(late).toMatchObject({ status: "Acknowledged Late", elapsed: 4 * HOUR + 1000 });
  });

  test("by the first of several, whatever order they arrive in", () => {
    const facts = [replied("2026-11-25 12:00"), p1(), owned("2026-11-25 11:00", "consultant")];
    expect(clockOf(facts, silver, "2026-11-25 16:00").evidence).toBe("owner");
  });

  test("in one second, by the commit number, then the sequence", () => {
    const first = { ...replied("2026-11-25 11:00:00.900"), commit: 7, sequence: 2 };
    const second = { ...owned("2026-11-25 11:00:00.100", "consultant"), commit: 7, sequence: 3 };
    const third = { ...acknowledged("2026-11-25 11:00:00.000"), commit: 8, sequence: 1 };
    expect(clockOf([third, second, first, p1()], silver, "2026-11-25 16:00").evidence).toBe("reply");
    expect(clockOf([third, second, p1()], silver, "2026-11-25 16:00").evidence).toBe("owner");
    const outside = { ...acknowledged("2026-11-25 11:00:00"), id: "slack" };
    expect(clockOf([outside, second, p1()], silver, "2026-11-25 16:00").evidence).toBe("owner");
  });

  test("instants are floored to the second", () => {
    const clock = clockOf(
      [created("2026-11-25 10:00:00.700", "P1"), acknowledged("2026-11-25 14:00:00.999")],
      silver,
      "2026-11-25 16:00",
    );
    expect(clock).toMatchObject({ status: "Acknowledged", startedAt: at(OPENED), elapsed: 4 * HOUR });
  });
});

describe("ended otherwise", () => {
  const endings = [
    ["closed by the requester", closed("2026-11-25 11:00", "requester"), "closed"],
    ["closed by somebody else", closed("2026-11-25 11:00", "other"), "closed"],
    ["closed by automation", closed("2026-11-25 11:00", "automation"), "closedByAutomation"],
    ["closed by the service's user", closed("2026-11-25 11:00", "sync"), "closedByAutomation"],
    ["deleted", deleted("2026-11-25 11:00"), "deleted"],
    ["merged", deleted("2026-11-25 11:00", true), "merged"],
    ["its contract cleared", contracted("2026-11-25 11:00", null), "contractCleared"],
  ] as const;

  test.each(endings)("%s before the due instant: cancelled", (_how, fact, endReason) => {
    expect(clockOf([p1(), fact], silver, "2026-11-25 16:00")).toMatchObject({
      status: "Cancelled",
      endReason,
      endedAt: at("2026-11-25 11:00"),
      elapsed: HOUR,
      acknowledgedAt: null,
    });
  });

  test.each(endings)("%s at the due instant: breached, and it stays so", (_how, fact, endReason) => {
    const late = { ...fact, at: at("2026-11-25 14:00") };
    expect(clockOf([p1(), late], silver, "2026-11-25 18:00")).toMatchObject({
      status: "Breached",
      endReason,
      elapsed: 4 * HOUR,
      endedAt: at("2026-11-25 14:00"),
    });
  });

  test("nothing that happens after the end changes it", () => {
    const facts = [
      p1(),
      closed("2026-11-25 11:00", "requester"),
      acknowledged("2026-11-25 12:00"),
      prioritised("2026-11-25 12:00", "P4"),
    ];
    expect(clockOf(facts, silver, "2026-11-25 16:00")).toMatchObject({
      status: "Cancelled",
      effectivePriority: "P1",
      declaredPriority: "P4",
    });
  });

  test("created closed: cancelled at once, or acknowledged where a consultant did it", () => {
    expect(clockOf([p1({ closed: true })], silver, OPENED)).toMatchObject({
      status: "Cancelled",
      endReason: "closed",
    });
    const by: Actor = { userId: "u", role: "consultant" };
    expect(clockOf([p1({ closed: true, by })], silver, OPENED).status).toBe("Acknowledged");
  });

  test("a deletion taken back did not happen: time went on", () => {
    const facts = [p1(), deleted("2026-11-25 11:00"), undeleted("2026-11-25 15:00")];
    expect(clockOf(facts, silver, "2026-11-25 15:00")).toMatchObject({ status: "Breached", endedAt: null });
    expect(clockOf([...facts, deleted("2026-11-25 16:00")], silver, "2026-11-25 17:00")).toMatchObject({
      status: "Breached",
      endReason: "deleted",
      endedAt: at("2026-11-25 16:00"),
    });
  });
});

describe("cycles", () => {
  test("reopening starts one; the old one stays as it was", () => {
    const facts = [p1(), closed("2026-11-25 11:00", "consultant"), reopened("2026-11-26 10:00")];
    const [first, second] = clocksOf(facts, silver, "2026-11-26 11:00");
    expect(first).toMatchObject({ cycle: 1, status: "Acknowledged", elapsed: HOUR });
    expect(second).toMatchObject({
      cycle: 2,
      status: "Running",
      startedAt: at("2026-11-26 10:00"),
      elapsed: HOUR,
    });
    expect(local(second!.dueAt)).toBe("2026-11-26 14:00");
  });

  test("a cancelled one too; a consultant who reopens starts no cycle", () => {
    const cancelled = [p1(), closed("2026-11-25 11:00", "requester")];
    expect(clocksOf([...cancelled, reopened("2026-11-26 10:00")], silver, "2026-11-26 10:00")).toHaveLength(
      2,
    );
    const again = [...cancelled, reopened("2026-11-26 10:00", "consultant")];
    expect(clocksOf(again, silver, "2026-11-26 10:00")).toHaveLength(1);
    const later = [...again, closed("2026-11-26 11:00", "requester"), reopened("2026-11-26 12:00")];
    expect(clocksOf(later, silver, "2026-11-26 12:00").map(({ cycle }) => cycle)).toEqual([1, 2]);
  });

  test("the new one's status is the one it was reopened with, its priority the one of then", () => {
    const facts = [
      p1(),
      closed("2026-11-25 11:00", "requester"),
      prioritised("2026-11-25 12:00", "P3"),
      reopened("2026-11-26 10:00"),
    ];
    expect(clockOf(facts, silver, "2026-11-26 10:00").effectivePriority).toBe("P3");
    expect(
      clockOf([...facts, moved("2026-11-26 11:00", "Reopened")], silver, "2026-11-26 12:00").status,
    ).toBe("Running");
    expect(clockOf([...facts, moved("2026-11-26 11:00", "New")], silver, "2026-11-26 12:00").evidence).toBe(
      "status",
    );
  });

  test("under the contract in force then", () => {
    const contracts = [
      contractOf("Silver", { endsOn: "2026-11-25" }),
      contractOf("Gold", { startsOn: "2026-11-26" }),
    ];
    const facts = [p1(), closed("2026-11-25 11:00", "requester"), reopened("2026-11-26 10:00")];
    const clocks = clocksOf(facts, contracts, "2026-11-26 11:00");
    expect(clocks.map(({ contractId }) => contractId)).toEqual(["Silver", "Gold"]);
    expect(local(clocks[1]!.dueAt)).toBe("2026-11-26 12:00");
  });

  test("a status that was closed and is closed again ends nothing twice", () => {
    const facts = [
      p1(),
      closed("2026-11-25 11:00", "requester"),
      moved("2026-11-25 12:00", "Done", "consultant", true),
    ];
    expect(clocksOf(facts, silver, "2026-11-25 16:00")).toMatchObject([{ status: "Cancelled" }]);
  });
});

describe("start and contract", () => {
  test("set later by a person, the start is when they set it", () => {
    const facts = [p1({ contractId: null }), contracted("2026-11-25 12:00", "contract")];
    expect(clockOf(facts.slice(0, 1), silver, "2026-11-25 11:00")).toMatchObject({
      status: "Not Covered",
      notCovered: "noContract",
      dueAt: null,
      effectivePriority: "P1",
    });
    const clock = clockOf(facts, silver, "2026-11-25 13:00");
    expect(clock).toMatchObject({ startedAt: at("2026-11-25 12:00"), elapsed: HOUR, cycle: 1 });
  });

  test("set by the service, the start stays the creation, and later facts count", () => {
    const facts = [p1({ contractId: null }), contracted("2026-11-25 12:00", "contract", "sync")];
    expect(clockOf(facts, silver, "2026-11-25 13:00")).toMatchObject({
      startedAt: at(OPENED),
      elapsed: 3 * HOUR,
    });
    const answered = [...facts, acknowledged("2026-11-25 11:00")];
    expect(clockOf(answered, silver, "2026-11-25 13:00")).toMatchObject({
      status: "Acknowledged",
      elapsed: HOUR,
    });
  });

  test("another one set by the service after one not in force moves no start", () => {
    const facts = [p1({ contractId: "old" }), contracted("2026-11-25 12:00", "Silver", "sync")];
    expect(clockOf(facts, silver, "2026-11-25 13:00").startedAt).toBe(at(OPENED));
    const expired = contractOf("Silver", { endsOn: "2026-11-24" });
    expect(clockOf(facts, expired, "2026-11-25 13:00").startedAt).toBe(at(OPENED));
    const byPerson = [p1({ contractId: "old" }), contracted("2026-11-25 12:00", "Silver")];
    expect(clockOf(byPerson, expired, "2026-11-25 13:00").startedAt).toBe(at("2026-11-25 12:00"));
  });

  test("a consultant who acted before a person set it has acknowledged it at its start", () => {
    const facts = [
      p1({ contractId: null }),
      replied("2026-11-25 11:00"),
      contracted("2026-11-25 12:00", "contract"),
    ];
    expect(clockOf(facts, silver, "2026-11-25 13:00")).toMatchObject({
      status: "Acknowledged",
      evidence: "reply",
      elapsed: 0,
      endedAt: at("2026-11-25 12:00"),
    });
  });

  test("cleared and set again by a person: a new cycle; by the service: it was there all along", () => {
    const cleared = [p1(), contracted("2026-11-25 11:00", null)];
    const again = clocksOf(
      [...cleared, contracted("2026-11-25 13:00", "contract")],
      silver,
      "2026-11-25 13:30",
    );
    expect(again).toMatchObject([
      { status: "Cancelled", endReason: "contractCleared" },
      { status: "Running", cycle: 2, startedAt: at("2026-11-25 13:00"), inferred: false },
    ]);
    const byRule = clocksOf(
      [...cleared, contracted("2026-11-25 13:00", "contract", "sync")],
      silver,
      "2026-11-25 13:30",
    );
    expect(byRule).toMatchObject([{ status: "At Risk", startedAt: at(OPENED) }]);
  });

  test("what the service sets undoes the clearing alone: the clock begins when a person first set it", () => {
    const facts = [
      p1({ contractId: null }),
      contracted("2026-11-25 11:00", "contract"),
      contracted("2026-11-25 12:00", null),
      contracted("2026-11-25 12:30", "contract", "sync"),
    ];
    expect(clocksOf(facts, silver, "2026-11-25 12:45")).toMatchObject([
      { status: "Running", startedAt: at("2026-11-25 11:00") },
    ]);
  });

  test("cleared twice is cleared once, and set by the service it was there all along", () => {
    const facts = [
      p1({ contractId: null }),
      contracted("2026-11-25 10:30", null),
      contracted("2026-11-25 11:00", null),
      contracted("2026-11-25 12:00", "contract", "sync"),
    ];
    expect(clocksOf(facts, silver, "2026-11-25 12:30")).toMatchObject([
      { status: "Running", startedAt: at(OPENED), elapsed: 2.5 * HOUR },
    ]);
  });

  test("set by a person on a closed case: nobody waits, the clock counts for nothing until it is reopened", () => {
    for (const role of ["requester", "consultant"] as const) {
      const facts = [
        p1({ contractId: null }),
        closed("2026-11-25 11:00", role),
        contracted("2026-11-25 12:00", "contract"),
      ];
      expect(clocksOf(facts, silver, "2026-11-25 18:00")).toMatchObject([
        {
          status: "Cancelled",
          endReason: "closed",
          startedAt: at("2026-11-25 12:00"),
          endedAt: at("2026-11-25 12:00"),
          elapsed: 0,
        },
      ]);
      expect(clocksOf([...facts, reopened("2026-11-26 10:00")], silver, "2026-11-26 11:00")).toMatchObject([
        { status: "Cancelled" },
        { cycle: 2, status: "Running", startedAt: at("2026-11-26 10:00"), elapsed: HOUR },
      ]);
    }
    // the service's rule, or the client's automation, says that it was there all along
    const cancelled = [
      p1({ contractId: null }),
      contracted("2026-11-25 10:30", null),
      closed("2026-11-25 11:00", "requester"),
      contracted("2026-11-25 12:00", "contract", "automation"),
    ];
    expect(clocksOf(cancelled, silver, "2026-11-25 18:00")).toMatchObject([
      { status: "Cancelled", startedAt: at(OPENED), endedAt: at("2026-11-25 11:00") },
    ]);
    const byRule = [
      p1({ contractId: null }),
      closed("2026-11-25 11:00", "consultant"),
      contracted("2026-11-25 12:00", "contract", "sync"),
    ];
    expect(clocksOf(byRule, silver, "2026-11-25 18:00")).toMatchObject([
      { status: "Acknowledged", elapsed: HOUR },
    ]);
  });

  test("cleared, and set again by a person once the case is closed: no cycle until it is reopened", () => {
    const facts = [
      p1(),
      contracted("2026-11-25 11:00", null),
      closed("2026-11-25 12:00", "requester"),
      contracted("2026-11-25 13:00", "contract"),
    ];
    expect(clocksOf(facts, silver, "2026-11-25 18:00")).toMatchObject([{ endReason: "contractCleared" }]);
    expect(clocksOf([...facts, reopened("2026-11-26 10:00")], silver, "2026-11-26 11:00")).toMatchObject([
      { status: "Cancelled" },
      { cycle: 2, status: "Running", contractId: "Silver" },
    ]);
  });

  test("another contract set while the clock runs changes nothing", () => {
    const facts = [p1(), contracted("2026-11-25 11:00", "other")];
    expect(clockOf(facts, silver, "2026-11-25 12:00")).toMatchObject({
      startedAt: at(OPENED),
      contractId: "Silver",
    });
  });

  test("a creation in the future counts as now", () => {
    const clock = clockOf([created("2026-11-25 12:00", "P1")], silver, "2026-11-25 11:00");
    expect(clock).toMatchObject({ startedAt: at("2026-11-25 11:00"), elapsed: 0 });
    const early = clockOf(
      [created("2026-11-25 12:00", "P1"), acknowledged("2026-11-25 11:30")],
      silver,
      "2026-11-25 13:00",
    );
    expect(early).toMatchObject({ status: "Acknowledged", elapsed: 0 });
    const by: Actor = { userId: "005", role: "consultant" };
    for (const details of [{ by }, { closed: true }]) {
      expect(clockOf([created("2026-11-25 12:00", "P1", details)], silver, "2026-11-25 11:00")).toMatchObject(
        { endedAt: at("2026-11-25 11:00"), elapsed: 0 },
      );
    }
  });

  test.each([
    ["createdBeforeContract", [contractOf("Silver", { startsOn: "2026-11-26" })]],
    ["contractNotInForce", [contractOf("Silver", { endsOn: "2026-11-24" })]],
    ["contractNotInForce", [contractOf("Silver", { status: "Suspended" })]],
    ["contractNotInForce", []],
    ["severalContracts", [silver, contractOf("Gold")]],
    ["unreadablePolicy", [contractOf("Silver", { policy: {} as never })]],
  ])("not covered: %s", (notCovered, contracts) => {
    expect(clockOf([p1(), acknowledged("2026-11-25 11:00")], contracts, "2026-11-25 16:00")).toMatchObject({
      status: "Not Covered",
      notCovered,
      contractId: null,
      target: null,
      elapsed: null,
      explanation: null,
      steps: [],
    });
  });

  test.each([null, "", "P9", "constructor"])(
    "an unknown priority (%j) counts as the default, covered or not",
    (priority) => {
      const facts = [p1({ priority })];
      const [now, expired] = [OPENED, contractOf("Silver", { endsOn: "2026-11-24" })];
      expect(clockOf(facts, silver, now)).toMatchObject({ effectivePriority: "P3", status: "Running" });
      expect(clockOf(facts, expired, now)).toMatchObject({
        effectivePriority: "P3",
        status: "Not Covered",
        declaredPriority: priority,
      });
    },
  );

  test("first and last day are included, in the contract's zone", () => {
    const day = contractOf("Platinum", { startsOn: "2026-11-25", endsOn: "2026-11-25" });
    expect(clockOf([created("2026-11-25 00:00", "P1")], day, OPENED).notCovered).toBeNull();
    expect(clockOf([created("2026-11-25 23:59:59", "P1")], day, "2026-11-26 00:00").notCovered).toBeNull();
    expect(clockOf([created("2026-11-24 23:59:59", "P1")], day, OPENED).notCovered).toBe(
      "createdBeforeContract",
    );
    expect(clockOf([created("2026-11-26 00:00", "P1")], day, "2026-11-26 01:00").notCovered).toBe(
      "contractNotInForce",
    );
  });

  test("a clock goes by what the contract said at its start", () => {
    const { status, startsOn, endsOn, policy } = silver;
    const gold = policyOf("Gold");
    const history = [
      { from: at("2026-11-25 12:00"), status: "Suspended" as const, startsOn, endsOn, policy },
      { from: at("2026-11-25 11:00"), status, startsOn, endsOn, policy: gold },
      { from: at("2026-11-01 00:00"), status, startsOn, endsOn, policy },
    ];
    const contract = contractOf("Silver", { status: "Suspended", policy: gold, history });
    expect(local(clockOf([p1()], contract, "2026-11-25 12:30").dueAt)).toBe("2026-11-25 14:00");
    expect(local(clockOf([created("2026-11-25 11:30", "P1")], contract, "2026-11-25 12:30").dueAt)).toBe(
      "2026-11-25 13:30",
    );
    expect(clockOf([created("2026-11-25 12:00", "P1")], contract, "2026-11-25 12:30").notCovered).toBe(
      "contractNotInForce",
    );
    expect(clockOf([created("2026-10-30 12:00", "P1")], contract, "2026-10-30 12:30").notCovered).toBeNull();
  });
});

describe("priority", () => {
  test.each([
    [null, "P3"],
    ["P9", "P3"],
    ["", "P3"],
    ["P2", "P2"],
  ])("%s counts as %s", (priority, effective) => {
    expect(clockOf([created(OPENED, priority)], silver, OPENED)).toMatchObject({
      declaredPriority: priority,
      effectivePriority: effective,
    });
  });

  test("a quoted category runs as P4, marked, its declared priority visible", () => {
    expect(clockOf([p1({ category: "Integration" })], silver, OPENED)).toMatchObject({
      declaredPriority: "P1",
      effectivePriority: "P4",
      needsQuote: true,
      target: 9 * HOUR,
    });
    const facts = [p1({ category: "Integration" }), categorised("2026-11-25 11:00", "Configuration")];
    const clock = clockOf(facts, silver, "2026-11-25 11:00");
    expect(clock).toMatchObject({ effectivePriority: "P1", needsQuote: false });
    expect(local(clock.dueAt)).toBe("2026-11-25 15:00");
  });

  test("lowered: due moves to what the new target would have been from the start", () => {
    const clock = clockOf([p1(), prioritised("2026-11-25 11:00", "P3")], silver, "2026-11-25 11:00");
    expect(local(clock.dueAt)).toBe("2026-11-26 10:00");
  });

  test("raised with less left than the new target: due stays", () => {
    const facts = [created(OPENED, "P3"), prioritised("2026-11-26 09:30", "P1")];
    expect(local(clockOf(facts, silver, "2026-11-26 09:30").dueAt)).toBe("2026-11-26 10:00");
  });

  test("back to a priority held earlier: what was left of its target", () => {
    const facts = [p1(), prioritised("2026-11-25 13:00", "P3"), prioritised("2026-11-25 16:00", "P1")];
    const clock = clockOf(facts, silver, "2026-11-25 16:00");
    // three of four hours were used
    expect(local(clock.dueAt)).toBe("2026-11-25 17:00");
    const third = [...facts, prioritised("2026-11-25 16:30", "P3"), prioritised("2026-11-25 17:00", "P1")];
    expect(local(clockOf(third, silver, "2026-11-25 17:00").dueAt)).toBe("2026-11-25 17:30");
  });

  test("at or after the due instant, and after the acknowledgement, nothing moves", () => {
    const late = clockOf([p1(), prioritised("2026-11-25 14:00", "P3")], silver, "2026-11-25 15:00");
    expect(late).toMatchObject({ status: "Breached", effectivePriority: "P3", target: 4 * HOUR });
    expect(late.explanation!.changes).toEqual([]);
    const done = clockOf(
      [p1(), acknowledged("2026-11-25 11:00"), prioritised("2026-11-25 12:00", "P3")],
      silver,
      "2026-11-25 12:00",
    );
    expect(done).toMatchObject({ effectivePriority: "P1", target: 4 * HOUR });
  });

  test("priority and category changed in one commit are one change", () => {
    const stamp = { commit: 5, sequence: 1 };
    const facts = [
      created(OPENED, "P3"),
      { ...prioritised("2026-11-25 11:00", "P1"), ...stamp },
      { ...categorised("2026-11-25 11:00", "Implementation"), ...stamp },
    ];
    const clock = clockOf(facts, silver, "2026-11-25 11:00");
    expect(clock.effectivePriority).toBe("P4");
    expect(local(clock.dueAt)).toBe("2026-11-26 10:00");
    expect(clock.explanation!.changes).toHaveLength(1);
  });

  test("the target is what each calendar counted while it was in force", () => {
    // Platinum P1 on a Saturday at 12:00, lowered to P3 at 12:30: half an hour of 24/7, then business hours
    const facts = [created("2026-11-28 12:00", "P1"), prioritised("2026-11-28 12:30", "P3")];
    const clock = clockOf(facts, platinum, "2026-11-28 12:30");
    expect(local(clock.dueAt)).toBe("2026-11-30 09:00");
    expect(clock.target).toBe(1.5 * HOUR);
    expect(clock.calendars.map(({ calendar }) => calendar)).toEqual(["roundTheClock", "extended"]);
    // half of it, 45 min, is reached on Monday at 08:15
    const notice = clock.steps.find(({ name }) => name === "notice");
    expect(local(notice!.at)).toBe("2026-11-30 08:15");
  });

  test("a change in the very second of the start leaves one calendar", () => {
    const facts = [
      created("2026-11-28 12:00", "P3"),
      { ...prioritised("2026-11-28 12:00", "P1"), commit: 1 },
    ];
    const clock = clockOf(facts, platinum, "2026-11-28 12:00");
    expect(clock.calendars).toEqual([{ from: at("2026-11-28 12:00"), calendar: "roundTheClock" }]);
    expect(clock.target).toBe(HOUR);
  });
});

describe("marks", () => {
  test("a channel the plan does not have, and one for another priority", () => {
    expect(clockOf([p1({ channel: "Slack" })], silver, OPENED).channelNotCovered).toBe(true);
    expect(clockOf([p1({ channel: null })], silver, OPENED).channelNotCovered).toBe(false);
    expect(clockOf([p1({ channel: "OnCall" })], platinum, OPENED).channelNotCovered).toBe(false);
    expect(clockOf([created(OPENED, "P2", { channel: "OnCall" })], platinum, OPENED).channelNotCovered).toBe(
      true,
    );
    const changed = { ...p1(), id: "x", kind: "channel" as const, channel: "Slack" };
    expect(clockOf([p1(), changed], silver, OPENED).channelNotCovered).toBe(true);
  });

  test("past the years whose holidays are known", () => {
    const terms = { holidaysKnown: { from: "2026-01-01", to: "2026-11-25" } };
    const known = contractOf("Silver", {}, terms);
    expect(clockOf([p1()], known, OPENED).explanation!.beyondKnownHolidays).toBe(false);
    expect(clockOf([created(OPENED, "P3")], known, OPENED).explanation!.beyondKnownHolidays).toBe(true);
    expect(
      clockOf([created("2026-11-26 10:00", "P1")], contractOf("Platinum", {}, terms), "2026-11-26 10:00")
        .explanation!.beyondKnownHolidays,
    ).toBe(false);
    expect(
      clockOf(
        [p1()],
        contractOf("Silver", {}, { holidaysKnown: { from: "2026-11-25", to: "2026-11-25" } }),
        OPENED,
      ).explanation!.beyondKnownHolidays,
    ).toBe(false);
    expect(
      clockOf([created("2025-12-31 10:00", "P1")], contractOf("Silver", { startsOn: null }), OPENED)
        .explanation!.beyondKnownHolidays,
    ).toBe(true);
  });

  test("past them on the one of two calendars that has holidays", () => {
    const known = contractOf("Platinum", {}, { holidaysKnown: { from: "2026-01-01", to: "2026-11-29" } });
    const beyond = (...facts: Fact[]) =>
      clockOf(facts, known, "2026-12-01 10:00").explanation!.beyondKnownHolidays;
    expect(beyond(created("2026-11-28 12:00", "P1"), prioritised("2026-11-28 12:30", "P3"))).toBe(true);
    expect(beyond(created("2026-11-29 23:30", "P2"), prioritised("2026-11-29 23:45", "P1"))).toBe(false);
  });

  test("inferred, when a fact until the end was", () => {
    expect(clockOf([p1({ inferred: true })], silver, OPENED).inferred).toBe(true);
    const by: Actor = { userId: "005", role: "consultant" };
    expect(clockOf([p1({ inferred: true, by })], silver, OPENED).inferred).toBe(true);
    const facts = [p1(), { ...acknowledged("2026-11-25 11:00"), inferred: true }];
    expect(clockOf(facts, silver, OPENED).inferred).toBe(true);
    const after = [
      p1(),
      acknowledged("2026-11-25 11:00"),
      { ...replied("2026-11-25 12:00"), inferred: true },
    ];
    expect(clockOf(after, silver, OPENED).inferred).toBe(false);
    expect(clockOf([p1()], silver, OPENED).inferred).toBe(false);
  });
});

describe("what one commit and one cycle leave to the next", () => {
  const together = { commit: 7, sequence: 1 };

  test("a priority raised by the commit that takes the case counts before the taking", () => {
    const facts = [
      created(OPENED, "P3"),
      { ...owned("2026-11-25 11:00", "consultant"), ...together },
      { ...prioritised("2026-11-25 11:00", "P1"), ...together },
    ];
    expect(clockOf(facts, silver, "2026-11-25 12:00")).toMatchObject({
      status: "Acknowledged",
      effectivePriority: "P1",
      dueAt: at("2026-11-25 15:00"),
    });
  });

  test("a reopened cycle can be closed again, and is inferred by its own facts alone", () => {
    const before = [{ ...p1(), inferred: true }, closed("2026-11-25 11:00", "requester")];
    const again = [...before, reopened("2026-11-25 12:00"), closed("2026-11-25 13:00", "requester")];
    const [first, second] = clocksOf(again, silver, "2026-11-25 14:00");
    expect([first!.inferred, second!.inferred]).toEqual([true, false]);
    expect(second).toMatchObject({ status: "Cancelled", endedAt: at("2026-11-25 13:00") });
    const guessed = [...before, { ...reopened("2026-11-25 12:00"), inferred: true }];
    expect(clockOf(guessed, silver, "2026-11-25 14:00").inferred).toBe(true);
  });

  test("without a contract a priority still follows the case, and a client's doing is no acknowledgement", () => {
    const alone = [p1({ contractId: null }), prioritised("2026-11-25 10:30", "P2", "requester")];
    expect(clockOf(alone, silver, "2026-11-25 11:00")).toMatchObject({
      status: "Not Covered",
      effectivePriority: "P2",
    });
    const clientClosed = [
      p1({ contractId: null }),
      closed("2026-11-25 11:00", "requester"),
      contracted("2026-11-25 12:00", "contract"),
    ];
    expect(clockOf(clientClosed, silver, "2026-11-25 13:00").acknowledgedAt).toBe(null);
  });
});

describe("facts of one second, and facts told twice", () => {
  const stamped = (fact: Fact, commit: number, sequence = 1): Fact => ({ ...fact, commit, sequence });
  const second = "2026-11-25 11:00";

  test("each commit is a change of its own, and each of its sequences; one commit's priority and category are one", () => {
    const facts = [
      created(OPENED, "P3"),
      stamped(prioritised(second, "P1"), 5),
      stamped(prioritised(second, "P2"), 6),
      stamped(prioritised(second, "P4"), 6, 2),
      stamped(prioritised(second, "P1"), 7),
      stamped(categorised(second, "Integration"), 7),
    ];
    const clock = clockOf(facts, silver, second);
    expect(clock.explanation!.changes.map(({ from, to }) => `${from.priority}${to.priority}`)).toEqual([
      "P3P1",
      "P1P2",
      "P2P4",
    ]);
    expect(clock.effectivePriority).toBe("P4");
  });

  test("the same id is the same fact, at its first instant", () => {
    const raised = prioritised(second, "P1");
    const facts = [
      created(OPENED, "P3"),
      { ...raised, at: at("2026-11-25 12:00") },
      prioritised("2026-11-25 11:30", "P2"),
      raised,
    ];
    expect(clockOf(facts, silver, "2026-11-25 12:00").effectivePriority).toBe("P2");
  });

  test("a second creation counts for nothing", () => {
    const twice = clocksOf([created("2026-11-25 10:05", "P1"), p1()], silver, "2026-11-25 11:00");
    expect(twice).toMatchObject([{ startedAt: at(OPENED) }]);
  });

  test("a priority that changes nothing of what governs is no change; one calendar stays one", () => {
    const facts = [created(OPENED, "P3"), prioritised(second, null), prioritised("2026-11-25 11:30", "P1")];
    const clock = clockOf(facts, silver, "2026-11-25 12:00");
    expect(clock.explanation!.changes).toHaveLength(1);
    expect(clock.calendars).toEqual([{ from: at(OPENED), calendar: "business" }]);
  });

  test("a consultant telling the status that the case has moves nothing", () => {
    const facts = [p1(), moved("2026-11-25 10:30", "Waiting", "requester"), moved(second, "Waiting")];
    expect(clockOf(facts, silver, "2026-11-25 12:00").status).toBe("Running");
  });
});

describe("what is not covered", () => {
  test("is still marked for a quote, and has the priorities of the plan there is", () => {
    const expired = contractOf("Silver", { endsOn: "2026-11-24" });
    expect(clockOf([p1({ category: "Integration" })], expired, OPENED)).toMatchObject({
      status: "Not Covered",
      needsQuote: true,
      effectivePriority: "P4",
      channelNotCovered: false,
      calendars: [],
    });
    expect(clockOf([p1({ priority: null })], [], OPENED).effectivePriority).toBe("P3");
  });

  test("begins when a person sets the contract once it is in force, whatever was cleared before", () => {
    const later = contractOf("Silver", { startsOn: "2026-11-26" });
    const facts = [p1(), contracted("2026-11-25 11:00", null)];
    expect(clockOf(facts.slice(0, 1), later, "2026-11-25 12:00").notCovered).toBe("createdBeforeContract");
    expect(clockOf(facts, later, "2026-11-25 12:00").notCovered).toBe("noContract");
    const set = [...facts, contracted("2026-11-26 10:00", "contract")];
    expect(clocksOf(set, later, "2026-11-26 11:00")).toMatchObject([
      { status: "Running", startedAt: at("2026-11-26 10:00"), inferred: false },
    ]);
  });
});

test("without the creation there is no clock yet; two of them are one", () => {
  expect(clocksOf([acknowledged("2026-11-25 11:00")], silver, OPENED)).toEqual([]);
  expect(clocksOf([], silver, OPENED)).toEqual([]);
  expect(clocksOf([p1(), p1()], silver, OPENED)).toHaveLength(1);
});

test("the present instant has to be one", () => {
  expect(() => computeClocks([p1()], [silver], NaN)).toThrow(/now must be finite/);
  expect(() => computeClocks([p1()], [silver], "2026" as never)).toThrow(/now must be a number/);
  expect(() => computeClocks([{ ...p1(), at: NaN }], [silver], 0)).toThrow(/at must be finite/);
});
