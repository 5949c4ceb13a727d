// How fast is business time, beside what npm has?
import { execFileSync } from "node:child_process";
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire, stripTypeScriptTypes } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { compileCalendar, type CalendarSpec } from "c/slaEngine";
import { rollup } from "rollup";
import { minify } from "terser";
import { Temporal } from "temporal-polyfill";
import { benchmark } from "../../scripts/bench/command.ts";
import { holidaysFor } from "../src/orgs/holidays.ts";
import { zones } from "../src/zones/zones.ts";

const { before } = benchmark(
  "engine",
  "Business time beside what npm has, in one run on one machine (about ten minutes): ns per operation over 4 hours, a year " +
    "and ten years of coverage, compiling, and the size of what a browser loads. Times are CPU time, and the machine's: " +
    "read the ratios. Last come the results as JSON.",
)
  .option(
    "--before <folder>",
    "another checkout, installed: its first calendar, `add`, `elapsed` and bundle are measured beside ours",
  )
  .parse()
  .opts<{ before?: string }>();

// two of the peers know no zone but the process's
const timeZone = "America/Argentina/Buenos_Aires";
process.env["TZ"] = timeZone;
process.removeAllListeners("warning");

const HOUR = 3_600_000;
const nineToSix: [string, string][] = [["09:00", "18:00"]];
const weekdays = ["mon", "tue", "wed", "thu", "fri"] as const;
const holidays = holidaysFor("AR", 2026, 2037).map(({ date }) => date);
const spec: CalendarSpec = {
  timeZone,
  weekly: Object.fromEntries(weekdays.map((day) => [day, nineToSix])),
  holidays,
};
const start = Date.parse("2026-11-20T16:30:00-03:00");
const reference = compileCalendar(spec);
const spans = {
  "4 h": 4 * HOUR,
  "1 year": reference.elapsed(start, start + 365 * 24 * HOUR),
  "10 years": reference.elapsed(start, start + 3652 * 24 * HOUR),
};
type Span = keyof typeof spans;

interface Contender {
  name: string;
  /** The instant after so much coverage, ms; or null where it offers no such thing. */
  add?(start: number, duration: number): number;
  elapsed?(from: number, to: number): number;
}

const require = createRequire(import.meta.url);

function ours(): Contender {
  // as the product computes: by the law that the contract carries
  const calendar = compileCalendar({ ...spec, zone: zones().law(timeZone, 2026) });
  return { name: "slaEngine", add: calendar.add, elapsed: calendar.elapsed };
}

/** The same of another checkout, which resolves its own bundles. */
async function another(root: string): Promise<Contender> {
  const rules = (await import(join(root, "force-app/main/default/lwc/slaEngine/slaEngine.ts"))) as {
    compileCalendar: typeof compileCalendar;
  };
  const calendar = rules.compileCalendar(spec);
  return { name: `slaEngine of ${root}`, add: calendar.add, elapsed: calendar.elapsed };
}

function momentBusinessTime(): Contender {
  const moment = require("moment");
  require("moment-business-time");
  const open = ["09:00:00", "18:00:00"];
  moment.updateLocale("en", {
    workinghours: { 0: null, 1: open, 2: open, 3: open, 4: open, 5: open, 6: null },
    holidays,
  });
  return {
    name: "moment-business-time",
    add: (from, duration) =>
      moment(from)
        .addWorkingTime(duration / 60_000, "minutes")
        .valueOf(),
    elapsed: (from, to) => moment(to).workingDiff(moment(from), "minutes") * 60_000,
  };
}

function dayjsBusinessTime(): Contender {
  const dayjs = require("dayjs");
  dayjs.extend(require("dayjs-business-time"));
  dayjs.setHolidays(holidays);
  const hours = [{ start: "09:00:00", end: "18:00:00" }];
  dayjs.setBusinessTime({
    sunday: null,
    monday: hours,
    tuesday: hours,
    wednesday: hours,
    thursday: hours,
    friday: hours,
    saturday: null,
  });
  return {
    name: "dayjs-business-time",
    add: (from, duration) =>
      dayjs(from)
        .addBusinessTime(duration / 60_000, "minutes")
        .valueOf(),
    elapsed: (from, to) => dayjs(from).businessTimeDiff(dayjs(to), "minutes") * 60_000,
  };
}

function workingTimeCalculator(): Contender {
  const Calculator = require("working-time-calculator");
  const calculator = new Calculator();
  calculator.addWorkingHours(Calculator.WEEKDAYS, "09:00", "18:00", timeZone);
  for (const date of holidays) calculator.excludeBetween(`${date}T00:00:00-03:00`, `${date}T23:59:59-03:00`);
  const iso = (at: number) => new Date(at).toISOString();
  return {
    name: "working-time-calculator",
    elapsed: (from, to) => calculator.calcMillisecondsBetween(iso(from), iso(to)),
  };
}

/** What one writes by hand: day after day, each window's two instants. */
function temporalLoop(): Contender {
  const closed = new Set(holidays);
  const opening = Temporal.PlainTime.from("09:00");
  const closing = Temporal.PlainTime.from("18:00");
  return {
    name: "Temporal loop",
    add(from, duration) {
      let left = duration;
      let date = Temporal.Instant.fromEpochMilliseconds(from).toZonedDateTimeISO(timeZone).toPlainDate();
      for (; ; date = date.add({ days: 1 })) {
        if (date.dayOfWeek > 5 || closed.has(date.toString())) continue;
        const opens = Math.max(
          from,
          date.toZonedDateTime({ timeZone, plainTime: opening }).epochMilliseconds,
        );
        const here = date.toZonedDateTime({ timeZone, plainTime: closing }).epochMilliseconds - opens;
        if (here >= left) return opens + left;
        left -= Math.max(0, here);
      }
    },
  };
}

/** CPU time of this thread, ms: without that of other processes. */
function busy(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

/** Long enough that the steps in which CPU time is told do not matter, ms. */
const longEnough = 250;

/** ns per call, the best of a few rounds; and the first call's answer. */
function measure(work: (i: number) => number): { ns: number; answer: number } {
  const answer = work(0);
  let sink = answer;
  const spend = (calls: number) => {
    const begun = busy();
    for (let i = 0; i < calls; i++) sink += work(i);
    return busy() - begun;
  };
  let calls = 1;
  let spent = spend(calls);
  while (spent < longEnough)
    spent = spend((calls = Math.ceil(calls * Math.max(1.5, Math.min(8, longEnough / spent)))));
  const rounds = spent > 2 * longEnough ? 0 : 3;
  for (let round = 0; round < rounds; round++) spent = Math.min(spent, spend(calls));
  if (Number.isNaN(sink)) throw new Error("a contender answered NaN");
  return { ns: (spent / calls) * 1e6, answer };
}

type Row = { name: string; operation: string; span: Span; ns: number; agrees: boolean; ratio: number };

function compare(contenders: Contender[]): Row[] {
  const rows: Row[] = [];
  for (const operation of ["add", "elapsed"] as const) {
    for (const span of Object.keys(spans) as Span[]) {
      const duration = spans[span];
      const due = reference.add(start, duration);
      let own = 0;
      for (const contender of contenders) {
        const { add, elapsed, name } = contender;
        if (operation === "add" ? !add : !elapsed) continue;
        // another minute every time, so that nothing is remembered
        const work =
          operation === "add"
            ? (i: number) => add!(start + (i % 60) * 60_000, duration)
            : (i: number) => elapsed!(start + (i % 60) * 60_000, due);
        const { ns, answer } = measure(work);
        const agrees = answer === (operation === "add" ? due : duration);
        if (name === "slaEngine") own = ns;
        rows.push({ name, operation, span, ns, agrees, ratio: ns / own });
      }
    }
  }
  return rows;
}

/** Compiling and answering over ten years again and again, with the code warm, ms of CPU. */
function compiling(): { zone: string; again: number }[] {
  return ["America/New_York", "Europe/Madrid", "Africa/Casablanca", "America/Santiago"].map((zone) => {
    const law = zones().law(zone, 2026);
    const compile = () =>
      compileCalendar({ ...spec, timeZone: zone, zone: law }).add(start, spans["10 years"]);
    return { zone, again: measure(compile).ns / 1e6 };
  });
}

/** The same once, in a process that has compiled nothing before: by the wall, the best and the middle of many such processes. */
function first(root: string, given: CalendarSpec): { best: number; median: number } {
  const folder = mkdtempSync(join(tmpdir(), "first-calendar-"));
  const question = join(folder, "question.json");
  writeFileSync(question, JSON.stringify({ spec: given, start, duration: spans["10 years"] }));
  const child = join(import.meta.dirname, "engine/first-calendar.ts");
  const rules = join(root, "force-app/main/default/lwc/slaEngine/slaEngine.ts");
  const times = Array.from({ length: 15 }, () => {
    const said = execFileSync(process.execPath, [
      "--disable-warning=ExperimentalWarning",
      child,
      rules,
      question,
    ]);
    return (JSON.parse(String(said)) as { ms: number }).ms;
  }).sort((a, b) => a - b);
  rmSync(folder, { recursive: true });
  return { best: times[0]!, median: times[7]! };
}

const lwc = join(import.meta.dirname, "../../force-app/main/default/lwc");
const rules = ["slaPolicy", "slaSegments", "slaPolicyCheck", "slaEngine", "slaSentences", "slaReporting"];

/** Every bundle that a component brings onto a page: what it imports and what its templates hold, and theirs. */
function bundlesOn(component: string, found = new Set<string>()): Set<string> {
  if (found.has(component)) return found;
  found.add(component);
  for (const file of globSync(join(lwc, component, "*.{ts,html}"))) {
    const text = readFileSync(file, "utf8");
    // types are gone before a page loads anything
    const source = file.endsWith(".ts") ? stripTypeScriptTypes(text) : text;
    for (const [, name] of source.matchAll(/from\s+"c\/(\w+)"/g)) bundlesOn(name!, found);
    for (const [, tag] of source.matchAll(/<c-([a-z-]+)/g)) {
      bundlesOn(
        tag!.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase()),
        found,
      );
    }
  }
  return found;
}

/** What a browser loads of a bundle: its modules together, minified and gzipped. */
async function sizeOf(
  bundle: string,
  folder = join(lwc, bundle),
): Promise<{ bundle: string; minified: number; gzipped: number }> {
  const bundled = await rollup({
    input: join(folder, `${bundle}.ts`),
    external: /^c\//,
    plugins: [
      {
        name: "strip-types",
        transform: (code: string) => ({ code: stripTypeScriptTypes(code), map: null }),
      },
    ],
  });
  const { output } = await bundled.generate({ format: "es" });
  const { code = "" } = await minify(output[0].code, { module: true, ecma: 2020, compress: { passes: 3 } });
  return { bundle, minified: code.length, gzipped: gzipSync(code, { level: 9 }).length };
}

const human = (ns: number) =>
  ns < 1e3 ? `${ns.toFixed(0)} ns` : ns < 1e6 ? `${(ns / 1e3).toFixed(1)} µs` : `${(ns / 1e6).toFixed(2)} ms`;

const newYork = { ...spec, timeZone: "America/New_York" };
const root = join(import.meta.dirname, "../..");
const firsts = [
  { build: "this one", ...first(root, { ...newYork, zone: zones().law(newYork.timeZone, 2026) }) },
  // one from before zones were data asks the host
  ...(before === undefined ? [] : [{ build: before, ...first(before, newYork) }]),
];
const warm = compiling();
const rows = compare([
  ours(),
  ...(before === undefined ? [] : [await another(before)]),
  momentBusinessTime(),
  dayjsBusinessTime(),
  workingTimeCalculator(),
  temporalLoop(),
]);
const sizes = await Promise.all(rules.map((bundle) => sizeOf(bundle)));
if (before !== undefined) {
  const folder = join(before, "force-app/main/default/lwc/slaPolicy");
  sizes.push({ ...(await sizeOf("slaPolicy", folder)), bundle: `slaPolicy of ${before}` });
}
const pages = ["caseSla", "myCases", "slaQueue"].map((page) => {
  const loads = rules.filter((bundle) => bundlesOn(page).has(bundle));
  const gzipped = sizes
    .filter(({ bundle }) => loads.includes(bundle))
    .reduce((sum, size) => sum + size.gzipped, 0);
  return { page, loads, gzipped };
});

console.log(
  "Mon–Fri 09:00–18:00, Buenos Aires, public holidays. × is how many times slower than slaEngine.\n",
);
console.table(
  rows.map(({ operation, span, name, ns, ratio, agrees }) => ({
    operation,
    span,
    name,
    "per call": human(ns),
    "×": ratio < 10 ? ratio.toFixed(1) : Math.round(ratio).toLocaleString("en"),
    agrees: agrees ? "yes" : "no",
  })),
);
console.log("\nThe first calendar of a process, compiled and asked about ten years, by the wall:");
console.table(
  firsts.map(({ build, best, median }) => ({
    build,
    "best, ms": best.toFixed(2),
    "median, ms": median.toFixed(2),
  })),
);
console.log("\nThe same once the code is warm, CPU time:");
console.table(warm.map(({ zone, again }) => ({ zone, ms: again.toFixed(2) })));
console.log("\nThe rules' bundles, each loaded whole:");
console.table(
  sizes.map(({ bundle, minified, gzipped }) => ({ bundle, "minified, B": minified, "gzipped, B": gzipped })),
);
console.log("\nWhat pages with timers load of them:");
console.table(
  pages.map(({ page, loads, gzipped }) => ({ page, bundles: loads.join(", "), "gzipped, B": gzipped })),
);
console.log(JSON.stringify({ benchmark: "engine", rows, firsts, warm, sizes, pages }));
