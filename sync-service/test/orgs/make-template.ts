// Run by itself: makes a local org with the package deployed and its people in place, for tests to copy.
// node make-template.ts <folder> <name>
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { startLocalOrgs, type Org } from "@compromiso/local-org";
import { Connection } from "jsforce";
import { clientPackage, hubPackage, packageZip } from "./package-zip.ts";
import { isHub, people, peopleOf, plan } from "./people.ts";

const [folder, name] = process.argv.slice(2) as [string, string];
async function deploy(org: Org): Promise<void> {
  const admin = userOf(org, people.admin.username);
  const { token } = org.sessions.open(admin, "deploy");
  const connection = new Connection({ version: "68.0", instanceUrl: org.instanceUrl, accessToken: token });
  const zip = await packageZip(join(folder, `${name}-package`), isHub(name) ? hubPackage : clientPackage);
  const result = await connection.metadata.deploy(zip, { rollbackOnError: true }).complete(true);
  if (!result.success) throw new Error(JSON.stringify(result.details.componentFailures, null, 2));
}

function userOf(org: Org, username: string): string {
  for (const row of org.rows("User")) if (row["Username"] === username) return row.Id;
  throw new Error(`no user ${username}`);
}

mkdirSync(folder, { recursive: true });
const certificate = readFileSync(join(folder, "..", "key.pub"), "utf8");
const host = await startLocalOrgs({ dataDir: folder, orgs: [plan(name, certificate)] });
const org = host.orgs.get(name)!;
await deploy(org);
const sets = new Map([...org.rows("PermissionSet")].map((row) => [row["Name"], row.Id]));
const assigned = org.execute(
  { userId: userOf(org, people.admin.username), api: "rest/68.0", system: true },
  Object.values(peopleOf(name)).flatMap(({ username, set }) =>
    (set ?? "").split(" ").flatMap((one) =>
      one === ""
        ? []
        : [
            {
              op: "insert" as const,
              object: "PermissionSetAssignment",
              fields: { AssigneeId: userOf(org, username), PermissionSetId: sets.get(one) },
            },
          ],
    ),
  ),
);
const failed = assigned.filter((result) => !result.success);
if (failed.length > 0) throw new Error(JSON.stringify(failed));
await org.snapshot();
await host.close();
