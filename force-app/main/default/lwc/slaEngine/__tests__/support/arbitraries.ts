import fc from "fast-check";
import type { CalendarSpec, Weekday } from "../../slaEngine.ts";

/** How often each property is tried; more for a long look. */
export const RUNS = Number(process.env.SLA_PROPERTY_RUNS ?? 150);
/** The same examples every time, where a comparison of runs needs them. */
const SEED = process.env.SLA_PROPERTY_SEED;
if (SEED !== undefined) fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(SEED) });

/** Changes at midnight, by half an hour, four times a year, of a whole day, by decree. */
const NASTIEST = [
  ...["Africa/Casablanca", "America/Asuncion", "America/Santiago", "Asia/Gaza", "Australia/Lord_Howe"],
  "Pacific/Apia",
];
const NASTY = [
  ...NASTIEST,
  ...["America/St_Johns", "America/Havana", "America/Sao_Paulo", "Asia/Tehran", "Asia/Kathmandu"],
  ...["America/Argentina/Tucuman", "Africa/Cairo", "Pacific/Kwajalein", "Antarctica/Troll", "Asia/Beirut"],
];
export const anyZone = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...NASTY) },
  { weight: 2, arbitrary: fc.constantFrom(...Intl.supportedValuesOf("timeZone")) },
);

const DAYS: Weekday[] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const two = (n: number) => String(n).padStart(2, "0");
/** Often where clocks change: around midnight and in the small hours. */
const wallTime = fc
  .oneof(fc.constantFrom(0, 30, 60, 90, 120, 150, 180, 1410, 1439), fc.nat({ max: 1439 }))
  .map((minutes) => `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`);
const closingTime = fc.oneof(
  { weight: 4, arbitrary: wallTime },
  { weight: 1, arbitrary: fc.constant("24:00") },
);
const windows = fc.array(fc.tuple(wallTime, closingTime), { minLength: 0, maxLength: 3 });

const weekly = fc.oneof(
  { weight: 5, arbitrary: fc.record(Object.fromEntries(DAYS.map((day) => [day, windows]))) },
  {
    weight: 1,
    arbitrary: fc.constant(Object.fromEntries(DAYS.map((day) => [day, [["00:00", "24:00"]]]))),
  },
) as fc.Arbitrary<CalendarSpec["weekly"]>;

const isoDate = (day: number) => new Date(day * 86_400_000).toISOString().slice(0, 10);
const between = (first: string, last: string) => {
  const [min, max] = [first, last].map((date) => Date.parse(date) / 86_400_000) as [number, number];
  return fc.integer({ min, max });
};

const holiday = (date: string) =>
  fc.oneof(
    fc.constant(date),
    fc.constant({ date, name: "Holiday" }),
    fc
      .tuple(wallTime, closingTime)
      .filter(([from, to]) => from < to)
      .map(([from, to]) => ({ date, name: "Part", from, to })),
    wallTime.map((from) => ({ date, from })),
    wallTime.filter((to) => to > "00:00").map((to) => ({ date, to })),
  );

/** A calendar and an instant that its holidays are around, near the dates on which clocks change as often as not. */
export const situationsIn = (timeZone: fc.Arbitrary<string>) =>
  fc
    .record({
      timeZone,
      weekly: weekly.filter((week) => Object.values(week).some((day) => day.length > 0)),
      day: fc.oneof(
        between("1995-01-01", "2037-12-31"),
        between("2011-12-20", "2012-01-05"),
        fc.integer({ min: 2000, max: 2034 }).chain((year) => between(`${year}-03-05`, `${year}-04-08`)),
        fc.integer({ min: 2000, max: 2034 }).chain((year) => between(`${year}-09-20`, `${year}-11-10`)),
      ),
    })
    .chain(({ timeZone: zone, weekly: week, day }) =>
      fc
        .record({
          holidays: fc.array(
            fc.integer({ min: -6, max: 12 }).chain((offset) => holiday(isoDate(day + offset))),
            { maxLength: 4 },
          ),
          start: fc.integer({ min: -2 * 86_400_000, max: 3 * 86_400_000 }).map((ms) => day * 86_400_000 + ms),
        })
        .map(({ holidays, start }) => ({
          spec: { timeZone: zone, weekly: week, holidays } as CalendarSpec,
          start,
          day,
        })),
    );

/** Any zone, then the nastiest one by one; `share` of the runs for each. */
export const places = [
  { where: "any zone", situations: situationsIn(anyZone), share: 1 },
  ...NASTIEST.map((zone) => ({ where: zone, situations: situationsIn(fc.constant(zone)), share: 1 / 4 })),
];

export const dates = { isoDate };
