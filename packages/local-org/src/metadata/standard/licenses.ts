/** Users' licences: which names there are, and what external users may not be given. */
import type { Org } from "../../org/types.ts";

const external = [
  "Customer Community",
  "Customer Community Login",
  "Customer Community Plus",
  "Customer Community Plus Login",
  "Partner Community",
  "Partner Community Login",
  "External Apps",
  "External Apps Login",
  "External Identity",
  "Channel Account",
];
const internal = [
  "Salesforce",
  "Salesforce Platform",
  "Salesforce Limited Access - Free",
  "Salesforce Integration",
  "Identity",
  "Chatter Free",
  "Chatter External",
  "Company Communities",
  "Analytics Cloud Integration User",
  "Force.com - Free",
  "Force.com - App Subscription",
  "Work.com Only",
];
/** Their holders share by account alone: nobody is given all records of an object. */
const highVolume = /^(Customer Community|External Apps|External Identity)( Login)?$/;

const administration = new Set(
  (
    "AssignPermissionSets AuthorApex CustomizeApplication FreezeUsers ManageInternalUsers ManageIpAddresses ManageLoginAccessPolicies " +
    "ManagePasswordPolicies ManageProfilesPermissionsets ManageRoles ManageSharing ManageUsers ModifyAllData ModifyMetadata ResetPasswords " +
    "ViewAllData ViewRoles ViewSetup"
  ).split(" "),
);

/** @param name of a user licence, or of a permission set licence that the org has */
export function isLicense(org: Org, name: string): boolean {
  if (external.includes(name) || internal.includes(name)) return true;
  const rows = [...org.rows("UserLicense"), ...org.rows("PermissionSetLicense")];
  return rows.some((row) => [row["Name"], row["MasterLabel"], row["DeveloperName"]].includes(name));
}

/** @param permission of a user, or `viewAllRecords` and `modifyAllRecords` of an object */
export function mayHold(license: string, permission: string): boolean {
  if (/^(view|modify)AllRecords$/.test(permission)) return !highVolume.test(license);
  return !external.includes(license) || !administration.has(permission);
}
