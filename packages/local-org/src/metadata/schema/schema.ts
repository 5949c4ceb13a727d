/** The Metadata API's own schema: which elements a type has, how often, and what they may hold. */
import { readFileSync } from "node:fs";

export type Occurs = "one" | "optional" | "many";
export interface ElementDef {
  name: string;
  occurs: Occurs;
  /** string, boolean, number, Date, any, or the name of a type or an enum. */
  type: string;
}

interface Declarations {
  enums: Record<string, string[]>;
  types: Record<string, Record<string, string>>;
}
let declarations: Declarations | undefined;
const load = (): Declarations =>
  (declarations ??= JSON.parse(
    readFileSync(new URL("./metadata-schema.json", import.meta.url), "utf8"),
  ) as Declarations);

const occurrence: Record<string, Occurs> = { "!": "one", "?": "optional", "*": "many" };
const elements = new Map<string, Map<string, ElementDef>>();

/** Declared as text, and XML of the bundle's own: each target has its elements. */
const free = new Set(["LightningComponentBundle.targetConfigs"]);

export function typeElements(type: string): Map<string, ElementDef> | undefined {
  const known = elements.get(type);
  if (known !== undefined) return known;
  const declared = load().types[type];
  if (declared === undefined) return undefined;
  const defs = new Map<string, ElementDef>();
  for (const [name, code] of Object.entries(declared))
    defs.set(name, {
      name,
      occurs: occurrence[code[0] ?? "?"] ?? "optional",
      type: free.has(`${type}.${name}`) ? "any" : code.slice(1),
    });
  elements.set(type, defs);
  return defs;
}

export const enumValues = (name: string): string[] | undefined => load().enums[name];
export const isType = (name: string): boolean => name in load().types;
