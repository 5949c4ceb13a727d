/** The hub's record of a client: its contract, so that timers run there, and how the link stands. */
import type { Kysely } from "kysely";
import type { Org } from "../orgs/org.ts";
import type { OrgConnection } from "../orgs/connection.ts";
import { recordsInForce } from "../orgs/contract.ts";
import type { Database } from "../store/schema.ts";
import type { HubLink } from "./hub.ts";
import { newsFor, type HubFields } from "./projection.ts";
import { saidBy, upsertByKey } from "./saving.ts";

/** So often the hub hears that the service is there, ms. */
const signEvery = 5 * 60_000;
export const stateNames: Record<string, string> = {
  linked: "Linked",
  paused: "Paused",
  disconnected: "Disconnected",
};

/** @returns why the hub refused it; null: it has it */
export async function giveClient(
  { db, hub }: { db: Kysely<Database>; hub: OrgConnection },
  org: Org,
  link: HubLink,
  trouble: string | null,
  now: number,
): Promise<string | null> {
  const contracts = await db
    .selectFrom("contracts")
    .selectAll()
    .where("org_id", "=", org.id)
    .orderBy("starts_on")
    .execute();
  const records = contracts.map((contract) => ({
    ...contract,
    Status__c: contract.status,
    Starts_On__c: contract.starts_on,
    Ends_On__c: contract.ends_on,
    Time_Zone__c: (JSON.parse(contract.policy) as { timeZone?: string }).timeZone ?? null,
  }));
  const contract = recordsInForce(records as never, now)[0] as (typeof records)[number] | undefined;
  const governing = contract ?? records.at(-1);
  const waiting = await db
    .selectFrom("hub_commands")
    .select(({ fn }) => fn.countAll<number>().as("n"))
    .where("org_id", "=", org.id)
    .where("state", "in", ["open", "waiting"])
    .executeTakeFirstOrThrow();
  const state = link.state === "linked" && trouble !== null ? "Away" : (stateNames[link.state] ?? link.state);
  const fields: HubFields = {
    Name: org.name.slice(0, 80),
    Address__c: org.instanceUrl,
    Plan__c: governing?.plan ?? null,
    Status__c: governing?.status ?? null,
    Starts_On__c: governing?.starts_on ?? null,
    Ends_On__c: governing?.ends_on ?? null,
    Policy__c: governing?.policy ?? null,
    Policy_Version__c: governing?.policy_version ?? null,
    Link_State__c: state,
    Link_Reason__c: (trouble ?? link.reason)?.slice(0, 255) ?? null,
    Linked_Since__c: new Date(link.since).toISOString(),
    Last_Heard_At__c: link.heard_at === null ? null : new Date(link.heard_at).toISOString(),
    Waiting_Commands__c: Number(waiting.n),
    Epoch__c: link.epoch,
    // one sign in so many minutes: the same value in between is no news
    Synced_At__c: new Date(Math.floor(now / signEvery) * signEvery).toISOString(),
  };
  const news = newsFor(fields, link.written);
  if (Object.keys(news).length === 0) return null;
  const [saved] = await upsertByKey(hub, "Client_Org__c", "Org_Id__c", [{ ...news, Org_Id__c: org.orgId }]);
  if (saved?.success !== true) return saved === undefined ? "no answer" : saidBy(saved);
  await db
    .updateTable("hub_links")
    .set({ written: JSON.stringify(fields) })
    .where("org_id", "=", org.id)
    .execute();
  return null;
}
