/** What a consultant waits for at the desk, and what the org is asked meanwhile. */
import type { Page, Request } from "playwright-core";
import type { Build } from "./build.ts";

interface Waits {
  count: number;
  p50: number;
  p95: number;
  max: number;
}
function waits(values: number[]): Waits {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) =>
    sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? 0;
  return { count: sorted.length, p50: at(0.5), p95: at(0.95), max: at(1) };
}

/** The page's questions to the org while `act` runs, by what they ask for. */
async function asked(page: Page, act: () => Promise<void>): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  const counting = (request: Request) => {
    const [, path] = request.url().split("/services/data/");
    if (path === undefined) return;
    const name =
      /(?:query|mutation) (\w+)/.exec(request.postData() ?? "")?.[1] ?? path.split(/[?/]/)[2] ?? path;
    counts[name] = (counts[name] ?? 0) + 1;
  };
  page.on("request", counting);
  await act();
  page.off("request", counting);
  return counts;
}
const sum = (counts: Record<string, number>): number => Object.values(counts).reduce((a, b) => a + b, 0);

/** Runs in the page: from the press of J until the timer of the case that it shows has digits, ms. */
const opening = `() => new Promise((resolve, reject) => {
  const deep = (root, selector) => {
    const found = root.querySelector(selector);
    if (found) return found;
    for (const each of root.querySelectorAll("*")) {
      const inside = each.shadowRoot && deep(each.shadowRoot, selector);
      if (inside) return inside;
    }
    return null;
  };
  const desk = deep(document, "c-support-desk");
  const digits = () => {
    const card = (desk.shadowRoot ?? desk).querySelector("c-case-sla");
    const timer = card && deep(card.shadowRoot ?? card, "c-sla-timer");
    const node = timer && deep(timer.shadowRoot ?? timer, ".digits");
    return { id: card?.recordId ?? null, text: node?.textContent ?? "" };
  };
  const before = digits().id;
  const from = performance.now();
  window.dispatchEvent(new KeyboardEvent("keydown", { key: "j", bubbles: true, cancelable: true }));
  const look = () => {
    const now = digits();
    if (now.id !== before && /\\d\\d:\\d\\d:\\d\\d/.test(now.text)) resolve(performance.now() - from);
    else if (performance.now() - from > 20000) reject(new Error("no timer"));
    else requestAnimationFrame(look);
  };
  look();
})`;

const queue = "/lightning/n/Support_Queue";

/**
 * One case after another from the queue, while every answer of the org takes `latency` ms longer: the next one by its
 * key; in a build without a desk, by a click on its row, which opens its page.
 */
export async function openingACase(
  { page, org, hasDesk, goto }: Build,
  latency: number,
  times: number,
): Promise<Waits> {
  await goto(queue);
  const rows = page.locator("c-sla-queue c-support-case-row");
  const values: number[] = [];
  async function byClick(n: number): Promise<number> {
    org.faults.latency = 0;
    await goto(queue);
    await rows.nth(n).waitFor();
    org.faults.latency = latency;
    const from = performance.now();
    await rows.nth(n).getByRole("link").click();
    await page
      .locator("c-case-sla c-sla-timer")
      .getByText(/\d\d:\d\d:\d\d/)
      .waitFor();
    return performance.now() - from;
  }
  const byKey = async (): Promise<number> => Number(await page.evaluate(`(${opening})()`));
  await rows.first().waitFor();
  org.faults.latency = latency;
  try {
    // the first one asks for the contract too, and compiles what the card needs
    for (let n = -1; n < times; n++) {
      await page.waitForTimeout(400);
      const ms = hasDesk ? await byKey() : await byClick(n + 1);
      if (n >= 0) values.push(ms);
    }
  } finally {
    org.faults.latency = 0;
  }
  const { p50, p95, max, count } = waits(values);
  const round = (ms: number) => Number(ms.toFixed(1));
  return { count, p50: round(p50), p95: round(p95), max: round(max) };
}

interface Acknowledging {
  cases: number;
  ms: number;
  requests: number;
  by: Record<string, number>;
}
/**
 * Several cases at once, found by their subject: from the click that confirms until the page says how many are saved.
 * The page goes on asking whether anything changed: that is no part of it. A build without a desk asks for no
 * confirmation.
 */
export async function acknowledgingMany(
  { page, org, hasDesk, goto }: Build,
  { latency, words, many }: { latency: number; words: string; many: number },
): Promise<Acknowledging> {
  await goto(queue);
  await page.locator("c-sla-queue li").first().waitFor();
  await page.getByRole("searchbox", { name: /Search by number|Buscar por/ }).fill(words);
  await page.locator(`c-sla-queue li[aria-setsize="${many}"]`).first().waitFor();
  await page.getByRole("checkbox", { name: /Select all/ }).check();
  const button = page.getByRole("button", { name: `Acknowledge (${many})` });
  if (hasDesk) await button.click();
  const confirm = hasDesk ? page.locator(".confirm button") : button;
  org.faults.latency = latency;
  let ms = 0;
  const { SupportStamp: _, ...by } = await asked(page, async () => {
    const from = performance.now();
    await confirm.click();
    const told = page.locator("c-sla-queue").getByText(`${many} acknowledged.`).first();
    await told.waitFor({ state: "attached", timeout: 60_000 });
    ms = Math.round(performance.now() - from);
  });
  org.faults.latency = 0;
  return { cases: many, ms, requests: sum(by), by };
}

/** How a page stands before its user. */
type Stance = "in use" | "beside the one in use" | "hidden";
const stances: Record<Stance, { hidden: boolean; focused: boolean }> = {
  "in use": { hidden: false, focused: true },
  "beside the one in use": { hidden: false, focused: false },
  hidden: { hidden: true, focused: false },
};

interface Asking {
  all: number;
  by: Record<string, number>;
}
/** Requests to the org in an hour, from those of some seconds, by what they ask for. */
async function askingPerHour(page: Page, stance: Stance, seconds: number): Promise<Asking> {
  const { hidden, focused } = stances[stance];
  await page.evaluate(
    `(() => {
      Object.defineProperty(document, "hidden", { configurable: true, get: () => ${hidden} });
      document.hasFocus = () => ${focused};
      document.dispatchEvent(new Event("visibilitychange"));
    })()`,
  );
  // the change's own requests are not those of a page at rest
  await page.waitForTimeout(5_000);
  const counts = await asked(page, () => page.waitForTimeout(seconds * 1000));
  const anHour = (count: number) => Math.round((count / seconds) * 3600);
  const by = Object.fromEntries(Object.entries(counts).map(([name, count]) => [name, anHour(count)]));
  return { all: anHour(sum(counts)), by };
}

/** A queue with the case beside it as it is opened, and a case's own page: what each asks of the org at rest. */
export async function askingAtRest(
  { page, org, goto }: Build,
  seconds: number,
): Promise<Record<string, Asking>> {
  const [one] = [...org.rows("Case")];
  const places = {
    "the queue": { path: queue, ready: "c-sla-queue li" },
    "a case": { path: `/lightning/r/Case/${one!.Id}/view`, ready: "c-case-sla c-sla-timer" },
  };
  const answer: Record<string, Asking> = {};
  for (const [what, { path, ready }] of Object.entries(places)) {
    await goto(path);
    await page.locator(ready).first().waitFor();
    for (const stance of Object.keys(stances) as Stance[])
      answer[`${what}, ${stance}`] = await askingPerHour(page, stance, seconds);
  }
  return answer;
}
