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

/** Elements of the WSDL that the published types leave out, because the org they were made from lacked a feature. */
const additions: Record<string, Record<string, string>> = {
  ComponentInstance: { componentType: "?any", flexipageDataSources: "*any" },
  CustomField: { displayLocationInDecimal: "?boolean", picklist: "?any", readOnlyProxy: "?boolean" },
  CustomMetadataValue: { value: "?any" },
  CustomObject: { nameField: "?CustomField", externalIndexAvailable: "?boolean" },
  FlexiPageTemplateInstance: {
    componentType: "?any",
    flexipageDataSources: "*any",
    identifier: "?string",
    schemaProperties: "*any",
  },
  Index: { minNumRequiredIndexedFields: "?number", type: "?string" },
  LightningComponentBundle: { targetConfigs: "?any", masterLabel: "?string" },
  Metadata: { module: "?string" },
  PermissionSet: { dataspaceScopes: "*any" },
  PermissionSetObjectPermissions: {
    customizeSetup: "?boolean",
    deleteSetup: "?boolean",
    viewSetup: "?boolean",
  },
  ProfileObjectPermissions: { customizeSetup: "?boolean", deleteSetup: "?boolean", viewSetup: "?boolean" },
  QuickAction: { quickActionParameters: "*any" },
  QuickActionTranslation: { quickActionParametersTranslation: "*any" },
  ValidationRule: { shouldEvaluateOnClient: "?boolean" },
};

export function typeElements(type: string): Map<string, ElementDef> | undefined {
  const known = elements.get(type);
  if (known !== undefined) return known;
  const declared = load().types[type];
  if (declared === undefined) return undefined;
  const defs = new Map<string, ElementDef>();
  for (const [name, code] of Object.entries({ ...declared, ...additions[type] }))
    defs.set(name, { name, occurs: occurrence[code[0] ?? "?"] ?? "optional", type: code.slice(1) });
  elements.set(type, defs);
  return defs;
}

export const enumValues = (name: string): string[] | undefined => load().enums[name];
export const isType = (name: string): boolean => name in load().types;
