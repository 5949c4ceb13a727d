import { runPinned } from "../bootstrap.js";

await runPinned("scripts/bench/main.ts", process.argv.slice(2));
