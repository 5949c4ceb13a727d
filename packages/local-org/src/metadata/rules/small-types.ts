/** Types whose rules are a few lines each. */
import { all, at, child, textOf } from "../xml/parse.ts";
import { splitName } from "../deploy/model.ts";
import { exposure } from "../lwc/compile.ts";
import { isStandardValueSet } from "../standard/value-sets.ts";
import { valueList } from "./field-picklist.ts";
import type { Rule } from "./rule.ts";
import { limitLengths, notFound, unknownUser } from "./words.ts";

export const queue: Rule = (_item, element, context) => {
  limitLengths(element, { name: 40, email: 255 }, context);
  const supported = all(element, "queueSobject");
  for (const entry of supported) {
    const name = textOf(entry, "sobjectType") ?? "";
    if (context.model.object(name) === undefined)
      context.report(notFound("sobjectType", "CustomObject", name), entry);
  }
  const lists: [container: string, entry: string, type: string][] = [
    ["publicGroups", "publicGroup", "Group"],
    ["roles", "role", "Role"],
    ["roleAndSubordinates", "roleAndSubordinate", "Role"],
    ["roleAndSubordinatesInternal", "roleAndSubordinateInternal", "Role"],
  ];
  for (const [container, entry, type] of lists)
    for (const member of at(element, "queueMembers", container)?.children ?? []) {
      const name = member.text.trim();
      if (member.name === entry && context.model.find(type, name) === undefined)
        context.report(notFound(entry, type, name), member);
    }
  for (const member of at(element, "queueMembers", "users")?.children ?? []) {
    const problem = unknownUser(member.text.trim(), context);
    if (problem !== undefined) context.report(problem, member);
  }
};

export const group: Rule = (_item, element, context) => limitLengths(element, { name: 40 }, context);

export const customPermission: Rule = (_item, element, context) => {
  limitLengths(element, { label: 150, description: 255 }, context);
  for (const entry of all(element, "requiredPermission")) {
    const name = textOf(entry, "customPermission") ?? "";
    if (context.model.find("CustomPermission", name) === undefined)
      context.report(notFound("customPermission", "CustomPermission", name), entry);
  }
};

export const customNotificationType: Rule = (_item, element, context) => {
  limitLengths(element, { customNotifTypeName: 80, masterLabel: 80, description: 255 }, context);
  if (
    textOf(element, "desktop") === "false" &&
    textOf(element, "mobile") === "false" &&
    textOf(element, "slack") !== "true"
  )
    context.report("A custom notification type needs at least one channel: desktop, mobile or slack");
};

export const globalValueSet: Rule = (_item, element, context) => {
  limitLengths(element, { masterLabel: 80, description: 255 }, context);
  valueList(all(element, "customValue"), element, context);
  if (all(element, "customValue").length === 0) context.report("Required field is missing: customValue");
};

export const standardValueSet: Rule = (item, element, context) => {
  if (!isStandardValueSet(item.fullName))
    context.report(`In field: fullName - no StandardValueSet named ${item.fullName} found`);
  valueList(all(element, "standardValue"), element, context);
};

/** What each type of action cannot do without. */
const actionNeeds: Record<string, string[]> = {
  LightningWebComponent: ["lightningWebComponent"],
  LightningComponent: ["lightningComponent"],
  VisualforcePage: ["page"],
  Canvas: ["canvas"],
  Flow: ["flowDefinition"],
  Create: ["targetObject"],
  Update: [],
  LogACall: ["targetObject"],
};

export const quickAction: Rule = (item, element, context) => {
  limitLengths(element, { label: 80, description: 255, successMessage: 255 }, context);
  const [object] = splitName(item.fullName);
  if (object !== "" && context.model.object(object) === undefined)
    context.report(`In field: fullName - no CustomObject named ${object} found`);
  const type = textOf(element, "type") ?? "";
  for (const name of actionNeeds[type] ?? [])
    if ((textOf(element, name) ?? "") === "") context.report(`Required field is missing: ${name}`);
  if (textOf(element, "label") === undefined && textOf(element, "standardLabel") === undefined)
    context.report("Required field is missing: label");
  const bundleName = textOf(element, "lightningWebComponent");
  if (bundleName !== undefined) {
    const where = child(element, "lightningWebComponent");
    const bundle = context.model.find("LightningComponentBundle", bundleName.replace(/^c:/, ""));
    if (bundle === undefined)
      context.report(
        `Unable to retrieve lightning web component by namespace/developer name : c:${bundleName}`,
        where,
      );
    else if (bundle.element !== undefined) {
      const { targets } = exposure(bundle.element);
      const wanted = object === "" ? "lightning__GlobalAction" : "lightning__RecordAction";
      if (!targets.includes(wanted))
        context.report(
          `The component ${bundleName} can't be used in this quick action: it needs the target ${wanted}`,
          where,
        );
    }
  }
  const page = textOf(element, "page");
  if (page !== undefined && context.model.find("ApexPage", page) === undefined)
    context.report(notFound("page", "ApexPage", page), child(element, "page"));
  const target = textOf(element, "targetObject");
  const targetView = context.model.object(target ?? object);
  if (target !== undefined && targetView === undefined)
    context.report(notFound("targetObject", "CustomObject", target), child(element, "targetObject"));
  for (const entry of all(element, "fieldOverrides")) {
    const name = textOf(entry, "field") ?? "";
    if (targetView?.complete === true && targetView.field(name) === undefined)
      context.report(notFound("field", "CustomField", `${targetView.name}.${name}`), entry);
  }
  for (const column of at(element, "quickActionLayout")?.children ?? [])
    for (const entry of all(column, "quickActionLayoutItems")) {
      const name = textOf(entry, "field");
      if (name !== undefined && targetView?.complete === true && targetView.field(name) === undefined)
        context.report(notFound("field", "CustomField", `${targetView.name}.${name}`), entry);
    }
};

export const customMetadata: Rule = (item, element, context) => {
  limitLengths(element, { label: 40 }, context);
  const [typeName] = splitName(item.fullName);
  const type = context.model.object(`${typeName}__mdt`);
  if (type === undefined) {
    context.report(`In field: fullName - no CustomObject named ${typeName}__mdt found`);
    return;
  }
  for (const entry of all(element, "values")) {
    const name = textOf(entry, "field") ?? "";
    if (type.field(name) === undefined)
      context.report(notFound("field", "CustomField", `${typeName}__mdt.${name}`), entry);
  }
};

export const permissionSetGroup: Rule = (_item, element, context) => {
  limitLengths(element, { label: 80, description: 255 }, context);
  for (const entry of all(element, "permissionSets")) {
    const name = entry.text.trim();
    // force__…: Salesforce's own, which come with its features
    if (!name.startsWith("force__") && context.model.find("PermissionSet", name) === undefined)
      context.report(notFound("permissionSet", "PermissionSet", name), entry);
  }
};
