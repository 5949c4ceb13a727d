// node sync-service/test/soak/mirror.ts [--changes 5000] [--kills 50] [--breaks 50] [--seed 1] [--store sqlite|postgres] [--transport pubsub|cometd]
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { newFolder, stopServer } from "../postgres/server.ts";
import { soak } from "./run.ts";

const { values } = parseArgs({
  options: {
    changes: { type: "string", default: "5000" },
    kills: { type: "string", default: "50" },
    breaks: { type: "string", default: "50" },
    seed: { type: "string", default: "1" },
    pace: { type: "string", default: "20" },
    store: { type: "string", default: "sqlite" },
    transport: { type: "string", default: "pubsub" },
  },
});
const orgs = mkdtempSync(join(tmpdir(), "compromiso-org-templates-"));
process.env["COMPROMISO_TEST_ORGS"] = orgs;
const postgres = values.store === "postgres" && !process.env["TEST_DATABASE_URL"] ? await newFolder() : null;
if (postgres) process.env["COMPROMISO_TEST_POSTGRES"] = postgres;
try {
  const result = await soak({
    changes: Number(values.changes),
    kills: Number(values.kills),
    breaks: Number(values.breaks),
    seed: Number(values.seed),
    pace: Number(values.pace),
    store: values.store as "sqlite" | "postgres",
    transport: values.transport as "pubsub" | "cometd",
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
} finally {
  if (postgres) await stopServer(postgres);
  rmSync(orgs, { recursive: true, force: true });
}
