// npm run soak: see --help.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command, InvalidArgumentError, Option } from "commander";
import { newFolder, stopServer } from "../postgres/server.ts";
import { soakInstances } from "./instances.ts";
import { soak } from "./run.ts";

const whole = (text: string): number => {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError("It has to be a whole number.");
  return Number(text);
};
interface Options {
  changes: number;
  kills: number;
  breaks: number;
  seed: number;
  pace: number;
  store: "sqlite" | "postgres";
  transport: "pubsub" | "cometd";
  instances: number;
  minutes: number;
}
const { store, instances, minutes, ...options } = new Command("npm run soak --")
  .description(
    "Changes cases in a local org while the service is killed with -9 and its streams are cut, at random but by seed; " +
      "ends with 0 when the mirror is equal to the org and each change was applied once.",
  )
  .option("--changes <n>", "changes of cases", whole, 5000)
  .option("--kills <n>", "kills among them", whole, 50)
  .option("--breaks <n>", "broken streams among them", whole, 50)
  .option("--seed <n>", "what happens when", whole, 1)
  .option("--pace <ms>", "between two changes", whole, 20)
  .addOption(new Option("--store <store>").choices(["sqlite", "postgres"]).default("sqlite"))
  .addOption(new Option("--transport <transport>").choices(["pubsub", "cometd"]).default("pubsub"))
  .option(
    "--instances <n>",
    "so many whole services on one PostgreSQL, which are killed, stopped and cut off, and whose database restarts",
    whole,
    1,
  )
  .option("--minutes <n>", "how long, with several instances", whole, 10)
  .allowExcessArguments(false)
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
  .parse()
  .opts<Options>();
const orgs = mkdtempSync(join(tmpdir(), "compromiso-org-templates-"));
process.env["COMPROMISO_TEST_ORGS"] = orgs;
const several = instances > 1;
const postgres =
  several || (store === "postgres" && !process.env["TEST_DATABASE_URL"]) ? await newFolder() : null;
if (postgres) process.env["COMPROMISO_TEST_POSTGRES"] = postgres;
try {
  if (several) await runSeveral(postgres!);
  else await runOne();
} finally {
  if (postgres) await stopServer(postgres);
  rmSync(orgs, { recursive: true, force: true });
}

async function runSeveral(folder: string): Promise<void> {
  const say = (line: string) => console.log(line);
  const { changes, troubles, faults } = await soakInstances({
    ...{ instances, minutes, seed: options.seed, postgres: folder, say },
  });
  console.log(`${instances} instances, ${minutes} minutes, ${changes} changes, ${JSON.stringify(troubles)}`);
  for (const line of faults.slice(0, 50)) console.log(`  ${line}`);
  console.log(faults.length === 0 ? "All that must hold holds." : `${faults.length} faults.`);
  process.exitCode = faults.length === 0 ? 0 : 1;
}

async function runOne(): Promise<void> {
  const result = await soak({
    ...options,
    store,
    say: (line) => console.log(line),
  });
  console.log(
    `${result.changes} changes, ${result.kills} kills, ${result.breaks} broken streams in ${result.seconds} s`,
  );
  for (const line of [...result.differences, ...result.miscounted].slice(0, 50)) console.log(`  ${line}`);
  const fine = result.differences.length + result.miscounted.length === 0;
  console.log(
    fine
      ? "The mirror is equal to the org, and each change was applied once."
      : `${result.differences.length} differences, ${result.miscounted.length} miscounts.`,
  );
  process.exitCode = fine ? 0 : 1;
}
