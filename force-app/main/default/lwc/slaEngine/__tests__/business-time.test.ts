/** Business time at its edges: DST, midnight, overlaps, partial holidays, refusals. */
import { describe, expect, test } from "@jest/globals";
import { compileCalendar, type CalendarSpec, type Weekly } from "../slaEngine.ts";

const HOUR = 3_600_000;
const MINUTE = 60_000;
const iso = (at: number) => new Date(at).toISOString().replace(/:00\.000Z$/, "Z");
const utc = Date.parse;
const weekdays = (...windows: [string, string][]): Weekly => ({
  mon: windows,
  tue: windows,
  wed: windows,
  thu: windows,
  fri: windows,
});
const everyDay = (...windows: [string, string][]): Weekly => ({
  ...weekdays(...windows),
  sat: windows,
  sun: windows,
});
const calendar = (timeZone: string, weekly: Weekly, holidays: CalendarSpec["holidays"] = []) =>
  compileCalendar({ timeZone, weekly, holidays });
/** The open stretches of a span. */
const open = (spec: CalendarSpec, from: string, to: string) =>
  compileCalendar(spec)
    .segments(utc(from), utc(to))
    .filter((segment) => segment.open)
    .map(({ start, end }) => `${iso(start)}/${iso(end)}`);

describe("windows", () => {
  test("are half-open", () => {
    const c = calendar("UTC", weekdays(["09:00", "17:00"]));
    expect(c.isOpen(utc("2026-11-24T09:00Z"))).toBe(true);
    expect(c.isOpen(utc("2026-11-24T08:59:59.999Z"))).toBe(false);
    expect(c.isOpen(utc("2026-11-24T16:59:59.999Z"))).toBe(true);
    expect(c.isOpen(utc("2026-11-24T17:00Z"))).toBe(false);
    expect(iso(c.nextOpening(utc("2026-11-20T17:00Z")))).toBe("2026-11-23T09:00Z");
    expect(iso(c.nextOpening(utc("2026-11-24T12:00Z")))).toBe("2026-11-24T12:00Z");
  });

  test("past midnight, with equal ends, until 24:00", () => {
    const span = ["2026-11-23T00:00Z", "2026-11-26T00:00Z"] as const;
    expect(open({ timeZone: "UTC", weekly: { mon: [["22:00", "06:00"]] } }, ...span)).toEqual([
      "2026-11-23T22:00Z/2026-11-24T06:00Z",
    ]);
    expect(open({ timeZone: "UTC", weekly: { mon: [["09:00", "09:00"]] } }, ...span)).toEqual([
      "2026-11-23T09:00Z/2026-11-24T09:00Z",
    ]);
    expect(open({ timeZone: "UTC", weekly: { mon: [["18:00", "24:00"]] } }, ...span)).toEqual([
      "2026-11-23T18:00Z/2026-11-24T00:00Z",
    ]);
    expect(open({ timeZone: "UTC", weekly: { mon: [["18:00", "00:00"]] } }, ...span)).toEqual([
      "2026-11-23T18:00Z/2026-11-24T00:00Z",
    ]);
    expect(
      open({ timeZone: "UTC", weekly: { mon: [["18:00", "00:30"]], tue: [["00:15", "01:00"]] } }, ...span),
    ).toEqual(["2026-11-23T18:00Z/2026-11-24T01:00Z"]);
  });

  test("that overlap count once", () => {
    const c = calendar("UTC", {
      mon: [
        ["13:00", "18:00"],
        ["09:00", "14:00"],
        ["10:00", "11:00"],
      ],
    });
    expect(c.elapsed(utc("2026-11-23T00:00Z"), utc("2026-11-24T00:00Z"))).toBe(9 * HOUR);
    expect(c.segments(utc("2026-11-23T00:00Z"), utc("2026-11-24T00:00Z"))).toHaveLength(3);
  });

  test("around the clock are time itself", () => {
    const c = calendar("Africa/Casablanca", everyDay(["00:00", "24:00"]));
    const [from, to] = [utc("1950-01-01T00:00Z"), utc("2090-01-01T00:00Z")];
    expect(c.elapsed(from, to)).toBe(to - from);
    expect(c.add(from, to - from)).toBe(to);
    expect(c.add(to, from - to)).toBe(from);
    expect(c.isOpen(from)).toBe(true);
    expect(c.nextOpening(from)).toBe(from);
    expect(c.segments(from, to)).toEqual([{ start: from, end: to, open: true, why: "alwaysOpen" }]);
    expect(c.segments(to, from)).toEqual([]);
    expect(c.segments(to, to)).toEqual([]);
    expect(c.elapsed(-8.64e15, 8.64e15)).toBe(2 * 8.64e15);
    // whatever way they are written, and whatever gap a DST change leaves at their seams
    const halves = calendar("America/Sao_Paulo", everyDay(["00:00", "12:00"], ["12:00", "24:00"]));
    expect(halves.segments(from, to)).toHaveLength(1);
    const turns = calendar("America/New_York", everyDay(["02:30", "02:30"]));
    expect(turns.elapsed(from, to)).toBe(to - from);
    const night = calendar("UTC", everyDay(["06:00", "23:00"], ["23:00", "06:00"]));
    expect(night.segments(from, to)).toHaveLength(1);
    const notQuite = calendar("UTC", { ...everyDay(["00:00", "24:00"]), sun: [["00:00", "23:59"]] });
    expect(notQuite.elapsed(0, 7 * 24 * HOUR)).toBe(7 * 24 * HOUR - MINUTE);
    const late = calendar("UTC", { ...everyDay(["00:00", "24:00"]), sun: [["00:01", "24:00"]] });
    expect(late.elapsed(0, 7 * 24 * HOUR)).toBe(7 * 24 * HOUR - MINUTE);
    const seam = calendar("UTC", {
      ...everyDay(["00:00", "24:00"]),
      sat: [
        ["00:00", "00:30"],
        ["00:30", "00:01"],
      ],
      sun: [["00:01", "24:00"]],
    });
    expect(seam.segments(0, 1000)).toMatchObject([{ why: "alwaysOpen" }]);
  });
});

describe("clock changes", () => {
  const NY = "America/New_York";
  test("a skipped opening or closing is the first instant after the gap", () => {
    const span = ["2026-03-08T00:00Z", "2026-03-09T00:00Z"] as const;
    expect(open({ timeZone: NY, weekly: { sun: [["02:30", "04:00"]] } }, ...span)).toEqual([
      "2026-03-08T07:00Z/2026-03-08T08:00Z",
    ]);
    expect(open({ timeZone: NY, weekly: { sun: [["01:00", "02:30"]] } }, ...span)).toEqual([
      "2026-03-08T06:00Z/2026-03-08T07:00Z",
    ]);
    expect(open({ timeZone: NY, weekly: { sun: [["02:10", "02:50"]] } }, ...span)).toEqual([]);
  });

  test("a repeated opening is the first, a repeated closing the last", () => {
    const span = ["2026-11-01T00:00Z", "2026-11-02T00:00Z"] as const;
    expect(open({ timeZone: NY, weekly: { sun: [["01:30", "03:00"]] } }, ...span)).toEqual([
      "2026-11-01T05:30Z/2026-11-01T08:00Z",
    ]);
    expect(open({ timeZone: NY, weekly: { sun: [["00:00", "01:30"]] } }, ...span)).toEqual([
      "2026-11-01T04:00Z/2026-11-01T06:30Z",
    ]);
    expect(open({ timeZone: NY, weekly: { sun: [["02:00", "03:00"]] } }, ...span)).toEqual([
      "2026-11-01T07:00Z/2026-11-01T08:00Z",
    ]);
    // overlapping only through the change, they count once
    expect(
      open(
        {
          timeZone: NY,
          weekly: {
            sun: [
              ["01:00", "01:45"],
              ["01:45", "02:30"],
            ],
          },
        },
        ...span,
      ),
    ).toEqual(["2026-11-01T05:00Z/2026-11-01T07:30Z"]);
  });

  test("a 25-hour day has 25 hours, a 23-hour day 23", () => {
    const c = calendar(NY, { sun: [["00:00", "24:00"]] });
    expect(c.elapsed(utc("2026-11-01T00:00Z"), utc("2026-11-03T00:00Z"))).toBe(25 * HOUR);
    expect(c.elapsed(utc("2026-03-08T00:00Z"), utc("2026-03-10T00:00Z"))).toBe(23 * HOUR);
  });

  test("at midnight: São Paulo's day begins at 01:00, Havana's twice", () => {
    expect(
      open(
        { timeZone: "America/Sao_Paulo", weekly: { sat: [["20:00", "24:00"]], sun: [["00:00", "02:00"]] } },
        "2017-10-14T00:00Z",
        "2017-10-16T00:00Z",
      ),
    ).toEqual(["2017-10-14T23:00Z/2017-10-15T04:00Z"]);
    const havana = (window: [string, string]) =>
      open(
        { timeZone: "America/Havana", weekly: { sat: [window] } },
        "2026-10-31T00:00Z",
        "2026-11-02T00:00Z",
      );
    // 24:00 is the first instant of the date, 00:00 as a closing the last of its two
    expect(havana(["22:00", "24:00"])).toEqual(["2026-11-01T02:00Z/2026-11-01T04:00Z"]);
    expect(havana(["22:00", "00:00"])).toEqual(["2026-11-01T02:00Z/2026-11-01T05:00Z"]);
  });

  test("Lord Howe's half hour, Apia's missing Friday", () => {
    const howe = calendar("Australia/Lord_Howe", everyDay(["00:00", "24:00"]), ["2000-01-01"]);
    expect(howe.elapsed(utc("2026-04-04T13:00Z"), utc("2026-04-05T13:30Z"))).toBe(24.5 * HOUR);
    const apia = calendar("Pacific/Apia", weekdays(["09:00", "17:00"]));
    expect(apia.elapsed(utc("2011-12-29T10:00Z"), utc("2012-01-02T10:00Z"))).toBe(16 * HOUR);
    expect(iso(apia.add(utc("2011-12-30T02:00Z"), HOUR + 1))).toBe("2012-01-01T19:00:00.001Z");
  });

  test("four changes a year (Casablanca), two within days (Tucumán 2004, Boa Vista 2000)", () => {
    const morning: Weekly = everyDay(["09:00", "10:00"]);
    const starts = (timeZone: string, from: string, to: string) =>
      new Set(
        calendar(timeZone, morning)
          .segments(utc(from), utc(to))
          .filter((s) => s.open)
          .map((s) => new Date(s.start).getUTCHours()),
      );
    expect(starts("Africa/Casablanca", "2026-01-01T00:00Z", "2026-12-31T00:00Z")).toEqual(new Set([8, 9]));
    expect(starts("America/Argentina/Tucuman", "2004-05-20T00:00Z", "2004-06-20T00:00Z")).toEqual(
      new Set([12, 13]),
    );
    const brazil = ["2000-10-01T00:00Z", "2000-10-31T00:00Z"] as const;
    expect(starts("America/Boa_Vista", ...brazil)).toEqual(new Set([12, 13]));
    expect(starts("America/Recife", ...brazil)).toEqual(new Set([11, 12]));
  });

  test("the turn of any year is like any other night, in zones ahead of UTC and behind it", () => {
    for (const timeZone of ["Pacific/Kiritimati", "Pacific/Pago_Pago"]) {
      const c = calendar(timeZone, everyDay(["00:00", "24:00"]), ["2000-06-01"]);
      expect(c.isOpen(utc("2026-07-01T00:00Z"))).toBe(true);
      for (let year = 2024; year <= 2029; year++) {
        const turn = utc(`${year}-01-01T00:00Z`);
        expect(c.elapsed(turn - 100 * HOUR, turn - 1)).toBe(100 * HOUR - 1);
        expect(c.isOpen(turn)).toBe(true);
        expect(c.elapsed(turn, turn + 100 * HOUR)).toBe(100 * HOUR);
      }
    }
  });

  test("off the quarter hour: Monrovia went forward by 44 minutes and 30 seconds", () => {
    const monrovia = calendar("Africa/Monrovia", everyDay(["09:00", "10:00"]));
    expect(iso(monrovia.nextOpening(utc("1972-01-06T00:00Z")))).toBe("1972-01-06T09:44:30.000Z");
    expect(iso(monrovia.nextOpening(utc("1972-01-07T12:00Z")))).toBe("1972-01-08T09:00Z");
  });
});

describe("holidays", () => {
  const week = weekdays(["09:00", "18:00"]);
  const day = ["2026-11-23T00:00Z", "2026-11-24T00:00Z"] as const;
  const on = (...holidays: NonNullable<CalendarSpec["holidays"]>) =>
    open({ timeZone: "UTC", weekly: week, holidays }, ...day);

  test("close the windows that start on their date, and no other", () => {
    expect(on("2026-11-23")).toEqual([]);
    expect(on({ date: "2026-11-24" })).toEqual(["2026-11-23T09:00Z/2026-11-23T18:00Z"]);
    const night = { timeZone: "UTC", weekly: everyDay(["22:00", "06:00"]), holidays: ["2026-11-23"] };
    expect(open(night, "2026-11-22T12:00Z", "2026-11-25T12:00Z")).toEqual([
      "2026-11-22T22:00Z/2026-11-23T06:00Z",
      "2026-11-24T22:00Z/2026-11-25T06:00Z",
    ]);
  });

  test("in part close their wall time, for any window", () => {
    expect(on({ date: "2026-11-23", from: "12:00", to: "14:00" })).toEqual([
      "2026-11-23T09:00Z/2026-11-23T12:00Z",
      "2026-11-23T14:00Z/2026-11-23T18:00Z",
    ]);
    expect(on({ date: "2026-11-23", from: "12:00" })).toEqual(["2026-11-23T09:00Z/2026-11-23T12:00Z"]);
    expect(on({ date: "2026-11-23", to: "12:00" })).toEqual(["2026-11-23T12:00Z/2026-11-23T18:00Z"]);
    expect(
      on(
        { date: "2026-11-23", from: "10:00", to: "12:00" },
        { date: "2026-11-23", from: "11:00", to: "13:00" },
        { date: "2026-11-23", from: "10:30", to: "11:00" },
      ),
    ).toEqual(["2026-11-23T09:00Z/2026-11-23T10:00Z", "2026-11-23T13:00Z/2026-11-23T18:00Z"]);
    expect(on({ date: "2026-11-23", from: "12:00" }, "2026-11-23")).toEqual([]);
    expect(on({ date: "2026-11-23", from: "09:00", to: "10:00" })).toEqual([
      "2026-11-23T10:00Z/2026-11-23T18:00Z",
    ]);
    expect(on({ date: "2026-11-23", from: "17:00", to: "18:00" })).toEqual([
      "2026-11-23T09:00Z/2026-11-23T17:00Z",
    ]);
    const night = {
      timeZone: "UTC",
      weekly: { sun: [["22:00", "06:00"]] } as Weekly,
      holidays: [{ date: "2026-11-23", to: "02:00" }],
    };
    expect(open(night, "2026-11-22T12:00Z", "2026-11-24T12:00Z")).toEqual([
      "2026-11-22T22:00Z/2026-11-23T00:00Z",
      "2026-11-23T02:00Z/2026-11-23T06:00Z",
    ]);
  });

  test("in part until 24:00 end with the first instant of the next date, where midnight comes twice too", () => {
    const spec = { timeZone: "America/Havana", weekly: { sat: [["18:00", "02:00"]] } as Weekly };
    expect(
      open(
        { ...spec, holidays: [{ date: "2026-10-31", from: "20:00" }] },
        "2026-10-31T00:00Z",
        "2026-11-02T00:00Z",
      ),
    ).toEqual(["2026-10-31T22:00Z/2026-11-01T00:00Z", "2026-11-01T04:00Z/2026-11-01T07:00Z"]);
  });

  test("begin and end with the local date, also at the turn of a year, and on a date that was skipped not at all", () => {
    const closed = (timeZone: string, date: string, from: string, to: string) =>
      calendar(timeZone, everyDay(["00:00", "24:00"]), [{ date, from: "00:00" }])
        .segments(utc(from), utc(to))
        .map(({ start, why }) => `${iso(start)} ${why}`);
    const turn = ["2026-01-01", "2025-12-30T00:00Z", "2026-01-04T00:00Z"] as const;
    expect(closed("Pacific/Auckland", ...turn)).toEqual([
      "2025-12-30T00:00Z alwaysOpen",
      "2025-12-31T11:00Z holiday",
      "2026-01-01T11:00Z alwaysOpen",
    ]);
    expect(closed("Pacific/Honolulu", ...turn)).toEqual([
      "2025-12-30T00:00Z alwaysOpen",
      "2026-01-01T10:00Z holiday",
      "2026-01-02T10:00Z alwaysOpen",
    ]);
    expect(closed("Pacific/Apia", "2011-12-30", "2011-12-28T00:00Z", "2012-01-03T00:00Z")).toEqual([
      "2011-12-28T00:00Z alwaysOpen",
    ]);
  });

  test("are given as the reason, by name", () => {
    const c = calendar("UTC", week, [{ date: "2026-11-23", name: "Soberanía" }, "2026-11-24"]);
    const told = c
      .segments(utc("2026-11-20T17:00Z"), utc("2026-11-25T10:00Z"))
      .map(({ start, end, ...rest }) => [iso(start), iso(end), rest]);
    expect(told).toStrictEqual([
      ["2026-11-20T17:00Z", "2026-11-20T18:00Z", { open: true, why: "window" }],
      ["2026-11-20T18:00Z", "2026-11-23T00:00Z", { open: false, why: "outsideHours" }],
      ["2026-11-23T00:00Z", "2026-11-24T00:00Z", { open: false, why: "holiday", holiday: "Soberanía" }],
      ["2026-11-24T00:00Z", "2026-11-25T00:00Z", { open: false, why: "holiday" }],
      ["2026-11-25T00:00Z", "2026-11-25T09:00Z", { open: false, why: "outsideHours" }],
      ["2026-11-25T09:00Z", "2026-11-25T10:00Z", { open: true, why: "window" }],
    ]);
    const always = calendar("UTC", everyDay(["00:00", "24:00"]), [{ date: "2026-11-23", name: "x" }]);
    expect(always.segments(utc("2026-11-22T00:00Z"), utc("2026-11-25T00:00Z")).map(({ why }) => why)).toEqual(
      ["alwaysOpen", "holiday", "alwaysOpen"],
    );
    const night = calendar("UTC", everyDay(["22:00", "06:00"]), [{ date: "2026-11-23", name: "x" }]);
    expect(
      night
        .segments(utc("2026-11-23T12:00Z"), utc("2026-11-24T12:00Z"))
        .map(({ end, why }) => [iso(end), why]),
    ).toEqual([
      ["2026-11-24T06:00Z", "holiday"],
      ["2026-11-24T12:00Z", "outsideHours"],
    ]);
    const part = calendar("UTC", week, [{ date: "2026-11-23", from: "12:00", to: "13:00" }]);
    expect(part.segments(utc("2026-11-23T11:00Z"), utc("2026-11-23T14:00Z")).map(({ why }) => why)).toEqual([
      "window",
      "holiday",
      "window",
    ]);
  });

  test("by the name of the one that began first, where several close the same time", () => {
    const c = calendar("UTC", week, [
      { date: "2026-11-23", name: "afternoon", from: "12:00", to: "16:00" },
      { date: "2026-11-23", name: "noon", from: "11:00", to: "13:00" },
      { date: "2026-11-20", name: "long ago" },
    ]);
    expect(
      c
        .segments(utc("2026-11-23T10:00Z"), utc("2026-11-23T17:00Z"))
        .map(({ end, why, holiday }) => [iso(end), why, holiday]),
    ).toEqual([
      ["2026-11-23T11:00Z", "window", undefined],
      ["2026-11-23T13:00Z", "holiday", "noon"],
      ["2026-11-23T16:00Z", "holiday", "afternoon"],
      ["2026-11-23T17:00Z", "window", undefined],
    ]);
  });
});

test("a holiday does not close what runs into it from the day before, beside windows that end with their dates", () => {
  const c = calendar(
    "UTC",
    {
      mon: [
        ["09:00", "18:00"],
        ["22:00", "06:00"],
      ],
      tue: [["09:00", "18:00"]],
    },
    ["2026-11-24"],
  );
  expect(c.elapsed(utc("2026-11-23T00:00Z"), utc("2026-11-25T00:00Z"))).toBe(17 * HOUR);
  expect(c.isOpen(utc("2026-11-24T05:59Z"))).toBe(true);
  expect(c.isOpen(utc("2026-11-24T09:00Z"))).toBe(false);
});

test("a holiday closes a window until the second of two midnights", () => {
  const havana = calendar("America/Havana", { sat: [["18:00", "00:00"]] }, ["2026-10-31"]);
  const told = havana.segments(utc("2026-10-31T03:00Z"), utc("2026-11-01T06:00Z"));
  expect(told.map(({ start, why }) => `${iso(start)} ${why}`)).toEqual([
    "2026-10-31T03:00Z outsideHours",
    "2026-10-31T04:00Z holiday",
    "2026-11-01T05:00Z outsideHours",
  ]);
});

test("a part of a holiday closes until the second occurrence of its end", () => {
  const c = calendar("America/New_York", everyDay(["00:00", "24:00"]), [
    { date: "2026-11-01", from: "00:30", to: "01:30" },
  ]);
  expect(
    c
      .segments(utc("2026-11-01T04:00Z"), utc("2026-11-01T08:00Z"))
      .map(({ start, why }) => `${iso(start)} ${why}`),
  ).toEqual(["2026-11-01T04:00Z alwaysOpen", "2026-11-01T04:30Z holiday", "2026-11-01T06:30Z alwaysOpen"]);
});

test("a law that is carried holds before its first change and after its last", () => {
  const zone = {
    version: "2026f",
    offset: 3600,
    changes: [
      [1_767_225_600, 7200],
      [1_798_761_600, 0],
    ] as [number, number][],
  };
  const c = compileCalendar({ timeZone: "Europe/Paris", zone, weekly: everyDay(["09:00", "10:00"]) });
  const opens = (day: string) => iso(c.nextOpening(utc(`${day}T00:00Z`)));
  expect([opens("2025-06-01"), opens("2026-06-01"), opens("2027-06-01")]).toEqual([
    "2025-06-01T08:00Z",
    "2026-06-01T07:00Z",
    "2027-06-01T09:00Z",
  ]);
  expect(c.elapsed(utc("2025-01-01T00:00Z"), utc("2028-01-01T00:00Z"))).toBe(3 * 365 * HOUR);
});

test.each([-7, 0, 9])(
  "holidays in any order, each named once or twice, close their own dates alone: UTC%i",
  (hours) => {
    const evenings: [string, string][] = [["12:00", "24:00"]];
    const days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"] as const;
    const placed = compileCalendar({
      timeZone: "Test/Place",
      zone: {
        version: "test",
        offset: hours * 3600,
        changes: [[Date.UTC(2026, 5, 1) / 1000, (hours + 1) * 3600]],
      },
      weekly: Object.fromEntries(days.map((day) => [day, evenings])),
      holidays: [
        "2026-05-20",
        "2026-05-05",
        "2026-05-05",
        { date: "2026-05-20", name: "again" },
        "2026-07-01",
      ],
    });
    const midnight = (month: number, day: number, ahead = hours) =>
      Date.UTC(2026, month - 1, day) - ahead * HOUR;
    const hoursOpen = (from: number, to: number) => placed.elapsed(from, to) / HOUR;
    expect(hoursOpen(midnight(5, 5), midnight(5, 6))).toBe(0);
    expect([hoursOpen(midnight(5, 4), midnight(5, 5)), hoursOpen(midnight(5, 6), midnight(5, 7))]).toEqual([
      12, 12,
    ]);
    expect(hoursOpen(midnight(5, 1), midnight(5, 31))).toBe(28 * 12);
    expect(hoursOpen(midnight(6, 30, hours + 1), midnight(7, 2, hours + 1))).toBe(12);
    // forwards and back to the same instants, past a holiday
    const evening = midnight(5, 4) + 23 * HOUR;
    expect(placed.add(evening, 2 * HOUR)).toBe(midnight(5, 6) + 13 * HOUR);
    expect(placed.add(midnight(5, 6) + 13 * HOUR, -2 * HOUR)).toBe(evening);
  },
);

test("special hours beside a change of the clocks count by the minute", () => {
  const change = Date.UTC(2026, 5, 7, 3);
  const placed = compileCalendar({
    timeZone: "Test/Place",
    zone: { version: "test", offset: 0, changes: [[change / 1000, 3600]] },
    weekly: { mon: [["09:00", "17:00"]] },
    special: [
      {
        open: true,
        from: "2026-06-07T02:00",
        to: "2026-06-07T05:00",
        name: "Night",
        orderedBy: "A",
        orderedAt: "2026-01-01T00:00:00Z",
      },
    ],
  });
  // of three hours on the wall the clocks skip one
  expect(placed.elapsed(change - 6 * 3_600_000, change + 6 * 3_600_000)).toBe(2 * 3_600_000);
});

test("an empty span and a span that runs backwards have no segments", () => {
  const c = calendar("UTC", weekdays(["09:00", "17:00"]));
  const noon = utc("2026-11-24T12:00Z");
  expect(c.segments(noon, noon)).toEqual([]);
  expect(c.segments(noon, noon - 1)).toEqual([]);
  expect(c.segments(noon, utc("1990-01-01T00:00Z"))).toEqual([]);
});

test("a span that ends as coverage begins, or begins as it ends, has no open segment", () => {
  const c = calendar("UTC", weekdays(["09:00", "17:00"]));
  for (const [from, to] of [
    [utc("2026-11-24T08:00Z"), utc("2026-11-24T09:00Z")],
    [utc("2026-11-24T17:00Z"), utc("2026-11-24T18:00Z")],
  ] as const)
    expect(c.segments(from, to)).toEqual([{ start: from, end: to, open: false, why: "outsideHours" }]);
});

describe("add", () => {
  const c = calendar("UTC", weekdays(["09:00", "17:00"]));
  test("is the earliest instant forwards, the latest backwards", () => {
    expect(iso(c.add(utc("2026-11-24T13:00Z"), 4 * HOUR))).toBe("2026-11-24T17:00Z");
    expect(iso(c.add(utc("2026-11-24T17:00Z"), 1))).toBe("2026-11-25T09:00:00.001Z");
    expect(iso(c.add(utc("2026-11-24T13:00Z"), -4 * HOUR))).toBe("2026-11-24T09:00Z");
    expect(iso(c.add(utc("2026-11-24T09:00Z"), -1))).toBe("2026-11-23T16:59:59.999Z");
    expect(iso(c.add(utc("2026-11-21T12:00Z"), -8 * HOUR))).toBe("2026-11-20T09:00Z");
    const closed = utc("2026-11-21T12:00Z");
    expect(c.add(closed, 0)).toBe(closed);
    expect(c.add(closed, -0)).toBe(closed);
  });

  test("spans decades, forwards and backwards, from anywhere", () => {
    const far = calendar("Europe/Berlin", weekdays(["09:00", "17:00"]));
    const from = utc("1960-05-02T10:00Z");
    const years = 120 * 252 * 8 * HOUR;
    const to = far.add(from, years);
    expect(new Date(to).getUTCFullYear()).toBe(2076);
    expect(far.elapsed(from, to)).toBe(years);
    expect(far.elapsed(far.add(to, -years), to)).toBe(years);
    expect(far.add(to, -years)).toBe(from);
    // the same from a table that was grown the other way round
    const again = calendar("Europe/Berlin", weekdays(["09:00", "17:00"]));
    expect(again.add(to, -years)).toBe(from);
    expect(again.elapsed(to, from)).toBe(-years);
  });

  test("long before and long after there were zones", () => {
    const rome = () => calendar("Europe/Rome", { wed: [["09:00", "10:00"]] });
    expect(rome().elapsed(utc("1500-01-01T00:00Z"), utc("1500-12-31T00:00Z"))).toBe(52 * HOUR);
    expect(rome().elapsed(utc("3000-01-01T00:00Z"), utc("3000-12-31T00:00Z"))).toBe(52 * HOUR);
    for (const year of [2436, 2437, 2836, 2837, 2900]) {
      const opens = (from: string) =>
        new Date(rome().nextOpening(utc(`${year}-${from}T00:00Z`))).getUTCHours();
      expect(opens("07-01")).toBe(7);
      expect(opens("01-01")).toBe(8);
    }
    const gap = { timeZone: "Europe/Rome", weekly: { sun: [["02:30", "04:00"]] } as Weekly };
    expect(open(gap, "2826-03-29T00:00Z", "2826-03-30T00:00Z")).toEqual([
      "2826-03-29T01:00Z/2826-03-29T02:00Z",
    ]);
  });

  test("to the first and the last instants that a date can name", () => {
    const days = calendar("America/New_York", everyDay(["09:00", "17:00"]));
    for (const edge of [-8.64e15, 8.64e15]) {
      const inward = edge < 0 ? 1 : -1;
      expect(days.elapsed(edge, edge + inward * 10 * 24 * HOUR)).toBeCloseTo(inward * 80 * HOUR, -8);
      expect(days.elapsed(edge, days.add(edge, inward * 80 * HOUR))).toBe(inward * 80 * HOUR);
      expect(typeof days.isOpen(edge)).toBe("boolean");
      expect(() => days.add(edge, -inward * HOUR)).toThrow(
        /duration is past the instants that a date can name/,
      );
    }
  });

  test("whatever was asked before, however far away", () => {
    const days = calendar("Europe/Rome", { wed: [["09:00", "10:00"]] });
    const [near, far] = [utc("2026-01-01T00:00Z"), 8e15];
    const before = days.elapsed(near, near + 365 * 24 * HOUR);
    const there = days.nextOpening(far);
    expect(days.isOpen(there)).toBe(true);
    expect(days.elapsed(near, near + 365 * 24 * HOUR)).toBe(before);
    expect(days.nextOpening(far)).toBe(there);
    expect(days.isOpen(near)).toBe(false);
    for (const year of [2027, 2028, 2029, 2030])
      expect(new Date(days.nextOpening(utc(`${year}-12-31T22:00Z`))).getUTCFullYear()).toBe(year + 1);
  });

  test("past years that holidays close altogether", () => {
    const closed = Array.from({ length: 6 * 366 }, (_, day) =>
      new Date(utc("2024-01-01T00:00Z") + day * 24 * HOUR).toISOString().slice(0, 10),
    );
    const days = () => calendar("UTC", everyDay(["09:00", "17:00"]), closed);
    expect(iso(days().nextOpening(utc("2026-06-01T00:00Z")))).toBe("2030-01-05T09:00Z");
    expect(iso(days().add(utc("2026-06-01T00:00Z"), HOUR))).toBe("2030-01-05T10:00Z");
    expect(iso(days().add(utc("2026-06-01T00:00Z"), -HOUR))).toBe("2023-12-31T16:00Z");
  });

  test("takes fractions of a millisecond as they are", () => {
    expect(c.add(utc("2026-11-24T13:00Z") + 0.5, 0.25)).toBe(utc("2026-11-24T13:00Z") + 0.75);
  });
});

describe("refused, by name", () => {
  const fine: CalendarSpec = { timeZone: "UTC", weekly: { mon: [["09:00", "17:00"]] } };
  test.each<[string, unknown, RegExp]>([
    ["nothing", null, /a calendar must be an object/],
    ["nothing at all", undefined, /a calendar must be an object/],
    ["an unknown zone", { ...fine, timeZone: "Mars/Olympus" }, /timeZone "Mars\/Olympus" is not a time zone/],
    ["an offset as a zone", { ...fine, timeZone: "+03:00" }, /timeZone "\+03:00"/],
    ["no zone", { weekly: fine.weekly }, /timeZone undefined/],
    ["no week", { timeZone: "UTC" }, /weekly must be an object/],
    ["a list as a week", { ...fine, weekly: [] }, /weekly must be an object/],
    ["null as a week", { ...fine, weekly: null }, /weekly must be an object/],
    ["an unknown day", { ...fine, weekly: { lunes: [] } }, /weekly\.lunes is not a weekday: use sun, mon/],
    ["no coverage", { ...fine, weekly: { mon: [] } }, /weekly has no window: no coverage at all/],
    ["a day that is no list", { ...fine, weekly: { mon: "09:00" } }, /weekly\.mon must be a list/],
    [
      "a window that is not one",
      { ...fine, weekly: { mon: [["09:00"]] } },
      /weekly\.mon\[0\] must be \[from, to\]/,
    ],
    ["a text as a window", { ...fine, weekly: { mon: ["09:00"] } }, /weekly\.mon\[0\] must be \[from, to\]/],
    [
      "24:00 as an opening",
      { ...fine, weekly: { tue: [["24:00", "09:00"]] } },
      /weekly\.tue\[0\] opens at "24:00"/,
    ],
    [
      "a wrong opening",
      { ...fine, weekly: { tue: [["9:00", "10:00"]] } },
      /weekly\.tue\[0\] opens at "9:00", which is not a wall time/,
    ],
    [
      "a wrong closing",
      { ...fine, weekly: { tue: [["09:00", "24:01"]] } },
      /weekly\.tue\[0\] closes at "24:01", which is not a wall time/,
    ],
    ["a list as a time", { ...fine, weekly: { tue: [[["09:00"], "10:00"]] } }, /opens at \["09:00"\],/],
    ["an hour of three digits", { ...fine, weekly: { tue: [["109:00", "10:00"]] } }, /"109:00"/],
    ["a time with seconds", { ...fine, weekly: { tue: [["09:00:30", "10:00"]] } }, /"09:00:30"/],
    ["minutes past 59", { ...fine, weekly: { tue: [["09:60", "10:00"]] } }, /"09:60"/],
    ["a number as a time", { ...fine, weekly: { tue: [[9, 10]] } }, /opens at 9,/],
    ["holidays that are no list", { ...fine, holidays: {} }, /holidays must be a list/],
    ["a holiday that is nothing", { ...fine, holidays: [null] }, /holidays\[0\] must be an ISO date or/],
    ["a number as a holiday", { ...fine, holidays: [20261123] }, /holidays\[0\] must be an ISO date or/],
    [
      "a holiday that does not exist",
      { ...fine, holidays: ["2026-02-28", "2026-02-29"] },
      /holidays\[1\] is not a date that exists: "2026-02-29"/,
    ],
    [
      "a date that is not one",
      { ...fine, holidays: [{ date: "23/11/2026" }] },
      /holidays\[0\] is not a date/,
    ],
    ["a month that is not one", { ...fine, holidays: ["2026-13-01"] }, /is not a date that exists/],
    [
      "a holiday from nowhere",
      { ...fine, holidays: [{ date: "2026-11-23", from: "noon" }] },
      /holidays\[0\]\.from is not a wall time HH:MM: "noon"/,
    ],
    [
      "a holiday from 24:00",
      { ...fine, holidays: [{ date: "2026-11-23", from: "24:00" }] },
      /holidays\[0\]\.from is not a wall time/,
    ],
    [
      "a holiday to nowhere",
      { ...fine, holidays: [{ date: "2026-11-23", to: "25:00" }] },
      /holidays\[0\]\.to is not a wall time HH:MM: "25:00"/,
    ],
    [
      "a holiday that closes nothing",
      { ...fine, holidays: [{ date: "2026-11-23", from: "12:00", to: "12:00" }] },
      /holidays\[0\] closes nothing/,
    ],
  ])("%s", (_what, spec, message) => {
    expect(() => compileCalendar(spec as CalendarSpec)).toThrow(message);
    expect(() => compileCalendar(spec as CalendarSpec)).not.toThrow(/undefined \(reading|is not a function/);
  });

  const both = [
    ["windows", compileCalendar(fine)],
    ["24/7", compileCalendar({ timeZone: "UTC", weekly: everyDay(["00:00", "24:00"]) })],
  ] as const;
  test.each(both)("an argument that is no instant or duration (%s)", (_what, c) => {
    for (const bad of [NaN, Infinity, -Infinity]) {
      expect(() => c.add(bad, 1)).toThrow(new RangeError(`start must be finite, not ${bad}`));
      expect(() => c.add(0, bad)).toThrow(new RangeError(`duration must be finite, not ${bad}`));
      expect(() => c.elapsed(bad, 0)).toThrow(new RangeError(`from must be finite, not ${bad}`));
      expect(() => c.elapsed(0, bad)).toThrow(new RangeError(`to must be finite, not ${bad}`));
      expect(() => c.isOpen(bad)).toThrow(new RangeError(`at must be finite, not ${bad}`));
      expect(() => c.nextOpening(bad)).toThrow(new RangeError(`at must be finite, not ${bad}`));
      expect(() => c.segments(bad, 0)).toThrow(new RangeError(`from must be finite, not ${bad}`));
      expect(() => c.segments(0, bad)).toThrow(new RangeError(`to must be finite, not ${bad}`));
    }
    const texts: [() => unknown, string][] = [
      [() => c.add("0" as never, 1), "start must be a number of milliseconds, not string"],
      [() => c.add(0, null as never), "duration must be a number of milliseconds, not null"],
      [() => c.add(0, undefined as never), "duration must be a number of milliseconds, not undefined"],
      [() => c.isOpen(new Date(0) as never), "at must be a number of milliseconds, not object"],
      [() => c.elapsed(1n as never, 0), "from must be a number of milliseconds, not bigint"],
    ];
    for (const [ask, message] of texts) expect(ask).toThrow(new TypeError(message));
    expect(() => c.isOpen(8.64e15 + 1)).toThrow(/^at is past the instants that a date can name/);
    expect(() => c.add(0, 9e15)).toThrow(/^duration .*past the instants that a date can name/);
  });

  test("a span past any use", () => {
    const c = compileCalendar(fine);
    expect(() => c.elapsed(utc("0001-01-01T00:00Z"), 8e15)).toThrow(/more than 12000 years/);
    expect(() => c.add(0, -1e15)).toThrow(/duration is past the instants that a date can name/);
  });
});
