import type { Transaction } from "kysely";
import type { Database, PersonTable } from "../store/schema.ts";

/** A case with its fields as the org holds them. */
interface Owned {
  orgId: string;
  fields: Record<string, unknown> | null;
}
type People = ReadonlyMap<string, PersonTable>;

/** The owners of these cases, as people of their orgs. */
export async function ownersOf(
  tx: Transaction<Database>,
  cases: readonly Owned[],
): Promise<(orgId: string) => People> {
  const owners = new Set(
    cases.map(({ fields }) => fields?.["OwnerId"]).filter((id) => typeof id === "string"),
  );
  const byOrg = new Map<string, Map<string, PersonTable>>();
  const people =
    owners.size === 0
      ? []
      : await tx
          .selectFrom("people")
          .selectAll()
          .where("org_id", "in", [...new Set(cases.map(({ orgId }) => orgId))])
          .where("user_id", "in", [...owners])
          .execute();
  for (const person of people) {
    const some = byOrg.get(person.org_id) ?? new Map<string, PersonTable>();
    byOrg.set(person.org_id, some.set(person.user_id, person));
  }
  return (orgId) => byOrg.get(orgId) ?? nobody;
}
const nobody: People = new Map();
