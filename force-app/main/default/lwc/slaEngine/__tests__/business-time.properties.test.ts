import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { compileCalendar } from "../slaEngine.ts";
import { dates, places, RUNS } from "./support/arbitraries.ts";
import * as oracle from "./support/oracle.ts";

const HOUR = 3_600_000;
const durations = fc.oneof(
  fc.integer({ min: 1, max: 40 * HOUR }),
  fc.integer({ min: 1, max: 48 }).map((halves) => (halves * HOUR) / 2),
);

describe.each(places)("$where", ({ situations, share }) => {
  const check = (property: fc.IRawProperty<unknown>) =>
    fc.assert(property as fc.IProperty<unknown>, { numRuns: Math.ceil(RUNS * share) });

  test("elapsed(s, add(s, d)) = d, forwards and backwards, and add is minimal", () => {
    check(
      fc.property(situations, durations, ({ spec, start }, duration) => {
        const calendar = compileCalendar(spec);
        const later = calendar.add(start, duration);
        expect(calendar.elapsed(start, later)).toBe(duration);
        expect(calendar.elapsed(start, later - 1)).toBe(duration - 1);
        const earlier = calendar.add(start, -duration);
        expect(calendar.elapsed(earlier, start)).toBe(duration);
        expect(calendar.elapsed(earlier + 1, start)).toBe(duration - 1);
        expect(calendar.elapsed(start, earlier)).toBe(-duration);
        expect(calendar.add(start, 0)).toBe(start);
      }),
    );
  });

  test("add is monotone in start and duration, and undone by its negative up to closed time", () => {
    check(
      fc.property(
        situations,
        durations,
        durations,
        fc.nat({ max: 30 * HOUR }),
        ({ spec, start }, a, b, ahead) => {
          const calendar = compileCalendar(spec);
          const [short, long] = [Math.min(a, b), Math.max(a, b)];
          expect(calendar.add(start, short)).toBeLessThanOrEqual(calendar.add(start, long));
          expect(calendar.add(start, short)).toBeLessThanOrEqual(calendar.add(start + ahead, short));
          expect(calendar.add(calendar.add(start, short), long - short || 1)).toBe(
            calendar.add(start, long + (long === short ? 1 : 0)),
          );
          const back = calendar.add(calendar.add(start, short), -short);
          expect(back).toBeGreaterThanOrEqual(start);
          expect(calendar.elapsed(start, back)).toBe(0);
        },
      ),
    );
  });

  test("segments partition the span, alternate with a reason, and hold what elapsed measures", () => {
    check(
      fc.property(situations, fc.integer({ min: 1, max: 20 * 24 * HOUR }), ({ spec, start }, length) => {
        const calendar = compileCalendar(spec);
        const end = start + length;
        const segments = calendar.segments(start, end);
        expect(segments[0]!.start).toBe(start);
        expect(segments.at(-1)!.end).toBe(end);
        segments.forEach((segment, i) => {
          expect(segment.end).toBeGreaterThan(segment.start);
          if (i > 0) expect(segment.start).toBe(segments[i - 1]!.end);
          expect(segment.open).toBe(segment.why === "window" || segment.why === "alwaysOpen");
          expect(calendar.isOpen(segment.start)).toBe(segment.open);
          expect(calendar.isOpen(segment.end - 1)).toBe(segment.open);
          expect(calendar.elapsed(segment.start, segment.end)).toBe(
            segment.open ? segment.end - segment.start : 0,
          );
          if (segment.open) expect(calendar.nextOpening(segment.start)).toBe(segment.start);
          else expect(calendar.nextOpening(segment.start)).toBeGreaterThanOrEqual(segment.end);
        });
        const counted = segments.filter(({ open }) => open).reduce((sum, s) => sum + s.end - s.start, 0);
        expect(counted).toBe(calendar.elapsed(start, end));
      }),
    );
  });

  test("an independent reading of the rules by Temporal agrees", () => {
    check(
      fc.property(
        situations,
        durations,
        fc.integer({ min: 0, max: 8 * 24 * HOUR }),
        ({ spec, start, day }, d, span) => {
          const calendar = compileCalendar(spec);
          const stretches = oracle.stretchesOf(spec, dates.isoDate(day - 16), dates.isoDate(day + 16));
          expect(calendar.elapsed(start, start + span)).toBe(oracle.elapsed(stretches, start, start + span));
          const covered = [start - 12 * 24 * HOUR, start + 12 * 24 * HOUR] as const;
          const later = oracle.add(stretches, start, d);
          if (later !== undefined && later < covered[1]) expect(calendar.add(start, d)).toBe(later);
          const earlier = oracle.add(stretches, start, -d);
          if (earlier !== undefined && earlier > covered[0]) expect(calendar.add(start, -d)).toBe(earlier);
        },
      ),
    );
  });
});
