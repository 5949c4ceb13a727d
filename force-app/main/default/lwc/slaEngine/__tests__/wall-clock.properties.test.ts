/** What the clocks on a wall show, in any zone, beside an independent reading by Temporal. */
import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { Temporal } from "temporal-polyfill";
import { fromWallClock, wallClock } from "../slaEngine.ts";
import { anyZone, RUNS } from "./support/arbitraries.ts";
import * as oracle from "./support/oracle.ts";

const MINUTE = 60_000;
const [first, last] = [Date.UTC(1900, 0), Date.UTC(2090, 0)];
/** Any time, and around the turn of a year. */
const instants = fc.oneof(
  fc.integer({ min: first, max: last }),
  fc
    .tuple(fc.integer({ min: 1901, max: 2089 }), fc.integer({ min: -20 * 60, max: 20 * 60 }))
    .map(([year, minutes]) => Date.UTC(year, 0) + minutes * MINUTE),
);

test("date, time, weekday and offset are those of the zone", () => {
  fc.assert(
    fc.property(anyZone, instants, (zone, at) => {
      const shown = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone);
      expect(wallClock(zone, at)).toEqual({
        date: shown.toPlainDate().toString(),
        time: shown.toPlainTime().toString({ smallestUnit: "second" }),
        weekday: shown.dayOfWeek % 7,
        offset: shown.offsetNanoseconds / 1e6,
      });
    }),
    { numRuns: RUNS * 2 },
  );
});

test("a date and a wall time mean one instant: the first, or the one after a gap", () => {
  fc.assert(
    fc.property(anyZone, instants, (zone, local) => {
      const [date, time] = new Date(local).toISOString().split("T") as [string, string];
      const wall = time.slice(0, 5);
      const meant = oracle.instant(Temporal.PlainDate.from(date), wall, zone, "earlier");
      expect(fromWallClock(zone, date, wall)).toBe(meant);
    }),
    { numRuns: RUNS * 2 },
  );
});
