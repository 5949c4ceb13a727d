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
  /** Set it for a runner that uses one core and that no other runner needs. Such runners run side by side. */
  beside?: true;
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

// many tests wait for a server, so we use all cores, where Jest alone would leave one free
const workers = `--maxWorkers=${availableParallelism()}`;
// these wait for servers and for instants most of the time: one worker more took 264 s where it was 366 s
const waiting = `--maxWorkers=${availableParallelism() + 1}`;

const runners: Runner[] = [
  { name: "build", command: process.execPath, args: [join(root, "scripts/build/build.js")] },
  // TypeScript's native compiler needs a quarter of the time. It checks again only what a change can reach.
  {
    name: "types",
    command: process.execPath,
    args: [join(root, "node_modules/typescript-7/bin/tsc"), "--build"],
    beside: true,
  },
  {
    name: "layout",
    command: process.execPath,
    args: [join(root, "scripts/test/layout/main.ts")],
    beside: true,
  },
  { name: "lint", command: bin("eslint"), args: ["."], beside: true },
  // oxlint checks the rules that need types, because it reads types in seconds
  { name: "lint of promises and switches", command: bin("oxlint"), args: [], beside: true },
  { name: "format", command: bin("prettier"), args: ["--check", "--log-level=warn", "."], beside: true },
  jest("unit", workers, "--selectProjects", "engine", "lwc", "start", "docs", "package", "layout", "pack"),
  jest("service and local org", waiting, "--selectProjects", "service", "local-org", "local-lightning"),
  jest("end to end, in a browser", "--config=scripts/browser/jest.config.js", "--runInBand"),
];

/** Runs one runner. If it runs beside others, its output comes at its end, so that outputs do not mix. */
function run({ name, command, args, env, beside }: Runner): Promise<number> {
  return new Promise((resolve) => {
    if (!beside) console.log(`\n── ${name}`);
    const out = beside ? "pipe" : "inherit";
    const child = spawn(command, args, {
      cwd: root,
      stdio: ["ignore", out, out],
      env: { ...process.env, ...env },
    });
    const said: Buffer[] = [];
    for (const stream of [child.stdout, child.stderr])
      stream?.on("data", (chunk: Buffer) => said.push(chunk));
    child.on("error", () => resolve(1));
    child.on("close", (code) => {
      if (beside) console.log(`\n── ${name}\n${Buffer.concat(said)}`);
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

const left = runners.filter(({ name }) => only === undefined || name.includes(only));
/** Keeps one core busy with the runners that may run beside others. */
async function core(): Promise<void> {
  while (left[0]?.beside) await count(left.shift()!);
}
while (left.length > 0)
  if (left[0]!.beside) await Promise.all(Array.from({ length: availableParallelism() }, core));
  else await count(left.shift()!);
const slowest = [...seconds].sort(([, a], [, b]) => b - a).slice(0, 10);
if (slowest.length > 1)
  console.log(
    `\nThe slowest test files:\n${slowest.map(([file, s]) => `  ${s.toFixed(1).padStart(5)} s  ${file}`).join("\n")}`,
  );
if (failures.length > 0) console.log(`\nFailed tests:\n${failures.join("\n")}`);
console.log(`\n${lines.join("\n")}\n`);
console.log(`${sum.passed} passed, ${sum.failed} failed${sum.skipped > 0 ? `, ${sum.skipped} skipped` : ""}`);
process.exit(sum.failed === 0 && sum.passed > 0 ? 0 : 1);
