import fc from "fast-check";
import { Dice } from "../world/dice.ts";
import {
  actKinds,
  moments,
  orgTroubles,
  otherTroubles,
  type Act,
  type Crash,
  type Plan,
  type Trouble,
} from "./plan.ts";

const hour = 3_600_000;
const minute = 60_000;

/** How long and how full: most seeds are short, every tenth is two days with sixty cases. */
export interface Size {
  hours: readonly [least: number, most: number];
  cases: readonly [least: number, most: number];
  crashes: readonly [least: number, most: number];
  instances: number;
  every: fc.Arbitrary<Plan["every"]>;
}
const { constantFrom, record } = fc;
/** What is looked at each minute costs most of a seed, so most seeds look once an hour. */
const rarely = record({
  contracts: constantFrom(3_600, 3_600, 1_800),
  replies: constantFrom(3_600, 3_600, 1_800),
  reconcile: constantFrom(7_200, 21_600),
  apiUse: constantFrom(3_600),
  figures: constantFrom(3_600),
});
const asShipped = record({
  contracts: constantFrom(300),
  replies: constantFrom(60, 300),
  reconcile: constantFrom(3_600, 21_600),
  apiUse: constantFrom(60),
  figures: constantFrom(300),
});
const short: Size = { hours: [3, 12], cases: [6, 15], crashes: [2, 4], instances: 1, every: rarely };
const long: Size = { hours: [48, 48], cases: [60, 60], crashes: [2, 6], instances: 1, every: rarely };
const brisk: Size = { hours: [1, 2], cases: [6, 12], crashes: [2, 4], instances: 1, every: asShipped };
/** Looks cannot be left out where another instance may have written, so these are shorter. */
const several: Size = { hours: [1, 2], cases: [4, 8], crashes: [2, 4], instances: 2, every: rarely };
const sizes: Record<number, Size> = { 4: several, 7: brisk, 9: long };
export const sizeOf = (seed: number): Size => sizes[seed % 10] ?? short;

const orgAtMost = 3;
const places = [
  ...(["America/Argentina/Buenos_Aires", "Europe/Madrid", "America/New_York"] as const),
  ...(["Asia/Kathmandu", "America/Santiago"] as const),
];
/** Mondays and days on which a zone changes its offset. */
const starts = [
  ...["2026-11-23T12:00:00Z", "2026-11-24T15:30:00Z", "2026-11-25T09:00:00Z", "2026-12-01T13:00:00Z"],
  ...["2026-10-25T00:00:00Z", "2026-11-01T04:00:00Z", "2026-09-05T22:00:00Z", "2026-12-31T20:00:00Z"],
];

/** Whole minutes shrink to rounder instants than milliseconds. */
const instant = (upTo: number) =>
  fc
    .tuple(fc.nat(Math.floor(upTo / minute)), fc.nat(59_999))
    .map(([minutes, rest]) => Math.min(upTo, minutes * minute + rest));

const weighted = [
  ...actKinds,
  ...([
    "open",
    "open",
    "work",
    "assign",
    "close",
    "acknowledge",
    "comment",
    "priority",
    "overwrite",
  ] as const),
];

const act = (lasts: number, cases: number): fc.Arbitrary<Act> =>
  fc.record({
    at: instant(lasts),
    kind: fc.constantFrom(...weighted),
    org: fc.nat(orgAtMost - 1),
    nth: fc.nat(Math.max(1, Math.ceil(cases / 2))),
    by: fc.constantFrom("martina", "camila", "bruno", "diego", "machine"),
    priority: fc.constantFrom("P1", "P2", "P3"),
  });
const opening = (lasts: number): fc.Arbitrary<Act> =>
  fc.record({
    at: instant(lasts * 0.8),
    kind: fc.constant("open" as const),
    org: fc.nat(orgAtMost - 1),
    nth: fc.constant(0),
    by: fc.constantFrom("martina", "camila", "diego", "machine"),
    priority: fc.constantFrom("P1", "P2", "P3"),
  });

const trouble = (lasts: number, kinds: readonly Trouble["kind"][]): fc.Arbitrary<Trouble> =>
  fc.record({
    kind: fc.constantFrom(...kinds),
    at: instant(lasts),
    lasts: fc.oneof(instant(5 * minute), instant(lasts / 3)),
    org: fc.nat(orgAtMost - 1),
    share: fc.integer({ min: 1, max: 100 }).map((percent) => percent / 100),
  });

const crash = (lasts: number): fc.Arbitrary<Crash> =>
  fc.record({
    at: instant(lasts),
    calls: fc.integer({ min: 1, max: 120 }),
    before: fc.boolean(),
    instance: fc.nat(1),
    away: fc.oneof(fc.constant(1_000), instant(10 * minute), instant(lasts / 3)),
  });

const all: readonly Trouble["kind"][] = [...orgTroubles, ...otherTroubles, ...moments];

/**
 * The stories of a seed. How long, how full and of which kinds of trouble is not shrunk. Some have few kinds and much of
 * them, others a little of all, and some have no trouble.
 */
export function planOf(seed: number, size = sizeOf(seed)): fc.Arbitrary<Plan> {
  const dice = new Dice(seed);
  const [fewest, most] = size.hours;
  const hours = fewest + Math.floor((most - fewest + 1) * dice.draw("hours") ** 2);
  const lasts = hours * hour;
  const cases = dice.between(...size.cases, "cases");
  const few = Array.from(
    { length: dice.between(1, 4, "few") },
    (_, n) => all[dice.between(0, all.length - 1, "kind", n)]!,
  );
  const orgs = dice.between(1, orgAtMost, "orgs");
  // against one or two other clocks a machine has no majority, and may stay wrong
  const kinds = (dice.happens(0.5, "all kinds") ? all : few).filter(
    (kind) => kind !== "clockLeaps" || orgs === orgAtMost,
  );
  const troubles =
    kinds.length === 0 || dice.happens(0.1, "calm")
      ? 0
      : dice.between(2, 2 + Math.ceil(hours / 2), "troubles");
  const crashes = dice.between(...size.crashes, "crashes");
  return fc.noBias(
    fc.record({
      seed: fc.constant(seed),
      start: fc.constantFrom(...starts),
      lasts: fc.constant(lasts),
      orgs: fc.array(
        fc.record({
          plan: fc.constantFrom("Platinum", "Gold", "Silver"),
          timeZone: fc.constantFrom(...places),
          holidays: fc.constantFrom("AR", "ES"),
        }),
        { minLength: orgs, maxLength: orgs },
      ),
      instances: fc.array(
        fc.record({
          offset: fc.integer({ min: -1500, max: 1500 }),
          drift: fc.integer({ min: -20, max: 20 }),
        }),
        { minLength: size.instances, maxLength: size.instances },
      ),
      every: size.every,
      acts: fc
        .tuple(about(cases, opening(lasts)), about(2 * cases, act(lasts, cases)))
        .map(([openings, others]) => [...openings, ...others]),
      troubles: troubles === 0 ? fc.constant([]) : about(troubles, trouble(lasts, kinds)),
      crashes: about(crashes, crash(lasts)),
    }),
  );
}

/** About so many at first; shrinking may leave out all. */
class About<T> extends fc.Arbitrary<T[]> {
  readonly #any: fc.Arbitrary<T[]>;
  readonly #least: number;
  constructor(count: number, one: fc.Arbitrary<T>) {
    super();
    this.#least = Math.floor(count * 0.7);
    this.#any = fc.array(one, { maxLength: Math.ceil(count * 1.3), size: "max" });
  }
  override generate(...given: Parameters<fc.Arbitrary<T[]>["generate"]>): fc.Value<T[]> {
    for (;;) {
      const drawn = this.#any.generate(...given);
      if (drawn.value.length >= this.#least) return drawn;
    }
  }
  override canShrinkWithoutContext(value: unknown): value is T[] {
    return this.#any.canShrinkWithoutContext(value);
  }
  override shrink(value: T[], context: unknown): fc.Stream<fc.Value<T[]>> {
    return this.#any.shrink(value, context);
  }
}
const about = <T>(count: number, one: fc.Arbitrary<T>): fc.Arbitrary<T[]> => new About(count, one);

/** The plan of a seed. */
export const planFrom = (seed: number, size = sizeOf(seed)): Plan =>
  fc.sample(planOf(seed, size), { seed, numRuns: 1 })[0]!;
