// npm test: checks types and lint, runs every test runner, and prints one line of totals. It needs the pinned Node.
import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join, relative } from "node:path";

const root = join(import.meta.dirname, "../..");
const bin = (name: string) => join(root, "node_modules/.bin", name);
const reports = join(root, "reports");

interface Totals {
  passed: number;
  failed: number;
  skipped: number;
}

interface Runner {
  name: string;
  command: string;
  args: string[];
  env?: Record<string, string>;
  /** Set it for a runner that waits for nothing. It runs in the time in which the tests of servers wait. */
  gaps?: true;
  /** Set it beside `gaps` for a runner that uses all cores. */
  allCores?: true;
  /** Reads the counts. A runner without it counts as one check. */
  totals?: () => Totals;
}

interface Report {
  numPassedTests: number;
  numFailedTests: number;
  numRuntimeErrorTestSuites: number;
  numPendingTests: number;
  numTodoTests: number;
  testResults: {
    name: string;
    startTime: number;
    endTime: number;
    message: string;
    assertionResults: { status: string; fullName: string; failureMessages: string[] }[];
  }[];
}

/** The seconds that each test file took. Test time is a budget, so the slowest are named at the end. */
const seconds = new Map<string, number>();
/** The tests that failed, each with the start of its message. A reader of a cut output still finds them at its end. */
const failures: string[] = [];
const LINES_OF_A_FAILURE = 12;

const startOf = (message: string) =>
  message
    .split("\n")
    .slice(0, LINES_OF_A_FAILURE)
    .map((line) => `    ${line}`)
    .join("\n");

function fromJest(file: string): Totals {
  const report = JSON.parse(readFileSync(file, "utf8")) as Report;
  for (const { name, startTime, endTime, message, assertionResults } of report.testResults) {
    const path = relative(root, name);
    seconds.set(path, (endTime - startTime) / 1000);
    const failed = assertionResults.filter(({ status }) => status === "failed");
    for (const { fullName, failureMessages } of failed)
      failures.push(`${path}: ${fullName}\n${startOf(failureMessages[0] ?? "")}`);
    if (failed.length === 0 && message) failures.push(`${path}\n${startOf(message)}`);
  }
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + report.numRuntimeErrorTestSuites,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

function jest(name: string, ...args: string[]): Runner {
  const report = join(reports, `${name.replaceAll(/\W+/g, "-")}.json`);
  return {
    name,
    command: bin("jest"),
    args: [...args, "--json", `--outputFile=${report}`, "--reporters=default"],
    env: { NODE_OPTIONS: "--experimental-vm-modules --disable-warning=ExperimentalWarning" },
    totals: () => fromJest(report),
  };
}

const unitProjects = ["engine", "lwc", "start", "docs", "package", "layout", "pack"];
const cores = availableParallelism();
// these wait for servers and for instants most of the time: one worker more took 264 s where it was 366 s
const waiting = `--maxWorkers=${cores + 1}`;
const module = (path: string) => join(root, "node_modules", path);

const build: Runner = {
  name: "build",
  command: process.execPath,
  args: [join(root, "scripts/build/build.js")],
};
const runners: Runner[] = [
  build,
  // oxfmt formats as prettier does, in a fortieth of the time. It does not know the platform's templates.
  { name: "format", command: bin("oxfmt"), args: ["--check"], gaps: true },
  {
    name: "format of templates",
    command: bin("prettier"),
    args: ["--check", "--log-level=warn", "**/*.html"],
    gaps: true,
  },
  {
    name: "layout",
    command: process.execPath,
    args: [join(root, "scripts/test/layout/main.ts")],
    gaps: true,
  },
  // TypeScript's native compiler needs a quarter of the time. It checks again only what a change can reach.
  { name: "types", command: process.execPath, args: [module("typescript-7/bin/tsc"), "--build"], gaps: true },
  // oxlint reads types in seconds. ESLint has the rules of components.
  { name: "lint", command: bin("oxlint"), args: [], gaps: true },
  { name: "lint of components", command: bin("eslint"), args: ["."], gaps: true },
  {
    // a test here may get little time for a while
    ...jest("unit", `--maxWorkers=${cores}`, "--testTimeout=120000", "--selectProjects", ...unitProjects),
    gaps: true,
    allCores: true,
  },
  jest("service and local org", waiting, "--selectProjects", "service", "local-org", "local-lightning"),
  jest("end to end, in a browser", "--config=scripts/browser/jest.config.js", "--runInBand"),
];

/** Says again which runner speaks, when another one has spoken in between. */
let speaking: string | null = null;

/**
 * Runs one runner. In the gaps of others it has the lowest priority, so that it delays no test that watches the clock.
 * Its output comes at its end, so that outputs do not mix.
 */
function run({ name, command, args, env, gaps }: Runner): Promise<number> {
  return new Promise((resolve) => {
    if (!gaps) console.log(`\n── ${(speaking = name)}`);
    const out = gaps ? "pipe" : "inherit";
    const nice = gaps && process.platform !== "win32" ? ["nice", "-n", "19"] : [];
    const [program, ...rest] = [...nice, command, ...args];
    const child = spawn(program!, rest, {
      cwd: root,
      stdio: ["ignore", out, out],
      env: { ...process.env, ...env },
    });
    const said: Buffer[] = [];
    for (const stream of [child.stdout, child.stderr])
      stream?.on("data", (chunk: Buffer) => said.push(chunk));
    child.on("error", () => resolve(1));
    child.on("close", (code) => {
      if (gaps) console.log(`\n── ${name}\n${Buffer.concat(said)}`);
      if (gaps && speaking !== null) console.log(`── ${speaking}, further`);
      if (!gaps) speaking = null;
      resolve(code ?? 1);
    });
  });
}

if (process.argv.includes("--help")) {
  console.log(
    `Usage: npm test [-- --only <part of a name>]\nRunners: ${runners.map((r) => r.name).join("; ")}`,
  );
  process.exit(0);
}
const only =
  process.argv.indexOf("--only") >= 0 ? process.argv[process.argv.indexOf("--only") + 1] : undefined;

rmSync(reports, { recursive: true, force: true });
mkdirSync(reports, { recursive: true });
const sum: Totals = { passed: 0, failed: 0, skipped: 0 };
const lines: string[] = [];

async function count(runner: Runner): Promise<void> {
  const started = Date.now();
  const code = await run(runner);
  let totals: Totals;
  try {
    totals = runner.totals?.() ?? { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 };
  } catch {
    totals = { passed: 0, failed: 1, skipped: 0 };
  }
  // a runner with a bad exit code has failed, even if it names no failed test
  if (code !== 0 && totals.failed === 0) totals.failed = 1;
  for (const key of ["passed", "failed", "skipped"] as const) sum[key] += totals[key];
  const took = Math.round((Date.now() - started) / 1000);
  lines.push(`  ${runner.name}: ${totals.passed} passed, ${totals.failed} failed, ${took} s`);
}

const asked = runners.filter(({ name }) => only === undefined || name.includes(only));
const oneAfterAnother = async (list: Runner[]) => {
  for (let next = list.shift(); next !== undefined; next = list.shift()) await count(next);
};
const inGaps = asked.filter(({ gaps }) => gaps);
async function fillGaps(): Promise<void> {
  const single = inGaps.filter(({ allCores }) => !allCores);
  await Promise.all(Array.from({ length: cores }, () => oneAfterAnother(single)));
  await oneAfterAnother(inGaps.filter(({ allCores }) => allCores));
}
if (asked.includes(build)) await count(build);
await Promise.all([fillGaps(), oneAfterAnother(asked.filter((runner) => runner !== build && !runner.gaps))]);
const slowest = [...seconds].sort(([, a], [, b]) => b - a).slice(0, 10);
if (slowest.length > 1)
  console.log(
    `\nThe slowest test files:\n${slowest.map(([file, s]) => `  ${s.toFixed(1).padStart(5)} s  ${file}`).join("\n")}`,
  );
if (failures.length > 0) console.log(`\nFailed tests:\n${failures.join("\n")}`);
console.log(`\n${lines.join("\n")}\n`);
console.log(`${sum.passed} passed, ${sum.failed} failed${sum.skipped > 0 ? `, ${sum.skipped} skipped` : ""}`);
process.exit(sum.failed === 0 && sum.passed > 0 ? 0 : 1);
