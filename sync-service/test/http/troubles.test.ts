// One service, a healthy org, and others that are hostile, damaged or cannot be read: each trouble is named wherever an
// operator looks, and stays with its org.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { HostClock } from "../../src/clocks/host-clock.ts";
import { readConfig } from "../../src/config.ts";
import { troubleKinds } from "../../src/http/troubles.ts";
import { causes, type OrgHealth } from "../../src/mirror/health.ts";
import { needsPerson, type TroubleKind } from "../../src/orgs/trouble.ts";
import { addAccount } from "../../src/http/fleet/accounts.ts";
import { createToken } from "../../src/http/tokens.ts";
import type { Notice } from "../../src/messages/notice.ts";
import { shippedPace } from "../../src/pace.ts";
import { rowOf } from "../../src/orgs/org.ts";
import { Registry } from "../../src/orgs/registry.ts";
import { systemClock, systemTimers, type Log } from "../../src/runtime.ts";
import { startService, type Service } from "../../src/service.ts";
import { openStore } from "../../src/store/open.ts";
import { mailWire } from "../channels/wires/mail.ts";
import { serve, type Wire } from "../channels/wires/serve.ts";
import { startWorld, until, type TestOrg, type World } from "../orgs/org-world.ts";

jest.setTimeout(120_000);

const password = "correct horse battery staple";
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
let mail: Awaited<ReturnType<typeof mailWire>>;
let slack: Wire;
let slackIs: "open" | "limited" | "down" = "open";

beforeAll(async () => {
  mail = await mailWire();
  slack = await serve(({ body }) => {
    const channel = new URLSearchParams(body).get("channel")!;
    if (slackIs === "down") return { status: 503, body: {} };
    if (slackIs === "limited" && channel === "C0STORM")
      return { status: 429, headers: { "retry-after": "30" }, body: { ok: false, error: "ratelimited" } };
    return { body: { ok: true, channel, ts: "1700000000.000100" } };
  });
  process.env["TROUBLES_SLACK"] = "xoxb";
  process.env["TROUBLES_SMTP"] = mail.url;
  world = await startWorld(["first", "second"]);
  [healthy, hostile] = world.orgs as [TestOrg, TestOrg];
  const store = await openStore({ file: join(folder, "s.sqlite") });
  for (const { entry } of world.orgs) await new Registry(store.db).save(entry);
  const settings = JSON.stringify({ ...healthy.entry.settings, apiShare: 2 });
  await store.db
    .insertInto("orgs")
    .values({ ...rowOf(healthy.entry), id: "third", name: "The third", settings })
    .execute();
  await addAccount(store.db, { name: "vera", role: "viewer", password }, 0);
  ({ token } = await createToken(store.db, { name: "t", scopes: ["read", "metrics"], expiresAt: null }, 0));
  await store.close();
  const config = join(folder, "config.json");
  writeFileSync(
    config,
    JSON.stringify({
      ...{ store: { file: "s.sqlite" }, http: { port: 0, proxies: 1 }, every: { contracts: 1 } },
      actions: {
        slack: {
          ...{ token: { env: "TROUBLES_SLACK" }, signingSecret: { env: "TROUBLES_SLACK" } },
          apiUrl: `${slack.url}/api/`,
        },
        email: { server: { env: "TROUBLES_SMTP" }, from: "soporte@provider.example" },
      },
    }),
  );
  service = await startService({
    ...{ config: readConfig(config, {}), clock: systemClock, timers: systemTimers, random: Math.random, log },
    // these tests put items into the outbox without a word to the service
    pace: { ...shippedPace, deliveries: 200 },
  });
  await until(
    () => [...service.fleet.health().values()].filter(({ state }) => state === "streaming").length === 2,
    "both streams",
  );
}, 120_000);
afterAll(async () => {
  await service?.stop();
  await world?.close();
  await mail?.close();
  await slack?.close();
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
  // one that cannot be read is shown with what its row says, beside all others
  const waiting = JSON.parse(await ask("/api/v1/fleet/cases?limit=100")).cases as { caseId: string }[];
  expect(waiting.map(({ caseId }) => caseId)).toEqual(expect.arrayContaining([bad, good]));
  expect(said).toContainEqual({
    fields: expect.objectContaining({ org: "second", case: bad }),
    message: expect.stringMatching(/a clock cannot be decided/),
  });
});

/** A message of the hostile org, as its steps would leave it. */
async function queue(destination: string, kind: string, change: Partial<Notice> = {}): Promise<void> {
  const now = Date.now();
  const payload = {
    ...{
      about: "step",
      orgId: "second",
      client: "second",
      caseId: "500",
      caseNumber: "1",
      subject: "x",
      cycle: 1,
    },
    ...{ plan: "Silver", priority: "P1", priorityLabel: { es: "Crítico", en: "Critical" } },
    ...{ caseUrl: "https://x.example", step: "breach", stepLabel: { es: "Incumplimiento", en: "Breach" } },
    ...{ standsFor: [], timeZone: "UTC", startedAt: now, dueAt: now, stepAt: now, remaining: 0, readAt: now },
    ...{ address: "C0STORM", language: "es", canAcknowledge: false, ...change },
  };
  await service.store.db
    .insertInto("outbox")
    .values({
      ...{
        key: `${destination}/${now}/${Math.random()}`,
        org_id: "second",
        case_id: "500",
        destination,
        kind,
      },
      ...{
        payload: JSON.stringify(payload),
        created_at: now,
        not_before: now,
        attempts: 0,
        state: "pending",
      },
    })
    .execute();
}
const isNamed = (org: string, kind: string) =>
  until(
    async () => (await ready()).some((one) => one["org"] === org && one["kind"] === kind),
    `${kind} of ${org}`,
    20_000,
  );
const logged = (org: string | null, message: RegExp) =>
  said.some(({ fields, message: words }) => fields["org"] === org && message.test(words));

test("a message that cannot be rendered is a dead letter that names its org on every output", async () => {
  await queue("email:second", "notice.email", { priorityLabel: null as never });
  await isNamed("second", "deadLetters");
  await metric('compromiso_org_trouble{org="second",kind="deadLetters"} 1');
  expect(await fleetOrg("second")).toMatchObject({ dead: 1 });
  expect(await fleetOrg("first")).toMatchObject({ dead: 0 });
  expect(JSON.parse(await ask("/api/v1/dead-letters")).letters).toEqual([
    expect.objectContaining({ orgId: "second", reason: expect.stringMatching(/could not be written/) }),
  ]);
  expect(said).toContainEqual({
    fields: expect.objectContaining({ org: "second", reason: expect.stringMatching(/could not be written/) }),
    message: "dead letter",
  });
});

test("a limited channel names the org whose messages wait, and one that is down names them all", async () => {
  const channels = async () =>
    JSON.parse(await ask("/api/v1/fleet")).troubled as { orgId: string | null; channel: { en: string } }[];
  slackIs = "limited";
  await queue("slack:second:C0STORM", "notice.slack");
  await isNamed("second", "channel");
  await metric('compromiso_org_trouble{org="second",kind="channel"} 1');
  expect(await channels()).toEqual([
    expect.objectContaining({
      ...{ orgId: "second", channel: expect.objectContaining({ en: expect.stringMatching(/Slack/) }) },
      reason: expect.stringMatching(/slow down/),
    }),
  ]);
  expect(logged("second", /takes no messages now; they wait/)).toBe(true);
  slackIs = "down";
  for (const place of ["C0A", "C0B"])
    for (const _ of [1, 2]) await queue(`slack:second:${place}`, "notice.slack", { address: place });
  await isNamed("all", "channel");
  expect(await channels()).toContainEqual(expect.objectContaining({ orgId: null, group: "slack" }));
  slackIs = "open";
});

const onEveryOutput = async (kind: string, state: string, reason: string) => {
  await isNamed("second", kind);
  expect((await ready()).filter(({ org }) => org === "second")).toContainEqual({
    ...{ org: "second", state, kind },
    cause: expect.stringMatching(/^[A-Z`].{15,}\.$/),
  });
  await metric(`compromiso_org_trouble{org="second",kind="${kind}"} 1`);
  expect(await fleetOrg("second")).toMatchObject({
    reasonKind: kind,
    reason: expect.stringContaining(reason),
  });
  expect((await ready()).filter(({ org }) => org === "first")).toEqual([]);
};

test("an org whose clock is off is named by readiness, the metric and the fleet page, and is served", async () => {
  const off = jest.spyOn(HostClock.prototype, "orgsOff", "get");
  off.mockReturnValue(new Map([["second", -86_400_000]]));
  await isNamed("second", "orgClock");
  expect((await ready()).filter(({ kind }) => kind === "orgClock")).toEqual([
    {
      ...{ org: "second", state: "degraded", kind: "orgClock" },
      cause: "Its clock, or that of a proxy before it, is off. Steps do not follow it.",
    },
  ]);
  await metric('compromiso_org_trouble{org="second",kind="orgClock"} 1');
  expect(await fleetOrg("second")).toMatchObject({ clockOff: -86_400_000, stream: "streaming" });
  expect(await fleetOrg("first")).toMatchObject({ clockOff: null });
  off.mockRestore();
  expect((await ready()).filter(({ kind }) => kind === "orgClock")).toEqual([]);
});

test("an org that waits names its cause on every output, of whichever kind", async () => {
  const waiting = Object.keys(causes).filter((kind) => !needsPerson.has(kind as TroubleKind));
  const real = service.fleet.health();
  const health = jest.spyOn(service.fleet, "health");
  for (const kind of waiting) {
    const one = { ...real.get("second")!, state: "waiting", kind, reason: `because of ${kind}` } as const;
    health.mockReturnValue(new Map([...real, ["second", one as OrgHealth]]));
    await onEveryOutput(kind, "waiting", `because of ${kind}`);
  }
  health.mockRestore();
});

test("an org that has stopped names its cause on every output, of whichever kind", async () => {
  const members = hostile.local.components.list("PlatformEventChannelMember");
  for (const { fullName } of members) hostile.local.components.remove("PlatformEventChannelMember", fullName);
  await onEveryOutput("channelGone", "stopped", "Support_Cases__chn");
  expect(said).toContainEqual({
    fields: { org: "second", kind: "channelGone", reason: expect.stringContaining("Deploy the package") },
    message: "the org has stopped; it needs a person",
  });
  for (const kind of needsPerson) {
    await new Registry(service.store.db).setStatus("second", "stopped", {
      kind,
      message: `because of ${kind}`,
    });
    await onEveryOutput(kind, "stopped", `because of ${kind}`);
  }
});

test("the number of proxies in the configuration reaches the session's cookie and the caller's address", async () => {
  const signIn = (secret: string) =>
    fetch(`${service.url}/signin`, {
      method: "POST",
      redirect: "manual",
      headers: { "x-forwarded-for": "198.51.100.7", "x-forwarded-proto": "https" },
      body: new URLSearchParams({ name: "vera", password: secret }),
    });
  expect((await signIn("wrong password here")).status).toBe(401);
  expect((await signIn(password)).headers.get("set-cookie")).toMatch(/; Secure/);
  const refused = await service.store.db
    .selectFrom("audit")
    .select("detail")
    .where("action", "=", "signInRefused")
    .executeTakeFirstOrThrow();
  expect(JSON.parse(refused.detail)).toEqual({ address: "198.51.100.7" });
});

test("settings that cannot be used silence their org alone, and are named on every output", async () => {
  const { db } = service.store;
  const { settings } = await db
    .selectFrom("orgs")
    .select("settings")
    .where("id", "=", "second")
    .executeTakeFirstOrThrow();
  const damaged = JSON.stringify({ ...JSON.parse(settings), recipients: { lead: "nobody" } });
  await db.updateTable("orgs").set({ settings: damaged }).where("id", "=", "second").execute();
  await isNamed("second", "settings");
  await metric('compromiso_org_trouble{org="second",kind="settings"} 1');
  expect((await fleetOrg("second"))["problems"]).toContainEqual(
    expect.stringMatching(/nothing is sent for it: recipients\.lead: /),
  );
  expect((await fleetOrg("first"))["problems"]).toEqual([]);
  await until(() => logged("second", /^nothing is sent for this org$/), "the log", 20_000);
  await db.updateTable("orgs").set({ settings }).where("id", "=", "second").execute();
  expect((await ready()).filter(({ kind }) => kind === "settings")).toEqual([]);
});

test("the integrator's page lists each kind of trouble", () => {
  const page = readFileSync(join(import.meta.dirname, "../../../docs/integrate.md"), "utf8");
  const listed = page
    .split("\n### Health\n")[1]!
    .split("\n### ")[0]!
    .matchAll(/^\| `(\w+)` /gm);
  expect([...listed].map(([, kind]) => kind).sort()).toEqual([...troubleKinds].sort());
});
