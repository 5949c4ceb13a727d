/** The switches of an org that is ready for a package, and Salesforce's limits without an add-on. */
import type { OrgSettings } from "./types.ts";

export const readySettings: OrgSettings = {
  externalClientApps: true,
  consumerSecretsInMetadata: true,
  translationLanguages: ["de", "es", "es_MX"],
  changeEventEntities: 5,
  historyFields: 20,
  // an Enterprise org has this many seats
  integrationSeats: 5,
};
