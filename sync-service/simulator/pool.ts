/** Processes that simulate side by side, watched by this one: a seed that never ends is a finding too. */
import { fork, type ChildProcess } from "node:child_process";
import { join } from "node:path";
import type { SeedResult } from "./seed.ts";

/** No seed takes longer than this, ms. */
const longest = 300_000;

export interface PoolOptions {
  workers: number;
  /** The next seed; null: the seeds are used up. */
  next(): number | null;
  onResult(result: SeedResult): void;
  /** Passed to Node, before the worker's file, and its environment. */
  execArgv?: string[];
  env?: NodeJS.ProcessEnv;
}

export async function runSeeds(options: PoolOptions): Promise<void> {
  await Promise.all(Array.from({ length: options.workers }, () => serve(options)));
}

async function serve(options: PoolOptions): Promise<void> {
  let worker: ChildProcess | null = null;
  for (let seed = options.next(); seed !== null; seed = options.next()) {
    worker ??= fork(join(import.meta.dirname, "worker.ts"), {
      execArgv: [...process.execArgv, ...(options.execArgv ?? [])],
      serialization: "advanced",
      env: { ...process.env, ...options.env },
    });
    const result = await ask(worker, seed);
    if (result === null) {
      worker.kill("SIGKILL");
      worker = null;
      options.onResult({
        ...{ seed, counts: {}, digest: "", cases: 0, happened: 0, ms: longest },
        violations: [{ check: "progress", what: `it did not end within ${longest / 1000} s` }],
      });
    } else options.onResult(result);
  }
  worker?.kill();
}

/** null: it does not answer, or has died. */
function ask(worker: ChildProcess, seed: number): Promise<SeedResult | null> {
  return new Promise((resolve) => {
    const done = (result: SeedResult | null) => {
      clearTimeout(tooLong);
      worker.off("message", answered);
      worker.off("exit", died);
      resolve(result);
    };
    const answered = (result: SeedResult) => done(result);
    const died = () => done(null);
    const tooLong = setTimeout(died, longest);
    worker.once("message", answered);
    worker.once("exit", died);
    worker.send({ seed });
  });
}
