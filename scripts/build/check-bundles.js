// Checks that every component would deploy: the platform's compiler accepts it, and all of its imports exist.
import { existsSync, globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { build, hubFolder, lwcFolder } from "./components.js";
import { bundles, compileForPlatform } from "./platform-compiler.js";

/** Packages in the order in which they are deployed: each uses what stands before it. */
const folders = [lwcFolder, hubFolder];
const labels = new Set(
  folders.flatMap((folder) =>
    [
      ...readFileSync(join(folder, "../labels/CustomLabels.labels-meta.xml"), "utf8").matchAll(
        /<fullName>(.*?)</g,
      ),
    ].map(([, name]) => name),
  ),
);
const permissions = new Set(
  folders.flatMap((folder) =>
    globSync("customPermissions/*", { cwd: join(folder, "..") }).map((file) => basename(file).split(".")[0]),
  ),
);

/** The reason why Salesforce would refuse an import, or undefined. */
function fault(id, within) {
  const [, bundle] = /^c\/(\w+)$/.exec(id) ?? [];
  if (bundle && !within.some((folder) => existsSync(join(folder, bundle))))
    return `there is no bundle ${bundle}`;
  const [, label] = /^@salesforce\/label\/c\.(\w+)$/.exec(id) ?? [];
  if (label && !labels.has(label)) return `there is no label ${label}`;
  const [, permission] = /^@salesforce\/customPermission\/(\w+)$/.exec(id) ?? [];
  if (permission && !permissions.has(permission)) return `there is no custom permission ${permission}`;
  if (/^@salesforce\/apex|^lightning\/empApi$/.test(id)) return `the package uses no ${id}`;
  return undefined;
}

build();
build(hubFolder);
const faults = [];
let count = 0;
for (const [at, folder] of folders.entries())
  for (const name of bundles(folder)) {
    count++;
    const { errors, warnings, imports } = await compileForPlatform(name, folder);
    const missing = imports.map((id) => fault(id, folders.slice(0, at + 1))).filter(Boolean);
    faults.push(...[...errors, ...warnings, ...missing].map((message) => `${name}: ${message}`));
  }
console.log(faults.length > 0 ? faults.join("\n") : `${count} bundles compile`);
process.exit(faults.length > 0 ? 1 : 0);
