/**
 * Writes `metadata-schema.json`: the elements, enums and types of the Metadata API, as `@salesforce/types` declares them.
 * Run it when that package changes: `npx node scripts/local-org/src/metadata/schema/generate.ts`.
 * The file is kept in the tree so that an org starts without parsing a megabyte of declarations.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const declarations = readFileSync(
  require.resolve("@salesforce/types/metadata").replace(/\.js$/, ".d.ts"),
  "utf8",
);

const enums: Record<string, string[]> = {};
const own: Record<string, { bases: string[]; children: [name: string, code: string][] }> = {};

for (const [, name, body] of declarations.matchAll(
  /^export (?:type|interface) (\w+) (?:= )?([^\n]*;|[^]*?^};)$/gm,
)) {
  if (name === undefined || body === undefined) continue;
  const literals = [...body.matchAll(/'([^']*)'/g)].map((match) => match[1] as string);
  if (!body.includes("{") && literals.length > 0) {
    enums[name] = literals;
    continue;
  }
  if (!body.includes("{")) {
    // aliases of string stand for SOAP calls, or for types that add nothing to Folder
    if (name.endsWith("Folder")) own[name] = { bases: ["Folder"], children: [] };
    continue;
  }
  const bases = [...(body.split("{")[0] ?? "").matchAll(/(\w+) &/g)].map((match) => match[1] as string);
  const children: [string, string][] = [];
  for (const [, child, optional, type] of body.matchAll(/^ {4}'?([\w:]+)'?(\??): ([^;]+);$/gm)) {
    if (child === undefined || type === undefined) continue;
    const many = type.endsWith("[]");
    const bare = many ? type.slice(0, -2) : type;
    children.push([child, (many ? "*" : optional === "?" ? "?" : "!") + bare]);
  }
  own[name] = { bases, children };
}

const flatten = (name: string): [string, string][] => {
  const type = own[name];
  return type === undefined ? [] : [...type.bases.flatMap(flatten), ...type.children];
};
const types = Object.fromEntries(Object.keys(own).map((name) => [name, Object.fromEntries(flatten(name))]));
const target = new URL("./metadata-schema.json", import.meta.url);
writeFileSync(target, JSON.stringify({ enums, types }));
console.log(`${Object.keys(types).length} types, ${Object.keys(enums).length} enums → ${target.pathname}`);
