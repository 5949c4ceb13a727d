// npm run alerts: see --help.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { until } from "../orgs/org-world.ts";
import { openHouse } from "./house.ts";
import { troubles } from "./troubles.ts";
import { alertNames, installed, startWatchers } from "./watchers.ts";

const { faster, only } = new Command("npm run alerts --")
  .description(
    "Makes the trouble of each alert in deploy/prometheus/rules.yml, waits until Alertmanager says that it fires, mends " +
      "it, and waits until it is resolved. It needs Prometheus and Alertmanager (Debian: prometheus, " +
      "prometheus-alertmanager). The service, its store and its org are real.",
  )
  .option(
    "--faster <n>",
    "divide by this how long each alert must hold, and thresholds in seconds",
    Number,
    30,
  )
  .option("--only <names...>", "the troubles of alerts whose names have one of these")
  .allowExcessArguments(false)
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
  .parse()
  .opts<{ faster: number; only?: string[] }>();

const prometheus = installed("prometheus");
const alertmanager = installed("prometheus-alertmanager", "alertmanager");
if (prometheus === null || alertmanager === null) {
  console.error("npm run alerts: Prometheus or Alertmanager is not installed here.");
  process.exit(2);
}
const made = new Set(troubles.flatMap(({ alerts }) => alerts));
const forgotten = alertNames().filter((name) => !made.has(name));
const work = mkdtempSync(join(tmpdir(), "compromiso-alerts-"));
process.env["COMPROMISO_TEST_ORGS"] = work;
const missed = forgotten.map((name) => `${name}: no trouble is known for it`);
const house = await openHouse(work);
const watchers = await startWatchers(
  { prometheus, alertmanager },
  { folder: work, port: house.port, token: house.token, faster },
);
const since = (at: number) => `${Math.round((Date.now() - at) / 1000)} s`.padStart(6);
try {
  for (const { alerts, what, make, mend } of troubles) {
    if (only && !alerts.some((name) => only.some((part) => name.includes(part)))) continue;
    console.log(`${what}:`);
    let mended = Infinity;
    try {
      for (const name of alerts) await until(() => !watchers.fires(name), `an end of ${name}`, 180_000);
      const begun = Date.now();
      try {
        await make(house);
        for (const name of alerts) {
          await until(() => watchers.fires(name), `${name} firing`, 180_000);
          console.log(`  ${name.padEnd(34)} fires    after ${since(begun)}`);
        }
      } finally {
        mended = Date.now();
        await mend(house);
      }
      for (const name of alerts) {
        await until(() => !watchers.fires(name), `${name} resolved`, 300_000);
        console.log(`  ${name.padEnd(34)} resolved after ${since(mended)}`);
      }
    } catch (error) {
      missed.push((error as Error).message);
      console.log(`  ${(error as Error).message}`);
    }
  }
} finally {
  await watchers.close();
  await house.close();
  rmSync(work, { recursive: true, force: true });
}
for (const line of missed) console.error(line);
process.exit(missed.length > 0 ? 1 : 0);
