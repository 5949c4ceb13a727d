/** Custom labels and what translates them; translations of objects and fields. */
import { all, child, textOf, type XmlElement } from "../xml/parse.ts";
import { enumValues } from "../schema/schema.ts";
import type { Rule, RuleContext } from "./rule.ts";
import { limitLengths, notAvailable, requireText } from "./words.ts";

const languages = /^[a-z]{2,3}(_[A-Z]{2,4})?$/;

export const customLabel: Rule = (_item, element, context) => {
  limitLengths(element, { value: 1000, categories: 255, shortDescription: 80 }, context);
  requireText(element, ["value"], context);
  const language = textOf(element, "language");
  const known = enumValues("Language");
  if (
    language !== undefined &&
    (!languages.test(language) || (known !== undefined && !known.includes(language)))
  )
    context.report(`'${language}' is not a valid value for the enum 'Language'`, child(element, "language"));
};

export const customLabels: Rule = (_item, element, context) => {
  const seen = new Set<string>();
  for (const label of all(element, "labels")) {
    const name = textOf(label, "fullName") ?? "";
    if (name === "") context.report("Required field is missing: fullName", label);
    else if (seen.has(name.toLowerCase())) context.report(`Duplicate label: ${name}`, label);
    seen.add(name.toLowerCase());
  }
};

/** Both kinds of translation need the Workbench, and its language to be active there. */
function activeLanguage(language: string, context: RuleContext): void {
  const { org } = context.model;
  const active = org.settings.translationLanguages;
  if (!active.includes(language) && (active.length === 0 || language !== org.language))
    context.report(notAvailable);
}

export const translations: Rule = (item, element, context) => {
  if (!languages.test(item.fullName))
    context.report(`The language of a translation is not valid: ${item.fullName}`);
  else activeLanguage(item.fullName, context);
  const limits: [entry: string, limits: Record<string, number>][] = [
    ["customLabels", { label: 765 }],
    ["customApplications", { label: 120, description: 765 }],
    ["customTabs", { label: 120, description: 765 }],
    ["quickActions", { label: 80 }],
    ["reportTypes", { label: 120, description: 765 }],
  ];
  for (const [entry, lengths] of limits) {
    const seen = new Set<string>();
    for (const found of all(element, entry)) {
      limitLengths(found, lengths, context, `${entry}.`);
      const name = textOf(found, "name") ?? "";
      if (name !== "" && seen.has(name)) context.report(`Duplicate translation of ${name}`, found);
      seen.add(name);
    }
  }
};

export const customObjectTranslation: Rule = (item, element, context) => {
  const dash = item.fullName.lastIndexOf("-");
  const object = item.fullName.slice(0, dash);
  const language = item.fullName.slice(dash + 1);
  if (dash < 0 || !languages.test(language)) {
    context.report(
      `The name of an object translation is Object-language, such as Account-es: ${item.fullName}`,
    );
    return;
  }
  activeLanguage(language, context);
  if (context.model.object(object) === undefined)
    context.report(`In field: fullName - no CustomObject named ${object} found`);
  limitLengths(element, { nameFieldLabel: 80 }, context);
  limitEach(element, "caseValues", { value: 80 }, context);
  limitEach(element, "fields", { label: 40, help: 510, relationshipLabel: 80 }, context);
  limitEach(element, "layouts", { layout: 120 }, context);
  limitEach(element, "recordTypes", { label: 80, description: 255 }, context);
  limitEach(element, "validationRules", { errorMessage: 255 }, context);
  limitEach(element, "webLinks", { label: 80 }, context);
  limitEach(element, "quickActions", { label: 80 }, context);
  for (const field of all(element, "fields")) {
    if ((textOf(field, "name") ?? "") === "") context.report("Required field is missing: name", field);
    limitEach(field, "picklistValues", { translation: 255 }, context);
  }
};

function limitEach(
  element: XmlElement,
  name: string,
  lengths: Record<string, number>,
  context: RuleContext,
): void {
  for (const entry of all(element, name)) limitLengths(entry, lengths, context, `${name}.`);
}
