/** The provider's own org, and the clients that it serves. */
import type { Kysely } from "kysely";
import { orgOf, rowOf, type Org } from "../orgs/org.ts";
import { firstRule, type FileRule } from "./file-rows.ts";
import type { Database, HubLinkTable, OrgTable } from "../store/schema.ts";

export interface Hub {
  org: Org;
  /** The provider's name, as clients read it beside a consultant's. */
  company: string;
  state: string;
  files: FileRule;
}
export type HubLink = HubLinkTable;

const only = "hub";
export const commandChannel = "/data/Hub_Commands__chn";

/** null: no hub is connected. */
export async function hubOf(db: Kysely<Database>): Promise<Hub | null> {
  const row = await db.selectFrom("hubs").selectAll().where("id", "=", only).executeTakeFirst();
  if (row === undefined) return null;
  const files = row.files === null ? firstRule : (JSON.parse(row.files) as FileRule);
  return {
    org: orgOf(JSON.parse(row.registration) as OrgTable),
    company: row.company,
    state: row.state,
    files,
  };
}

export async function saveHub(
  db: Kysely<Database>,
  { org, company }: Pick<Hub, "org" | "company">,
): Promise<void> {
  const row = {
    registration: JSON.stringify(rowOf(org)),
    company,
    state: "active",
    reason: null,
    connected_at: org.onboardedAt,
  };
  await db
    .insertInto("hubs")
    .values({ id: only, ...row })
    .onConflict((c) => c.column("id").doUpdateSet(row))
    .execute();
}

export async function setHubState(db: Kysely<Database>, state: string, reason: string | null): Promise<void> {
  await db.updateTable("hubs").set({ state, reason }).where("id", "=", only).execute();
}

export async function setFileRule(db: Kysely<Database>, rule: FileRule): Promise<void> {
  await db
    .updateTable("hubs")
    .set({ files: JSON.stringify(rule) })
    .where("id", "=", only)
    .execute();
}

export const linksOf = (db: Kysely<Database>): Promise<HubLink[]> =>
  db.selectFrom("hub_links").selectAll().orderBy("org_id").execute();

export const linkOf = (db: Kysely<Database>, orgId: string): Promise<HubLink | undefined> =>
  db.selectFrom("hub_links").selectAll().where("org_id", "=", orgId).executeTakeFirst();

/** The hub's key of a case: org and case, each by 18 characters. Ids of 15 differ by upper and lower case only. */
export const hubCaseKey = (org: Org, caseId: string): string => `${org.orgId}-${caseId}`;
