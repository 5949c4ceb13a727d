// npm run bench -- <name>: runs one benchmark. Each benchmark is a file beside the code that it measures.
import { readdirSync } from "node:fs";
import { join, basename } from "node:path";
import { spawnSync } from "node:child_process";

const root = join(import.meta.dirname, "../..");
const benches = new Map(
  ["sync-service/bench", "packages/local-org/bench", "packages/local-lightning/bench"].flatMap((folder) =>
    readdirSync(join(root, folder))
      .filter((file) => file.endsWith(".ts"))
      .map((file) => [basename(file, ".ts"), join(root, folder, file)] as const),
  ),
);
const [name, ...args] = process.argv.slice(2);
if (name === "--help" || name === undefined || !benches.has(name)) {
  const known = [...benches.keys()].sort().join(", ");
  console.log(`Usage: npm run bench -- <name> [options]   (--help lists the options)\nBenchmarks: ${known}`);
  process.exit(name === undefined || name === "--help" ? 0 : 2);
}
const run = spawnSync(process.execPath, ["--expose-gc", benches.get(name)!, ...args], { stdio: "inherit" });
process.exit(run.status ?? 1);
