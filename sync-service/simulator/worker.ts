/** Simulates the seeds that its parent names, one after another. */
import { simulateSeed } from "./seed.ts";

process.on("message", ({ seed }: { seed: number }) => {
  simulateSeed(seed).then(
    (result) => process.send!(result),
    (error: Error) =>
      process.send!({
        seed,
        violations: [{ check: "simulator", what: error.stack ?? error.message }],
        counts: {},
        ms: 0,
      }),
  );
});
