/** Fresh orgs for tests of deploys: in memory, no port. */
import { LocalOrg } from "../../src/org/localOrg.ts";
import { deployZip, type DeployOutcome } from "../../src/metadata/index.ts";
import type { Org, OrgSettings } from "../../src/index.ts";

export const admin = "admin@dev.example";

export function freshOrg(settings: Partial<OrgSettings> = {}): Org {
  return new LocalOrg(
    {
      name: "dev",
      label: "Dev",
      language: "en_US",
      timeZone: "America/Argentina/Buenos_Aires",
      settings,
      users: [{ username: admin, name: "Ada Admin", email: admin, profile: "System Administrator" }],
    },
    Date.now,
    undefined,
  );
}

export const deploy = (org: Org, zip: Uint8Array, checkOnly = false): Promise<DeployOutcome> =>
  deployZip(org, zip, { checkOnly, rollbackOnError: true, purgeOnDelete: false }, 66);

/** Everything a failed deploy says, one problem a line. */
export const problems = (outcome: DeployOutcome): string =>
  [outcome.errorMessage ?? "", ...outcome.failures.map((failure) => failure.problem ?? "")]
    .filter(Boolean)
    .join("\n");
