// What a removal deletes, step by step. Salesforce deletes nothing that something else still names.
import { join } from "node:path";
import { ComponentSet } from "@salesforce/source-deploy-retrieve";

export const root = join(import.meta.dirname, "../..");
const folders = ["main", "reports", "feed", "experience"].map((name) => join(root, "force-app", name));

/** The app that lets the service in; `sla-sync sign-in-app` writes it, so no folder here holds it. */
const signIn: Member[] = [
  ["ExtlClntAppConfigurablePolicies", "Support_Sync_plcy"],
  ["ExtlClntAppOauthConfigurablePolicies", "Support_Sync_oauthplcy"],
  ["ExtlClntAppGlobalOauthSettings", "Support_Sync_glbloauth"],
  ["ExtlClntAppOauthSettings", "Support_Sync_oauth"],
  ["ExternalClientApplication", "Support_Sync"],
];

type Member = [type: string, fullName: string];

export interface Step {
  title: string;
  members: Member[];
}

/** The types of each step. Each names only what a later step deletes. */
const order: [title: string, types: string[]][] = [
  [
    "apps, dashboards and the event channel's member",
    ["CustomApplication", "Dashboard", "PlatformEventChannelMember"],
  ],
  [
    "tabs, reports, the event channel and the service's sign-in",
    ["CustomTab", "Report", "PlatformEventChannel"],
  ],
  [
    "pages, report types, permission sets and notifications",
    ["FlexiPage", "ReportType", "PermissionSet", "CustomNotificationType"],
  ],
  ["components, list views and compact layouts", ["LightningComponentBundle", "ListView", "CompactLayout"]],
  [
    "labels, the custom permission and the fields on Case",
    ["CustomLabel", "CustomPermission", "CustomField"],
  ],
  ["the objects of the package, with their records", ["CustomObject"]],
];

/** Goes with what it belongs to, or Salesforce keeps it: its words are in `stays`. */
const noStepOfItsOwn = new Set([
  "CustomLabels",
  "CustomObjectTranslation",
  "CustomFieldTranslation",
  "Translations",
  "ReportFolder",
  "DashboardFolder",
]);

export const stays = [
  "the object Case, with history tracking switched on, and the history of its standard fields",
  "the deleted fields for 15 days: Setup → Object Manager → Case → Fields → Deleted Fields",
  "the report and dashboard folders Support: your own reports may be in them",
  "the languages, the switches of Setup, the service's user and its licences",
];

const standardObject = (name: string): boolean => !name.endsWith("__c");

/** @throws Error when the package holds something that no step deletes */
export function removalSteps(): Step[] {
  const members = packageMembers();
  const known = new Set([...order.flatMap(([, types]) => types), ...noStepOfItsOwn]);
  const lost = members.filter(([type]) => !known.has(type));
  if (lost.length > 0)
    throw new Error(
      `No step deletes ${lost.map((one) => one.join(" ")).join(", ")}. Add the type in scripts/remove/steps.ts.`,
    );
  return order.map(([title, types], at) => ({
    title,
    members: [
      ...(at === 1 ? signIn : []),
      ...types.flatMap((type) => members.filter(([own]) => own === type)),
    ],
  }));
}

function packageMembers(): Member[] {
  const components = ComponentSet.fromSource(folders).getSourceComponents().toArray();
  const members = components.flatMap((component): Member[] => [
    [component.type.name, component.fullName],
    ...component.getChildren().map(({ type, fullName }): Member => [type.name, fullName]),
  ]);
  return members
    .filter(([type, name]) => !goesAlong(type, name))
    .sort(([a, x], [b, y]) => (a < b || (a === b && x < y) ? -1 : 1));
}

/** Standard things cannot be deleted; what belongs to an object of the package goes with that object. */
function goesAlong(type: string, fullName: string): boolean {
  const [object = "", own = ""] = fullName.split(".");
  switch (type) {
    case "CustomObject":
      return standardObject(fullName);
    case "CustomField":
      return !standardObject(object) || !own.endsWith("__c");
    case "ListView":
    case "CompactLayout":
      return !standardObject(object);
    default:
      return false;
  }
}

/** The Metadata API's list of what to delete. */
export function destructive(members: readonly Member[], version: string): string {
  const types = [...new Set(members.map(([type]) => type))].map((type) => {
    const names = members
      .filter(([own]) => own === type)
      .map(([, name]) => `        <members>${name}</members>\n`);
    return `    <types>\n${names.join("")}        <name>${type}</name>\n    </types>\n`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<Package xmlns="http://soap.sforce.com/2006/04/metadata">\n${types.join("")}    <version>${version}</version>\n</Package>\n`;
}
