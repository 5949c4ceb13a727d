import { instantLiteral, literals, type OrgConnection } from "./connection.ts";
import { longId } from "../case/ids.ts";
import type { PersonTable } from "../store/schema.ts";

interface UserRecord {
  Id: string;
  Name: string;
  Username: string;
  Email: string | null;
  IsActive: boolean;
  UserType: string;
}
const userFields = "Id, Name, Username, Email, IsActive, UserType";
/** Kinds of users that no person is behind. */
const machines = new Set([
  "AutomatedProcess",
  "CloudIntegrationUser",
  "Integration",
  "DataCloudUser",
  "SelfService",
]);

const consultantSet = "Support_Consultant";

/**
 * Everybody whom verdicts need, from the org: users with the consultants' permission set, directly or by a group, and
 * users asked for by id. Needs View Setup and Configuration.
 * @param believed the groups that made consultants when last asked
 */
export async function readPeople(
  connection: OrgConnection,
  userIds: Iterable<string>,
  now: number,
  believed: readonly string[] = [],
): Promise<{ people: PersonTable[]; groups: string[] }> {
  // all at once, by the groups and users known so far: seldom is there another one, and it is asked for then
  const known = [...new Set(userIds)].filter((id) => id.startsWith("005"));
  const [groups, untilBelieved, knownUsers] = await connection.together(() =>
    Promise.all([
      consultantGroups(connection),
      consultantsUntil(connection, believed),
      readUsers(connection, known),
    ]),
  );
  const sameGroups = [...groups].sort().join() === [...believed].sort().join();
  const until = sameGroups ? untilBelieved : await consultantsUntil(connection, groups);
  const others = [...until.keys()].filter((id) => id.startsWith("005") && !known.includes(id));
  const users = [...knownUsers, ...(await readUsers(connection, others))];
  const never = connection.org.settings.neverCounts;
  const people = users.map((user): PersonTable => {
    const id = longId(user.Id);
    return {
      org_id: connection.org.id,
      user_id: id,
      name: user.Name,
      email: user.Email,
      is_consultant: until.has(id) ? 1 : 0,
      is_active: user.IsActive ? 1 : 0,
      is_automation:
        machines.has(user.UserType) || never.includes(id) || never.includes(user.Username) ? 1 : 0,
      consultant_until: until.get(id) ?? null,
      read_at: now,
    };
  });
  return { people, groups };
}

async function readUsers(connection: OrgConnection, ids: readonly string[]): Promise<UserRecord[]> {
  const batches = Array.from({ length: Math.ceil(ids.length / 300) }, (_, n) =>
    ids.slice(n * 300, (n + 1) * 300),
  );
  const asked = batches.map((some) =>
    connection.query<UserRecord>(`SELECT ${userFields} FROM User WHERE Id IN ${literals(some)}`),
  );
  return (await Promise.all(asked)).flat();
}

/** One request: whether any of these users holds the consultants' permission set by now, directly or through one of the groups. */
export async function isAnyConsultant(
  connection: OrgConnection,
  userIds: readonly string[],
  groups: readonly string[],
  now: number,
): Promise<boolean> {
  const held = await connection.query<{ Id: string }>(
    `SELECT Id FROM PermissionSetAssignment WHERE AssigneeId IN ${literals(userIds)} AND (${holding(groups)}) AND (ExpirationDate = null OR ExpirationDate > ${instantLiteral(now)}) LIMIT 1`,
  );
  return held.length > 0;
}

/** The users who hold a permission set now, directly or by a group. */
export async function holdersOf(connection: OrgConnection, set: string, now: number): Promise<Set<string>> {
  const groups = await consultantGroups(connection, set);
  const until = await consultantsUntil(connection, groups, set);
  return new Set([...until].filter(([, ends]) => ends === null || now < ends).map(([id]) => id));
}

const holding = (groups: readonly string[], set = consultantSet) =>
  `PermissionSet.Name = '${set}'` +
  (groups.length > 0 ? ` OR PermissionSetGroupId IN ${literals(groups)}` : "");

/** The permission set groups that have the consultants' set in them. */
async function consultantGroups(connection: OrgConnection, set = consultantSet): Promise<string[]> {
  const parts = await connection.query<{ PermissionSetGroupId: string }>(
    `SELECT PermissionSetGroupId FROM PermissionSetGroupComponent WHERE PermissionSet.Name = '${set}'`,
  );
  return parts.map((part) => part.PermissionSetGroupId);
}

/** Holders of the permission set, with the instant their assignment ends, or null. */
async function consultantsUntil(
  connection: OrgConnection,
  groups: readonly string[],
  set = consultantSet,
): Promise<Map<string, number | null>> {
  const assignments = await connection.query<{ AssigneeId: string; ExpirationDate: string | null }>(
    `SELECT AssigneeId, ExpirationDate FROM PermissionSetAssignment WHERE ${holding(groups, set)}`,
  );
  const until = new Map<string, number | null>();
  for (const { AssigneeId, ExpirationDate } of assignments) {
    const id = longId(AssigneeId);
    const ends = ExpirationDate ? Date.parse(ExpirationDate) : null;
    const known = until.get(id);
    // several assignments: the one that lasts longest
    if (!until.has(id) || (known !== null && (ends === null || ends > known!))) until.set(id, ends);
  }
  return until;
}

/** Which statuses mean that a case is closed. */
export async function readClosedStatuses(connection: OrgConnection): Promise<Map<string, boolean>> {
  const rows = await connection.query<{ MasterLabel: string; ApiName?: string; IsClosed: boolean }>(
    "SELECT ApiName, MasterLabel, IsClosed FROM CaseStatus",
  );
  return new Map(
    rows.flatMap((row) => [
      [row.MasterLabel, row.IsClosed] as const,
      [row.ApiName ?? row.MasterLabel, row.IsClosed] as const,
    ]),
  );
}
