/** Report types, reports, dashboards and their folders. */
import { all, at, child, flag, textOf, type XmlElement } from "../xml/parse.ts";
import { isCustomField, type Model, type ObjectView } from "../deploy/model.ts";
import { resolves } from "./flexi-page-field.ts";
import { booleanFilterProblem } from "./boolean-filter.ts";
import type { Item } from "../package/read.ts";
import type { Rule, RuleContext } from "./rule.ts";
import { limitLengths, notFound, unknownUser } from "./words.ts";

const MOST_OBJECTS = 4;

export const reportType: Rule = (item, element, context) => {
  limitLengths(element, { label: 50, description: 255 }, context);
  const base = textOf(element, "baseObject") ?? "";
  const object = context.model.object(base);
  if (base !== "" && object === undefined) {
    context.report(notFound("baseObject", "CustomObject", base), child(element, "baseObject"));
    return;
  }
  const before = context.model.inOrg("ReportType", item.fullName)?.element;
  const was = before && textOf(before, "baseObject");
  if (was !== undefined && base !== "" && was !== base)
    context.report(
      `You can't change the baseObject of an existing report type: it is ${was}`,
      child(element, "baseObject"),
    );
  const tables = joins(base, element, context);
  if (tables === undefined) return;
  for (const section of all(element, "sections"))
    for (const column of all(section, "columns")) {
      const table = textOf(column, "table") ?? "";
      const field = textOf(column, "field") ?? "";
      const source = tables.get(table);
      if (!tables.has(table)) {
        context.report(
          `The table ${table} of a column is not part of the report type: it has ${[...tables.keys()].join(", ")}`,
          child(column, "table"),
        );
        continue;
      }
      if (source !== undefined && !columnExists(source, field, context))
        context.report(notFound("field", "CustomField", `${source.name}.${field}`), child(column, "field"));
    }
};

function columnExists(object: ObjectView, path: string, context: RuleContext): boolean {
  // a column names a lookup by the field (`Owner`, `Acc__c`) and goes through it with dots (`Owner.Email`, `Acc__c.Name`)
  const steps = path.split(".");
  let view: ObjectView | undefined = object;
  for (const [index, step] of steps.entries()) {
    if (view === undefined) return true;
    const field =
      view.field(step) ??
      view.fields().find((candidate) => candidate.relationshipName?.toLowerCase() === step.toLowerCase()) ??
      view.field(`${step}Id`);
    if (field === undefined) return !view.complete && !isCustomField(step);
    if (index < steps.length - 1) view = context.model.object(field.referenceTo[0] ?? "");
  }
  return true;
}

/** The tables of a report type: its base, and each join's dotted path. */
function joins(
  base: string,
  element: XmlElement,
  context: RuleContext,
): Map<string, ObjectView | undefined> | undefined {
  const tables = new Map<string, ObjectView | undefined>([[base, context.model.object(base)]]);
  let join = child(element, "join");
  let path = base;
  let view = context.model.object(base);
  let outer = false;
  let count = 1;
  while (join !== undefined) {
    count += 1;
    if (count > MOST_OBJECTS) {
      context.report(`A report type can join at most ${MOST_OBJECTS} objects`, join);
      return undefined;
    }
    const relationship = textOf(join, "relationship") ?? "";
    const name = view?.childRelationship(relationship);
    if (view !== undefined && name === undefined) {
      context.report(
        `In field: relationship - no child relationship named ${relationship} found on ${view.name}`,
        child(join, "relationship"),
      );
      return undefined;
    }
    const isOuter = flag(join, "outerJoin");
    if (outer && !isOuter) {
      context.report("An inner join can't follow an outer join in a report type", child(join, "outerJoin"));
      return undefined;
    }
    outer = isOuter;
    path = `${path}.${relationship}`;
    view = name === undefined ? undefined : context.model.object(name);
    tables.set(path, view);
    join = child(join, "join");
  }
  return tables;
}
const folderOf = (fullName: string): string => fullName.slice(0, Math.max(0, fullName.lastIndexOf("/")));

function inFolder(item: Item, folderType: string, context: RuleContext): void {
  const folder = folderOf(item.fullName);
  if (folder === "" || /^(unfiled\$public|public|Private|PersonalFolder)/i.test(folder)) return;
  if (context.model.find(folderType, folder) === undefined) context.report(`Cannot find folder:${folder}`);
}

export const folder: Rule = (item, element, context) => {
  if ((textOf(element, "name") ?? "").length > 40) limitLengths(element, { name: 40 }, context);
  const parent = folderOf(item.fullName);
  if (parent !== "" && context.model.find(item.type, parent) === undefined)
    context.report(`Cannot find folder:${parent}`);
  for (const share of all(element, "folderShares")) {
    const type = textOf(share, "sharedToType");
    const name = textOf(share, "sharedTo") ?? "";
    const kinds: Record<string, string> = {
      Role: "Role",
      RoleAndSubordinates: "Role",
      RoleAndSubordinatesInternal: "Role",
    };
    if (type === "User" && unknownUser(name, context) !== undefined)
      context.report(notFound("sharedTo", "User", name), child(share, "sharedTo"));
    const wanted = type === "Group" && !/^All\w+Users$/.test(name) ? "Group" : kinds[type ?? ""];
    if (wanted !== undefined && context.model.find(wanted, name) === undefined)
      context.report(notFound("sharedTo", wanted, name), child(share, "sharedTo"));
  }
};

/** Standard report types the package may report on. */
const standardReportTypes =
  /^(CaseList|CaseHistory|CaseSolution|CaseArticles?|CaseContactRole\w*|CaseComments?|CaseTeam\w*|AccountList|ContactList|AccountContact\w*|Account\w*|Contact\w*|Lead\w*|Opportunity\w*|Campaign\w*|Activity\w*|Contract\w*|Asset\w*|Product\w*|Solution\w*|User\w*|Event\w*|Task\w*|Report\w*|Entitlement\w*|ServiceContract\w*|File\w*|Login\w*|Pricebook\w*|Quote\w*|Order\w*|WorkOrder\w*|TimeBased\w*|Territory\w*|Idea\w*|Question\w*|Live\w*|Collaboration\w*|CustomEntity\$\w+|CustomEntityCustomEntity\$\w+(\$\w+|@\w+)*|[A-Z]\w*\$\w+([@.$]\w+)*)$/;

function reportTypeExists(name: string, model: Model): boolean {
  const custom = name.replace(/__c$/, "");
  if (model.find("ReportType", custom) !== undefined) return true;
  const entity = /\$(\w+?)(?:[@.$].*)?$/.exec(name)?.[1];
  if (name.startsWith("CustomEntity$")) return entity !== undefined && model.object(entity) !== undefined;
  return !/__c$/.test(name) && standardReportTypes.test(name);
}

export const report: Rule = (item, element, context) => {
  inFolder(item, "ReportFolder", context);
  limitLengths(element, { name: 40, description: 255 }, context);
  const type = textOf(element, "reportType") ?? "";
  if (type !== "" && !reportTypeExists(type, context.model)) {
    context.report(`In field: reportType - no ReportType named ${type} found`, child(element, "reportType"));
    return;
  }
  const format = textOf(element, "format");
  const down = all(element, "groupingsDown");
  const across = all(element, "groupingsAcross");
  if (format === "Tabular" && (down.length > 0 || across.length > 0))
    context.report("A tabular report can't have groupings", down[0] ?? across[0]);
  if (format === "Summary" && down.length === 0)
    context.report("A summary report needs at least one grouping in groupingsDown");
  if (format === "Summary" && across.length > 0)
    context.report("A summary report can't have groupingsAcross: use Matrix", across[0]);
  if (format === "Matrix" && (down.length === 0 || across.length === 0))
    context.report("A matrix report needs groupingsDown and groupingsAcross");
  if (format === "MultiBlock" && all(element, "block").length === 0)
    context.report("A joined report (MultiBlock) needs at least one block");
  if (
    child(element, "chart") !== undefined &&
    format === "Tabular" &&
    textOf(element, "rowLimit") === undefined
  )
    context.report("A tabular report can have a chart only with a row limit", child(element, "chart"));
  for (const column of all(element, "columns")) {
    const name = textOf(column, "field") ?? "";
    if (!fieldExists(name, context)) context.report(`Invalid field name: ${name}`, child(column, "field"));
  }
  for (const grouping of [...down, ...across]) {
    const name = textOf(grouping, "field") ?? "";
    if (!fieldExists(name, context)) context.report(`Invalid field name: ${name}`, child(grouping, "field"));
  }
  const filter = child(element, "filter");
  if (filter === undefined) return;
  const items = all(filter, "criteriaItems");
  for (const criterion of items) {
    const name = textOf(criterion, "column") ?? "";
    if (!fieldExists(name, context))
      context.report(`Invalid field name: ${name}`, child(criterion, "column"));
  }
  const problem = booleanFilterProblem(textOf(filter, "booleanFilter"), items.length);
  if (problem !== undefined) context.report(problem, child(filter, "booleanFilter"));
};

/** `Case.Support_Priority__c`, `Thing__c$Name`, `Thing__c.Note__c`: custom fields are looked up, tokens of standard ones are not. */
function fieldExists(name: string, context: RuleContext): boolean {
  const [head = "", ...rest] = name.split(/[$.]/);
  if (rest.length === 0) return !isCustomField(name);
  const object = context.model.object(head.replace(/^FK_/, ""));
  if (object === undefined) return !/__[cr]$/i.test(head);
  const last = rest.at(-1) ?? "";
  if (!isCustomField(last)) return true;
  if (rest.length === 1) return object.field(last) !== undefined;
  return rest.slice(0, -1).some((step) => /__[cr]$/i.test(step))
    ? true
    : resolves(object.name, last, context);
}

export const dashboard: Rule = (item, element, context) => {
  inFolder(item, "DashboardFolder", context);
  limitLengths(element, { title: 80, description: 255 }, context);
  const grid = child(element, "dashboardGridLayout");
  const components: XmlElement[] = [];
  if (grid === undefined) {
    for (const section of ["leftSection", "middleSection", "rightSection"])
      components.push(
        ...(at(element, section)?.children.filter((entry) => entry.name === "components") ?? []),
      );
    for (const section of ["leftSection", "rightSection"])
      if (child(element, section) === undefined) context.report(`Required field is missing: ${section}`);
  } else
    for (const cell of all(grid, "dashboardGridComponents")) {
      const component = child(cell, "dashboardComponent");
      if (component !== undefined) components.push(component);
      const columns = Number(textOf(grid, "numberOfColumns") ?? 12);
      const end = Number(textOf(cell, "columnIndex") ?? 0) + Number(textOf(cell, "colSpan") ?? 0);
      if (end > columns) context.report(`A component of the grid reaches column ${end} of ${columns}`, cell);
    }
  if (components.length > 20) context.report("A dashboard can have at most 20 components");
  for (const component of components) {
    const name = textOf(component, "report");
    if (name === undefined) continue;
    if (context.model.find("Report", name) === undefined)
      context.report(notFound("report", "Report", name), child(component, "report"));
  }
  for (const color of ["backgroundStartColor", "backgroundEndColor", "textColor", "titleColor"]) {
    const value = textOf(element, color);
    if (value !== undefined && !/^#[0-9A-Fa-f]{6}$/.test(value))
      context.report(`${color} must be a color such as #FFFFFF: ${value}`, child(element, color));
  }
  const runningUser = textOf(element, "runningUser");
  if (runningUser === undefined) {
    if (textOf(element, "dashboardType") === "SpecifiedUser")
      context.report("Required field is missing: runningUser");
    return;
  }
  const problem = unknownUser(runningUser, context);
  if (problem !== undefined) context.report(problem, child(element, "runningUser"));
};
