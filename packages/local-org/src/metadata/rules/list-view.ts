/** List views: columns by the tokens Salesforce uses, filters over them. */
import { all, child, textOf, type XmlElement } from "../xml/parse.ts";
import { splitName, type ObjectView } from "../deploy/model.ts";
import { catalogueObject } from "../standard/catalogue.ts";
import { booleanFilterProblem } from "./boolean-filter.ts";
import type { Rule, RuleContext } from "./rule.ts";
import { limitLengths, notFound } from "./words.ts";

/** Columns every custom object has beside its own fields. */
const common = new Set(
  (
    "NAME OWNER.ALIAS OWNER.FIRST_NAME OWNER.LAST_NAME OWNER.NAME CREATED_DATE LAST_UPDATE LAST_ACTIVITY CREATEDBY_USER " +
    "CREATEDBY_USER.ALIAS UPDATEDBY_USER UPDATEDBY_USER.ALIAS RECORDTYPE OBJECT_ID CURRENCY_ISO_CODE LAST_VIEWED LAST_REFERENCED"
  ).split(" "),
);
/** Standard objects use the tokens of reports: a table, then the field in capitals. */
const tables: Record<string, string[]> = {
  Case: ["CASES", "ACCOUNT", "CONTACT", "CORE.USERS", "OWNER", "ENTITLEMENT", "ASSET", "PRODUCT"],
  Account: ["ACCOUNT", "CORE.USERS", "SALES.ACCOUNT", "OWNER", "PC", "USERS"],
  Contact: ["CONTACT", "ACCOUNT", "CORE.USERS", "OWNER"],
};
const bare: Record<string, string[]> = {
  Case: ["NAME", "OWNER_NAME", "OWNER_ALIAS", "CREATEDBY_USER", "UPDATEDBY_USER"],
};
const caseTokens = new Set(
  (
    "CASE_NUMBER SUBJECT STATUS PRIORITY ORIGIN REASON TYPE DESCRIPTION CREATED_DATE CREATED_DATE_DATE_ONLY CLOSED_DATE " +
    "CLOSED_DATE_DATE_ONLY CLOSEDDATE CLOSED IS_CLOSED LAST_UPDATE LAST_UPDATE_DATE_ONLY RECORDTYPE IS_ESCALATED ESCALATED ESCALATION " +
    "SUPPLIED_NAME SUPPLIED_EMAIL SUPPLIED_PHONE SUPPLIED_COMPANY IS_VISIBLE_IN_CSS NEW_SELF_SERVICE_COMMENT HAS_SELF_SERVICE_COMMENTS " +
    "HAS_COMMENTS_UNREAD_BY_OWNER CONTACT_PHONE CONTACT_EMAIL CONTACT_MOBILE CONTACT_FAX PARENT_CASE_NUMBER PARENT CASE_ID " +
    "BUSINESSHOURS BUSINESS_HOURS AGE LAST_ACTIVITY LAST_VIEWED MILESTONE_STATUS STOPPED ENTITLEMENT"
  ).split(" "),
);

export function knownColumn(object: ObjectView, column: string): boolean {
  if (/__c$/i.test(column) || /__c\./i.test(column)) return object.field(column) !== undefined;
  if (object.custom) return common.has(column) && !(ownerless(object) && column.startsWith("OWNER."));
  if (!/^[A-Z][A-Z0-9_]*(\.[A-Z][A-Z0-9_]*)*$/.test(column)) return false;
  const own = tables[object.name];
  if (own === undefined) return catalogueObject(object.name) !== undefined;
  if (!column.includes(".")) return object.name !== "Case" || (bare.Case ?? []).includes(column);
  const table = own.find((candidate) => column.startsWith(`${candidate}.`));
  if (table !== undefined) return table !== "CASES" || caseTokens.has(column.slice(table.length + 1));
  return /^(CREATEDBY_USER|UPDATEDBY_USER)\./.test(column);
}

/** A detail belongs to who has its master. */
const ownerless = (object: ObjectView): boolean => object.sharingModel === "ControlledByParent";

export const listView: Rule = (item, element, context) => {
  const object = context.model.object(splitName(item.fullName)[0]);
  if (object === undefined) return;
  limitLengths(element, { label: 40 }, context);
  const columns = all(element, "columns");
  for (const column of columns)
    if (!knownColumn(object, column.text.trim()))
      context.report(`Could not resolve list view column: ${column.text.trim()}`, column);
  const names = columns.map((column) => column.text.trim());
  if (names.length > 15) context.report("A list view can have at most 15 columns", columns[15]);
  const twice = columns.find((column, index) => names.indexOf(column.text.trim()) < index);
  if (twice !== undefined) context.report(`Duplicate list view column: ${twice.text.trim()}`, twice);
  filters(object, element, context);
  const scope = textOf(element, "filterScope");
  if (scope === "Mine" && object.custom && ownerless(object))
    context.report("Invalid scope:Mine, not allowed", child(element, "filterScope"));
  const queue = textOf(element, "queue");
  if (scope === "Queue" && queue === undefined) context.report("Required field is missing: queue");
  if (queue !== undefined && context.model.find("Queue", queue) === undefined)
    context.report(notFound("queue", "Queue", queue), child(element, "queue"));
  const shared = child(element, "sharedTo");
  for (const group of shared === undefined ? [] : all(shared, "group"))
    if (context.model.find("Group", group.text.trim()) === undefined)
      context.report(notFound("group", "Group", group.text.trim()), group);
};

function filters(object: ObjectView, element: XmlElement, context: RuleContext): void {
  const entries = all(element, "filters");
  for (const entry of entries) {
    const name = textOf(entry, "field") ?? "";
    if (!knownColumn(object, name)) {
      context.report(`Could not resolve list view column: ${name}`, child(entry, "field"));
      continue;
    }
    const field = object.field(name);
    const values = (textOf(entry, "value") ?? "").split(",").map((value) => value.trim());
    if (field?.kind === "Checkbox" && values.some((value) => !["0", "1"].includes(value)))
      context.report(
        `The filter value of the checkbox ${name} must be 0 or 1: ${values.join(",")}`,
        child(entry, "value"),
      );
    if (field?.kind === "Date" || field?.kind === "DateTime") continue;
    if (
      ["Number", "Currency", "Percent"].includes(field?.kind ?? "") &&
      values.some((value) => value !== "" && Number.isNaN(Number(value.replace("%", ""))))
    )
      context.report(`Filter value must be a number: ${values.join(",")}`, child(entry, "value"));
  }
  const problem = booleanFilterProblem(textOf(element, "booleanFilter"), entries.length);
  if (problem !== undefined) context.report(problem, child(element, "booleanFilter"));
}
