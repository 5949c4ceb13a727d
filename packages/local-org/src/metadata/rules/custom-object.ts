/** Custom objects, and what may be changed on standard ones. */
import { all, child, flag, textOf, type XmlElement } from "../xml/parse.ts";
import { splitName } from "../deploy/model.ts";
import type { Item } from "../package/read.ts";
import { isStandardObject } from "../standard/permanent.ts";
import { historyOfName } from "./history-tracking.ts";
import type { Rule, RuleContext } from "./rule.ts";
import { limitLengths, notFound } from "./words.ts";

/** Languages whose nouns have no gender. */
const genderNeutral = /^(en|ja|ko|zh|th|fi|hu|tr|vi|in|fa|ka|hy|et)/;
const openness: Record<string, number> = { Private: 0, Read: 1, ReadWrite: 2, ReadWriteTransfer: 3 };

export const customObject: Rule = (item, element, context) => {
  const name = item.fullName;
  const suffix = /__(c|mdt|e|b|x|kav)$/i.exec(name)?.[1]?.toLowerCase();
  if (suffix === undefined) {
    if (!isStandardObject(context.model.org, name))
      context.report("Invalid fullName, must end in a custom suffix (e.g. __c)");
  } else {
    const settings = textOf(element, "customSettingsType") !== undefined;
    describe(element, suffix, settings, context);
    if (suffix === "c" && !settings) sharing(item, element, context);
  }
  historyOfName(item, element, context);
  limitLengths(element, { label: 40, pluralLabel: 40, description: 1000 }, context);
  if (textOf(element, "gender") !== undefined && genderNeutral.test(context.model.org.language))
    context.report("Cannot specify a gender for a gender neutral language", child(element, "gender"));
  const layout = textOf(element, "compactLayoutAssignment");
  if (
    layout !== undefined &&
    layout !== "SYSTEM" &&
    context.model.find("CompactLayout", `${name}.${layout}`) === undefined
  )
    context.report(
      notFound("compactLayoutAssignment", "CompactLayout", `${name}.${layout}`),
      child(element, "compactLayoutAssignment"),
    );
  for (const override of all(element, "actionOverrides")) actionOverride(name, override, context);
  searchLayouts(name, element, context);
};

function describe(element: XmlElement, suffix: string, settings: boolean, context: RuleContext): void {
  const empty = (child: string): boolean => (textOf(element, child) ?? "") === "";
  if (empty("label")) context.report("Must specify a non-empty label for the CustomObject");
  if (settings) return;
  if (empty("pluralLabel")) context.report("Must specify a non-empty pluralLabel for the CustomObject");
  const nameField = child(element, "nameField");
  if (nameField === undefined) {
    if (suffix === "c") context.report("Must specify a nameField for the CustomObject");
    return;
  }
  const type = textOf(nameField, "type");
  if ((textOf(nameField, "label") ?? "") === "")
    context.report("Must specify a non-empty label for the nameField of the CustomObject", nameField);
  if (type === undefined) context.report("Required field is missing: type", nameField);
  else if (type !== "Text" && type !== "AutoNumber")
    context.report(`nameField must be of type Text or AutoNumber, not ${type}`, nameField);
  const format = textOf(nameField, "displayFormat");
  if (type === "AutoNumber" && (format === undefined || !/\{0+\}/.test(format)))
    context.report(
      "Must specify 'displayFormat' for a CustomField of type AutoNumber, with a number such as {0000} in it",
      nameField,
    );
  if (type === "Text" && format !== undefined)
    context.report("Can not specify 'displayFormat' for a CustomField of type Text", nameField);
  limitLengths(nameField, { label: 80 }, context, "nameField.");
}

function sharing(item: Item, element: XmlElement, context: RuleContext): void {
  const details = context.model
    .list("CustomField")
    .filter(
      (field) =>
        splitName(field.fullName)[0] === item.fullName &&
        field.element !== undefined &&
        textOf(field.element, "type") === "MasterDetail",
    );
  for (const which of ["sharingModel", "externalSharingModel"]) {
    const model = textOf(element, which);
    if (model === undefined) continue;
    if (details.length > 0 && model !== "ControlledByParent")
      context.report(
        `Cannot set ${which} to ${model} on a CustomObject with a MasterDetail relationship field`,
        child(element, which),
      );
    else if (details.length === 0 && model === "ControlledByParent")
      context.report(
        `Cannot set ${which} to ControlledByParent on a CustomObject without a MasterDetail relationship field`,
        child(element, which),
      );
  }
  const inside = openness[textOf(element, "sharingModel") ?? ""];
  const outside = openness[textOf(element, "externalSharingModel") ?? ""];
  if (inside !== undefined && outside !== undefined && outside > inside)
    context.report(
      "The external sharing model can't be more permissive than the internal sharing model",
      child(element, "externalSharingModel"),
    );
  if (details.length > 2) context.report("Objects can have at most 2 master-detail relationship fields");
  const together = ["enableBulkApi", "enableSharing", "enableStreamingApi"];
  const set = together.filter((name) => child(element, name) !== undefined);
  const values = new Set(set.map((name) => flag(element, name)));
  if (set.length > 0 && (set.length < together.length || values.size > 1))
    context.report(
      "enableSharing, enableBulkApi and enableStreamingApi must be set together, all to true or all to false",
      child(element, set[0] ?? ""),
    );
}

/** Which kind of component an override of each type names. */
const overrideTypes: Record<string, string[]> = {
  Flexipage: ["FlexiPage"],
  LightningComponent: ["AuraDefinitionBundle", "LightningComponentBundle"],
  Visualforce: ["ApexPage"],
  Scontrol: ["Scontrol"],
};

export function actionOverride(object: string | undefined, override: XmlElement, context: RuleContext): void {
  const action = textOf(override, "actionName") ?? "";
  const content = textOf(override, "content");
  const type = textOf(override, "type");
  if (action === "") context.report("Required field is missing: actionName", override);
  if (type === undefined) {
    context.report("Required field is missing: type", override);
    return;
  }
  const kinds = overrideTypes[type];
  if (kinds === undefined) return;
  const pages = kinds.flatMap((kind) => context.model.find(kind, content?.split(":").at(-1) ?? "") ?? []);
  const [page] = pages;
  const valid =
    page !== undefined &&
    (page.type !== "FlexiPage" || page.element === undefined || fits(page.element, object, action));
  if (!valid)
    context.report(
      content === undefined || content === ""
        ? "Required field is missing: content"
        : `${content} does not exist or is not a valid override for action ${action}`,
      override,
    );
}

/** A record page overrides View of its own object; home and app pages override tabs. */
function fits(page: XmlElement, object: string | undefined, action: string): boolean {
  const type = textOf(page, "type");
  if (action === "Tab")
    return type === "HomePage" || type === "AppPage" || type === "ObjectPage" || type === "RecordPage";
  if (type !== "RecordPage") return false;
  const target = textOf(page, "sobjectType");
  return object === undefined || target === undefined || target.toLowerCase() === object.toLowerCase();
}

function searchLayouts(object: string, element: XmlElement, context: RuleContext): void {
  const layouts = child(element, "searchLayouts");
  for (const column of layouts?.children ?? []) {
    const field = column.text.trim();
    if (
      /__c$/i.test(field) &&
      column.name.endsWith("Fields") &&
      context.model.object(object)?.field(field) === undefined
    )
      context.report(notFound(column.name, "CustomField", `${object}.${field}`), column);
  }
}
