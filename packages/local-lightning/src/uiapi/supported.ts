/** The objects that the UI API and GraphQL know: the standard objects of a list, and all custom objects. */
import type { ObjectDef } from "@compromiso/local-org";

/** Schemas of real orgs have these objects. Others (CaseStatus, PermissionSetAssignment, FeedComment …) are refused. */
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
