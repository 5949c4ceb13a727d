import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { recomputeClocks } from "../../src/clocks/recompute.ts";
import { Fleet } from "../../src/mirror/fleet.ts";
import { defaultPeriods } from "../../src/mirror/periods.ts";
import { Registry } from "../../src/orgs/registry.ts";
import { systemClock, systemTimers, type Log } from "../../src/runtime.ts";
import { openStore } from "../../src/store/open.ts";
import { startWorld, until, type World } from "../orgs/org-world.ts";
import { newPlace } from "../places.ts";
import { differencesOf } from "./following.ts";

jest.setTimeout(120_000);

let world: World;
beforeAll(async () => {
  world = await startWorld(["healthy", "revoked", "spent", "slow"]);
}, 120_000);
afterAll(() => world.close());

test("one org's trouble stays its own, and a case that is not ours leaves no trace on disk or in the log", async () => {
  const [healthy, revoked, spent, slow] = world.orgs as [
    World["orgs"][0],
    World["orgs"][0],
    World["orgs"][0],
    World["orgs"][0],
  ];
  revoked.entry.credentials = { ...revoked.entry.credentials, clientId: "taken-away" };
  spent.local.limits.setUsed(spent.local.limits.max());
  slow.local.faults.latency = 30_000;

  const logged: string[] = [];
  const note = (fields: object, message: string) => void logged.push(`${message} ${JSON.stringify(fields)}`);
  const log: Log = { debug: note, info: note, warn: note, error: note, child: () => log };
  const { place, forget } = await newPlace("sqlite");
  const store = await openStore(place, { serving: true });
  const registry = new Registry(store.db);
  for (const org of world.orgs) await registry.save(org.entry);
  const fleet = new Fleet({
    store,
    recompute: recomputeClocks,
    wake: () => {},
    runtime: { clock: systemClock, timers: systemTimers, random: Math.random, log },
    periods: { ...defaultPeriods, intake: 200 },
  });
  fleet.start();
  const equal = () => until(async () => (await differencesOf(store, healthy)).length === 0, "equality");

  const foreign = healthy.open("martina", {
    Support_Contract__c: null,
    Subject: "The secret of another customer",
  });
  healthy.change("martina", foreign, { Subject: "The secret of another customer, told again" });
  healthy.open("martina", { Subject: "Ours" });
  await equal();
  // the slow org has not given its first answer by then
  expect(fleet.health().get("slow")!.state).toBe("starting");
  await until(async () => (await registry.find("revoked"))?.status === "stopped", "the revoked org's stop");
  expect((await registry.find("revoked"))!.statusReason).toMatch(/does not let .* in.*orgs resume revoked/);
  await until(() => fleet.health().get("spent")?.state === "waiting", "the spent org's waiting");
  expect(fleet.health().get("spent")!.reason).toMatch(/API requests for the day are spent/);
  expect((await registry.find("spent"))!.status).toBe("active");

  // the org out of requests goes on by itself once it has some; here it is asked again after a restart
  await fleet.stop();
  expect(
    (await store.db.selectFrom("leases").select("until").execute()).every((lease) => lease.until === 0),
  ).toBe(true);
  await store.close();
  const folder = dirname((place as { file: string }).file);
  for (const file of readdirSync(folder)) {
    const bytes = readFileSync(join(folder, file));
    expect(bytes.includes("The secret of another customer")).toBe(false);
  }
  expect(logged.join("\n")).not.toContain("secret of another");
  await forget();
});
