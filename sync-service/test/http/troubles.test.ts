// One service, a healthy org, and others that are hostile, damaged or cannot be read: each trouble is named wherever an
// operator looks, and stays with its org.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { readConfig } from "../../src/config.ts";
import { troubleKinds } from "../../src/http/troubles.ts";
import { createToken } from "../../src/http/tokens.ts";
import { rowOf } from "../../src/orgs/org.ts";
import { Registry } from "../../src/orgs/registry.ts";
import { systemClock, systemTimers, type Log } from "../../src/runtime.ts";
import { startService, type Service } from "../../src/service.ts";
import { openStore } from "../../src/store/open.ts";
import { startWorld, until, type TestOrg, type World } from "../orgs/org-world.ts";

jest.setTimeout(120_000);

const folder = mkdtempSync(join(tmpdir(), "compromiso-troubles-"));
const said: { fields: Record<string, unknown>; message: string }[] = [];
const note = (fields: object, message: string) =>
  void said.push({ fields: fields as Record<string, unknown>, message });
const log: Log = { debug: note, info: note, warn: note, error: note, child: () => log };
let world: World;
let healthy: TestOrg;
let hostile: TestOrg;
let service: Service;
let token: string;

beforeAll(async () => {
  world = await startWorld(["first", "second"]);
  [healthy, hostile] = world.orgs as [TestOrg, TestOrg];
  const store = await openStore({ file: join(folder, "s.sqlite") });
  for (const { entry } of world.orgs) await new Registry(store.db).save(entry);
  const settings = JSON.stringify({ ...healthy.entry.settings, apiShare: 2 });
  await store.db
    .insertInto("orgs")
    .values({ ...rowOf(healthy.entry), id: "third", name: "The third", settings })
    .execute();
  ({ token } = await createToken(store.db, { name: "t", scopes: ["read", "metrics"], expiresAt: null }, 0));
  await store.close();
  const config = join(folder, "config.json");
  writeFileSync(
    config,
    JSON.stringify({ store: { file: "s.sqlite" }, http: { port: 0 }, every: { contracts: 1 } }),
  );
  service = await startService({
    ...{ config: readConfig(config, {}), clock: systemClock, timers: systemTimers, random: Math.random, log },
  });
  await until(
    () => [...service.fleet.health().values()].filter(({ state }) => state === "streaming").length === 2,
    "both streams",
  );
}, 120_000);
afterAll(async () => {
  await service?.stop();
  await world?.close();
  rmSync(folder, { recursive: true, force: true });
});

const ask = async (path: string) => {
  const answer = await fetch(`${service.url}${path}`, { headers: { authorization: `Bearer ${token}` } });
  return answer.text();
};
const ready = async () => JSON.parse(await ask("/readyz")).orgs.troubles as Record<string, string>[];
const fleetOrg = async (id: string) =>
  (JSON.parse(await ask("/api/v1/fleet")).orgs as Record<string, unknown>[]).find((org) => org["id"] === id)!;
const metric = async (line: string) => expect((await ask("/metrics")).split("\n")).toContain(line);
const hasDeadline = (org: TestOrg, id: string) =>
  until(() => org.local.row("Case", id)!["SLA_Ack_Due_At__c"] != null, "the deadline", 20_000);

test("a registration that cannot be read is named on every output, and the other orgs are served", async () => {
  await hasDeadline(healthy, healthy.open("martina"));
  expect(await ready()).toEqual([
    {
      ...{ org: "third", state: "degraded", kind: "registration" },
      cause: "It cannot be served: its registration is at fault. `sla-sync orgs show` says why.",
    },
  ]);
  await metric('compromiso_org_trouble{org="third",kind="registration"} 1');
  expect(await fleetOrg("third")).toMatchObject({
    ...{ stream: "stopped", reasonKind: "registration" },
    reason: expect.stringMatching(/registration cannot be read: .*apiShare/),
  });
  expect(await fleetOrg("first")).toMatchObject({ stream: "streaming", reason: null });
  expect(said).toContainEqual({
    fields: { org: "third", reason: expect.stringMatching(/apiShare/) },
    message: "this org cannot be served; the others are",
  });
});

const time = (minute: number) =>
  `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
const everyDay = (windows: unknown) =>
  Object.fromEntries(["mon", "tue", "wed", "thu", "fri", "sat", "sun"].map((day) => [day, windows]));
interface StoredPolicy {
  calendars: Record<string, { weekly: object }>;
  targets: { P1: { calendar: string; target: object } };
  holidays: object[];
  otherPlans: object[];
  steps: { name: string }[];
}
/** By name: how it holds up a service that takes it. */
const hostilePolicies: [string, (policy: StoredPolicy) => void, RegExp][] = [
  [
    "700 windows a day",
    (policy) =>
      (policy.calendars[policy.targets.P1.calendar]!.weekly = everyDay(
        Array.from({ length: 700 }, (_, n) => [time(2 * n), time(2 * n + 1)]),
      )),
    /windows/,
  ],
  [
    "1,300 closed parts of days",
    (policy) =>
      (policy.holidays = Array.from({ length: 1_300 }, (_, n) => ({
        ...{ date: new Date(Date.UTC(2026, 0, 1 + n)).toISOString().slice(0, 10), name: "x" },
        ...{ from: "10:00", to: "11:00" },
      }))),
    /holidays/,
  ],
  ["a target of a million hours", (policy) => (policy.targets.P1.target = { hours: 1e6 }), /P1/],
  ["another plan without its parts", (policy) => (policy.otherPlans = [{ plan: "Gold" }]), /otherPlans/],
  ["the name of a step with a slash", (policy) => (policy.steps[0]!.name = "notice/"), /steps/],
];

test("hostile policies hold up nobody, the last good one stays, and the org's own cases go on", async () => {
  const { db } = service.store;
  const kept = () =>
    db.selectFrom("contracts").selectAll().where("org_id", "=", "second").executeTakeFirstOrThrow();
  await until(async () => (await db.selectFrom("contracts").selectAll().execute()).length === 2, "contracts");
  const good = (await kept()).policy;
  // in the time of the processor: another program on the machine is no policy's fault
  let longest = 0;
  let last = process.cpuUsage();
  const turns = setInterval(() => {
    const { user, system } = process.cpuUsage(last);
    longest = Math.max(longest, (user + system) / 1_000);
    last = process.cpuUsage();
  }, 10);
  for (const [what, change, problem] of hostilePolicies) {
    const policy = JSON.parse(good) as StoredPolicy;
    change(policy);
    hostile.as("sync", {
      ...{ op: "update", object: "Support_Contract__c", id: hostile.contractId },
      fields: { Policy__c: JSON.stringify(policy) },
    });
    await until(async () => problem.test((await kept()).problem ?? ""), what, 20_000);
    expect((await kept()).policy).toBe(good);
  }
  await Promise.all([
    hasDeadline(healthy, healthy.open("martina")),
    hasDeadline(hostile, hostile.open("martina")),
  ]);
  clearInterval(turns);
  // the stated second
  expect(longest).toBeLessThan(1_000);
  expect(await ready()).toContainEqual({
    ...{ org: "second", state: "degraded", kind: "contract" },
    cause: "One of its contracts has a problem. The fleet page and the doctor say which.",
  });
  await metric('compromiso_org_trouble{org="second",kind="contract"} 1');
  await metric('compromiso_contract_problems{org="second"} 1');
  expect((await fleetOrg("second"))["problems"]).toEqual([expect.stringMatching(/steps/)]);
  expect(said).toContainEqual({
    fields: { org: "second", contract: (await kept()).id, problem: expect.stringMatching(/steps/) },
    message: "a contract has a problem",
  });
});

test("a clock that cannot be decided is named with its case and its cause, and the other org's is decided", async () => {
  const { db } = service.store;
  const [bad, good] = [hostile.open("martina"), healthy.open("martina")];
  await hasDeadline(hostile, bad);
  await hasDeadline(healthy, good);
  const reached = { next_at: Date.now() - 1, due_at: Date.now() - 1 };
  for (const id of [bad, good]) {
    const { clock } = await db
      .selectFrom("clocks")
      .select("clock")
      .where("case_id", "=", id)
      .executeTakeFirstOrThrow();
    const changed = JSON.parse(clock);
    for (const step of changed.steps) step.at = reached.due_at;
    await db
      .updateTable("clocks")
      .set({ ...reached, clock: id === bad ? "{" : JSON.stringify(changed) })
      .where("case_id", "=", id)
      .execute();
  }
  healthy.open("martina"); // wakes what decides
  await until(
    async () => (await db.selectFrom("steps").selectAll().where("case_id", "=", good).execute()).length > 0,
    "the other org's steps",
    20_000,
  );
  await until(async () => (await ready()).some(({ kind }) => kind === "steps"), "the trouble", 20_000);
  expect((await ready()).find(({ kind }) => kind === "steps")).toEqual({
    ...{ org: "second", state: "degraded", kind: "steps" },
    cause: "Steps of some of its cases cannot be decided. The fleet page says which and why.",
  });
  await metric('compromiso_org_trouble{org="second",kind="steps"} 1');
  await metric('compromiso_clocks_undecided{org="second"} 1');
  expect((await fleetOrg("second"))["undecided"]).toEqual([
    expect.stringMatching(new RegExp(`The clock of case ${bad} cannot be decided: .*JSON`)),
  ]);
  expect(said).toContainEqual({
    fields: expect.objectContaining({ org: "second", case: bad }),
    message: expect.stringMatching(/a clock cannot be decided/),
  });
});

test("the integrator's page lists each kind of trouble", () => {
  const page = readFileSync(join(import.meta.dirname, "../../../docs/integrate.md"), "utf8");
  const listed = page
    .split("\n### Health\n")[1]!
    .split("\n### ")[0]!
    .matchAll(/^\| `(\w+)` /gm);
  expect([...listed].map(([, kind]) => kind).sort()).toEqual([...troubleKinds].sort());
});
