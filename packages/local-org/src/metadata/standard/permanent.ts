/** What no deploy takes away: the parts of Salesforce itself, and the types that its Metadata API does not delete. */
import { decodeName, isCustomField, splitName } from "../deploy/model.ts";
import { profileName, standardProfiles } from "../../org/standard/userPermissions.ts";
import { catalogueObject } from "./catalogue.ts";
import type { Org } from "../../org/types.ts";

const customObject = /__(c|mdt|e|b|x|kav)$/i;
/** Types that hold one component per object, and have the object's name. */
const namedAfterObjects = new Set([
  "SharingRules",
  "EscalationRules",
  "AutoResponseRules",
  "AssignmentRules",
]);
/** Types of which Salesforce gives every org its set: they are changed, never deleted. */
const givenSets = new Set(["Settings", "StandardValueSet", "AppMenu"]);

const standard = (type: string, fullName: string): string =>
  `The ${type} called '${fullName}' is standard and cannot be deleted`;

/** Salesforce's sentence for a component that cannot be deleted; undefined for all others. */
export function whyItStays(org: Org, type: string, fullName: string): string | undefined {
  const [object, own] = splitName(fullName);
  switch (type) {
    case "CustomObject":
      return customObject.test(fullName) || !isStandardObject(org, fullName)
        ? undefined
        : standard(type, fullName);
    case "CustomField":
      return object === "" || isCustomField(own) || !isStandardField(org, object)
        ? undefined
        : standard(type, fullName);
    // seen for the translations of custom objects too: they go with their object
    case "CustomObjectTranslation":
      return standard(type, fullName);
    case "CustomApplication":
      return fullName.startsWith("standard__") ? standard(type, fullName) : undefined;
    case "CustomTab":
      return fullName.startsWith("standard-") ? standard(type, fullName) : undefined;
    case "Profile":
      return isStandardProfile(fullName) ? standard(type, fullName) : undefined;
    case "RecordType":
      return "Cannot delete record type through API";
    case "MatchingRule":
      return own.startsWith("Standard_") ? "Standard matching rules can't be edited or deleted." : undefined;
    case "Workflow":
      return "Cannot delete a workflow object; Workflow Rules and Actions must be deleted individually";
    default:
      if (namedAfterObjects.has(type) && !customObject.test(fullName)) return standard(type, fullName);
      return givenSets.has(type) ? standard(type, fullName) : undefined;
  }
}

export const isStandardObject = (org: Org, name: string): boolean =>
  catalogueObject(name) !== undefined || org.schema.object(name)?.custom === false;

/** A custom object has standard fields too: its name, its owner, its stamps. */
const isStandardField = (org: Org, object: string): boolean =>
  customObject.test(object) ? org.schema.object(object) !== undefined : isStandardObject(org, object);

/** The profiles that come with an org, by the names that metadata gives them. */
const isStandardProfile = (name: string): boolean =>
  standardProfiles.some((profile) => profile.name === profileName(decodeName(name)));
