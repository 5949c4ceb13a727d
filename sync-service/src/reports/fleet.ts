import type { HubStanding } from "../hub/standing.ts";
import { sql, type Kysely } from "kysely";
import { percentile } from "c/slaReporting";
import { sayTrouble, type OrgClockTrouble } from "../clocks/troubles.ts";
import { settingsProblem } from "../orgs/settings.ts";
import type { OrgHealth } from "../mirror/health.ts";
import type { ChannelTrouble } from "../outbox/deliveries.ts";
import type { Database } from "../store/schema.ts";

/** Facts that only the running process knows. The store does not have them. */
export interface FleetSources {
  health(): ReadonlyMap<string, OrgHealth>;
  /** API requests of the last 24 hours, and the limit that the service sets itself. */
  apiUse(orgId: string): { used: number; allowed: number | null } | null;
  /** Destinations to which the service sends nothing until the instant `until`, in ms. */
  troubled(): ChannelTrouble[];
  /** Orgs that the service cannot serve, with the reason. */
  unserved?(): ReadonlyMap<string, string>;
  /** Clocks that the service cannot decide, by org. */
  clockTroubles?(): OrgClockTrouble[];
  /** The correction of this machine's clock, in ms, and what is wrong with the clock, in words. */
  clockOffset(): number;
  clockTrouble?(): string | null;
  /** The provider's own org, in which consultants work; null: no hub is connected. */
  hub?(): Promise<HubStanding | null>;
  /** How far the clocks of orgs are off, ms. */
  orgsOff?(): ReadonlyMap<string, number>;
}

export interface FleetOrg {
  id: string;
  name: string;
  plans: string[];
  url: string;
  /** "active" | "paused" | "stopped". The next two fields give the reason: its kind (`OrgHealth`) and its words. */
  status: string;
  reasonKind: string | null;
  reason: string | null;
  /** "starting" | "streaming" | "waiting" | "stopped" | "elsewhere" (another instance serves the org). */
  stream: string;
  /** Time from commit to store of the last change, in ms. null: no change has arrived yet. */
  lag: number | null;
  committedAt: number | null;
  waiting: number;
  overdue: number;
  atRisk: number;
  notCovered: number;
  /** Items that wait in the org's lanes. The next field counts those on which the service gave up. */
  queued: number;
  dead: number;
  parked: number;
  problems: string[];
  /** Why the steps of some cases cannot be decided. */
  undecided: string[];
  /** How far the org's clock is off, ms; null: it is right, or nobody has asked. */
  clockOff: number | null;
  reconciliation: { finishedAt: number; compared: number; differences: number; repaired: number } | null;
  api: { used: number; allowed: number | null } | null;
}

/** The part of the fleet view that comes from the store. */
export interface StoredFleet extends Pick<FleetView, "asOf" | "lateness"> {
  orgs: Omit<FleetOrg, "stream" | "lag" | "api" | "undecided" | "clockOff">[];
}

export interface FleetView {
  asOf: number;
  clockOffset: number;
  clockTrouble: string | null;
  orgs: FleetOrg[];
  /** Time from a step's instant to its decision over the last day, in ms. null: no step was decided. */
  lateness: { count: number; median: number | null; p99: number | null; worst: number | null };
  troubled: ChannelTrouble[];
}

const day = 24 * 3_600_000;
const samples = 10_000;

/** Reads all clients with a fixed, small number of statements, so that many orgs cost little more than one. */
export async function storedFleet(
  db: Kysely<Database>,
  _: Record<never, never>,
  now: number,
): Promise<StoredFleet> {
  const orgs = await db.selectFrom("orgs").selectAll().orderBy("name").execute();
  const clocks = await db
    .selectFrom("clocks")
    .select([
      "org_id",
      sql<number>`count(*)`.as("waiting"),
      sql<number>`sum(case when due_at <= ${now} then 1 else 0 end)`.as("overdue"),
      sql<number>`sum(case when due_at > ${now} and status = 'At Risk' then 1 else 0 end)`.as("atRisk"),
    ])
    .where("ended_at", "is", null)
    .where("due_at", "is not", null)
    .groupBy("org_id")
    .execute();
  const contracts = await db.selectFrom("contracts").select(["org_id", "plan", "status", "problem"]).execute();
  const notCovered = await db
    .selectFrom("clocks")
    .innerJoin("cases", (join) =>
      join.onRef("cases.org_id", "=", "clocks.org_id").onRef("cases.id", "=", "clocks.case_id"),
    )
    .select(({ fn }) => ["clocks.org_id", fn.countAll<number>().as("count")])
    .where("clocks.due_at", "is", null)
    .where("cases.is_closed", "=", 0)
    .where("cases.is_deleted", "=", 0)
    .groupBy("clocks.org_id")
    .execute();
  const items = await db
    .selectFrom("outbox")
    .select(({ fn }) => ["org_id", "state", fn.countAll<number>().as("count")])
    .where("state", "in", ["pending", "sending", "dead"])
    .groupBy(["org_id", "state"])
    .execute();
  const parked = await db
    .selectFrom("parked_events")
    .select(({ fn }) => ["org_id", fn.countAll<number>().as("count")])
    .where("resolved_at", "is", null)
    .groupBy("org_id")
    .execute();
  const positions = await db.selectFrom("stream_positions").select(["org_id", "committed_at"])
    .where("committed_at", "is not", null)
    .execute();
  const reconciled = await db
    .selectFrom("reconciliations")
    .selectAll()
    .where("id", "in", ({ selectFrom }) =>
      selectFrom("reconciliations")
        .select(({ fn }) => fn.max("id").as("id"))
        .where("finished_at", "is not", null)
        .groupBy("org_id"),
    )
    .execute();
  const late = (
    await db
      .selectFrom("steps")
      .select(sql<number>`decided_at - due_at`.as("ms"))
      .where("decided_at", ">", now - day)
      .where("outcome", "=", "acted")
      .orderBy("decided_at", "desc")
      .limit(samples)
      .execute()
  ).map(({ ms }) => Number(ms));
  const count = (rows: readonly { org_id: string; count: number }[], id: string) =>
    rows.filter((row) => row.org_id === id).reduce((total, row) => total + Number(row.count), 0);
  return {
    asOf: now,
    lateness: {
      count: late.length,
      median: percentile(late, 50),
      p99: percentile(late, 99),
      worst: percentile(late, 100),
    },
    orgs: orgs.map((org) => {
      const of = clocks.find((row) => row.org_id === org.id);
      const own = contracts.filter((row) => row.org_id === org.id);
      const last = reconciled.find((row) => row.org_id === org.id);
      return {
        id: org.id,
        name: org.name,
        plans: [...new Set(own.filter((c) => c.status === "Active").map((c) => c.plan))],
        url: org.instance_url,
        status: org.status,
        reasonKind: org.status_kind,
        reason: org.status_reason,
        committedAt: positions.find((row) => row.org_id === org.id)?.committed_at ?? null,
        waiting: Number(of?.waiting ?? 0),
        overdue: Number(of?.overdue ?? 0),
        atRisk: Number(of?.atRisk ?? 0),
        notCovered: count(notCovered, org.id),
        queued: count(
          items.filter((e) => e.state !== "dead"),
          org.id,
        ),
        dead: count(
          items.filter((e) => e.state === "dead"),
          org.id,
        ),
        parked: count(parked, org.id),
        problems: [settingsProblem(org.settings), ...own.map((c) => c.problem)].filter((p) => p !== null),
        reconciliation:
          last === undefined
            ? null
            : {
                finishedAt: last.finished_at!,
                compared: last.compared,
                differences: last.differences,
                repaired: last.repaired,
              },
      };
    }),
  };
}

/** Joins the store's part with the running process's part. */
export function fleetView(stored: StoredFleet, sources: FleetSources): FleetView {
  const health = sources.health();
  const undecided = Map.groupBy(sources.clockTroubles?.() ?? [], ({ orgId }) => orgId);
  return {
    ...stored,
    clockOffset: sources.clockOffset(),
    clockTrouble: sources.clockTrouble?.() ?? null,
    troubled: sources.troubled(),
    orgs: stored.orgs.map((org): FleetOrg => {
      const state = health.get(org.id);
      const unserved = sources.unserved?.().get(org.id);
      const clockOff = sources.orgsOff?.().get(org.id) ?? null;
      if (unserved !== undefined)
        return {
          ...{ ...org, stream: "stopped", reasonKind: "registration", reason: unserved },
          ...{ lag: null, api: null, undecided: [], clockOff },
        };
      return {
        ...org,
        undecided: (undecided.get(org.id) ?? []).map(sayTrouble),
        clockOff,
        ...(org.reason === null && state ? { reasonKind: state.kind, reason: state.reason } : {}),
        stream: state?.state ?? (org.status === "active" ? "elsewhere" : "stopped"),
        lag: state?.lag ?? null,
        committedAt: state?.committedAt ?? org.committedAt,
        api: sources.apiUse(org.id),
      };
    }),
  };
}
