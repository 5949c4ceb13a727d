/** The objects that the UI API, and GraphQL with it, knows: of the standard ones by a list, of the custom ones all. */
import type { ObjectDef } from "@compromiso/local-org";

/** Seen in schemas of real orgs. What was seen in none (CaseStatus, PermissionSetAssignment, FeedComment …) is refused. */
const standard = new Set(
  (
    "Account Case CaseComment Contact ContentDocument ContentDocumentLink ContentVersion CustomPermission EmailMessage Event " +
    "FeedItem Group GroupMember Lead Opportunity PermissionSet Profile RecordType Task User UserRole"
  ).split(" "),
);

export const isSupported = (object: ObjectDef): boolean =>
  standard.has(object.name) ||
  object.historyOf !== undefined ||
  (object.custom && /__c$/i.test(object.name) && object.tooling !== true);
