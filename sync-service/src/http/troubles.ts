import type { Kysely } from "kysely";
import type { OrgClockTrouble } from "../clocks/troubles.ts";
import type { HubTrouble } from "../hub/standing.ts";
import { causes, type OrgHealth } from "../mirror/health.ts";
import { settingsProblem } from "../orgs/settings.ts";
import type { Database } from "../store/schema.ts";

/** What is wrong, in words that anybody may read: they name no user, no address and no record. */
export interface Trouble {
  /** The id of the org; `all`: the service itself. */
  org: string;
  /** `waiting` mends itself, `stopped` needs a person, `degraded` leaves the rest of the org as it should be. */
  state: "waiting" | "stopped" | "degraded";
  kind: string;
  cause: string;
}

export interface TroubleSources {
  health: ReadonlyMap<string, OrgHealth>;
  /** Orgs that cannot be served at all. */
  unserved: ReadonlyMap<string, string>;
  clocks: readonly OrgClockTrouble[];
  /** Channels that take nothing now, and whose messages wait; null: those of every org. */
  channels: readonly { orgId: string | null }[];
  /** What is wrong with this machine's clock; null: nothing. */
  time: string | null;
  /** False while announcements of other instances do not arrive, as behind a pooler. */
  hears: boolean;
  /** What is wrong with the provider's own org, and with commands for clients. */
  hub: readonly HubTrouble[];
  /** How far the clocks of orgs are off, ms. */
  orgsOff: ReadonlyMap<string, number>;
}

/** What is wrong beside an org's own kinds, in the same words. */
const otherCauses = {
  clock: "The time is in doubt",
  announcements:
    "It hears nothing from other instances through its database's address, as behind a pooler. It looks every second. `DATABASE_DIRECT_URL` must be PostgreSQL's own address.",
  orgClock: "Its clock, or that of a proxy before it, is off. Steps do not follow it.",
  registration: "It cannot be served: its registration is at fault. `sla-sync orgs show` says why.",
  settings:
    "Its settings cannot be used, so nothing is sent for it. The fleet page and `sla-sync orgs doctor` say why.",
  contract: "One of its contracts has a problem. The fleet page and the doctor say which.",
  channel:
    "A channel does not answer, or limits its messages. They wait, and go out by themselves. The fleet page says which.",
  deadLetters:
    "Some of its messages could not be delivered. `sla-sync dead-letters list` says which and why.",
  hub: "The provider's own org does not answer, or refuses the service. `sla-sync hub status` says why.",
  hubCommands:
    "Commands of the hub have waited for this client for ten minutes. They are carried out by themselves.",
  steps: "Steps of some of its cases cannot be decided. The fleet page says which and why.",
};

/** Every kind of trouble that `/readyz`, the metric and the fleet page name. */
export const troubleKinds: readonly string[] = [...Object.keys(causes), ...Object.keys(otherCauses)];

/** What is wrong with each org and with the service. Readiness and metrics tell it, the fleet page and the log say more. */
export async function troublesOf(
  db: Kysely<Database>,
  { health, unserved, clocks, channels, hub, time, hears, orgsOff }: TroubleSources,
): Promise<Trouble[]> {
  const stopped = await db
    .selectFrom("orgs")
    .select(["id", "status_kind"])
    .where("status", "=", "stopped")
    .orderBy("id")
    .execute();
  const contracts = await db
    .selectFrom("contracts")
    .select("org_id")
    .distinct()
    .where("problem", "is not", null)
    .orderBy("org_id")
    .execute();
  const settings = await db
    .selectFrom("orgs")
    .select(["id", "settings"])
    .where("status", "!=", "paused")
    .orderBy("id")
    .execute();
  const dead = await db
    .selectFrom("outbox")
    .select("org_id")
    .distinct()
    .where("state", "=", "dead")
    .orderBy("org_id")
    .execute();
  const degraded = (
    org: string,
    kind: keyof typeof otherCauses,
    cause: string = otherCauses[kind],
  ): Trouble => ({
    ...{ org, state: "degraded", kind, cause },
  });
  return [
    ...[...health].flatMap(([org, { state, kind }]) =>
      state === "waiting" ? [ofOrg(org, "waiting", kind)] : [],
    ),
    ...stopped.map(({ id, status_kind: kind }) => ofOrg(id, "stopped", kind)),
    ...(time === null ? [] : [degraded("all", "clock", `${otherCauses.clock}: ${time}.`)]),
    ...(hears ? [] : [degraded("all", "announcements")]),
    ...[...orgsOff.keys()].map((org) => degraded(org, "orgClock")),
    ...[...unserved.keys()].map((org) => degraded(org, "registration")),
    ...settings.flatMap(({ id, settings: text }) =>
      settingsProblem(text) === null || unserved.has(id) ? [] : [degraded(id, "settings")],
    ),
    ...contracts.map(({ org_id: org }) => degraded(org, "contract")),
    ...clocks.map(({ orgId }) => degraded(orgId, "steps")),
    ...[...new Set(channels.map(({ orgId }) => orgId ?? "all"))].map((org) => degraded(org, "channel")),
    ...hub.map(({ org, kind }) => degraded(org, kind)),
    ...dead.map(({ org_id: org }) => degraded(org, "deadLetters")),
  ];
}

function ofOrg(org: string, state: "waiting" | "stopped", kind: string | null): Trouble {
  const known = kind !== null && kind in causes ? (kind as keyof typeof causes) : "other";
  return { org, state, kind: known, cause: causes[known] };
}
