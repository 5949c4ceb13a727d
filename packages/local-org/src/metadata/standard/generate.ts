/**
 * Writes `catalogue.json`: the standard objects with their fields and relationships, and the user permissions, as jsforce's
 * typed schema declares them. The kernel runs a few of these objects; references in metadata may name any of them.
 * Run it when jsforce changes: `npx node packages/local-org/src/metadata/standard/generate.ts`.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const main = require.resolve("@jsforce/jsforce-node");
const path = main.replace(/(jsforce-node)[/\\].*$/, "$1/lib/types/standard-schema.d.ts");
const source = readFileSync(path, "utf8");

/** s text, b boolean, n number, d date or date/time, a address, l lookup, o anything else; a trailing ! when never empty. */
const code = (type: string): string => {
  const bare = type.replace(" | null", "");
  const kind = { string: "s", boolean: "b", number: "n", DateString: "d", Address: "a" }[bare] ?? "o";
  return type.includes("null") ? kind : `${kind}!`;
};

const members = (part: string, object: string): [string, string][] => {
  const start = source.indexOf(`type ${part}$${object} = {`);
  if (start < 0) return [];
  const body = source.slice(start, source.indexOf("\n};", start));
  return [...body.matchAll(/^ {4}(\w+): ([^;]+);$/gm)].map((match) => [
    match[1] as string,
    match[2] as string,
  ]);
};
const target = (type: string): string => /SObjectDefinition\$(\w+)/.exec(type)?.[1] ?? "Name";

const objects: Record<
  string,
  { fields: Record<string, string>; parents: Record<string, string>; children: Record<string, string> }
> = {};
for (const [, object] of source.matchAll(/^type SObjectDefinition\$(\w+) = /gm)) {
  if (object === undefined) continue;
  const parents = Object.fromEntries(
    members("ParentReferences", object).map(([name, type]) => [name, target(type)]),
  );
  objects[object] = {
    fields: Object.fromEntries(
      members("Fields", object).map(([name, type]) => [
        name,
        name.endsWith("Id") && name.slice(0, -2) in parents ? code(type).replace("s", "l") : code(type),
      ]),
    ),
    parents,
    children: Object.fromEntries(
      members("ChildRelationships", object).map(([name, type]) => [name, target(type)]),
    ),
  };
}
const permissions = members("Fields", "PermissionSet")
  .filter(([name]) => name.startsWith("Permissions"))
  .map(([name]) => name.slice("Permissions".length))
  .sort();

const output = new URL("./catalogue.json", import.meta.url);
writeFileSync(output, JSON.stringify({ objects, permissions }));
console.log(`${Object.keys(objects).length} objects, ${permissions.length} permissions → ${output.pathname}`);
