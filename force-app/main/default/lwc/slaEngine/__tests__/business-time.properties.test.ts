import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { lawBetween } from "c/slaEngine";
import { hostZone } from "../host-zone.ts";
import { compileCalendar, type BusinessCalendar } from "../slaEngine.ts";
import { dates, places, RUNS, situationsIn } from "./support/arbitraries.ts";
import * as oracle from "./support/oracle.ts";

const HOUR = 3_600_000;
const durations = fc.oneof(
  fc.integer({ min: 1, max: 40 * HOUR }),
  fc.integer({ min: 1, max: 48 }).map((halves) => (halves * HOUR) / 2),
);

/** Around the turn of a year as often as not: tables hold whole years. */
const instants = fc.oneof(
  fc.integer({ min: Date.UTC(2021, 0), max: Date.UTC(2029, 0) }),
  fc
    .tuple(fc.integer({ min: 2021, max: 2029 }), fc.constantFrom(-8 * 24 * HOUR, -HOUR, -1, 0, 1, HOUR))
    .map(([year, more]) => Date.UTC(year, 0) + more),
);
const questions = fc.oneof(
  fc.record({
    ask: fc.constant("add" as const),
    at: instants,
    duration: durations.chain((ms) => fc.constantFrom(ms, -ms, 0)),
  }),
  fc.record({ ask: fc.constant("elapsed" as const), at: instants, to: instants }),
  fc.record({ ask: fc.constantFrom("isOpen" as const, "nextOpening" as const), at: instants }),
  fc.record({
    ask: fc.constant("segments" as const),
    at: instants,
    length: fc.integer({ min: 0, max: 200 * HOUR }),
  }),
);
type Question = typeof questions extends fc.Arbitrary<infer Value> ? Value : never;

function answer(calendar: BusinessCalendar, question: Question): unknown {
  const { at } = question;
  if (question.ask === "add") return calendar.add(at, question.duration);
  if (question.ask === "elapsed") return calendar.elapsed(at, question.to);
  if (question.ask === "segments") return calendar.segments(at, at + question.length);
  return calendar[question.ask](at);
}

test("earlier questions change no answer", () => {
  fc.assert(
    fc.property(
      situationsIn(fc.constant("America/New_York")),
      fc.array(questions, { minLength: 2, maxLength: 6 }),
      ({ spec }, asked) => {
        const calendar = compileCalendar(spec);
        for (const question of asked)
          expect(answer(calendar, question)).toEqual(answer(compileCalendar(spec), question));
      },
    ),
    { numRuns: RUNS },
  );
});

test("a zone's law as data gives the answers of the zone that it was taken from", () => {
  fc.assert(
    fc.property(places[0]!.situations, questions, ({ spec }, question) => {
      const zone = lawBetween(hostZone(spec.timeZone), Date.UTC(2010, 0), Date.UTC(2040, 0));
      const law = JSON.parse(JSON.stringify(zone)) as typeof zone;
      expect(answer(compileCalendar({ ...spec, zone: law }), question)).toEqual(
        answer(compileCalendar(spec), question),
      );
    }),
    { numRuns: RUNS },
  );
});

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
          if (i > 0) {
            expect(segment.start).toBe(segments[i - 1]!.end);
            expect(segment.open && segments[i - 1]!.open).toBe(false);
          }
          expect(segment.open).toBe(segment.why === "window" || segment.why === "alwaysOpen");
          expect(calendar.isOpen(segment.start)).toBe(segment.open);
          expect(calendar.isOpen(segment.end - 1)).toBe(segment.open);
          expect(calendar.elapsed(segment.start, segment.end)).toBe(
            segment.open ? segment.end - segment.start : 0,
          );
          if (segment.open) expect(calendar.nextOpening(segment.start)).toBe(segment.start);
          else expect(calendar.nextOpening(segment.start)).toBeGreaterThanOrEqual(segment.end);
        });
        const next = calendar.nextOpening(end);
        expect(calendar.isOpen(next)).toBe(true);
        expect(calendar.elapsed(end, next)).toBe(0);
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
