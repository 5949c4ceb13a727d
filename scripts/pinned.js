// node scripts/pinned.js <script> [arguments]: what every npm command here goes through, so that each works on a
// bare clone.
import { runPinned } from "./bootstrap.js";

const [script, ...args] = process.argv.slice(2);
await runPinned(script, args);
