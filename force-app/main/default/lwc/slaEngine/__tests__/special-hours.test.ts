import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { compileCalendar, compilePolicy, readPolicy, resolvePolicy } from "c/slaEngine";
import type { SpecialHours } from "c/slaEngine";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseCatalogue } from "c/slaEngine";

const HOUR = 3_600_000;
const at = (iso: string) => Date.parse(iso);
const ordered = { orderedBy: "Ana Paz", orderedAt: "2026-11-30T12:00:00Z" };
const special = (
  open: boolean,
  from: string,
  to: string,
  name: string,
  part?: [string, string],
): SpecialHours => ({
  ...{ open, from, to, name },
  ...(part ? { part } : {}),
  ...ordered,
});
const weekdays = {
  mon: [["09:00", "18:00"]],
  tue: [["09:00", "18:00"]],
  wed: [["09:00", "18:00"]],
  thu: [["09:00", "18:00"]],
  fri: [["09:00", "18:00"]],
} as const;
const calendar = (list: SpecialHours[], more: object = {}) =>
  compileCalendar({ timeZone: "UTC", weekly: structuredClone(weekdays) as never, special: list, ...more });

describe("special hours", () => {
  const golive = special(true, "2026-12-04T18:00", "2026-12-06T22:00", "Go-live");
  const freeze = special(false, "2026-12-28", "2026-12-31", "Year-end freeze");

  test("a hundred entries that name as many parts of days as fit are laid out, and one part more is refused", () => {
    const list = Array.from({ length: 100 }, (_, i) =>
      special(i % 2 === 0, "2026-01-01", "2026-01-10", `entry ${i}`, [`0${i % 10}:00`, `1${i % 10}:30`]),
    );
    const hours = calendar(list);
    const start = at("2026-01-01T00:00Z");
    expect(hours.elapsed(start, hours.add(start, 50 * HOUR))).toBe(50 * HOUR);
    const more = { ...list[0]!, to: "2026-01-11" };
    expect(() => calendar([...list.slice(1), more])).toThrow(/part of 1001 dates; at most 1000 fit/);
  });

  test("open a weekend that the plan closes", () => {
    const hours = calendar([golive]);
    expect(hours.isOpen(at("2026-12-05T03:00Z"))).toBe(true);
    expect(hours.add(at("2026-12-04T17:00Z"), 4 * HOUR)).toBe(at("2026-12-04T21:00Z"));
    expect(hours.isOpen(at("2026-12-06T22:00Z"))).toBe(false);
    expect(hours.segments(at("2026-12-04T17:00Z"), at("2026-12-07T10:00Z"))).toEqual([
      { start: at("2026-12-04T17:00Z"), end: at("2026-12-04T18:00Z"), open: true, why: "window" },
      {
        start: at("2026-12-04T18:00Z"),
        end: at("2026-12-06T22:00Z"),
        open: true,
        why: "window",
        special: "Go-live",
      },
      { start: at("2026-12-06T22:00Z"), end: at("2026-12-07T09:00Z"), open: false, why: "outsideHours" },
      { start: at("2026-12-07T09:00Z"), end: at("2026-12-07T10:00Z"), open: true, why: "window" },
    ]);
  });

  test("close whole dates, the last one too, and say why", () => {
    const hours = calendar([freeze]);
    expect(hours.nextOpening(at("2026-12-28T10:00Z"))).toBe(at("2027-01-01T09:00Z"));
    expect(hours.segments(at("2026-12-31T10:00Z"), at("2026-12-31T11:00Z"))).toEqual([
      {
        start: at("2026-12-31T10:00Z"),
        end: at("2026-12-31T11:00Z"),
        open: false,
        why: "outsideHours",
        special: "Year-end freeze",
      },
    ]);
  });

  test("apply after holidays, and a part of each date between two dates", () => {
    const hours = calendar([special(true, "2026-12-24", "2026-12-26", "Guard", ["10:00", "12:00"])], {
      holidays: ["2026-12-25"],
    });
    expect(hours.elapsed(at("2026-12-25T00:00Z"), at("2026-12-26T00:00Z"))).toBe(2 * HOUR);
    expect(hours.elapsed(at("2026-12-26T00:00Z"), at("2026-12-27T00:00Z"))).toBe(2 * HOUR);
    expect(hours.elapsed(at("2026-12-24T00:00Z"), at("2026-12-25T00:00Z"))).toBe(9 * HOUR);
  });

  test("close coverage around the clock", () => {
    const hours = compileCalendar({
      timeZone: "UTC",
      weekly: Object.fromEntries(
        ["mon", "tue", "wed", "thu", "fri", "sat", "sun"].map((day) => [day, [["00:00", "24:00"]]]),
      ),
      special: [special(false, "2026-12-28T10:00", "2026-12-28T12:00", "Move")],
    });
    expect(hours.add(at("2026-12-28T09:00Z"), 2 * HOUR)).toBe(at("2026-12-28T13:00Z"));
  });

  test("follow the clocks of the zone: a night that skips an hour has one less", () => {
    const hours = calendar([special(true, "2026-03-07T18:00", "2026-03-08T18:00", "Go-live")], {
      timeZone: "America/New_York",
    });
    expect(hours.elapsed(at("2026-03-07T05:00Z"), at("2026-03-09T04:00Z"))).toBe(23 * HOUR);
  });

  test.each([
    [special(true, "2026-12-06", "2026-12-04", "X"), /special\[0\] is empty/],
    [special(true, "2026-02-30", "2026-03-04", "X"), /special\[0\].from is not a local date or time/],
    [special(true, "2026-12-04T25:00", "2026-12-06", "X"), /special\[0\].from/],
    [special(true, "2026-12-04", "2026-12-06T10:00:00", "X"), /special\[0\].to/],
    [special(true, "2026-12-04", "2028-12-06", "X"), /longer than 366 days/],
    [special(true, "2026-12-04T10:00", "2026-12-06", "X", ["10:00", "12:00"]), /from and to must be dates/],
    [special(true, "2026-12-04", "2026-12-06", "X", ["12:00", "10:00"]), /part is not two times/],
    [{ ...special(true, "2026-12-04", "2026-12-06", "X"), open: 1 as never }, /open must be true or false/],
  ])("%j is refused", (entry, said) => {
    expect(() => calendar([entry])).toThrow(said);
  });

  test("of three that meet, each holds where no later one does", () => {
    const hours = calendar([
      special(true, "2026-12-01", "2026-12-31", "First"),
      special(false, "2026-12-01", "2026-12-03", "Second"),
      special(false, "2026-12-10", "2026-12-12", "Third"),
    ]);
    const open = ["2026-12-02", "2026-12-05", "2026-12-11", "2026-12-20"].map((day) =>
      hours.isOpen(at(`${day}T03:00Z`)),
    );
    expect(open).toEqual([false, true, false, true]);
  });

  test("dates end with the local date, times with the second of two: midnight came twice in Havana", () => {
    const end = (to: string, part?: [string, string]) => {
      const list = [special(true, "2026-10-31", to, "Go-live", part)];
      const havana = compileCalendar({
        timeZone: "America/Havana",
        weekly: { wed: [["09:00", "10:00"]] },
        special: list,
      });
      const segments = havana.segments(at("2026-10-31T12:00Z"), at("2026-11-02T12:00Z"));
      return new Date(segments.findLast(({ open }) => open)!.end).toISOString().slice(5, 16);
    };
    expect(end("2026-10-31")).toBe("11-01T04:00");
    expect(end("2026-11-01T00:30")).toBe("11-01T05:30");
    expect(end("2026-11-01", ["00:00", "00:30"])).toBe("11-01T05:30");
    expect(end("2026-10-31", ["18:00", "24:00"])).toBe("11-01T04:00");
  });

  const hour = fc.integer({ min: 0, max: 24 * 14 });
  const entry = fc.record({ open: fc.boolean(), from: hour, length: fc.integer({ min: 1, max: 60 }) });
  const base = at("2026-12-01T00:00Z");
  const local = (hours: number) => new Date(base + hours * HOUR).toISOString().slice(0, 16);
  test("of two that meet the last wins; counted time, segments and isOpen agree", () => {
    fc.assert(
      fc.property(
        fc.array(entry, { maxLength: 6 }),
        hour,
        fc.integer({ min: 1, max: 100 }),
        (list, from, length) => {
          const plain = calendar([]);
          const hours = calendar(
            list.map(({ open, from: start, length: many }, i) =>
              special(open, local(start), local(start + many), `S${i}`),
            ),
          );
          let counted = 0;
          for (let h = from; h < from + length; h++) {
            const holds = list.findLast(({ from: start, length: many }) => start <= h && h < start + many);
            const open = holds?.open ?? plain.isOpen(base + h * HOUR);
            expect(hours.isOpen(base + h * HOUR)).toBe(open);
            counted += open ? HOUR : 0;
          }
          const [a, b] = [base + from * HOUR, base + (from + length) * HOUR];
          expect(hours.elapsed(a, b)).toBe(counted);
          const segments = hours.segments(a, b);
          expect(segments.reduce((sum, { start, end, open }) => sum + (open ? end - start : 0), 0)).toBe(
            counted,
          );
          expect(segments.map(({ start }) => start)).toEqual([
            a,
            ...segments.slice(0, -1).map(({ end }) => end),
          ]);
          for (const { start, special: name } of segments) {
            const holds = list.findLastIndex(
              ({ from: begins, length: many }) =>
                base + begins * HOUR <= start && start < base + (begins + many) * HOUR,
            );
            expect(name).toBe(holds < 0 ? undefined : `S${holds}`);
          }
        },
      ),
    );
  });
});

describe("in a policy", () => {
  const catalogue = parseCatalogue(readFileSync(join(process.cwd(), "config/support-plans.json"), "utf8"));
  const terms = {
    plan: "Platinum",
    timeZone: "UTC",
    holidayCalendar: "none",
    holidays: [],
    holidaysKnown: { from: "2025-01-01", to: "2028-12-31" },
  };
  const guard = special(false, "2026-12-28", "2026-12-31", "Year-end freeze");

  test("they make another version and format 2, so that no package computes without them", () => {
    const without = resolvePolicy(catalogue, terms);
    const policy = resolvePolicy(catalogue, { ...terms, special: [guard] });
    expect(without.formatVersion).toBe(1);
    expect(resolvePolicy(catalogue, { ...terms, special: [] })).toEqual(without);
    expect(policy.formatVersion).toBe(2);
    expect(policy.version).not.toBe(without.version);
    expect(readPolicy(JSON.stringify(policy))).toEqual({ policy });
    for (const key of Object.keys(policy.calendars))
      expect(compilePolicy(policy).calendar(key).isOpen(at("2026-12-29T12:00Z"))).toBe(false);
    expect(readPolicy(JSON.stringify({ ...policy, formatVersion: 3 }))).toMatchObject({
      problem: "newerFormat",
    });
  });

  test("a damaged entry or too many refuse the policy with its path", () => {
    const policy = resolvePolicy(catalogue, { ...terms, special: [guard] });
    const detail = (list: unknown) => {
      const read = readPolicy(JSON.stringify({ ...policy, special: list }));
      return "detail" in read ? read.detail : "";
    };
    expect(detail([{ ...guard, name: 3 }])).toMatch(/special\[0\].name: must be a text/);
    expect(detail([{ ...guard, orderedBy: undefined }])).toMatch(/special\[0\].orderedBy/);
    expect(detail([{ ...guard, from: "soon" }])).toMatch(/special\[0\].from/);
    expect(detail(Array.from({ length: 101 }, () => guard))).toMatch(/special: has 101 entries/);
    expect(detail("x")).toMatch(/special: must be a list/);
  });
});
