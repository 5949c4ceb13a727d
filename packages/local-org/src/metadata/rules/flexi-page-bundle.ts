/** A Lightning web component on a page: exposed there, and set as its meta file says. */
import { all, child, textOf, type XmlElement } from "../xml/parse.ts";
import { exposure } from "../lwc/compile.ts";
import { pageTargets } from "../standard/lightning-pages.ts";
import type { PageView } from "./page-view.ts";
import type { RuleContext } from "./rule.ts";

export function bundleOnPage(
  page: PageView,
  bundleName: string,
  componentName: string,
  properties: XmlElement[],
  component: XmlElement,
  context: RuleContext,
): void {
  const where = child(component, "componentName");
  const unknown = (): void =>
    context.report(
      `We couldn't retrieve the design time component information for component ${componentName}.`,
      where,
    );
  const bundle = context.model.find("LightningComponentBundle", bundleName);
  if (bundle === undefined) {
    // an Aura component's properties are in its design file, which nothing here runs
    if (context.model.find("AuraDefinitionBundle", bundleName) === undefined) unknown();
    return;
  }
  if (bundle.element === undefined) return;
  const { exposed, targets, configs } = exposure(bundle.element);
  const wanted = pageTargets[page.type] ?? [];
  const broken = (context.compiled(bundle.fullName)?.diagnostics.length ?? 0) > 0;
  if (broken || !exposed || !wanted.some((target) => targets.includes(target))) {
    unknown();
    return;
  }
  const config = configs?.children.find((candidate) =>
    (candidate.attributes.targets ?? "").split(",").some((target) => wanted.includes(target.trim())),
  );
  const objects = config && child(config, "objects");
  if (objects !== undefined && page.object !== undefined) {
    const names = all(objects, "object").map((object) => object.text.trim());
    if (names.length > 0 && !names.includes(page.object)) {
      context.report(
        `The component ${componentName} isn't available for the object ${page.object}: its meta file names ${names.join(", ")}`,
        where,
      );
      return;
    }
  }
  const declared = new Map(
    (config === undefined ? [] : all(config, "property")).map((entry) => [
      entry.attributes.name ?? "",
      entry,
    ]),
  );
  for (const property of properties) {
    const name = textOf(property, "name") ?? "";
    const definition = declared.get(name);
    if (definition === undefined)
      context.report(`Invalid property [${name}] in component [${componentName}]`, property);
    else propertyValue(name, textOf(property, "value"), definition, componentName, property, context);
  }
  const set = new Set(properties.map((property) => textOf(property, "name")));
  for (const [name, definition] of declared)
    if (
      definition.attributes.required === "true" &&
      definition.attributes.default === undefined &&
      !set.has(name)
    )
      context.report(`Missing required property [${name}] in component [${componentName}]`, component);
}

function propertyValue(
  name: string,
  value: string | undefined,
  definition: XmlElement,
  component: string,
  where: XmlElement,
  context: RuleContext,
): void {
  if (value === undefined) return;
  const { type, datasource, min, max } = definition.attributes;
  const wrong =
    (type === "Integer" && !/^-?\d+$/.test(value)) || (type === "Boolean" && !/^(true|false)$/i.test(value));
  if (wrong) {
    context.report(
      `Invalid value '${value}' for property [${name}] of type ${type} in component [${component}]`,
      where,
    );
    return;
  }
  const choices =
    datasource === undefined || /^apex:/i.test(datasource)
      ? undefined
      : datasource.split(",").map((choice) => choice.trim());
  if (choices !== undefined && value !== "" && !choices.includes(value))
    context.report(
      `Invalid value '${value}' for property [${name}] in component [${component}]: it must be one of ${choices.join(", ")}`,
      where,
    );
  if (
    type === "Integer" &&
    ((min !== undefined && Number(value) < Number(min)) || (max !== undefined && Number(value) > Number(max)))
  )
    context.report(
      `Invalid value '${value}' for property [${name}] in component [${component}]: it must be between ${min ?? "-∞"} and ${max ?? "∞"}`,
      where,
    );
}
