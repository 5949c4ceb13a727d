// Checks that every component would deploy: the platform's compiler accepts it, and all of its imports exist.
import { existsSync, globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { build, lwcFolder } from "./components.js";
import { bundles, compileForPlatform } from "./platform-compiler.js";

const metadata = join(lwcFolder, "..");
const labels = new Set(
  [
    ...readFileSync(join(metadata, "labels/CustomLabels.labels-meta.xml"), "utf8").matchAll(
      /<fullName>(.*?)</g,
    ),
  ].map(([, name]) => name),
);
const permissions = new Set(
  globSync("customPermissions/*", { cwd: metadata }).map((file) => basename(file).split(".")[0]),
);

/** The reason why Salesforce would refuse an import, or undefined. */
function fault(id) {
  const [, bundle] = /^c\/(\w+)$/.exec(id) ?? [];
  if (bundle && !existsSync(join(lwcFolder, bundle))) return `there is no bundle ${bundle}`;
  const [, label] = /^@salesforce\/label\/c\.(\w+)$/.exec(id) ?? [];
  if (label && !labels.has(label)) return `there is no label ${label}`;
  const [, permission] = /^@salesforce\/customPermission\/(\w+)$/.exec(id) ?? [];
  if (permission && !permissions.has(permission)) return `there is no custom permission ${permission}`;
  if (/^@salesforce\/apex|^lightning\/empApi$/.test(id)) return `the package uses no ${id}`;
  return undefined;
}

build();
const faults = [];
const names = bundles();
for (const name of names) {
  const { errors, warnings, imports } = await compileForPlatform(name);
  faults.push(...[...errors, ...warnings].map((message) => `${name}: ${message}`));
  faults.push(
    ...imports
      .map(fault)
      .filter(Boolean)
      .map((message) => `${name}: ${message}`),
  );
}
console.log(faults.length > 0 ? faults.join("\n") : `${names.length} bundles compile`);
process.exit(faults.length > 0 ? 1 : 0);
