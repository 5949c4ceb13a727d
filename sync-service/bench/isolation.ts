// What does one org's trouble cost another?
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { benchmark, someOf, wholeNumber } from "../../scripts/bench/command.ts";
import { startWorld } from "../test/orgs/org-world.ts";
import { trial, type Figures } from "./isolation/trial.ts";
import { troubles } from "./isolation/troubles.ts";

const options = benchmark(
  "isolation",
  "How late a healthy org is, alone and beside an org in each kind of trouble: from the org's commit of a case to the " +
    "store's, from a step's instant to its decision, and from the decision to the delivery of an email and a Slack " +
    "message. The service is a process of its own, on SQLite. What has not come at the end counts as late until then.",
)
  .option("--cases <n>", "cases of the healthy org, one every 1.5 s", wholeNumber, 6)
  .addOption(someOf("--troubles <names>", "the troubles", Object.keys(troubles)))
  .option("--before <folder>", "a checkout of an earlier version, installed, to measure in the same run")
  .option("--json", "the figures as JSON alone")
  .parse()
  .opts<{ cases: number; troubles: string[]; before?: string; json?: true }>();

const folder = mkdtempSync(join(tmpdir(), "compromiso-bench-"));
process.env["COMPROMISO_TEST_ORGS"] = join(folder, "templates");
mkdirSync(process.env["COMPROMISO_TEST_ORGS"]);
const world = await startWorld(["steady", "odd"]);
const versions = {
  ...(options.before === undefined ? {} : { before: resolve(options.before) }),
  now: join(import.meta.dirname, "../.."),
};
const rows: ({ trouble: string; version: string } & Figures)[] = [];
try {
  for (const trouble of options.troubles)
    for (const [version, root] of Object.entries(versions)) {
      const { cases } = options;
      const figures = await trial({
        root,
        folder: join(folder, `${version}-${trouble}`),
        world,
        trouble,
        cases,
      });
      rows.push({ trouble, version, ...figures });
      if (!options.json) console.log(JSON.stringify(rows.at(-1)));
    }
} finally {
  await Promise.race([world.close(), wait(5_000)]);
  rmSync(folder, { recursive: true, force: true });
}
if (options.json) console.log(JSON.stringify(rows));
else console.table(rows);
// an answer of the org that hangs is still under way
process.exit(0);
