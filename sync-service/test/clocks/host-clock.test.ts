// What time it is, when this machine, the orgs and the store do not say the same.
import { afterEach, expect, test } from "@jest/globals";
import { FiringLoop } from "../../src/clocks/firing-loop.ts";
import { HostClock, orgClock, type ReadClock } from "../../src/clocks/host-clock.ts";
import type { Log, Runtime } from "../../src/runtime.ts";
import { silentLog } from "../../src/runtime.ts";
import { serve } from "../channels/wires/serve.ts";
import { describeStores } from "../stores.ts";
import { fastTime, until } from "./fast-time.ts";
import { at, client, ledgerOf, openCase } from "./world.ts";

const hour = 3_600_000;
const day = 24 * hour;
const opened = at("2026-11-25T10:00:00");

/** A wall clock that a test sets, and the time that passes beside it. */
function byHand() {
  let wall = opened;
  let steady = 0;
  const alarms: string[] = [];
  const log: Log = { ...silentLog, error: (_, message) => void alarms.push(message), child: () => log };
  const time: Runtime = { ...fastTime(opened, 1), clock: { now: () => wall, steady: () => steady }, log };
  return {
    time,
    alarms,
    leap: (ms: number) => (wall += ms),
    pass: (ms: number) => {
      wall += ms;
      steady += ms;
    },
  };
}
const saying = (offsets: () => number[]) => async (): Promise<ReadClock[]> =>
  offsets().map((offset, n) => async () => ({ source: `org ${n}`, offset, uncertainty: 500 }));

test.each([
  ["two orgs, one a day behind", [-day, 0], 0],
  ["four orgs, two a day behind", [-day, -day, 0, 0], 0],
  ["four orgs, two a day ahead", [day, day, 0, 0], 0],
  // nothing is to be early: see below for an org that can be asked by which time it goes
  ["one org alone, a day behind", [-day], -day],
  ["two orgs that disagree, and this machine ahead of both", [-30 * day, -31 * day], -30 * day],
  ["one org alone, a day ahead", [day], 0],
  ["one org alone, an hour ahead", [hour], 0],
  ["two orgs that do not agree with each other either", [-day, day], 0],
  ["one org alone, an hour behind", [-hour], -hour],
  ["two orgs that agree, a day behind", [-day, -day - 300], -day - 300],
  ["three orgs, two a day behind alike", [-day, -day, 0], 0],
  ["three orgs, two a day ahead alike", [day, 0, day], 0],
  ["three orgs, two wrong each in its own way", [-day, 2 * day, 0], 0],
  ["most of many", [5_000, 5_300, 4_900, 0, 90_000], 5_000],
])("%s", async (_what, offsets, correction) => {
  const { time, alarms } = byHand();
  const clock = new HostClock(
    time,
    saying(() => offsets),
    () => {},
  );
  await clock.measure();
  expect(clock.correction).toBe(correction);
  expect(clock.now()).toBe(opened + correction);
  const disagree = offsets.some((offset) => offset !== 0);
  expect(alarms.length > 0 || !disagree || offsets.filter((o) => o === 0).length > 0).toBe(true);
});

/** One org that answers with some Date, and lets the service sign in by another time. */
const orgGoingBy = (offset: number, itsTime: number | null) => async (): Promise<ReadClock[]> => [
  async () => ({
    ...{ source: "org", offset, uncertainty: 500 },
    goesBy: async (at) => (itsTime === null ? null : Math.abs(at - itsTime) < hour),
  }),
];

test.each([
  ["an org's old Date is not believed where the org lets the service sign in by this machine's time", 0, 0],
  [
    "an org that lets the service sign in by its own time alone is believed, however far",
    -30 * day,
    -30 * day,
  ],
  ["an org that lets nobody in leaves the earlier time standing", null, -30 * day],
])("%s", async (_what, goesBy, correction) => {
  const { time, alarms, pass } = byHand();
  const itsTime = goesBy === null ? null : opened + goesBy;
  const clock = new HostClock(time, orgGoingBy(-30 * day, itsTime), () => {});
  await clock.measure();
  expect(clock.correction).toBe(correction);
  expect(clock.trouble === null).toBe(correction === 0);
  // once more: a provisional time does not prove itself
  pass(10_000);
  await clock.measure();
  expect(clock.now()).toBe(opened + 10_000 + correction);
  if (goesBy === null)
    expect(alarms.at(-1)).toMatch(/steps follow the earlier time until one more clock answers/);
});

test("a machine that was confirmed once is not put back by one org that answers with an old Date", async () => {
  const { time, pass } = byHand();
  let truth = [0];
  const clock = new HostClock(
    time,
    saying(() => truth),
    () => {},
  );
  await clock.measure();
  truth = [-day];
  pass(10_000);
  await clock.measure();
  expect(clock.now()).toBe(opened + 10_000);
});

test("at the start nothing is decided before an org has said what time it is, and only for so long", async () => {
  const { time } = byHand();
  const real = { ...time, clock: { now: () => Date.now() + day, steady: () => performance.now() } };
  const sources: ReadClock[] = [async () => Promise.reject(new Error("no network yet"))];
  const never = new AbortController().signal;
  const waiting = new HostClock(
    real,
    async () => sources,
    () => {},
  );
  await waiting.measure();
  await waiting.firstMeasured(300, never);
  expect(waiting.trouble).toMatch(/steps follow this machine's clock, which may be wrong/);

  waiting.start();
  const known = waiting.firstMeasured(60_000, never);
  await until(() => /steps wait for one, or until 20/.test(waiting.trouble ?? ""));
  sources.push(async () => ({ source: "org", offset: -day, uncertainty: 500 }));
  await known;
  expect(waiting.correction).toBe(-day);
  waiting.stop();

  const nobody = new HostClock(
    real,
    async () => [],
    () => {},
  );
  await nobody.firstMeasured(60_000, never);
  expect(nobody.trouble).toBeNull();
});

test.each([2 * hour, 30 * day, -2 * hour, -30 * day, 1_500])(
  "a leap of %d ms moves nothing until a measurement has spoken",
  async (ms) => {
    const { time, leap, pass } = byHand();
    let truth: number[] = [];
    const clock = new HostClock(
      time,
      saying(() => truth),
      () => {},
    );
    pass(10_000);
    leap(ms);
    expect(clock.now()).toBe(opened + 10_000);
    pass(70_000);
    expect(clock.now()).toBe(opened + 80_000);
    await clock.measure(); // nobody can be reached
    expect(clock.now()).toBe(opened + 80_000);
    // an org that says that the time passed is right
    truth = [-ms];
    await clock.measure();
    pass(1_000);
    expect(Math.abs(clock.now() - (opened + 81_000))).toBeLessThanOrEqual(Math.abs(ms) > 2_500 ? 0 : 1_500);
  },
);

test("a machine that slept is believed again as soon as an org says the same", async () => {
  const { time, leap } = byHand();
  let truth: number[] = [];
  const clock = new HostClock(
    time,
    saying(() => truth),
    () => {},
  );
  leap(8 * hour);
  expect(clock.now()).toBe(opened);
  truth = [200];
  await clock.measure();
  expect([clock.now(), clock.correction]).toEqual([opened + 8 * hour, 0]);
});

test("a clock that creeps is not followed for longer than a minute without a measurement", () => {
  const { time, leap, pass } = byHand();
  const clock = new HostClock(
    time,
    saying(() => []),
    () => {},
  );
  pass(30_000);
  leap(900);
  expect(clock.now()).toBe(opened + 30_900);
  pass(31_000);
  expect(clock.now()).toBe(opened + 61_000);
});

test("an org whose clock is off is named, also while it is outvoted, until it is right again", async () => {
  const { time } = byHand();
  const said: unknown[] = [];
  const note = (fields: object, message: string) => void said.push([fields, message]);
  const log: Log = { ...silentLog, warn: note, info: note };
  let [wrong, slow] = [-day, hour];
  const sources = async (): Promise<ReadClock[]> =>
    [0, wrong, 300, slow].map((offset, n) => async () => ({
      ...{ source: `https://${n}.example`, orgId: `org${n}`, offset, uncertainty: 500 },
    }));
  const clock = new HostClock({ ...time, log }, sources, () => {});
  await clock.measure();
  await clock.measure();
  expect([...clock.orgsOff.keys()]).toEqual(["org1", "org3"]);
  expect(clock.correction).toBe(0);
  const off = "the clock of this org, or of a proxy before it, is off; steps do not follow it";
  expect(said).toEqual([
    [{ org: "org1", offMs: expect.closeTo(-day, -3) }, off],
    [{ org: "org3", offMs: expect.closeTo(hour, -3) }, off],
  ]);
  [wrong, slow] = [0, hour];
  await clock.measure();
  expect([...clock.orgsOff.keys()]).toEqual(["org3"]);
  expect(said.at(-1)).toEqual([{ org: "org1" }, "the clock of this org is right again"]);
});

test("an org whose proxy answers with yesterday's Date moves nobody's clock", async () => {
  const stale = await serve(async () => ({
    status: 404,
    headers: { date: new Date(Date.now() - day).toUTCString() },
  }));
  const right = await serve(async () => ({ status: 404 }));
  const { time } = byHand();
  const runtime = { ...time, clock: { now: () => Date.now(), steady: () => performance.now() } };
  const clock = new HostClock(
    runtime,
    async () => [orgClock(stale.url, runtime.clock), orgClock(right.url, runtime.clock)],
    () => {},
  );
  await clock.measure();
  expect(clock.correction).toBe(0);
  await stale.close();
  await right.close();
});

describeStores("a machine whose clock leaps", (open) => {
  const running: { stop(): Promise<void> | void }[] = [];
  afterEach(async () => {
    for (const one of running.splice(0)) await one.stop();
  });

  test.each([2 * hour, 30 * day])("decides nothing early, also with nobody to ask (%d ms)", async (ms) => {
    const { db } = await open();
    const org = await client(db, { plan: "Platinum", tellsOpening: false });
    // half an hour of its hour has passed in two minutes
    const caseId = await openCase(db, org, 1, opened - 28 * 60_000);
    const time = fastTime(opened, 60);
    const alarms: string[] = [];
    const log: Log = { ...silentLog, error: (_, message) => void alarms.push(message), child: () => log };
    const clock = new HostClock(
      { ...time, log },
      async () => [],
      () => {},
    );
    const loop = new FiringLoop({ db, runtime: { ...time, log, clock }, onFired: () => {} });
    running.push(clock, loop);
    clock.start();
    loop.start();
    time.leap(ms);
    await until(() => time.clock.steady!() > 90_000);
    expect(await ledgerOf(db, caseId)).toEqual([]);
    expect(alarms).toEqual([expect.stringMatching(/clock leapt: .*until an org or the store/)]);
    await until(async () => (await ledgerOf(db, caseId)).length > 0);
    const truth = opened + time.clock.steady!();
    expect(truth).toBeGreaterThanOrEqual(opened + 2 * 60_000);
  });
});
