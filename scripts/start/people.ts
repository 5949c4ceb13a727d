// Gives the people of a local org their permission sets, as the admin guide describes it.
import { peopleOf, type DemoOrg } from "./clients.ts";
import { Mendable } from "./cleanly.ts";
import { signIn } from "./signin.ts";

const quoted = (names: string[]) => names.map((name) => `'${name}'`).join(",");

export async function assignPermissionSets(client: DemoOrg, keyFile: string): Promise<void> {
  const org = await signIn(client, client.admin, keyFile);
  const people = peopleOf(client);
  const users = await org.query<{ Id: string; Username: string }>(
    `SELECT Id, Username FROM User WHERE Username IN (${quoted(people.map((p) => p.username))})`,
  );
  const sets = await org.query<{ Id: string; Name: string }>(
    "SELECT Id, Name FROM PermissionSet WHERE Name LIKE 'Support_%' OR Name LIKE 'Hub_%'",
  );
  const held = await org.query<{ AssigneeId: string; PermissionSetId: string }>(
    "SELECT AssigneeId, PermissionSetId FROM PermissionSetAssignment WHERE PermissionSet.Name LIKE 'Support_%' OR PermissionSet.Name LIKE 'Hub_%'",
  );
  const has = new Set(held.records.map((a) => `${a.AssigneeId}${a.PermissionSetId}`));
  const wanted = people.flatMap((person) =>
    person.permissionSets.map((name) => ({
      AssigneeId: users.records.find((u) => u.Username === person.username)!.Id,
      PermissionSetId: sets.records.find((s) => s.Name === name)!.Id,
    })),
  );
  const missing = wanted.filter((a) => !has.has(`${a.AssigneeId}${a.PermissionSetId}`));
  if (missing.length === 0) return;
  const results = await org.sobject("PermissionSetAssignment").create(missing, { allOrNone: false });
  const failed = results.find((r) => !r.success);
  if (failed)
    throw new Mendable(`${client.label}: a permission set could not be assigned: ${JSON.stringify(failed)}`);
}
