/** Writes the first records of a new org: the organisation, licences, profiles, users and case statuses. */
import { readySettings } from "./settings.ts";
import { standardProfiles } from "./standard/userPermissions.ts";
import type { Id, OrgOptions, OrgUser, Row } from "./types.ts";

export interface Seeder {
  insert(object: string, fields: Record<string, unknown>, id?: Id): Id;
  find(object: string, field: string, value: string): Row | undefined;
  update(object: string, id: Id, fields: Record<string, unknown>): void;
}

export function seedOrg(seeder: Seeder, orgId: Id, options: OrgOptions): void {
  seeder.insert(
    "Organization",
    {
      Name: options.label,
      LanguageLocaleKey: options.language,
      DefaultLocaleSidKey: options.language === "es" ? "es_ES" : options.language,
      TimeZoneSidKey: options.timeZone,
      OrganizationType: options.edition ?? "Developer Edition",
      InstanceName: "LOCAL",
      IsSandbox: false,
      DefaultCaseAccess: "Edit",
      FiscalYearStartMonth: 1,
    },
    orgId,
  );
  const seats = { ...readySettings, ...options.settings }.integrationSeats;
  const licenses = new Map<string, Id>();
  for (const name of ["Salesforce", "Salesforce Integration"])
    licenses.set(
      name,
      seeder.insert("UserLicense", {
        Name: name,
        MasterLabel: name,
        LicenseDefinitionKey: name === "Salesforce" ? "SFDC" : "PID_Salesforce_Integration",
        Status: "Active",
        TotalLicenses: name === "Salesforce" ? 100 : seats,
        UsedLicenses: 0,
      }),
    );
  seeder.insert("PermissionSetLicense", {
    DeveloperName: "SalesforceAPIIntegrationPsl",
    MasterLabel: "Salesforce API Integration",
    PermissionSetLicenseKey: "SalesforceAPIIntegrationPsl",
    Status: "Active",
    TotalLicenses: seats,
    UsedLicenses: 0,
  });
  for (const { name, license, permissions } of standardProfiles) {
    const flags = Object.fromEntries(permissions.map((p) => [`Permissions${p}`, true]));
    const id = seeder.insert("Profile", {
      Name: name,
      UserLicenseId: licenses.get(license),
      UserType: "Standard",
      ...flags,
    });
    seeder.insert("PermissionSet", {
      Name: `X${id.slice(0, 15)}`,
      Label: `${name} (profile)`,
      ProfileId: id,
      IsOwnedByProfile: true,
      IsCustom: false,
      Type: "Profile",
      LicenseId: licenses.get(license),
      ...flags,
    });
  }
  seeder.insert("BusinessHours", {
    Name: "Default",
    IsActive: true,
    IsDefault: true,
    TimeZoneSidKey: options.timeZone,
  });
}

/** Adds the configured users that the org does not have yet. It does not change users that it has. */
export function seedUsers(seeder: Seeder, options: OrgOptions): void {
  for (const user of options.users)
    if (seeder.find("User", "Username", user.username) === undefined) seedUser(seeder, options, user);
}

function seedUser(seeder: Seeder, options: OrgOptions, user: OrgUser): void {
  const profile = seeder.find("Profile", "Name", user.profile);
  if (profile === undefined)
    throw new Error(
      `${options.name}: ${user.username} has the profile "${user.profile}", which is not one of ${standardProfiles.map((p) => `"${p.name}"`).join(", ")}`,
    );
  const [first, ...rest] = user.name.split(" ");
  const language = user.language ?? options.language;
  const id = seeder.insert("User", {
    Username: user.username,
    FirstName: rest.length === 0 ? null : first,
    LastName: rest.length === 0 ? first : rest.join(" "),
    Email: user.email,
    Alias: user.username.split("@")[0]!.slice(0, 8),
    CommunityNickname: user.username.split("@")[0]!.slice(0, 40),
    ProfileId: profile.Id,
    IsActive: user.isActive ?? true,
    LanguageLocaleKey: language,
    LocaleSidKey: language === "es" ? "es_AR" : language,
    TimeZoneSidKey: user.timeZone ?? options.timeZone,
    EmailEncodingKey: "UTF-8",
  });
  for (const name of user.permissionSets ?? []) {
    const set = seeder.find("PermissionSet", "Name", name);
    if (set === undefined)
      throw new Error(
        `${options.name}: ${user.username} is to hold the permission set "${name}", which is not there: deploy it first and assign it`,
      );
    seeder.insert("PermissionSetAssignment", { AssigneeId: id, PermissionSetId: set.Id });
  }
}
