// Turns a component's TypeScript into the JavaScript that you deploy.
import { globSync, readFileSync, rmSync, writeFileSync, existsSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

// Node warns on every use that stripping types is experimental, but it has been stable since Node 24
process.removeAllListeners("warning");

export const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
export const lwcFolder = join(root, "force-app/main/default/lwc");
/** The components of the hub, which stand on those of the package. */
export const hubFolder = join(root, "hub-app/main/default/lwc");

/** The TypeScript files of the bundles, without tests and declarations. */
export function sources(folder = lwcFolder) {
  return globSync("*/**/*.ts", { cwd: folder })
    .filter((file) => !file.includes("__tests__") && !file.includes("__mocks__") && !file.endsWith(".d.ts"))
    .filter((file) => !file.includes("node_modules"))
    .sort();
}

const relativeImport = /((?:from|import)\s*["']\.{1,2}\/[^"']+)\.ts(["'])/g;

/** Compiles one source to JavaScript. @throws with the file's name if the source has a fault */
export function compile(source, name) {
  let code;
  try {
    code = stripTypeScriptTypes(source, { mode: "strip" });
  } catch (error) {
    throw new Error(`${name}: ${error.message}`, { cause: error });
  }
  return code.replace(relativeImport, "$1.js$2").replace(/[ \t]+$/gm, "");
}

/** Writes only changed files, so that a file watcher or a deploy sees only real changes. */
export function build(folder = lwcFolder) {
  const result = { written: 0, unchanged: 0, removed: 0 };
  const outputs = new Set();
  for (const file of sources(folder)) {
    const output = join(folder, file.replace(/\.ts$/, ".js"));
    outputs.add(output);
    const code = compile(readFileSync(join(folder, file), "utf8"), relative(root, join(folder, file)));
    if (existsSync(output) && readFileSync(output, "utf8") === code) {
      result.unchanged++;
      continue;
    }
    writeFileSync(output, code);
    result.written++;
  }
  for (const file of globSync("*/**/*.js", { cwd: folder })) {
    const output = join(folder, file);
    if (outputs.has(output) || file.includes("node_modules") || file.includes("__tests__")) continue;
    rmSync(output);
    result.removed++;
  }
  return result;
}
