/** Apps: tabs, utility bar, overrides, console mappings. */
import { all, at, child, flag, textOf, type XmlElement } from "../xml/parse.ts";
import { isStandardTab } from "../standard/tabs-and-apps.ts";
import { actionOverride } from "./custom-object.ts";
import type { Rule, RuleContext } from "./rule.ts";
import { limitLengths, notFound } from "./words.ts";

const knownTab = (name: string, { model }: RuleContext): boolean =>
  isStandardTab(name) || model.find("CustomTab", name) !== undefined;

export const customApplication: Rule = (item, element, context) => {
  const standard = item.fullName.startsWith("standard__");
  limitLengths(element, { label: 40, description: 255 }, context);
  if (!standard && (textOf(element, "label") ?? "") === "")
    context.report("Required field is missing: label");
  const seen = new Set<string>();
  for (const entry of all(element, "tabs")) {
    const name = entry.text.trim();
    if (!knownTab(name, context)) context.report(notFound("tab", "CustomTab", name), entry);
    if (seen.has(name)) context.report(`Duplicate tab: ${name}`, entry);
    seen.add(name);
  }
  const landing = textOf(element, "defaultLandingTab");
  if (landing !== undefined && !knownTab(landing, context))
    context.report(notFound("defaultLandingTab", "CustomTab", landing), child(element, "defaultLandingTab"));
  utilityBar(element, context);
  for (const override of [...all(element, "actionOverrides"), ...all(element, "profileActionOverrides")])
    appOverride(override, context);
  consoleSettings(element, seen, context);
  unchanging(item.fullName, element, context);
};

function utilityBar(element: XmlElement, context: RuleContext): void {
  const name = textOf(element, "utilityBar");
  if (name === undefined) return;
  const where = child(element, "utilityBar");
  const page = context.model.find("FlexiPage", name);
  if (page === undefined) context.report(notFound("utilityBar", "FlexiPage", name), where);
  else if (page.element !== undefined && textOf(page.element, "type") !== "UtilityBar")
    context.report(`The utility bar ${name} must be a FlexiPage of type UtilityBar`, where);
}

function appOverride(override: XmlElement, context: RuleContext): void {
  const object = textOf(override, "pageOrSobjectType");
  if (object === undefined || object === "") return; // the schema says it is missing
  const type = textOf(override, "type");
  if (type !== undefined && type !== "Flexipage")
    context.report(
      `An app's action override must be of type Flexipage, not ${type}`,
      child(override, "type"),
    );
  const tab = textOf(override, "actionName") === "Tab";
  if (
    tab
      ? !isStandardTab(object) && context.model.object(object) === undefined
      : context.model.object(object) === undefined
  ) {
    context.report(
      notFound("pageOrSobjectType", "CustomObject", object),
      child(override, "pageOrSobjectType"),
    );
    return;
  }
  if (type === "Flexipage" || type === undefined) actionOverride(tab ? undefined : object, override, context);
  const recordType = textOf(override, "recordType");
  if (recordType !== undefined && context.model.find("RecordType", recordType) === undefined)
    context.report(notFound("recordType", "RecordType", recordType), override);
}

function consoleSettings(element: XmlElement, tabs: Set<string>, context: RuleContext): void {
  const ui = textOf(element, "uiType");
  const nav = textOf(element, "navType");
  const lightning = ui === "Lightning";
  if (flag(element, "isServiceCloudConsole") && lightning)
    context.report(
      "isServiceCloudConsole is for Salesforce Classic apps: a Lightning console app has navType Console",
      child(element, "isServiceCloudConsole"),
    );
  if (nav === "Console" && !lightning)
    context.report("A console app needs uiType Lightning", child(element, "navType"));
  for (const mapping of at(element, "workspaceConfig")?.children ?? []) {
    const tab = textOf(mapping, "tab");
    if (tab === undefined) continue;
    if (!knownTab(tab, context)) context.report(notFound("tab", "CustomTab", tab), child(mapping, "tab"));
    else if (!tabs.has(tab))
      context.report(
        `The workspace mapping is for a tab that the app does not have: ${tab}`,
        child(mapping, "tab"),
      );
    const field = textOf(mapping, "fieldName");
    const object = tab.replace(/^standard-/, "");
    const view = context.model.object(object);
    if (field !== undefined && view?.complete === true && view.field(field) === undefined)
      context.report(notFound("fieldName", "CustomField", `${object}.${field}`), child(mapping, "fieldName"));
  }
}

/** Set once: Salesforce refuses to change them later. */
function unchanging(name: string, element: XmlElement, context: RuleContext): void {
  const before = context.model.inOrg("CustomApplication", name)?.element;
  if (before === undefined) return;
  for (const property of ["navType", "uiType"]) {
    const was = textOf(before, property);
    const now = textOf(element, property);
    if (was !== undefined && now !== undefined && was !== now)
      context.report(
        `You can't update the ${property} of an existing app: ${name} has ${was}`,
        child(element, property),
      );
  }
}
