/**
 * Writes packages/local-lightning/src/client/paths.json, so that the compiler finds the modules of the local org's pages.
 * Run it when you add or remove a module: node scripts/pinned.js scripts/build/page-paths.ts
 */
import { globSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";

const client = "packages/local-lightning/src/client";

/** A pattern of `paths` may hold one star, and our files need two: `local/app` lies in modules/local/app/app.ts. */
function pathsIn(root: string): string {
  const modules = globSync("modules/*/*/*.ts", { cwd: join(root, client) })
    .map((file) => file.replaceAll("\\", "/").split("/"))
    .filter(([, , name, file]) => file === `${name}.ts`)
    .map(([, namespace, name]) => `${namespace}/${name}`)
    .sort();
  const paths = Object.fromEntries(
    modules.map((module) => [module, [`./modules/${module}/${basename(module)}.ts`]]),
  );
  return `${JSON.stringify({ compilerOptions: { paths } }, null, 2)}\n`;
}

/** One sentence when the file is not what this would write. */
export function stalePaths(root: string): string[] {
  let kept: string;
  try {
    kept = readFileSync(join(root, client, "paths.json"), "utf8");
  } catch {
    return [];
  }
  return JSON.stringify(JSON.parse(kept)) === JSON.stringify(JSON.parse(pathsIn(root)))
    ? []
    : [
        `${client}/paths.json does not name the modules of the pages. Run node scripts/pinned.js scripts/build/page-paths.ts.`,
      ];
}

if (import.meta.main) {
  const root = join(import.meta.dirname, "../..");
  writeFileSync(join(root, client, "paths.json"), pathsIn(root));
}
