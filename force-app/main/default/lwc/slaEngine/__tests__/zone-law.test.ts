import { expect, test } from "@jest/globals";
import { lawBetween, zoneBy, type ZoneChanges } from "c/slaEngine";
import {
  compileCalendar,
  compilePolicy,
  contractAt,
  readPolicy,
  resolvePolicy,
  type CalendarSpec,
  type Contract,
} from "../slaEngine.ts";
import { hostZone } from "../host-zone.ts";
import {
  acknowledged,
  at,
  catalogue,
  clockOf,
  clocksOf,
  created,
  policyOf,
  reopened,
  closed,
} from "./support/story.ts";

const HOUR = 3_600_000;
const seconds = (when: string) => at(when) / 1000;

/** Winnipeg as older data have it: back to -06:00 in November 2026. */
const before: ZoneChanges = {
  version: "2026d",
  offset: -18_000,
  changes: [[seconds("2026-11-01T07:00Z"), -21_600]],
};
/** And by the law: it stays at -05:00. */
const after: ZoneChanges = { version: "2026e", offset: -18_000, changes: [] };

const winnipeg = (zone: ZoneChanges, over = {}) =>
  policyOf("Silver", { timeZone: "America/Winnipeg", holidays: [], zone, ...over });
const adopted = "2026-12-01T08:00Z";
const version = (from: string, policy: Contract["policy"]) => ({
  from: at(from),
  status: "Active" as const,
  startsOn: null,
  endsOn: null,
  policy,
});
const contract = (then = winnipeg(before), now = winnipeg(after)): Contract => ({
  ...version(adopted, now),
  id: "contract",
  history: [version("2026-01-01T00:00Z", then), version(adopted, now)],
});

// opened in the evening: it counts from 09:00 on, whenever that is
const opened = created("2026-12-01T03:00Z", "P1");

test("a clock that runs follows the law, and its explanation says so", () => {
  const clock = clockOf([opened], contract(), "2026-12-01T16:00Z");
  expect(clock.dueAt).toBe(at("2026-12-01T18:00Z"));
  expect(clock.explanation).toMatchObject({
    zone: { version: "2026e" },
    due: at("2026-12-01T18:00Z"),
    lawChanges: [
      {
        at: at(adopted),
        version: "2026e",
        dueBefore: at("2026-12-01T19:00Z"),
        dueAfter: at("2026-12-01T18:00Z"),
      },
    ],
  });
  expect(clock.explanation!.entries.reduce((sum, { counted }) => sum + counted, 0)).toBe(4 * HOUR);
  expect(clock.steps.find(({ name }) => name === "notice")!.at).toBe(at("2026-12-01T16:00Z"));
});

test("a clock that had ended stays as it was, whenever it is computed anew", () => {
  const facts = [opened, acknowledged("2026-12-01T07:59Z")];
  const clock = clockOf(facts, contract(), "2026-12-02T00:00Z");
  expect(clock).toMatchObject({ status: "Acknowledged", dueAt: at("2026-12-01T19:00Z") });
  expect(clock.explanation).toMatchObject({ zone: { version: "2026d" }, lawChanges: [] });
});

test("one that ended afterwards is judged by the law", () => {
  const late = clockOf([opened, acknowledged("2026-12-01T18:30Z")], contract(), "2026-12-02T00:00Z");
  expect(late).toMatchObject({ status: "Acknowledged Late", dueAt: at("2026-12-01T18:00Z") });
});

test("each cycle goes by the law until its own end", () => {
  const facts = [opened, closed("2026-12-01T04:00Z", "consultant"), reopened("2026-12-02T03:00Z")];
  const [first, second] = clocksOf(facts, contract(), "2026-12-02T10:00Z");
  expect(first!.dueAt).toBe(at("2026-12-01T19:00Z"));
  expect(second).toMatchObject({ dueAt: at("2026-12-02T18:00Z"), explanation: { lawChanges: [] } });
});

test("holidays, targets and windows stay those of the clock's start", () => {
  const other = { ...winnipeg(after), holidays: [{ date: "2026-12-01" }] };
  expect(clockOf([opened], contract(winnipeg(before), other), adopted).dueAt).toBe(at("2026-12-01T18:00Z"));
  const { policy } = contractAt(contract(winnipeg(before), other), at("2026-12-01T03:00Z"));
  expect(policy).toMatchObject({ zone: after, holidays: [] });
});

test("newer data that move nothing leave no trace, and a clock ignores another zone's law", () => {
  const renewed = clockOf(
    [opened],
    contract(winnipeg(after), winnipeg({ ...after, version: "2026f" })),
    adopted,
  );
  expect(renewed.explanation).toMatchObject({ zone: { version: "2026f" }, lawChanges: [] });
  const toronto = winnipeg({ ...after, version: "2026g" }, { timeZone: "America/Toronto" });
  expect(clockOf([opened], contract(winnipeg(before), toronto), adopted)).toMatchObject({
    dueAt: at("2026-12-01T19:00Z"),
    explanation: { zone: { version: "2026d" }, lawChanges: [] },
  });
});

test("several changes of the law, one after the other", () => {
  const back = { ...before, version: "2026f" };
  const twice = { ...contract(), ...version("2026-12-01T09:00Z", winnipeg(back)) };
  const history = [...contract().history!, version("2026-12-01T09:00Z", winnipeg(back))];
  const clock = clockOf([opened], { ...twice, id: "contract", history }, "2026-12-01T10:00Z");
  expect(clock.dueAt).toBe(at("2026-12-01T19:00Z"));
  expect(clock.explanation!.lawChanges.map(({ version: tz }) => tz)).toEqual(["2026e", "2026f"]);
});

test("a contract whose policy cannot be read any more keeps its clocks, which go by what it said before", () => {
  const damaged = {
    ...contract(),
    policy: null as never,
    history: [version("2026-01-01T00:00Z", winnipeg(before))],
  };
  expect(clockOf([opened], damaged, "2026-12-01T16:00Z").dueAt).toBe(at("2026-12-01T19:00Z"));
  const never = { ...damaged, history: undefined };
  expect(clockOf([opened], never as never, "2026-12-01T16:00Z")).toMatchObject({
    notCovered: "unreadablePolicy",
  });
});

test("a zone is one object for its law, and calls its place by the name's last part where the law does not", () => {
  const law = { version: "2026f", offset: -10_800, changes: [] };
  const zone = zoneBy("America/Argentina/Buenos_Aires", law);
  expect(zoneBy("America/Argentina/Buenos_Aires", law)).toBe(zone);
  expect(zone.place).toEqual({ es: "Buenos Aires", en: "Buenos Aires" });
});

test("a policy says its law in its version, and an older one without it is read all the same", () => {
  expect(winnipeg(before).version).not.toBe(winnipeg(after).version);
  expect(winnipeg({ ...after, version: "2026g" }).version).toBe(winnipeg(after).version);
  const older = policyOf("Silver");
  expect(older.zone).toBeUndefined();
  expect(readPolicy(JSON.stringify(older))).toEqual({ policy: older });
  expect(compilePolicy(older).zone.offsetAt(0)).toBe(-3 * HOUR);
});

test.each([
  [{ version: 7 }, /zone.version must be/],
  [{ version: "x".repeat(100) }, /zone.version must be/],
  [{ offset: 93_600 }, /zone.offset is no offset in seconds: 93600/],
  [{ offset: 0.5 }, /zone.offset/],
  [{ changes: "none" }, /zone.changes must be a list of at most 400 changes/],
  [{ changes: Array.from({ length: 401 }, (_, i) => [i, 0]) }, /at most 400 changes/],
  [
    {
      changes: [
        [0, 3600],
        [0, 0],
      ],
    },
    /zone.changes\[1\] must be \[instant, offset\]/,
  ],
  [{ changes: [["0", 3600]] }, /zone.changes\[0\]/],
  [{ changes: [[0, "x"]] }, /zone.changes\[0\]/],
  [{ changes: [null] }, /zone.changes\[0\]/],
  [{ place: { es: "Acá" } }, /zone.place must be a text in both languages/],
  [{ place: { es: "x".repeat(100), en: "x" } }, /zone.place/],
])("refuses the law %j with its place", (wrong, message) => {
  const law = { ...after, ...wrong } as ZoneChanges;
  expect(() => zoneBy("America/Winnipeg", law)).toThrow(message);
  const policy = { ...winnipeg(after), zone: law };
  expect(readPolicy(JSON.stringify(policy))).toMatchObject({ problem: "damaged" });
  expect(() => resolvePolicy(catalogue, { ...policy, plan: "Silver" })).toThrow(message);
});

test.each([[null], [undefined], [7]])("a zone of no name, %p, is refused", (name) => {
  const spec = {
    timeZone: name,
    zone: after,
    weekly: { mon: [["09:00", "18:00"]] },
  } as unknown as CalendarSpec;
  expect(() => compileCalendar(spec)).toThrow(/timeZone .* is not a name of a time zone/);
  expect(() => zoneBy("UTC", null as unknown as ZoneChanges)).toThrow("zone must be an object of changes");
});

test("the law of a stretch of time is cut out of a zone, and read back is the same", () => {
  const law = lawBetween(hostZone("America/New_York"), at("2026-01-01T00:00Z"), at("2027-01-01T00:00Z"));
  expect(law).toEqual({
    version: "host",
    place: { es: "New York", en: "New York" },
    offset: -18_000,
    changes: [
      [seconds("2026-03-08T07:00Z"), -14_400],
      [seconds("2026-11-01T06:00Z"), -18_000],
    ],
  });
  const zone = zoneBy("America/New_York", law);
  expect(zone.offsetAt(at("2026-03-08T07:00Z") - 1)).toBe(-5 * HOUR);
  expect(zone.offsetAt(at("2026-03-08T07:00Z"))).toBe(-4 * HOUR);
  expect(lawBetween(zone, at("2026-04-01T00:00Z"), at("2026-05-01T00:00Z"))).toMatchObject({
    offset: -14_400,
    changes: [],
  });
});
