/** Reads an element against the schema and says what is wrong in Salesforce's words. */
import { localName, type XmlElement } from "../xml/parse.ts";
import { enumValues, isType, typeElements } from "./schema.ts";

export interface Problem {
  problem: string;
  element: XmlElement;
}

export const NAMESPACE = "http://soap.sforce.com/2006/04/metadata";

/** Elements that an API version retired: `type.element` → the first version that refuses it. */
const retired: Record<string, number> = {
  "FlexiPageRegion.componentInstances": 49,
  "CustomField.picklist": 38,
  "CustomField.trueValueIndicator": 38,
  "CustomTab.mobileReady": 45,
  "PermissionSet.userLicense": 38,
  "FlexiPage.pageTemplate": 33,
  "CustomObject.enableLookup": 38,
  "CustomApplication.detailPageRefreshMethod": 48,
  "CustomApplication.listRefreshMethod": 48,
  "CustomApplication.listPlacement": 48,
  "CustomApplication.domainWhitelist": 48,
};

/** The WSDL says minOccurs=1 and Salesforce reads the absence as false: shipped packages leave them out. */
const tolerated = new Set([
  "PermissionSetObjectPermissions.allowCreate",
  "PermissionSetObjectPermissions.allowDelete",
  "PermissionSetObjectPermissions.allowEdit",
  "PermissionSetObjectPermissions.allowRead",
  "PermissionSetObjectPermissions.modifyAllRecords",
  "PermissionSetObjectPermissions.viewAllRecords",
  "CustomPermission.isLicensed",
  "ReportTypeColumn.checkedByDefault",
  // a picklist is required to define its values or to name a set, which has its own rule and words
  "ListView.columns",
  // said by rules in better words
  "Dashboard.runningUser",
]);

const integer = /^\s*[+-]?\d+\s*$/;
const decimal = /^\s*[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?\s*$/;

function scalarProblem(value: string, type: string): string | undefined {
  if (type === "boolean")
    return /^\s*(true|false|0|1)\s*$/.test(value)
      ? undefined
      : `Error parsing file: '${value}' is not a valid value for the type xsd:boolean`;
  if (type === "number")
    return (integer.test(value) || decimal.test(value)) && value.trim() !== ""
      ? undefined
      : `Error parsing file: '${value}' is not a valid value for the type xsd:int`;
  if (type === "Date")
    return /^\s*\d{4}-\d\d-\d\d/.test(value)
      ? undefined
      : `Error parsing file: '${value}' is not a valid value for the type xsd:date`;
  const values = enumValues(type);
  if (values === undefined || values.includes(value.trim())) return undefined;
  return `Error parsing file: '${value.trim()}' is not a valid value for the enum '${type}'`;
}

/** All problems of an element that should be of `type`, deepest order as the file has them. */
export function validateElement(element: XmlElement, type: string, version: number): Problem[] {
  const defs = typeElements(type);
  if (defs === undefined) return [];
  const problems: Problem[] = [];
  const seen = new Map<string, number>();
  for (const child of element.children) {
    const name = localName(child);
    const key = `${type}.${name}`;
    const limit = retired[key];
    if (limit !== undefined && version >= limit) {
      problems.push({
        problem: `Property '${name}' not valid in version ${version.toFixed(1)}`,
        element: child,
      });
      continue;
    }
    const def = defs.get(name);
    if (def === undefined) {
      problems.push({
        problem: `Error parsing file: Element {${NAMESPACE}}${name} invalid at this location in type ${type}`,
        element: child,
      });
      continue;
    }
    seen.set(name, (seen.get(name) ?? 0) + 1);
    if (def.occurs !== "many" && seen.get(name) === 2)
      problems.push({
        problem: `Error parsing file: Element ${name} is duplicated at this location in type ${type}`,
        element: child,
      });
    if (def.type === "any" || child.attributes["xsi:nil"] === "true") continue;
    if (isType(def.type)) {
      problems.push(...validateElement(child, def.type, version));
      continue;
    }
    const stray = child.children[0];
    if (stray !== undefined) {
      problems.push({
        problem: `Error parsing file: Element {${NAMESPACE}}${localName(stray)} invalid at this location in type ${def.type === "string" ? "xsd:string" : def.type}`,
        element: stray,
      });
      continue;
    }
    const problem = scalarProblem(child.text, def.type);
    if (problem !== undefined) problems.push({ problem, element: child });
  }
  for (const def of defs.values()) {
    if (def.occurs !== "one" || tolerated.has(`${type}.${def.name}`)) continue;
    const present = element.children.find((child) => localName(child) === def.name);
    if (present === undefined || (def.type === "string" && present.text.trim() === ""))
      problems.push({ problem: `Required field is missing: ${def.name}`, element });
  }
  return problems;
}
