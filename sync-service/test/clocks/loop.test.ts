import { afterEach, expect, jest, test } from "@jest/globals";
import type { Kysely } from "kysely";
import { FiringLoop } from "../../src/clocks/firing-loop.ts";
import type { FiredStep } from "../../src/clocks/fired-step.ts";
import { fireDue } from "../../src/clocks/firing.ts";
import { HostClock } from "../../src/clocks/host-clock.ts";
import { LastLook } from "../../src/clocks/last-look.ts";
import { catchUp } from "../../src/clocks/catching-up.ts";
import type { CaseKey } from "../../src/case/change.ts";
import { ClockTroubles } from "../../src/clocks/troubles.ts";
import type { Runtime } from "../../src/runtime.ts";
import type { Database } from "../../src/store/schema.ts";
import { describeStores } from "../stores.ts";
import { fastTime, until } from "./fast-time.ts";
import { at, client, clockOf, consultant, learn, ledgerOf, openCase, openCases } from "./world.ts";

// a machine that has other things to do is slow, not wrong
jest.setTimeout(60_000);

const opened = at("2026-11-25T10:00:00");
const minute = 60_000;

/** These tests watch the later steps: the opening would come between. */
const late = { plan: "Platinum", tellsOpening: false };

describeStores("the firing loop", (open) => {
  const running: { stop(): Promise<void> | void }[] = [];
  afterEach(async () => {
    for (const one of running.splice(0)) await one.stop();
  });
  function loop(db: Kysely<Database>, runtime: Runtime, caughtUp?: Promise<void>) {
    const fired: FiredStep[] = [];
    const firing = new FiringLoop({
      db,
      runtime,
      onFired: (steps) => fired.push(...steps),
      ...(caughtUp ? { caughtUp } : {}),
    });
    running.push(firing);
    firing.start();
    return { firing, fired };
  }

  test("sleeps until the next instant, is woken by a nearer one, and is never early", async () => {
    const { db } = await open();
    const org = await client(db, late);
    const time = fastTime(opened, 3_000);
    await openCase(db, org, 1, opened + 20 * minute);
    const { firing, fired } = loop(db, time);
    await openCase(db, org, 2, opened);
    firing.wake();
    await until(() => fired.length >= 3);
    for (const step of fired) expect(step.decidedAt).toBeGreaterThanOrEqual(step.dueAt);
    expect(fired[0]!.caseId).toBe((await clockOf(db, fired[0]!.caseId)).case_id);
    expect(fired[0]).toMatchObject({ step: "notice", dueAt: opened + 30 * minute });
  });

  test("a wall clock that leaps forward fires what has come; one that is set back fires nothing twice", async () => {
    const { db } = await open();
    const org = await client(db, late);
    const time = fastTime(opened, 10);
    const caseId = await openCase(db, org, 1, opened);
    const { firing, fired } = loop(db, time);
    time.leap(31 * minute);
    await until(() => fired.length === 1);
    time.leap(-20 * minute);
    firing.wake();
    time.leap(20 * minute);
    time.leap(15 * minute);
    await until(() => fired.length === 2);
    expect((await ledgerOf(db, caseId)).map(({ step }) => step)).toEqual(["notice", "warning"]);
  });

  test("a storm at one org does not keep another waiting", async () => {
    const { db } = await open();
    const [stormy, calm] = [
      await client(db, { id: "stormy", ...late }),
      await client(db, { id: "calm", ...late }),
    ];
    await openCases(db, stormy, 300, opened);
    await openCase(db, calm, 9_999, opened + minute);
    const { fired } = await fireDue(db, opened + 35 * minute);
    expect(fired.filter(({ orgId }) => orgId === "calm")).toHaveLength(1);
    expect(fired.filter(({ orgId }) => orgId === "stormy")).toHaveLength(250);
  });

  test("several processes share a storm: each step is decided once", async () => {
    const { db } = await open();
    const org = await client(db, late);
    await openCases(db, org, 120, opened);
    const time = fastTime(opened + 31 * minute, 10);
    const loops = [loop(db, time), loop(db, time), loop(db, time)];
    await until(() => loops.reduce((sum, { fired }) => sum + fired.length, 0) >= 120);
    const ledger = await db.selectFrom("steps").selectAll().execute();
    expect(ledger).toHaveLength(120);
    expect(loops.flatMap(({ fired }) => fired)).toHaveLength(120);
  });

  test("an org that is paused decides nothing; resumed, its passed steps are taken together", async () => {
    const { db } = await open();
    const org = await client(db, { ...late, status: "paused" });
    const caseId = await openCase(db, org, 1, opened);
    expect((await fireDue(db, opened + 50 * minute)).fired).toEqual([]);
    await db.updateTable("orgs").set({ status: "active" }).execute();
    await fireDue(db, opened + 50 * minute);
    expect((await ledgerOf(db, caseId)).map(({ step, outcome }) => `${step} ${outcome}`)).toEqual([
      "notice stoodFor",
      "warning acted",
    ]);
  });

  test("a clock that cannot be read holds up nobody else", async () => {
    const { db } = await open();
    const org = await client(db, late);
    const bad = await openCase(db, org, 1, opened);
    const good = await openCase(db, org, 2, opened);
    await db.updateTable("clocks").set({ clock: "{" }).where("case_id", "=", bad).execute();
    const unreadable: string[] = [];
    const troubles = new ClockTroubles((clock) => unreadable.push(clock.caseId));
    await fireDue(db, opened + 30 * minute, troubles);
    expect(unreadable).toEqual([bad]);
    expect(await ledgerOf(db, good)).toHaveLength(1);
  });

  test("in the last seconds before a breach its evidence is read once more, together with its neighbours'", async () => {
    const { db } = await open();
    const org = await client(db, late);
    const [saved, lost] = [await openCase(db, org, 1, opened), await openCase(db, org, 2, opened + 1000)];
    const time = fastTime(opened + 59 * minute, 20);
    const asked: CaseKey[][] = [];
    const look = new LastLook(db, time, async (cases) => {
      asked.push([...cases]);
      const acknowledged = opened + 58 * minute;
      await learn(
        db,
        org,
        saved,
        [{ id: "late", at: acknowledged, by: consultant, kind: "acknowledgement", via: "field" }],
        time.clock.now(),
      );
    });
    running.push(look);
    look.start();
    const { fired } = loop(db, time);
    await until(() => fired.some(({ step, caseId }) => step === "breach" && caseId === lost));
    expect(asked.flat().map(({ caseId }) => caseId)).toEqual([saved, lost]);
    expect(await clockOf(db, saved)).toMatchObject({ status: "Acknowledged" });
    expect((await ledgerOf(db, saved)).some(({ step }) => step === "breach")).toBe(false);
  });

  test("after a time away, steps overdue wait for what happened meanwhile; others do not", async () => {
    const { db } = await open();
    const org = await client(db, late);
    const time = fastTime(opened + 71 * minute - 1_500, 3);
    const overdue = await openCase(db, org, 1, opened);
    const soon = await openCase(db, org, 2, opened + 41 * minute);
    let release = () => {};
    const read = new Promise<void>((resolve) => (release = resolve));
    const caughtUp = catchUp(
      db,
      time,
      async () => true,
      async ([first]) => {
        await read;
        await learn(
          db,
          org,
          first!.caseId,
          [{ id: "ack", at: opened + 5 * minute, by: consultant, kind: "acknowledgement", via: "field" }],
          time.clock.now(),
        );
      },
      new AbortController().signal,
    );
    const { fired } = loop(db, time, caughtUp);
    await until(() => fired.length > 0);
    expect(fired[0]).toMatchObject({ caseId: soon, step: "notice" });
    release();
    await caughtUp;
    expect(await clockOf(db, overdue)).toMatchObject({ status: "Acknowledged" });
    expect(await ledgerOf(db, overdue)).toEqual([]);
  });
});

test("a machine's clock that is off by more than two seconds is corrected by what most say", async () => {
  const time = fastTime(opened, 1);
  let offsets = [5_000, 5_200, -90_000];
  let changed = 0;
  const clock = new HostClock(
    time,
    async () => offsets.map((offset, n) => async () => ({ source: `org ${n}`, offset, uncertainty: 500 })),
    () => changed++,
  );
  await clock.measure();
  expect(clock.correction).toBe(5_000);
  expect(clock.now() - time.clock.now()).toBeGreaterThanOrEqual(5_000);
  offsets = [400, -300, 900];
  await clock.measure();
  expect(clock.correction).toBe(0);
  expect(changed).toBe(2);
});
