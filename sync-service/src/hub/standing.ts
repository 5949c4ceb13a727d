/** How the hub stands, for people who watch the service. */
import type { Kysely } from "kysely";
import type { Database } from "../store/schema.ts";
import { hubOf, linksOf } from "./hub.ts";

export interface HubStanding {
  company: string;
  state: string;
  /** Why the hub is not served; null: it is. */
  trouble: string | null;
  clients: { org: string; state: string; reason: string | null; heardAt: number | null }[];
  /** Commands without an answer, by client: how many, and when the oldest was given, ms. */
  commands: { org: string; count: number; oldest: number }[];
}

/** A command that waits for so long is named as trouble, ms. */
const longWait = 10 * 60_000;

/** null: no hub is connected. */
export async function hubStanding(db: Kysely<Database>, trouble: string | null): Promise<HubStanding | null> {
  const hub = await hubOf(db);
  if (hub === null) return null;
  const stopped = await db
    .selectFrom("hubs")
    .select("reason")
    .where("state", "=", "stopped")
    .executeTakeFirst();
  const links = await linksOf(db);
  const rows = await db
    .selectFrom("hub_commands")
    .select(({ fn }) => ["org_id", fn.countAll<number>().as("count"), fn.min("given_at").as("oldest")])
    .where("state", "in", ["open", "waiting"])
    .where("kind", "not in", ["Look", "Fetch"])
    .where("org_id", "is not", null)
    .groupBy("org_id")
    .execute();
  return {
    company: hub.company,
    state: hub.state,
    trouble: stopped?.reason ?? trouble,
    clients: links.map(({ org_id: org, state, reason, heard_at: heardAt }) => ({
      org,
      state,
      reason,
      heardAt,
    })),
    commands: rows.map(({ org_id, count, oldest }) => ({
      ...{ org: org_id!, count: Number(count), oldest: Number(oldest) },
    })),
  };
}

export interface HubTrouble {
  org: string;
  kind: "hub" | "hubCommands";
}

/** What needs a look. A paused link is somebody's own wish. */
export function troublesIn(standing: HubStanding | null, now: number): HubTrouble[] {
  if (standing === null) return [];
  const linked = new Set(standing.clients.filter(({ state }) => state === "linked").map(({ org }) => org));
  const late = standing.commands.filter(({ org, oldest }) => linked.has(org) && now - oldest > longWait);
  return [
    ...(standing.trouble === null || standing.state === "paused"
      ? []
      : [{ org: "all", kind: "hub" as const }]),
    ...late.map(({ org }) => ({ org, kind: "hubCommands" as const })),
  ];
}
