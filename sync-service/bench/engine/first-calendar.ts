// The first calendar of a process: a process of its own, which compiles one and answers over ten years, once.
import { readFileSync } from "node:fs";

const [rules, question] = process.argv.slice(2);
const { compileCalendar } = await import(rules!);
const { spec, start, duration } = JSON.parse(readFileSync(question!, "utf8"));
const begun = performance.now();
const due = compileCalendar(spec).add(start, duration);
console.log(JSON.stringify({ ms: performance.now() - begun, due }));
