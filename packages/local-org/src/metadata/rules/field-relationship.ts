/** Lookup and master-detail fields. */
import { all, child, flag, textOf, type XmlElement } from "../xml/parse.ts";
import { splitName } from "../deploy/model.ts";
import type { Item } from "../package/read.ts";
import type { RuleContext } from "./rule.ts";

export function lookupField(item: Item, type: string, element: XmlElement, context: RuleContext): void {
  const targets = all(element, "referenceTo");
  for (const target of targets) {
    const name = target.text.trim();
    const known = context.model.object(name);
    if (known === undefined || (type === "MasterDetail" && name === "User"))
      context.report(`referenceTo value of '${name}' does not resolve to a valid sObject type`, target);
  }
  const target = targets[0]?.text.trim() ?? "";
  if (type === "Lookup") constraints(target, element, context);
  childName(item, target, element, context);
  const filter = child(element, "lookupFilter");
  if (filter !== undefined) lookupFilter(item, filter, context);
}

function constraints(target: string, element: XmlElement, context: RuleContext): void {
  const constraint = textOf(element, "deleteConstraint");
  const where = child(element, "deleteConstraint");
  if (target === "User" && (constraint === "Cascade" || constraint === "Restrict"))
    context.report("Cannot add a lookup relationship child with cascade or restrict options to User", where);
  else if (constraint === "Cascade")
    context.report("If you want to cascade delete, please contact salesforce.com", where);
  else if (flag(element, "required") && constraint !== "Restrict")
    context.report(
      "must specify either cascade delete or restrict delete for required lookup foreign key",
      child(element, "required"),
    );
}

function childName(item: Item, target: string, element: XmlElement, context: RuleContext): void {
  const name = textOf(element, "relationshipName");
  const where = child(element, "relationshipName");
  if (name === undefined || name === "") return;
  if (!/^[A-Za-z]\w*$/.test(name) || name.endsWith("_") || name.includes("__")) {
    context.report(
      "The Child Relationship Name can only contain underscores and alphanumeric characters. It must be unique, begin with a letter, not include spaces, not end with an underscore, and not contain two consecutive underscores.",
      where,
    );
    return;
  }
  if (name.length > 40)
    context.report(`relationshipName: data value too large: ${name} (max length=40)`, where);
  const rival = context.model
    .list("CustomField")
    .find(
      (field) =>
        field.fullName !== item.fullName &&
        field.element !== undefined &&
        textOf(field.element, "referenceTo") === target &&
        textOf(field.element, "relationshipName")?.toLowerCase() === name.toLowerCase(),
    );
  if (rival !== undefined && rival.fullName.localeCompare(item.fullName) < 0)
    context.report(`There is already a Child Relationship named ${name} on ${target}.`, where);
}

/** Filter fields start at the target, at `$Source` (this record) or at a global. */
function lookupFilter(item: Item, filter: XmlElement, context: RuleContext): void {
  const items = all(filter, "filterItems");
  if (items.length === 0) context.report("Required field is missing: filterItems", filter);
  const [object] = splitName(item.fullName);
  for (const entry of items) {
    const where = child(entry, "field");
    const path = where?.text.trim() ?? "";
    const names = [path, textOf(entry, "valueField") ?? ""].filter(
      (name) => name !== "" && !/^\$(User|Profile|UserRole|Organization)/i.test(name),
    );
    for (const name of names) {
      const [head = "", ...rest] = name.split(".");
      const start = head === "$Source" ? object : head;
      if (rest.length !== 1) continue;
      const view = context.model.object(start);
      if (view === undefined || (view.complete && view.field(rest[0] ?? "") === undefined))
        context.report(`In field: field - no CustomField named ${start}.${rest[0]} found`, where);
    }
  }
}
