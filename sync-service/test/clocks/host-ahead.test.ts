// The whole service on a machine whose clock is ahead of its org's, or leaps while it runs.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, jest, test } from "@jest/globals";
import { readConfig } from "../../src/config.ts";
import { silentLog, systemTimers, type Log } from "../../src/runtime.ts";
import { startService } from "../../src/service.ts";
import { openStore } from "../../src/store/open.ts";
import { serve } from "../channels/wires/serve.ts";
import { until } from "./fast-time.ts";
import { newPlace } from "../places.ts";
import { client, ledgerOf, openCase } from "./world.ts";

jest.setTimeout(60_000);

const hour = 3_600_000;
const ahead = { now: () => Date.now() + hour };

test("nothing is decided by a machine's clock before it has been measured, and that it is off raises an alarm", async () => {
  const folder = mkdtempSync(join(tmpdir(), "compromiso-ahead-"));
  const file = join(folder, "s.sqlite");
  const configFile = join(folder, "config.json");
  writeFileSync(configFile, JSON.stringify({ store: { file: "s.sqlite" }, http: { port: 0 } }));
  // an org that takes its time to say what time it is: until the moment has come
  let due = Infinity;
  const org = await serve(async () => {
    await until(() => ahead.now() > due + 500);
    return { status: 404 };
  });
  const store = await openStore({ file });
  const id = await client(store.db, { plan: "Platinum", instanceUrl: org.url });
  // half its target has passed in a moment, as this machine sees it
  due = Math.ceil(ahead.now() / 1000) * 1000 + 1_000;
  const caseId = await openCase(store.db, id, 1, due - hour / 2);
  await store.close();

  const config = readConfig(configFile, {});
  const alarms: [offsetMs: number, message: string][] = [];
  const log: Log = {
    ...silentLog,
    error: (fields, message) => void alarms.push([(fields as { offsetMs: number }).offsetMs, message]),
    child: () => log,
  };
  const service = await startService({
    config,
    clock: ahead,
    timers: systemTimers,
    random: Math.random,
    log,
  });
  const offset = alarms.filter(([, message]) => message.startsWith("this machine's clock is off"));
  expect(offset).toEqual([
    [expect.closeTo(-hour, -4), expect.stringMatching(/corrected time; mend the clock/)],
  ]);
  await until(() => ahead.now() > due + 500);
  expect(org.asked.map(({ method }) => method)).toContain("HEAD");
  expect(await ledgerOf(service.store.db, caseId)).toEqual([]);
  await service.stop();
  await org.close();
  rmSync(folder, { recursive: true, force: true });
});

describe.each(["sqlite", "postgres"] as const)("a machine whose clock leaps by 30 days (%s)", (kind) => {
  test("decides no step early, and each at its true instant, before and after the clock is mended", async () => {
    const { place, forget } = await newPlace(kind);
    let leapt = 0;
    const leaping = { now: () => Date.now() + leapt, steady: () => performance.now() };
    const org = await serve(async () => ({ status: 404 }));
    const store = await openStore(place);
    const id = await client(store.db, { plan: "Platinum", instanceUrl: org.url });
    const tomorrow: string[] = [];
    for (let n = 0; n < 5; n++) tomorrow.push(await openCase(store.db, id, n, Date.now() + 24 * hour, {}));
    // of these half their target has passed while the clock is wrong, and after it is mended
    const soon = Math.ceil(Date.now() / 1_000 + 8) * 1_000;
    const reached: [caseId: string, due: number][] = [];
    for (const due of [soon, soon + 3_000])
      reached.push([await openCase(store.db, id, 10 + reached.length, due - hour / 2), due]);
    await store.close();
    const config = readConfig(null, "file" in place ? {} : { DATABASE_URL: place.databaseUrl });
    if ("file" in place) config.store.file = place.file;
    config.http.port = 0;
    const service = await startService({
      ...{ config, clock: leaping, timers: systemTimers, random: Math.random, log: silentLog },
    });
    const { db } = service.store;
    try {
      for (const [caseId, due] of reached) {
        leapt = due === soon ? 30 * 24 * hour : 0;
        let ledger: Awaited<ReturnType<typeof ledgerOf>> = [];
        await until(async () => {
          ledger = await ledgerOf(db, caseId);
          return ledger.length === 2;
        });
        expect(ledger.map(({ step }) => step)).toEqual(["opened", "notice"]);
        // by a true clock, whatever the service believes
        expect(Date.now()).toBeGreaterThanOrEqual(due);
        expect(ledger[1]!.decided_at - due).toBeGreaterThanOrEqual(0);
        expect(ledger[1]!.decided_at - due).toBeLessThan(3_000);
      }
      for (const caseId of tomorrow) expect(await ledgerOf(db, caseId)).toEqual([]);
    } finally {
      await service.stop();
      await org.close();
      await forget();
    }
  });
});
