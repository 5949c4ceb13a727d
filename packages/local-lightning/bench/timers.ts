// What do live timers cost a page?
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compilePolicy, parseCatalogue, resolvePolicy } from "c/slaEngine";
import { benchmark, wholeNumber } from "../../../scripts/bench/command.ts";
import { launchChromium } from "../../../scripts/browser/chromium.ts";
import { sfBinary, sfEnvironment } from "../../../scripts/start/sf.ts";
import { startLocalOrgs } from "@compromiso/local-org";
import { lightning } from "../src/index.ts";
import { acknowledgingMany, askingPerHour, openingACase, type Stance } from "./desk/measures.ts";

const {
  timers: count,
  minutes,
  latency,
  watch,
  checkout,
} = benchmark(
  "timers",
  "Countdowns in Chromium, on the deployed components, all of them in sight at once, and then a queue of so many open cases " +
    "on its own page, scrolled to its end: CPU milliseconds of the main thread per second (script, style and layout, " +
    "everything) beside a page without any, and the heap over time. Then the desk, with each answer of the org delayed: " +
    "from a key to the next case's timer, acknowledging many at once, and the requests of a page at rest.",
)
  .option("--timers <n>", "how many", wholeNumber, 500)
  .option("--minutes <n>", "how long", wholeNumber, 1)
  .option(
    "--checkout <folder>",
    "the queue at rest alone, of the package in another checkout, to compare with",
  )
  .option("--latency <ms>", "each answer of the org takes so much longer at the desk", wholeNumber, 50)
  .option("--watch <s>", "how long requests at rest are counted", wholeNumber, 120)
  .parse()
  .opts<{ timers: number; minutes: number; latency: number; watch: number; checkout?: string }>();
const root = checkout ?? join(import.meta.dirname, "../../..");
const home = mkdtempSync(join(tmpdir(), "bench-timers-"));

execFileSync(process.execPath, [join(root, "scripts/build/build.js")]);
const admin = "admin@bench.example";
const cacheDir = process.env.COMPROMISO_CACHE ?? join(root, ".local/cache");
const { orgs, close } = await startLocalOrgs({
  dataDir: join(home, "org"),
  cacheDir,
  pages: lightning({ cacheDir }),
  orgs: [
    {
      name: "bench",
      label: "Bench",
      language: "en_US",
      timeZone: "UTC",
      users: [{ username: admin, name: "Ada Bench", email: admin, profile: "System Administrator" }],
    },
  ],
});
const org = orgs.get("bench")!;
const user = [...org.rows("User")].find((row) => row.Username === admin)!;

/** The CLI in a process of its own, while the org in this one answers it. */
const run = (...args: string[]) =>
  new Promise<void>((resolve, reject) => {
    const token = org.sessions.open(user.Id, "Lightning").token;
    const child = spawn(process.execPath, [sfBinary, ...args], {
      cwd: root,
      env: { ...process.env, ...sfEnvironment, HOME: home, SF_ACCESS_TOKEN: token },
    });
    let said = "";
    child.stdout.on("data", (data) => (said += data));
    child.stderr.on("data", (data) => (said += data));
    child.on("close", (code) => (code === 0 ? resolve() : reject(new Error(`sf ${args[1]}: ${said}`))));
  });

await run(
  "org",
  "login",
  "access-token",
  "--instance-url",
  org.instanceUrl,
  "--no-prompt",
  "--alias",
  "bench",
);
await run(
  "project",
  "deploy",
  "start",
  "--source-dir",
  "force-app/main",
  "--target-org",
  "bench",
  "--wait",
  "10",
);
const insert = (object: string, rows: Record<string, unknown>[]) =>
  org.execute(
    { userId: user.Id, api: "bench", system: true },
    rows.map((fields) => ({ op: "insert", object, fields }) as const),
  );
// an admin without the package's permission sets sees no tab of it
insert(
  "PermissionSetAssignment",
  [...org.rows("PermissionSet")]
    .filter(({ Name }) => Name === "Support_Admin" || Name === "Support_Consultant")
    .map(({ Id }) => ({ AssigneeId: user.Id, PermissionSetId: Id })),
);

const catalogue = parseCatalogue(readFileSync(join(root, "config/support-plans.json"), "utf8"));
const policy = resolvePolicy(catalogue, {
  plan: catalogue.plans.find(({ code }) => /platinum/i.test(code))!.code,
  timeZone: "UTC",
  zone: { version: "2026f", offset: 0, changes: [] },
  holidayCalendar: "AR",
  holidays: [],
  holidaysKnown: { from: "2026-01-01", to: "2035-12-31" },
});
compilePolicy(policy); // fails here rather than in the page

const browser = await launchChromium();
const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
page.setDefaultTimeout(180_000); // the first page compiles what it needs
const token = org.sessions.open(user.Id, "Lightning").token;
const start = "/lightning/n/Support_Setup";
await page.goto(
  `${org.instanceUrl}/secur/frontdoor.jsp?sid=${encodeURIComponent(token)}&retURL=${encodeURIComponent(start)}`,
);
await page.getByText("Check again").or(page.getByText("Revisar")).first().waitFor();

const devtools = await page.context().newCDPSession(page);
// time of the thread itself: other work of the machine is not the timers' doing
await devtools.send("Performance.enable", { timeDomain: "threadTicks" });
const metrics = async () => {
  const { metrics: all } = await devtools.send("Performance.getMetrics");
  return Object.fromEntries(all.map(({ name, value }) => [name, value]));
};
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const garbage = () => devtools.send("HeapProfiler.collectGarbage");

interface Cost {
  main: number;
  script: number;
  styleAndLayout: number;
}
/** Main-thread ms per second over a while. */
async function cost(seconds: number): Promise<Cost> {
  const before = await metrics();
  const from = performance.now();
  await sleep(seconds * 1000);
  const after = await metrics();
  const wall = (performance.now() - from) / 1000;
  const per = (...names: string[]) =>
    Number(((names.reduce((sum, name) => sum + after[name]! - before[name]!, 0) / wall) * 1000).toFixed(2));
  return {
    main: per("TaskDuration"),
    script: per("ScriptDuration"),
    styleAndLayout: per("RecalcStyleDuration", "LayoutDuration"),
  };
}

// the page itself, first: everything but timers is taken off it
await page.evaluate("document.body.replaceChildren()");
await sleep(2000);
const idle = await cost(20);

/** Runs in the page. */
const put = `(async ({ count, policy }) => {
  // found through the page's import map, as a FlexiPage's components are
  const load = (id) => import(id);
  const { createElement } = await load("lwc");
  const timerModule = await load("c/slaTimer");
  const Timer = timerModule.default?.default ?? timerModule.default;
  const modules = await load("c/supportContract");
  const { supportBy, clockOf } = modules.supportBy ? modules : modules.default;
  const contract = {
    id: "a00000000000001AAA",
    plan: "Platinum",
    status: "Active",
    startsOn: null,
    endsOn: null,
    timeZone: "UTC",
  zone: { version: "2026f", offset: 0, changes: [] },
    policy,
    policyVersion: "1",
    syncedAt: Date.now(),
  };
  const support = supportBy(contract);
  const now = Date.now();
  const field = document.createElement("div");
  field.style.cssText = "display:grid;grid-template-columns:repeat(20,1fr);gap:2px";
  for (let i = 0; i < count; i++) {
    const startedAt = Math.floor(now / 1000) * 1000 - i * 1000;
    const timer = createElement("c-sla-timer", { is: Timer });
    timer.clock = clockOf(
      {
        id: String(i),
        createdAt: startedAt,
        modifiedAt: startedAt,
        contractId: contract.id,
        priority: "P1",
        category: null,
        channel: null,
        status: "New",
        closed: false,
        acknowledgedById: null,
        acknowledgedAt: null,
        startedAt: null,
        dueAt: null,
        slaStatus: null,
      },
      support,
      now,
    );
    field.append(timer);
  }
  document.body.append(field);
})(${JSON.stringify({ count, policy: JSON.stringify(policy) })})`;
await page.evaluate(put);
await sleep(3000);
const text = await page.evaluate<string>("document.body.innerText");
const shown = text.match(/\d\d:\d\d:\d\d/g)?.length ?? 0;
if (shown !== count) throw new Error(`${shown} of ${count} timers show a time`);

const inSight = await cost(30);

/** So many are acknowledged at once. */
const many = Math.min(100, count);

// the queue's own page, as a consultant leaves it who went through all of it
insert("Support_Contract__c", [
  {
    Plan__c: "Platinum",
    Status__c: "Active",
    Starts_On__c: "2026-01-01",
    Time_Zone__c: "UTC",
    Policy__c: JSON.stringify(policy),
    Policy_Version__c: "1",
    Synced_At__c: new Date().toISOString(),
  },
]);
const [contract] = [...org.rows("Support_Contract__c")];
const opened = Math.floor(Date.now() / 1000) * 1000;
insert(
  "Case",
  Array.from({ length: count }, (_, i) => ({
    Subject: i < many ? `Answer ${i}` : `Case ${i}`,
    Status: "New",
    Support_Contract__c: contract!.Id,
    Support_Priority__c: "P1",
    CreatedDate: new Date(opened - i * 1000).toISOString(),
    // as the service writes them: a page that waits for its answer asks more often
    SLA_Started_At__c: new Date(opened - i * 1000).toISOString(),
    SLA_Ack_Due_At__c: new Date(opened - i * 1000 + 3_600_000).toISOString(),
    SLA_Status__c: "Running",
    SLA_Target_Minutes__c: 60,
    SLA_Elapsed_Minutes__c: 0,
    SLA_Cycle__c: 1,
  })),
);
await page.goto(`${org.instanceUrl}/lightning/n/Support_Queue`);
const last = page.locator(`c-sla-queue li[aria-setsize="${count}"]`).last();
await last.waitFor();
while ((await last.getAttribute("aria-posinset")) !== String(count)) await last.scrollIntoViewIfNeeded();
const rows = await page.locator("c-sla-queue li").count();
await sleep(3000);
await garbage();
const heapBefore = (await metrics()).JSHeapUsedSize!;
const samples: { minute: number; main: number; heapMB: number }[] = [];
const live: Cost[] = [];
for (let minute = 1; minute <= minutes; minute++) {
  live.push(await cost(60));
  await garbage();
  const heap = (await metrics()).JSHeapUsedSize!;
  samples.push({ minute, main: live.at(-1)!.main, heapMB: Number((heap / 1e6).toFixed(2)) });
}
async function atTheDesk() {
  await page.goto(`${org.instanceUrl}/lightning/n/Support_Queue`);
  const opening = await openingACase(page, org, latency, 30);
  const stances: Stance[] = ["in use", "beside the one in use", "hidden"];
  const requestsPerHour: Record<string, Record<Stance, Awaited<ReturnType<typeof askingPerHour>>>> = {};
  async function atRest(what: string): Promise<void> {
    const each = {} as (typeof requestsPerHour)[string];
    for (const stance of stances) each[stance] = await askingPerHour(page, stance, watch);
    requestsPerHour[what] = each;
  }
  await page.goto(`${org.instanceUrl}/lightning/n/Support_Queue`);
  await page.locator("c-sla-queue li").first().waitFor();
  await atRest("the queue");
  const [shownCase] = [...org.rows("Case")];
  await page.goto(`${org.instanceUrl}/lightning/r/Case/${shownCase!.Id}/view`);
  await page.locator("c-case-sla c-sla-timer").waitFor();
  await atRest("a case");
  await page.goto(`${org.instanceUrl}/lightning/n/Support_Queue`);
  await page.locator("c-sla-queue li").first().waitFor();
  const acknowledging = await acknowledgingMany(page, org, { latency, words: "Answer", many });
  return { opening, acknowledging, requestsPerHour };
}
// an older package has no desk
const desk = checkout === undefined ? await atTheDesk() : null;

const mean = (name: keyof Cost) =>
  Number((live.reduce((sum, each) => sum + each[name], 0) / live.length).toFixed(2));
const result = {
  timers: count,
  minutes,
  idle,
  inSight,
  rows,
  inAQueue: { main: mean("main"), script: mean("script"), styleAndLayout: mean("styleAndLayout") },
  heapStartMB: Number((heapBefore / 1e6).toFixed(2)),
  samples,
  latency,
  ...desk,
};
await browser.close();
await close();
rmSync(home, { recursive: true, force: true });

console.log(`\n${count} live timers in Chromium, main-thread ms per second\n`);
console.table({ "page alone": idle, "all in sight": inSight, "in a queue": result.inAQueue });
console.log(`The queue of ${count} has ${rows} rows on the page.`);
console.table(samples);
if (desk) {
  const { opening, acknowledging, requestsPerHour } = desk;
  console.log(`\nAt the desk, ms, with ${latency} ms more for each answer of the org`);
  console.table({ "the next case's timer": opening });
  console.table({ "acknowledging at once": acknowledging });
  console.log("\nRequests to the org in an hour, at rest");
  for (const [what, each] of Object.entries(requestsPerHour))
    for (const [stance, { all, by }] of Object.entries(each))
      console.log(`${what}, ${stance}: ${all} ${JSON.stringify(by)}`);
}
console.log(JSON.stringify(result));
process.exit(0);
