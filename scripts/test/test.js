import { runPinned } from "../bootstrap.js";

await runPinned("scripts/test/main.ts", process.argv.slice(2));
