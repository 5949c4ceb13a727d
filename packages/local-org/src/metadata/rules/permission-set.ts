/** Permission sets and profiles: everything they name exists, and nothing is granted without what it needs. */
import { all, child, flag, textOf, type XmlElement } from "../xml/parse.ts";
import { splitName, type Model } from "../deploy/model.ts";
import { isUserPermission, requiredPermissions } from "../standard/permissions.ts";
import { isLicense, mayHold } from "../standard/licenses.ts";
import { isStandardApp, isStandardTab } from "../standard/tabs-and-apps.ts";
import type { Rule, RuleContext } from "./rule.ts";
import { limitLengths, notFound } from "./words.ts";

export const permissionSet: Rule = (_item, element, context) => {
  limitLengths(element, { label: 80, description: 255 }, context);
  grants(element, context);
  ofLicense(element, context);
  for (const entry of all(element, "tabSettings")) tab(textOf(entry, "tab") ?? "", entry, context);
};

export const profile: Rule = (_item, element, context) => {
  limitLengths(element, { description: 255 }, context);
  grants(element, context);
  defaultRecordTypes(element, context);
  for (const entry of all(element, "tabVisibilities")) tab(textOf(entry, "tab") ?? "", entry, context);
  for (const entry of all(element, "layoutAssignments")) {
    const layout = textOf(entry, "layout") ?? "";
    const [object = ""] = layout.split("-");
    if (
      /__c$/i.test(object) &&
      context.model.find("Layout", layout) === undefined &&
      context.model.object(object) === undefined
    )
      context.report(notFound("layout", "Layout", layout), entry);
    recordTypeOf(entry, context);
  }
};

function grants(element: XmlElement, context: RuleContext): void {
  objects(element, context);
  fields(element, context);
  userPermissions(element, context);
  for (const entry of all(element, "applicationVisibilities")) {
    const name = textOf(entry, "application") ?? "";
    if (!isStandardApp(name) && context.model.find("CustomApplication", name) === undefined)
      context.report(notFound("application", "CustomApplication", name), entry);
  }
  for (const entry of all(element, "recordTypeVisibilities")) recordTypeOf(entry, context);
  const named: [entry: string, name: string, type: string][] = [
    ["customPermissions", "name", "CustomPermission"],
    ["classAccesses", "apexClass", "ApexClass"],
    ["pageAccesses", "apexPage", "ApexPage"],
    ["flowAccesses", "flow", "Flow"],
    ["externalDataSourceAccesses", "externalDataSource", "ExternalDataSource"],
  ];
  for (const [entry, name, type] of named)
    for (const found of all(element, entry)) {
      const target = textOf(found, name) ?? "";
      if (context.model.find(type, target) === undefined) context.report(notFound(name, type, target), found);
    }
  for (const entry of [
    ...all(element, "customMetadataTypeAccesses"),
    ...all(element, "customSettingAccesses"),
  ]) {
    const name = textOf(entry, "name") ?? "";
    if (context.model.object(name) === undefined)
      context.report(notFound("name", "CustomObject", name), entry);
  }
}

function recordTypeOf(entry: XmlElement, { model, report }: RuleContext): void {
  const name = textOf(entry, "recordType");
  if (name === undefined) return;
  const [object, own] = splitName(name);
  const kernel =
    model.org.schema.object(object)?.recordTypes.some((type) => type.developerName === own) ?? false;
  if (!kernel && model.find("RecordType", name) === undefined && !/\.Master$/i.test(name))
    report(notFound("recordType", "RecordType", name), entry);
}

/** Of the record types of an object that a profile shows, one is the default. */
function defaultRecordTypes(element: XmlElement, context: RuleContext): void {
  const shown = new Map<string, { entry: XmlElement; preset: boolean }>();
  for (const entry of all(element, "recordTypeVisibilities")) {
    if (!flag(entry, "visible")) continue;
    const [object] = splitName(textOf(entry, "recordType") ?? "");
    const preset = flag(entry, "default") || (shown.get(object)?.preset ?? false);
    shown.set(object, { entry, preset });
  }
  for (const { entry, preset } of shown.values())
    if (!preset) context.report("No default record type specified for recordTypeVisibility", entry);
}

/** What each object permission stands on. */
const needs: Record<string, string[]> = {
  allowCreate: ["allowRead"],
  allowEdit: ["allowRead"],
  allowDelete: ["allowRead", "allowEdit"],
  viewAllRecords: ["allowRead"],
  viewAllFields: ["allowRead"],
  modifyAllRecords: ["allowRead", "allowEdit", "allowDelete", "viewAllRecords"],
};
const words: Record<string, string> = {
  allowRead: "Read",
  allowCreate: "Create",
  allowEdit: "Edit",
  allowDelete: "Delete",
  viewAllRecords: "View All",
  viewAllFields: "View All Fields for",
  modifyAllRecords: "Modify All",
};

function objects(element: XmlElement, context: RuleContext): void {
  const entries = all(element, "objectPermissions");
  const readable = new Set(
    entries.filter((e) => flag(e, "allowRead")).map((e) => (textOf(e, "object") ?? "").toLowerCase()),
  );
  const seen = new Set<string>();
  for (const entry of entries) {
    const name = textOf(entry, "object") ?? "";
    const object = context.model.object(name);
    if (object === undefined) {
      context.report(notFound("object", "CustomObject", name), child(entry, "object"));
      continue;
    }
    if (seen.has(name.toLowerCase())) context.report(`Duplicate object permissions: ${name}`, entry);
    seen.add(name.toLowerCase());
    for (const [permission, required] of Object.entries(needs)) {
      const missing = flag(entry, permission) ? required.filter((other) => !flag(entry, other)) : [];
      if (missing.length > 0) {
        const list = missing.map((other) => `${words[other]} ${name}`).join(", ");
        context.report(`Permission ${words[permission]} ${name} depends on permission(s): ${list}`, entry);
        break;
      }
    }
    if (!flag(entry, "allowRead") || !object.custom) continue;
    for (const master of masters(context.model, name))
      if (!readable.has(master.toLowerCase()))
        context.report(`Permission Read ${name} depends on permission(s): Read ${master}`, entry);
  }
}

const masters = (model: Model, object: string): string[] =>
  model
    .list("CustomField")
    .filter(
      (field) =>
        splitName(field.fullName)[0].toLowerCase() === object.toLowerCase() &&
        field.element !== undefined &&
        textOf(field.element, "type") === "MasterDetail",
    )
    .flatMap((field) => (field.element && textOf(field.element, "referenceTo")) || []);

/** Fields that everyone who sees the record sees. */
const always = new Set([
  "id",
  "isdeleted",
  "systemmodstamp",
  "createdbyid",
  "createddate",
  "lastmodifiedbyid",
  "lastmodifieddate",
  "ownerid",
  "recordtypeid",
]);

function fields(element: XmlElement, context: RuleContext): void {
  const seen = new Set<string>();
  for (const entry of all(element, "fieldPermissions")) {
    const name = textOf(entry, "field") ?? "";
    const [objectName, own] = splitName(name);
    const object = context.model.object(objectName);
    const field = object?.field(own);
    const where = child(entry, "field");
    if (
      object === undefined ||
      (field === undefined && (object.complete || /__c$/i.test(own))) ||
      field?.partOf !== undefined
    ) {
      context.report(notFound("field", "CustomField", name), where);
      continue;
    }
    if (seen.has(name.toLowerCase())) context.report(`Duplicate field permissions: ${name}`, entry);
    seen.add(name.toLowerCase());
    const required =
      field !== undefined &&
      ((field.custom && field.required) ||
        always.has(own.toLowerCase()) ||
        (object.custom && own === "Name"));
    if (required) context.report(`You cannot deploy to a required field: ${name}`, where);
  }
}

/** A permission set for the holders of one licence grants only what that licence may have. */
function ofLicense(element: XmlElement, context: RuleContext): void {
  const name = textOf(element, "license");
  if (name === undefined || name === "") return;
  const where = child(element, "license");
  if (!isLicense(context.model.org, name)) {
    context.report(notFound("license", "UserLicense", name), where);
    return;
  }
  const refuse = (permission: string, entry: XmlElement): void =>
    context.report(`The user license doesn't allow the permission: ${permission}`, entry);
  for (const entry of all(element, "userPermissions")) {
    const permission = textOf(entry, "name") ?? "";
    if (flag(entry, "enabled") && !mayHold(name, permission)) refuse(permission, entry);
  }
  for (const entry of all(element, "objectPermissions"))
    for (const permission of ["viewAllRecords", "modifyAllRecords"])
      if (flag(entry, permission) && !mayHold(name, permission))
        refuse(`${words[permission]} ${textOf(entry, "object")}`, entry);
}

function userPermissions(element: XmlElement, context: RuleContext): void {
  const enabled = new Set(
    all(element, "userPermissions")
      .filter((entry) => flag(entry, "enabled"))
      .map((entry) => textOf(entry, "name") ?? ""),
  );
  for (const entry of all(element, "userPermissions")) {
    const name = textOf(entry, "name") ?? "";
    if (!isUserPermission(name)) {
      context.report(`Unknown user permission: ${name}`, child(entry, "name"));
      continue;
    }
    if (!flag(entry, "enabled")) continue;
    const missing = requiredPermissions(name).filter((other) => !enabled.has(other));
    if (missing.length > 0)
      context.report(`Permission ${name} depends on permission(s): ${missing.join(", ")}`, entry);
  }
}

function tab(name: string, entry: XmlElement, context: RuleContext): void {
  if (isStandardTab(name) || context.model.find("CustomTab", name) !== undefined) return;
  context.report(notFound("tab", "CustomTab", name), child(entry, "tab"));
}
