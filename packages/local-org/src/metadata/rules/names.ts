/** Names of components: their characters, their length, and the double underscore that reads as a namespace. */
import type { Item } from "../package/read.ts";
import type { RuleContext } from "./rule.ts";

const objectEnding = /__(c|mdt|e|b|x|kav)$/i;
/** Endings that belong to the names of a type and are not part of the word; the names of all others have no ending. */
const endings: Record<string, RegExp> = {
  CustomObject: objectEnding,
  CustomField: /__(c|pc|latitude__s|longitude__s)$/i,
  CustomTab: objectEnding,
  // its own rule says what a page's name may not end with
  FlexiPage: /__c$/i,
  PlatformEventChannel: /__chn$/i,
  // named after an object
  AssignmentRules: objectEnding,
  AutoResponseRules: objectEnding,
  EscalationRules: objectEnding,
  MatchingRules: objectEnding,
  SharingRules: objectEnding,
  Workflow: objectEnding,
};

/** What messages call a name, for the types whose names are developer names; the number is the longest. */
const developerNames: Record<string, [label: string, longest: number]> = {
  BusinessProcess: ["business process", 80],
  CompactLayout: ["Compact Layout API", 80],
  CustomApplication: ["App API", 80],
  CustomField: ["Field", 40],
  CustomLabel: ["label", 80],
  CustomNotificationType: ["Notification Type API", 80],
  CustomObject: ["Object", 40],
  CustomPermission: ["Custom Permission API", 80],
  CustomTab: ["Tab API", 80],
  Dashboard: ["Dashboard Unique", 80],
  DashboardFolder: ["Folder Unique", 80],
  ExternalClientApplication: ["External Client App API", 80],
  FieldSet: ["Field Set API", 80],
  FlexiPage: ["Lightning page API", 80],
  GlobalValueSet: ["Global Value Set API", 80],
  Group: ["Group API", 80],
  ListView: ["List View API", 80],
  PermissionSet: ["Permission Set API", 80],
  PermissionSetGroup: ["Permission Set Group API", 80],
  PlatformEventChannel: ["Channel API", 80],
  Queue: ["Queue API", 80],
  QuickAction: ["Action API", 80],
  RecordType: ["Record Type", 80],
  Report: ["Report Unique", 80],
  ReportFolder: ["Folder Unique", 80],
  ReportType: ["Report Type API", 80],
  Role: ["Role API", 80],
  WebLink: ["Button or Link API", 80],
};

/** Types whose members may carry the name of another namespace, or are not names of ours at all. */
const free = new Set([
  "Settings",
  "StandardValueSet",
  "Layout",
  "Profile",
  "CustomObjectTranslation",
  "Translations",
  "ValidationRule",
  "InstalledPackage",
  "CustomMetadata",
]);

export const ownPart = (fullName: string): string => fullName.split(/[./]/).at(-1) ?? fullName;

export function checkName(item: Item, context: RuleContext): void {
  if (free.has(item.type)) return;
  const own = ownPart(item.fullName);
  if (own.startsWith("standard__") || /^(standard-|unfiled)/.test(own)) return;
  const ending = endings[item.type];
  const bare = ending === undefined ? own : own.replace(ending, "");
  const cut = bare.indexOf("__");
  if (cut > 0) {
    context.report(
      `Cannot create a new component with the namespace: ${bare.slice(0, cut)}. Only components in the same namespace as the organization can be created through the API`,
    );
    return;
  }
  const rule = developerNames[item.type];
  if (rule === undefined) return;
  const [label, longest] = rule;
  if (!/^[A-Za-z]\w*$/.test(bare) || bare.endsWith("_"))
    context.report(
      `The ${label} Name can only contain underscores and alphanumeric characters. It must be unique, begin with a letter, not include spaces, not end with an underscore, and not contain two consecutive underscores.`,
    );
  else if (bare.length > longest)
    context.report(`${label} Name: data value too large: ${bare} (max length=${longest})`);
}
