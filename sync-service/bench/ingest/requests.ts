// What case changes cost an org in API requests, by the org's own count: the whole service beside a local org.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { readConfig } from "../../src/config.ts";
import { Registry } from "../../src/orgs/registry.ts";
import { silentLog, systemClock, systemTimers } from "../../src/runtime.ts";
import { startService, type Service } from "../../src/service.ts";
import { openStore } from "../../src/store/open.ts";
import { differencesOf } from "../../test/mirror/following.ts";
import { startWorld, until, type TestOrg } from "../../test/orgs/org-world.ts";

/** ms between two changes: far more than people make of them, and fewer than a batch takes in. */
const apart = 25;

export interface RequestsRow {
  what: string;
  changes: number;
  "API requests per 1,000 changes": number;
}

/** First one change at a time, then all at once. */
export async function apiRequests(changes: number): Promise<RequestsRow[]> {
  const folder = mkdtempSync(join(tmpdir(), "compromiso-bench-"));
  process.env["COMPROMISO_TEST_ORGS"] = join(folder, "templates");
  mkdirSync(process.env["COMPROMISO_TEST_ORGS"]);
  const world = await startWorld();
  const org = world.orgs[0]!;
  const config = join(folder, "service.json");
  writeFileSync(config, JSON.stringify({ store: { file: "store.sqlite" }, http: { port: 0 } }));
  const store = await openStore({ file: join(folder, "store.sqlite") });
  await new Registry(store.db).save(org.entry);
  await store.close();
  const service = await startService({
    config: readConfig(config, {}),
    clock: systemClock,
    timers: systemTimers,
    random: Math.random,
    log: silentLog,
  });
  try {
    const health = () => service.fleet.health().get(org.entry.id);
    await until(() => health()?.lastReconciled != null, "the first reading");
    const rows: RequestsRow[] = [];
    for (const [what, pause] of [
      [`${apart} ms apart`, apart],
      ["at once", 0],
    ] as const) {
      const before = org.local.limits.used();
      const make = maker(org);
      for (let n = 0; n < changes; n++) {
        make(n);
        if (pause > 0) await wait(pause);
      }
      await settled(service, org);
      const calls = org.local.limits.used() - before;
      rows.push({ what, changes, "API requests per 1,000 changes": Math.round((calls / changes) * 1000) });
    }
    return rows;
  } finally {
    await service.stop();
    await world.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** One in five opens a case; the others change status, owner, priority or subject of one that is there. */
function maker(org: TestOrg): (n: number) => void {
  const cases: string[] = [];
  return (n) => {
    if (n % 5 === 0) return void cases.push(org.open("martina"));
    const id = cases[(n * 7919) % cases.length]!;
    const by = n % 2 === 0 ? "camila" : "martina";
    const fields = [
      { Status: n % 3 === 0 ? "Working" : "New" },
      { OwnerId: org.id(n % 3 === 0 ? "camila" : "bruno") },
      { Support_Priority__c: n % 3 === 0 ? "P1" : "P2" },
      { Subject: `Another subject ${n}` },
    ][n % 4]!;
    org.change(by, id, fields);
  };
}

async function settled({ store }: Service, org: TestOrg): Promise<void> {
  const waits = () =>
    store.db
      .selectFrom("outbox")
      .select("id")
      .where("state", "in", ["pending", "sending"])
      .limit(1)
      .executeTakeFirst();
  await until(
    async () => (await waits()) === undefined && (await differencesOf(store, org)).length === 0,
    "equality",
    120_000,
  );
}
