/** The names of the standard value sets, from the CLI's registry. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

let names: Set<string> | undefined;
function load(): Set<string> {
  if (names !== undefined) return names;
  const main = createRequire(import.meta.url).resolve("@salesforce/source-deploy-retrieve");
  const path = main.replace(/lib[/\\]src[/\\].*$/, "lib/src/registry/stdValueSetRegistry.json");
  const { fullnames } = JSON.parse(readFileSync(path, "utf8")) as { fullnames: string[] };
  return (names = new Set(fullnames));
}
export const isStandardValueSet = (name: string): boolean => load().has(name);
