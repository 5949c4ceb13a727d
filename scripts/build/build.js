// npm run build: what Salesforce deploys is JavaScript, so every component's TypeScript gets its .js beside it.
// Types are blanked out by Node itself, line for line (decorators stay: the platform's compiler wants them),
// so positions in a stack trace are the source's own. `--check` type-checks too; `--help` says the rest.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { build, lwcFolder, root } from "./components.js";

const help = `Usage: npm run build [-- --check]

Compiles every component under force-app/main/default/lwc from TypeScript to JavaScript beside it
and removes outputs whose source is gone.

  --check   type-check the components as well
  --help    this text`;

const known = new Set(["--check", "--help"]);
const args = process.argv.slice(2);
const unknown = args.filter((argument) => !known.has(argument));
if (unknown.length > 0) {
  console.error(`npm run build does not know ${unknown.join(" ")}.\n\n${help}`);
  process.exit(2);
}
if (args.includes("--help")) {
  console.log(help);
  process.exit(0);
}

const { written, unchanged, removed } = build();
console.log(
  `${written + unchanged} modules compiled (${written} changed), ${removed} stale output${removed === 1 ? "" : "s"} removed`,
);
if (args.includes("--check")) {
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  const checked = spawnSync(process.execPath, [tsc, "-p", join(lwcFolder, "tsconfig.json")], {
    stdio: "inherit",
  });
  process.exit(checked.status ?? 1);
}
