/** Lightning pages: template, regions and facets, components and what is set on them. */
import { all, child, textOf, type XmlElement } from "../xml/parse.ts";
import { decorators, standardComponent, templateNamed } from "../standard/lightning-pages.ts";
import { bundleOnPage } from "./flexi-page-bundle.ts";
import { fieldOnPage, visibility } from "./flexi-page-field.ts";
import type { PageView } from "./page-view.ts";
import type { Item } from "../package/read.ts";
import type { Rule, RuleContext } from "./rule.ts";
import { limitLengths, notFound } from "./words.ts";

export const flexiPage: Rule = (item, element, context) => {
  limitLengths(element, { masterLabel: 80, description: 255 }, context);
  if (/__c$/i.test(item.fullName))
    context.report(
      "The Lightning page API Name can only contain underscores and alphanumeric characters. It must be unique, begin with a letter, not include spaces, not end with an underscore, and not contain two consecutive underscores.",
    );
  const page: PageView = { type: textOf(element, "type") ?? "", object: textOf(element, "sobjectType") };
  objectOf(page, element, context);
  unchanging(item, element, context);
  const regions = all(element, "flexiPageRegions");
  const template = templateRegions(page, element, regions, context);
  names(regions, context);
  const facets = new Set(
    regions
      .filter((region) => textOf(region, "type") === "Facet")
      .map((region) => textOf(region, "name") ?? ""),
  );
  const uses = new Map<string, number>();
  for (const region of regions)
    for (const instance of all(region, "itemInstances")) {
      const component = child(instance, "componentInstance");
      const field = child(instance, "fieldInstance");
      if (component === undefined && field === undefined)
        context.report("Required field is missing: componentInstance", instance);
      if (component !== undefined && field !== undefined)
        context.report(
          "An itemInstances holds either one componentInstance or one fieldInstance, not both",
          instance,
        );
      if (field !== undefined) fieldOnPage(page, field, context);
      if (component !== undefined) componentOnPage(page, component, facets, uses, context);
    }
  for (const region of regions) {
    const name = textOf(region, "name") ?? "";
    if (textOf(region, "type") !== "Facet" || template.has(name)) continue;
    const count = uses.get(name) ?? 0;
    if (count === 0)
      context.report(`Unused Facet: the '${name}' region (type Facet) isn't used by any component.`, region);
    else if (count > 1)
      context.report(
        `The '${name}' region (type Facet) is used by more than one component property.`,
        region,
      );
  }
};

function objectOf(page: PageView, element: XmlElement, context: RuleContext): void {
  if (page.object !== undefined && context.model.object(page.object) === undefined)
    context.report(notFound("sobjectType", "CustomObject", page.object), child(element, "sobjectType"));
  if (page.object === undefined && page.type === "RecordPage")
    context.report("Required field is missing: sobjectType");
  if (page.object !== undefined && ["AppPage", "HomePage", "UtilityBar"].includes(page.type))
    context.report(`A page of type ${page.type} can't have an sobjectType`, child(element, "sobjectType"));
}

/** Its type and object are set once. */
function unchanging(item: Item, element: XmlElement, context: RuleContext): void {
  const before = context.model.inOrg("FlexiPage", item.fullName)?.element;
  if (before === undefined) return;
  for (const property of ["type", "sobjectType"]) {
    const was = textOf(before, property);
    const now = textOf(element, property);
    if (was !== now)
      context.report(
        `You can't change the ${property} of an existing Lightning page: it is ${was ?? "not set"}`,
        child(element, property),
      );
  }
}

function templateRegions(
  page: PageView,
  element: XmlElement,
  regions: XmlElement[],
  context: RuleContext,
): Set<string> {
  const node = child(element, "template");
  const name = node && textOf(node, "name");
  if (name === undefined) return new Set();
  // exports leave the org's own namespace out: c:threeColumns and threeColumns are the same template
  const custom = /^(?:c:)?(\w+)$/.exec(name)?.[1];
  if (custom !== undefined) {
    const found =
      context.model.find("AuraDefinitionBundle", custom) ??
      context.model.find("LightningComponentBundle", custom);
    if (found === undefined) context.report(`Template ${name} doesn't exist.`, node);
    return new Set();
  }
  const template = templateNamed(name);
  if (
    template === undefined ||
    (template.page !== "" && template.page !== page.type && page.type !== "ObjectPage")
  ) {
    context.report(`Template ${name} doesn't exist.`, node);
    return new Set();
  }
  const utility = name === "one:utilityBarTemplateDesktop";
  for (const property of node === undefined ? [] : all(node, "properties")) {
    const own = textOf(property, "name") ?? "";
    if (utility && own !== "isLeftAligned")
      context.report(`Invalid property [${own}] in component [${name}]`, property);
  }
  if (template.regions === undefined) return new Set();
  for (const region of regions) {
    const own = textOf(region, "name") ?? "";
    const type = textOf(region, "type") ?? "";
    if (type !== "Facet" && template.regions[own] !== type)
      context.report(`The '${own}' region (type ${type}) doesn't exist.`, region);
    const mode = textOf(region, "mode");
    if (mode !== undefined && type !== "Facet" && textOf(element, "parentFlexiPage") === undefined)
      context.report(
        `The '${own}' region (type ${type}) specifies mode '${mode.toUpperCase()}' but a parent region enabling that mode doesn't exist`,
        child(region, "mode"),
      );
  }
  return new Set(Object.keys(template.regions));
}

/** Regions are named once in the file; so are the identifiers of everything in them. */
function names(regions: XmlElement[], context: RuleContext): void {
  const seen = new Set<string>();
  const identifiers = new Set<string>();
  for (const region of regions) {
    const name = textOf(region, "name") ?? "";
    if (seen.has(name))
      context.report(`Duplicate region name: '${name}' is used by more than one region of the page`, region);
    seen.add(name);
    for (const instance of all(region, "itemInstances"))
      for (const entry of instance.children) {
        const identifier = textOf(entry, "identifier");
        if (identifier === undefined || identifier === "") {
          if (context.version >= 53) context.report("Required field is missing: identifier", entry);
          continue;
        }
        if (identifier.length > 120)
          context.report(
            `identifier: data value too large: ${identifier.slice(0, 60)}… (max length=120)`,
            child(entry, "identifier"),
          );
        if (identifiers.has(identifier))
          context.report(`Duplicate identifier: '${identifier}' is used more than once on the page`, entry);
        identifiers.add(identifier);
      }
  }
}

function componentOnPage(
  page: PageView,
  component: XmlElement,
  facets: Set<string>,
  uses: Map<string, number>,
  context: RuleContext,
): void {
  const name = textOf(component, "componentName") ?? "";
  const properties = all(component, "componentInstanceProperties");
  const unknown = (): void =>
    context.report(
      `We couldn't retrieve the design time component information for component ${name}.`,
      child(component, "componentName"),
    );
  for (const property of properties) {
    const own = textOf(property, "name") ?? "";
    const value = textOf(property, "value");
    if (textOf(property, "type") === "decorator") {
      if (page.type !== "UtilityBar" || !decorators.has(own))
        context.report(
          page.type === "UtilityBar"
            ? `Invalid property [${own}] in component decorator of [${name}]`
            : `Component decorators are supported on utility bars only: property [${own}] in component [${name}]`,
          property,
        );
      else if (/^(height|width)$/i.test(own) && value !== undefined && !/^\d+$/.test(value))
        context.report(`The ${own} of a utility item must be a number of pixels: ${value}`, property);
    }
  }
  const plain = properties.filter((property) => textOf(property, "type") !== "decorator");
  const seen = new Set<string>();
  for (const property of plain) {
    const own = textOf(property, "name") ?? "";
    if (seen.has(own)) context.report(`Duplicate property [${own}] in component [${name}]`, property);
    seen.add(own);
  }
  const rule = child(component, "visibilityRule");
  if (rule !== undefined) visibility(page, rule, context);
  const [namespace = "", own = ""] = name.split(":");
  if (namespace === "c" || !name.includes(":")) {
    bundleOnPage(page, own === "" ? namespace : own, name, plain, component, context);
    return;
  }
  const standard = standardComponent(name);
  if (standard === undefined) {
    unknown();
    return;
  }
  for (const property of plain) {
    const key = textOf(property, "name") ?? "";
    if (standard.properties !== undefined && !standard.properties.includes(key))
      context.report(`Invalid property [${key}] in component [${name}]`, property);
    const value = textOf(property, "value") ?? "";
    if (standard.facets.includes(key)) {
      uses.set(value, (uses.get(value) ?? 0) + 1);
      if (!facets.has(value)) context.report(`The '${value}' region (type Facet) doesn't exist.`, property);
    } else if (facets.has(value)) uses.set(value, (uses.get(value) ?? 0) + 1);
  }
}
