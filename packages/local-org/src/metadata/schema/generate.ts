/**
 * Writes `metadata-schema.json`: the elements, enums and types of the Metadata API, as `@salesforce/types` declares them.
 * Each of its versions was made from one org and lacks what that org had not switched on, so an older version of a
 * fuller org is merged in: `npx node generate.ts <1.7.1's lib/metadata.d.ts>`. Run it when that package changes.
 * The file is kept in the tree so that an org starts without parsing a megabyte of declarations.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const published = require.resolve("@salesforce/types/metadata").replace(/\.js$/, ".d.ts");

interface Schema {
  enums: Record<string, string[]>;
  types: Record<string, Record<string, string>>;
}

function read(file: string): Schema {
  const enums: Schema["enums"] = {};
  const own: Record<string, { bases: string[]; children: [name: string, code: string][] }> = {};
  for (const [, name, body] of readFileSync(file, "utf8").matchAll(
    /^export (?:type|interface) (\w+) (?:= )?([^\n]*;|[^]*?^};)$/gm,
  )) {
    if (name === undefined || body === undefined) continue;
    const literals = [...body.matchAll(/'([^']*)'/g)].map((match) => match[1] as string);
    if (!body.includes("{") && literals.length > 0) {
      enums[name] = literals;
      continue;
    }
    if (!body.includes("{")) {
      // aliases of string stand for SOAP calls, or for types that add nothing to what they extend
      if (name.endsWith("Folder")) own[name] = { bases: ["Folder"], children: [] };
      else if (name === "WorkflowAction") own[name] = { bases: ["Metadata"], children: [] };
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
  return {
    enums,
    types: Object.fromEntries(Object.keys(own).map((name) => [name, Object.fromEntries(flatten(name))])),
  };
}

/** The newer declaration counts; fields of the older alone stay known, and are never required. */
function merge(older: Schema, newer: Schema): Schema {
  const enums = { ...older.enums, ...newer.enums };
  for (const [name, values] of Object.entries(older.enums))
    enums[name] = [...new Set([...(newer.enums[name] ?? []), ...values])];
  const types = { ...older.types, ...newer.types };
  for (const [name, elements] of Object.entries(older.types)) {
    const current = newer.types[name];
    if (current === undefined) continue;
    const only = Object.entries(elements).filter(([element]) => !(element in current));
    types[name] = {
      ...current,
      ...Object.fromEntries(only.map(([element, code]) => [element, code.replace(/^!/, "?")])),
    };
  }
  return { enums, types };
}

const { enums, types } = [...process.argv.slice(2), published].map(read).reduce(merge);
const target = new URL("./metadata-schema.json", import.meta.url);
writeFileSync(target, JSON.stringify({ enums, types }));
console.log(`${Object.keys(types).length} types, ${Object.keys(enums).length} enums → ${target.pathname}`);
