/** Fields placed on a page, and rules of visibility over them. */
import { all, child, textOf, type XmlElement } from "../xml/parse.ts";
import { relationshipField } from "../formula/check.ts";
import { booleanFilterProblem } from "./boolean-filter.ts";
import type { PageView } from "./page-view.ts";
import type { RuleContext } from "./rule.ts";
import { notFound } from "./words.ts";

/** Follows `Account.Owner.Name` from an object; true when every step is known, or cannot be known here. */
export function resolves(object: string, path: string, context: RuleContext): boolean {
  let view = context.model.object(object);
  const steps = path.split(".");
  for (const [index, step] of steps.entries()) {
    if (view === undefined) return true;
    if (index === steps.length - 1)
      return view.field(step) !== undefined || (!view.complete && !/__c$/i.test(step));
    const lookup = relationshipField(view, step);
    if (lookup === undefined) return !view.complete && !/__r$/i.test(step);
    view = context.model.object(lookup.referenceTo[0] ?? "");
  }
  return true;
}

export function fieldOnPage(page: PageView, field: XmlElement, context: RuleContext): void {
  const item = textOf(field, "fieldItem") ?? "";
  const where = child(field, "fieldItem");
  if (!item.startsWith("Record."))
    context.report(`Invalid field reference: ${item} must start with Record.`, where);
  else if (page.object !== undefined && !resolves(page.object, item.slice("Record.".length), context))
    context.report(`We couldn't retrieve or load the information on the field: ${item}.`, where);
  const properties = all(field, "fieldInstanceProperties");
  const behavior = properties.find((property) => textOf(property, "name") === "uiBehavior");
  if (behavior === undefined) {
    context.report(
      "Missing fieldInstanceProperties: uiBehavior must be 'none', 'readonly' or 'required'",
      field,
    );
    return;
  }
  const value = textOf(behavior, "value") ?? "";
  if (!["none", "readonly", "required"].includes(value.toLowerCase()))
    context.report(
      `'${value}' is not a valid uiBehavior: it must be 'none', 'readonly' or 'required'`,
      behavior,
    );
  const rule = child(field, "visibilityRule");
  if (rule !== undefined) visibility(page, rule, context);
}

const operators = new Set([
  "EQUAL",
  "NE",
  "CONTAINS",
  "GT",
  "GE",
  "LT",
  "LE",
  "GREATER",
  "LESS",
  "STARTSWITH",
  "NOTCONTAINS",
  "INCLUDES",
  "EXCLUDES",
]);

export function visibility(page: PageView, rule: XmlElement, context: RuleContext): void {
  const criteria = all(rule, "criteria");
  const problem = booleanFilterProblem(textOf(rule, "booleanFilter"), criteria.length);
  if (problem !== undefined) context.report(problem, child(rule, "booleanFilter"));
  for (const criterion of criteria) {
    const operator = textOf(criterion, "operator") ?? "";
    if (!operators.has(operator.toUpperCase()))
      context.report(
        `'${operator}' is not a valid operator of a visibility rule`,
        child(criterion, "operator"),
      );
    const left = textOf(criterion, "leftValue") ?? "";
    const path = /^\{!?([$\w.]+)\}$/.exec(left)?.[1];
    if (path === undefined) continue;
    const where = child(criterion, "leftValue");
    if (
      path.startsWith("Record.") &&
      page.object !== undefined &&
      !resolves(page.object, path.slice(7), context)
    )
      context.report(`We couldn't retrieve or load the information on the field: ${path}.`, where);
    const permission = /^\$Permission\.CustomPermission\.(\w+)$/.exec(path)?.[1];
    if (permission !== undefined && context.model.find("CustomPermission", permission) === undefined)
      context.report(notFound("leftValue", "CustomPermission", permission), where);
  }
}
