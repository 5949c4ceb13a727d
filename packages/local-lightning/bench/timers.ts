// What do live timers cost a page, and how long does a consultant wait at the desk?
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { benchmark, someOf, wholeNumber } from "../../../scripts/bench/command.ts";
import { launchChromium } from "../../../scripts/browser/chromium.ts";
import { startBuild } from "./desk/build.ts";
import { acknowledgingMany, askingAtRest, openingACase } from "./desk/measures.ts";
import { countdowns, fillQueue, MainThread, queueAtRest } from "./desk/rest.ts";

const PARTS = ["countdowns", "queue", "opening", "acknowledging", "requests"] as const;
const options = benchmark(
  "timers",
  "The deployed components in Chromium. countdowns: so many at once, all in sight. queue: so many open cases on the " +
    "queue's own page, scrolled to its end. Of both, CPU milliseconds of the main thread per second (script, style and " +
    "layout, everything), and the heap over time. opening: from a key to the next case's timer. acknowledging: many " +
    "cases at once. In both, each answer of the org is delayed. requests: what a page at rest asks of the org.",
)
  .option("--timers <n>", "how many", wholeNumber, 500)
  .option("--seconds <n>", "how long the queue is watched", wholeNumber, 60)
  .option(
    "--age <minutes>",
    "how old the queue's cases of an hour are; from 30 on, a row counts seconds",
    wholeNumber,
    0,
  )
  .option("--beside <checkout>", "the same of the package in another checkout first, in this run")
  .option("--latency <ms>", "each answer of the org takes so much longer at the desk", wholeNumber, 50)
  .option("--watch <s>", "how long requests at rest are counted", wholeNumber, 120)
  .addOption(someOf("--parts <parts>", "what to measure", PARTS))
  .parse()
  .opts<{
    timers: number;
    seconds: number;
    age: number;
    latency: number;
    watch: number;
    beside?: string;
    parts: (typeof PARTS)[number][];
  }>();
const { timers: count, latency } = options;
const measures = (part: (typeof PARTS)[number]): boolean => options.parts.includes(part);
/** So many are acknowledged at once. */
const many = Math.min(100, count);
const here = join(import.meta.dirname, "../../..");
const browser = await launchChromium();

async function measured(root: string) {
  const home = mkdtempSync(join(tmpdir(), "bench-timers-"));
  const build = await startBuild(root, { here, home, browser });
  const thread = await MainThread.of(build);
  try {
    const counted = measures("countdowns") ? await countdowns(build, thread, count) : null;
    fillQueue(build, { count, answers: many, ageMinutes: options.age });
    const queue = measures("queue") ? await queueAtRest(build, thread, count, options.seconds) : null;
    const opening = measures("opening") ? await openingACase(build, latency, 30) : null;
    const requests = measures("requests") && build.hasDesk ? await askingAtRest(build, options.watch) : null;
    const acknowledging = measures("acknowledging")
      ? await acknowledgingMany(build, { latency, words: "Answer", many })
      : null;
    return { ...counted, queue, opening, acknowledging, requests };
  } finally {
    await build.close();
    rmSync(home, { recursive: true, force: true });
  }
}
const results: Record<string, Awaited<ReturnType<typeof measured>>> = {};
if (options.beside) results["beside"] = await measured(resolve(options.beside));
results["this build"] = await measured(here);
await browser.close();

const table = <T>(of: (result: (typeof results)[string]) => T | null | undefined) =>
  console.table(
    Object.fromEntries(
      Object.entries(results).flatMap(([name, result]) => {
        const row = of(result);
        return row ? [[name, row]] : [];
      }),
    ),
  );
if (measures("countdowns")) {
  console.log(`\n${count} countdowns in sight, main-thread ms per second`);
  table(({ inSight }) => inSight);
  console.log("The page without them");
  table(({ idle }) => idle);
}
if (measures("queue")) {
  console.log(`\nA queue of ${count} open cases at rest, main-thread ms per second`);
  table(({ queue }) => queue);
}
if (measures("opening")) {
  console.log(`\nOpening a case from the queue until its timer shows, ms; each answer ${latency} ms later`);
  table(({ opening }) => opening);
}
if (measures("acknowledging")) {
  console.log(`\nAcknowledging ${many} cases at once; each answer ${latency} ms later`);
  table(({ acknowledging }) => {
    if (!acknowledging) return null;
    const { by, ...row } = acknowledging;
    return {
      ...row,
      by: Object.entries(by)
        .map(([name, times]) => `${name} ${times}`)
        .join(", "),
    };
  });
}
if (measures("requests")) {
  console.log("\nRequests to the org in an hour, at rest");
  console.table(
    Object.fromEntries(
      Object.entries(results["this build"]!.requests ?? {}).map(([what, { all, by }]) => [
        what,
        {
          all,
          by: Object.entries(by)
            .map(([name, times]) => `${name} ${times}`)
            .join(", "),
        },
      ]),
    ),
  );
}
console.log(JSON.stringify({ timers: count, latency, ...results }));
process.exit(0);
