/** What an org that is ready for a package has switched on, and Salesforce's limits without an add-on. */
import type { OrgSettings } from "./types.ts";

export const readySettings: OrgSettings = {
  externalClientApps: true,
  consumerSecretsInMetadata: true,
  translationLanguages: ["de", "es", "es_MX"],
  changeEventEntities: 5,
  historyFields: 20,
  // as many as an Enterprise org gets
  integrationSeats: 5,
};
