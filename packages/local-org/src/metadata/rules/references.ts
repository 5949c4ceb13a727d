/** Who names a component: enough to refuse deleting what is in use. */
import { splitName, type Model } from "../deploy/model.ts";
import type { Item } from "../package/read.ts";
import { text } from "../package/zip.ts";
import { textOf } from "../xml/parse.ts";

/** Names as they are written in metadata: whole words, dotted names and all. */
const word = (name: string): RegExp =>
  new RegExp(`(?<![\\w.])${name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}(?![\\w])`);

/** How a component is spelt where it is used, by type. */
function spellings(type: string, fullName: string): RegExp[] {
  const [object, own] = splitName(fullName);
  switch (type) {
    case "CustomField":
      return [word(fullName), new RegExp(`(?<![\\w.])(Record\\.)?${own}(?!\\w)`)];
    case "CustomObject":
      return [word(fullName), new RegExp(`(?<!\\w)${fullName}\\.`)];
    case "CustomLabel":
      return [
        new RegExp(`@salesforce/label/c\\.${fullName}(?!\\w)`),
        new RegExp(`\\{!\\$Label\\.${fullName}\\}`),
      ];
    case "CustomPermission":
      return [word(fullName)];
    case "LightningComponentBundle":
      return [
        new RegExp(`c:${fullName}(?!\\w)`),
        new RegExp(`['"]c/${fullName}['"]`),
        new RegExp(`<c-${fullName.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}(?![\\w-])`),
        new RegExp(`<(lwcComponent|lightningWebComponent)>${fullName}<`),
      ];
    case "RecordType":
      return [word(fullName)];
    case "FlexiPage":
      return [new RegExp(`<(flexiPage|utilityBar|content)>${fullName}<`)];
    case "CustomTab":
      return [new RegExp(`<(tab|tabs|defaultLandingTab)>${fullName}<`)];
    case "CustomApplication":
      return [new RegExp(`<application>${fullName}<`)];
    case "PlatformEventChannel":
      return [new RegExp(`<eventChannel>${fullName}<`)];
    case "GlobalValueSet":
      return [new RegExp(`<valueSetName>${fullName}<`)];
    case "Report":
      return [new RegExp(`<report>${fullName}<`)];
    case "ReportType":
      return [new RegExp(`<reportType>${fullName}(__c)?<`)];
    case "ExternalClientApplication":
      return [new RegExp(`<externalClientApplication>${fullName}<`)];
    default:
      return object === "" ? [] : [];
  }
}

/** Types whose naming of a thing goes away with it, without complaint. */
const yielding = new Set([
  "PermissionSet",
  "Profile",
  "Layout",
  "CustomObjectTranslation",
  "Translations",
  "ListView",
  "CompactLayout",
]);

export function referencesTo(type: string, fullName: string, model: Model): string[] {
  const patterns = spellings(type, fullName);
  if (patterns.length === 0) return [];
  const [object] = splitName(fullName);
  const users: string[] = [];
  const seen = new Set<string>();
  const visit = (item: Item): void => {
    const key = `${item.type} ${item.fullName}`;
    if (seen.has(key) || key === `${type} ${fullName}`) return;
    seen.add(key);
    if (yielding.has(item.type) || (type === "CustomObject" && item.fullName.startsWith(`${fullName}.`)))
      return;
    if (type === "CustomObject" && item.type === "CustomTab" && item.fullName === fullName) {
      users.push(`${item.type} - ${item.fullName}`);
      return;
    }
    const content = usedText(item);
    const [matched] = patterns.filter((pattern) => pattern.test(content));
    if (matched === undefined) return;
    // a field's bare name only counts among things of the same object
    if (type === "CustomField" && !word(fullName).test(content) && objectOf(item) !== object) return;
    users.push(`${item.type} - ${item.fullName}`);
  };
  for (const item of model.items) visit(item);
  for (const component of model.org.components.list()) {
    if (model.removed.has(`${component.type} ${component.fullName}`.toLowerCase())) continue;
    const item = model.find(component.type, component.fullName);
    if (item !== undefined) visit(item);
  }
  return users;
}

/** The object whose fields an item names without saying so. */
function objectOf(item: Item): string | undefined {
  const { element } = item;
  if (element === undefined) return undefined;
  if (item.type === "FlexiPage") return textOf(element, "sobjectType");
  if (item.type === "PlatformEventChannelMember")
    return (textOf(element, "selectedEntity") ?? "")
      .replace(/__ChangeEvent$/, "__c")
      .replace(/ChangeEvent$/, "");
  return ["CustomField", "ValidationRule", "RecordType", "FieldSet"].includes(item.type)
    ? splitName(item.fullName)[0]
    : undefined;
}

function usedText(item: Item): string {
  if (item.element !== undefined && item.files.size <= 1)
    return item.source.slice(item.element.start, item.element.end);
  return [...item.files]
    .filter(([path]) => !path.startsWith("compiled/"))
    .map(([, content]) => text(content))
    .join("\n");
}
