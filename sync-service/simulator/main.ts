/** npm run simulate: the service in a made-up world, one story after another. */
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { planFrom } from "./plan/arbitrary.ts";
import { runMutations } from "./mutation-run.ts";
import type { Plan } from "./plan/plan.ts";
import { runSeeds } from "./pool.ts";
import type { SeedResult } from "./seed.ts";
import { shrunk } from "./shrink.ts";
import { simulate } from "./simulate.ts";
import { readStory, writeStory } from "./story.ts";
import { Totals } from "./totals.ts";

const number = (text: string) => {
  const value = Number(text);
  if (!Number.isFinite(value) || value < 0) throw new RangeError(`${text} is not a number`);
  return value;
};

const program = new Command("npm run simulate --")
  .description("Run the service through years of made-up trouble, and check what must hold.")
  .option("--seeds <count>", "how many seeds", number, 100)
  .option("--from <seed>", "the first one", number, 1)
  .option("--minutes <minutes>", "stop after this time", number)
  .option("--workers <count>", "processes side by side", number, Math.min(2, availableParallelism()))
  .option("--seed <seed>", "run one seed in this process", number)
  .option("--story <file>", "run a kept story in this process")
  .option("--trace", "print what happens, line by line")
  .option("--keep-idle", "run the looks that find nothing as well")
  .option("--mutations", "change one rule after another, and count the seeds until that is noticed")
  .option("--no-shrink", "keep a failing seed as it is");

interface Options {
  seeds: number;
  from: number;
  minutes?: number;
  workers: number;
  seed?: number;
  story?: string;
  trace?: boolean;
  keepIdle?: boolean;
  mutations?: boolean;
  shrink: boolean;
}

const options = program.parse().opts<Options>();
process.exitCode =
  options.story !== undefined
    ? await runOne(readStory(options.story).plan)
    : options.seed !== undefined
      ? await runOne(planFrom(options.seed))
      : options.mutations
        ? await findMutations(options)
        : await runMany(options);

async function runOne(plan: Plan): Promise<number> {
  const outcome = await simulate(plan, {
    ...(options.trace ? { trace: (line: string) => void process.stdout.write(`${line}\n`) } : {}),
    skipsIdle: options.keepIdle !== true,
  });
  for (const { check, what } of outcome.violations) console.log(`${check}: ${what}`);
  console.log(`trace ${outcome.digest}, ${outcome.happened} happenings, ${outcome.cases} cases`);
  return outcome.violations.length > 0 ? 1 : 0;
}

async function findMutations(options: Options): Promise<number> {
  let missed = 0;
  await runMutations(options, ({ mutation: { name, takesBack }, seeds, check }) => {
    if (seeds === null) missed++;
    const what = takesBack === undefined ? name : `${name} (takes back the mend of ${takesBack})`;
    console.log(seeds === null ? `not noticed: ${what}` : `noticed after ${seeds} by ${check}: ${what}`);
  });
  return missed > 0 ? 1 : 0;
}

async function runMany({ seeds, from, minutes, workers, shrink }: Options): Promise<number> {
  const totals = new Totals(seeds);
  const until = minutes === undefined ? Infinity : performance.now() + minutes * 60_000;
  let next = from;
  const failed: SeedResult[] = [];
  await runSeeds({
    workers,
    next: () => (next < from + seeds && performance.now() < until ? next++ : null),
    onResult(result) {
      totals.add(result);
      if (result.violations.length === 0) return;
      failed.push(result);
      const [{ check, what } = { check: "", what: "" }] = result.violations;
      console.log(`seed ${result.seed} fails: ${check}: ${what}`);
    },
  });
  totals.report();
  // one story for each check: the others are likely the same fault
  const byCheck = new Map(failed.toReversed().map((result) => [result.violations[0]!.check, result]));
  for (const [check, { seed, violations }] of byCheck) {
    const file = join(import.meta.dirname, "../../.local/simulator", `${check}-${seed}.json`);
    const whole = planFrom(seed);
    const plan = shrink && check !== "simulator" ? await shrunk(whole, check) : whole;
    writeStory(file, { title: `Seed ${seed} fails by ${check}`, showed: violations, plan });
    console.log(`npm run simulate -- --story ${file}`);
  }
  return failed.length > 0 ? 1 : 0;
}
