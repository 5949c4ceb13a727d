// npm run build: Salesforce deploys JavaScript, so this writes a .js file beside every component's TypeScript.
// Node replaces the types with blanks, so a stack trace has the source's own line numbers. Decorators stay, because the
// platform's compiler needs them. `--check` type-checks too, and `--help` lists the options.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { build, hubFolder, lwcFolder, root } from "./components.js";

const help = `Usage: npm run build [-- --check]

Compiles every component under force-app/main/default/lwc and hub-app/main/default/lwc from TypeScript to JavaScript beside it
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

const built = [build(), build(hubFolder)];
const [written, unchanged, removed] = ["written", "unchanged", "removed"].map((what) =>
  built.reduce((sum, one) => sum + one[what], 0),
);
console.log(
  `${written + unchanged} modules compiled (${written} changed), ${removed} stale output${removed === 1 ? "" : "s"} removed`,
);
if (args.includes("--check")) {
  const tsc = join(root, "node_modules/typescript-7/bin/tsc");
  if (!existsSync(tsc)) {
    console.error("The type checker is not installed yet. `npm run typecheck` installs it and checks.");
    process.exit(1);
  }
  const checked = spawnSync(process.execPath, [tsc, "--build", lwcFolder], { stdio: "inherit" });
  process.exit(checked.status ?? 1);
}
