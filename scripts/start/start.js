import { runPinned } from "../bootstrap.js";

await runPinned("scripts/start/main.ts", process.argv.slice(2));
