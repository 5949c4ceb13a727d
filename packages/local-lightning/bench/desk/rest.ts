/** What a page costs while nobody touches it: countdowns in sight, and a long queue scrolled to its end. */
import type { CDPSession } from "playwright-core";
import type { Build } from "./build.ts";

interface Cost {
  main: number;
  script: number;
  styleAndLayout: number;
}
const TIDIES_UP_FOR = 15_000;
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Reads the main thread of one page. */
export class MainThread {
  readonly #devtools: CDPSession;
  private constructor(devtools: CDPSession) {
    this.#devtools = devtools;
  }
  static async of({ page }: Build): Promise<MainThread> {
    const devtools = await page.context().newCDPSession(page);
    // time of the thread itself: other work of the machine is not the timers' doing
    await devtools.send("Performance.enable", { timeDomain: "threadTicks" });
    return new MainThread(devtools);
  }
  async #metrics(): Promise<Record<string, number>> {
    const { metrics } = await this.#devtools.send("Performance.getMetrics");
    return Object.fromEntries(metrics.map(({ name, value }) => [name, value]));
  }
  /** ms of the thread per second over a while. */
  async cost(seconds: number): Promise<Cost> {
    const before = await this.#metrics();
    const from = performance.now();
    await sleep(seconds * 1000);
    const after = await this.#metrics();
    const wall = (performance.now() - from) / 1000;
    const per = (...names: string[]) =>
      Number(((names.reduce((sum, name) => sum + after[name]! - before[name]!, 0) / wall) * 1000).toFixed(2));
    return {
      main: per("TaskDuration"),
      script: per("ScriptDuration"),
      styleAndLayout: per("RecalcStyleDuration", "LayoutDuration"),
    };
  }
  async heapMB(): Promise<number> {
    await this.#devtools.send("HeapProfiler.collectGarbage");
    return Number(((await this.#metrics()).JSHeapUsedSize! / 1e6).toFixed(2));
  }
}

/** Runs in the page. */
const put = (count: number, policy: string) => `(async ({ count, policy }) => {
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
    // of the hour, less than half an hour is left: a small timer shows seconds
    const startedAt = Math.floor(now / 1000) * 1000 - 31 * 60_000 - i * 1000;
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
})(${JSON.stringify({ count, policy })})`;

/** The page alone, and then with so many countdowns, all of them in sight. */
export async function countdowns(
  { page, policy }: Build,
  thread: MainThread,
  count: number,
): Promise<{ idle: Cost; inSight: Cost }> {
  // everything but timers is taken off the page
  await page.evaluate("document.body.replaceChildren()");
  await sleep(2000);
  const idle = await thread.cost(15);
  await page.evaluate(put(count, policy));
  await sleep(3000);
  const text = await page.evaluate<string>("document.body.innerText");
  const shown = text.match(/\d\d:\d\d:\d\d/g)?.length ?? 0;
  if (shown !== count) throw new Error(`${shown} of ${count} timers show a time`);
  return { idle, inSight: await thread.cost(20) };
}

/** So many open cases, `answers` of them with a subject of their own, as the service has written them. */
export function fillQueue(
  { org, insert, policy }: Build,
  { count, answers, ageMinutes }: { count: number; answers: number; ageMinutes: number },
): void {
  insert("Support_Contract__c", [
    {
      Plan__c: "Platinum",
      Status__c: "Active",
      Starts_On__c: "2026-01-01",
      Time_Zone__c: "UTC",
      Policy__c: policy,
      Policy_Version__c: "1",
      Synced_At__c: new Date().toISOString(),
    },
  ]);
  const [contract] = [...org.rows("Support_Contract__c")];
  const opened = Math.floor(Date.now() / 1000) * 1000 - ageMinutes * 60_000;
  insert(
    "Case",
    Array.from({ length: count }, (_, i) => ({
      Subject: i < answers ? `Answer ${i}` : `Case ${i}`,
      Status: "New",
      Support_Contract__c: contract!.Id,
      Support_Priority__c: "P1",
      CreatedDate: new Date(opened - i * 1000).toISOString(),
      // a page that waits for the service's answer asks more often
      SLA_Started_At__c: new Date(opened - i * 1000).toISOString(),
      SLA_Ack_Due_At__c: new Date(opened - i * 1000 + 3_600_000).toISOString(),
      SLA_Status__c: "Running",
      SLA_Target_Minutes__c: 60,
      SLA_Elapsed_Minutes__c: 0,
      SLA_Cycle__c: 1,
    })),
  );
}

interface Queue extends Cost {
  rows: number;
  heapStartMB: number;
  heapEndMB: number;
}

/** The queue's own page, as a consultant leaves it who went through all of it. */
export async function queueAtRest(
  build: Build,
  thread: MainThread,
  count: number,
  seconds: number,
): Promise<Queue> {
  const { page } = build;
  await build.goto("/lightning/n/Support_Queue");
  const last = page.locator(`c-sla-queue li[aria-setsize="${count}"]`).last();
  await last.waitFor();
  while ((await last.getAttribute("aria-posinset")) !== String(count)) await last.scrollIntoViewIfNeeded();
  const rows = await page.locator("c-sla-queue li").count();
  // the browser tidies up after the scrolling for a while
  await sleep(TIDIES_UP_FOR);
  const heapStartMB = await thread.heapMB();
  const cost = await thread.cost(seconds);
  return { ...cost, rows, heapStartMB, heapEndMB: await thread.heapMB() };
}
