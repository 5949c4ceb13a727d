import type { Context } from "../context.ts";
import { all, child, textOf, type XmlElement } from "@compromiso/local-org/xml";
import { fieldOf, readable } from "../uiapi/fields.ts";

export interface ComponentModel {
  identifier: string;
  /** `force:detailPanel` or `c:caseSla`. The file may write the name in several ways. */
  name: string;
  properties: Record<string, unknown>;
  /** A single field on the page. */
  field?: { name: string; behavior: string };
  visibility?: VisibilityRule;
}
export interface VisibilityRule {
  criteria: { left: string; operator: string; right: string }[];
  /** `1 AND (2 OR 3)`. Without it, all criteria must hold. */
  logic?: string;
}
export interface PageModel {
  name: string;
  label: string;
  type: string;
  object?: string;
  template: string;
  regions: Record<string, { type: string; components: ComponentModel[] }>;
}

export function flexipage(context: Context, name: string): PageModel | undefined {
  const root = context.deployed.document("FlexiPage", name);
  if (!root) return undefined;
  const regions: PageModel["regions"] = {};
  const object = textOf(root, "sobjectType");
  for (const region of all(root, "flexiPageRegions")) {
    const items = all(region, "itemInstances").flatMap((item) => component(context, object, item) ?? []);
    const old = all(region, "componentInstances").flatMap((instance) => instanceOf(context, instance));
    regions[textOf(region, "name") ?? ""] = {
      type: textOf(region, "type") ?? "Region",
      components: [...items, ...old],
    };
  }
  return {
    name,
    label: textOf(root, "masterLabel") ?? name,
    type: textOf(root, "type") ?? "AppPage",
    ...(object ? { object } : {}),
    template: textOf(child(root, "template"), "name") ?? "flexipage:defaultAppHomeTemplate",
    regions,
  };
}

function component(
  context: Context,
  object: string | undefined,
  item: XmlElement,
): ComponentModel | undefined {
  const instance = child(item, "componentInstance");
  if (instance) return instanceOf(context, instance);
  const field = child(item, "fieldInstance");
  const name = textOf(field, "fieldItem")?.replace(/^Record\./, "");
  if (!field || !name || !object) return undefined;
  const definition = context.org.schema.object(object);
  const found = definition && fieldOf(definition, name);
  if (!found || !readable(context, definition, found)) return undefined;
  const properties = propertiesOf(context, all(field, "fieldInstanceProperties"));
  return {
    identifier: textOf(field, "identifier") ?? name,
    name: "flexipage:field",
    properties,
    field: { name: found.name, behavior: String(properties.uiBehavior ?? "none").toLowerCase() },
    ...visibilityOf(context, field),
  };
}

function instanceOf(context: Context, instance: XmlElement): ComponentModel {
  const raw = textOf(instance, "componentName") ?? "";
  const name = raw.includes(":") ? raw : `c:${raw}`;
  const properties = propertiesOf(context, all(instance, "componentInstanceProperties"));
  return {
    identifier: textOf(instance, "identifier") ?? name,
    name,
    properties: name.startsWith("c:") ? typed(context, name.slice(2), properties) : properties,
    ...visibilityOf(context, instance),
  };
}

/** Replaces a custom label by its words in the user's language. */
function propertiesOf(context: Context, elements: XmlElement[]): Record<string, unknown> {
  const properties: Record<string, unknown> = {};
  for (const property of elements) {
    const list = child(property, "valueList");
    const inWords = (value: string | undefined): string | undefined =>
      value?.replace(/^\{!\$Label\.(\w+)\}$/, (whole, label: string) => context.words.label(label) ?? whole);
    properties[textOf(property, "name") ?? ""] = list
      ? all(list, "valueListItems").map((item) => textOf(item, "value"))
      : inWords(textOf(property, "value"));
  }
  return properties;
}

/** Converts values to the types in the bundle's design file, and adds its defaults. */
export function typed(
  context: Context,
  bundle: string,
  given: Record<string, unknown>,
): Record<string, unknown> {
  const values = { ...given };
  const configs = child(context.deployed.bundleMeta(bundle), "targetConfigs");
  for (const config of all(configs, "targetConfig"))
    for (const property of all(config, "property")) {
      const name = attribute(property, "name");
      const type = attribute(property, "type");
      const fallback = attribute(property, "default");
      if (!name) continue;
      const value = values[name] ?? fallback;
      if (value === undefined) continue;
      values[name] =
        type === "Boolean" ? value === true || value === "true" : type === "Integer" ? Number(value) : value;
    }
  return values;
}

function attribute(element: XmlElement, name: string): string | undefined {
  return element.attributes[name];
}

/** Checks permissions here. The browser checks the other criteria, because it has the record and the window. */
function leftOf({ org, caller }: Context, expression: string): string {
  const [, kind, name = ""] =
    /^\{!\$Permission\.(CustomPermission|StandardPermission)\.(\w+)\}$/.exec(expression) ?? [];
  if (kind === "CustomPermission") return String(org.access.customPermission(caller.userId, name));
  if (kind === "StandardPermission") return String(org.access.userPermission(caller.userId, name));
  return expression;
}

function visibilityOf(context: Context, element: XmlElement): { visibility?: VisibilityRule } {
  const rule = child(element, "visibilityRule");
  if (!rule) return {};
  const logic = textOf(rule, "booleanFilter");
  return {
    visibility: {
      criteria: all(rule, "criteria").map((criterion) => ({
        left: leftOf(context, textOf(criterion, "leftValue") ?? ""),
        operator: textOf(criterion, "operator") ?? "EQUAL",
        right: textOf(criterion, "rightValue") ?? "",
      })),
      ...(logic ? { logic } : {}),
    },
  };
}
