import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";
import type { Delivery, Outcome } from "../channels/channel.ts";
import type { FiredStep } from "../clocks/fired-step.ts";
import type { HubStanding } from "../hub/standing.ts";
import type { OrgHealth } from "../mirror/health.ts";
import type { ApiUse } from "../orgs/budget.ts";
import type { WallClock } from "../runtime.ts";
import { inTime } from "./in-time.ts";
import type { StoredCounts } from "../reports/counts.ts";
import type { Reports } from "../reports/questions.ts";

export interface Metrics {
  registry: Registry;
  contentType: string;
  read(): Promise<string>;
  fired(steps: readonly FiredStep[]): void;
  settled(item: Delivery, outcome: Outcome): void;
}

export interface MetricSources {
  /** Counts the stored rows. It runs on its own thread, so that it delays no step. */
  reports: Pick<Reports, "storedCounts">;
  clock: WallClock;
  /** How each org that this instance serves is doing. */
  health?(): ReadonlyMap<string, OrgHealth>;
  /** Per org: the service's API requests of the last 24 hours, its cap, and the org's own count of all requests. */
  budgets?(): ({ orgId: string } & ApiUse)[];
  /** What is wrong with each org, by kind. */
  troubles?(): Promise<readonly { org: string; kind: string }[]>;
  /** Why the store takes nothing at the moment; null when it works. */
  storeTrouble?(): string | null;
  /** Clocks that cannot be decided, by org. */
  clockTroubles?(): { orgId: string; clocks: number }[];
  /** Destinations that are in trouble and not tried for a while. */
  troubled?(): { group: string }[];
  /** How the hub stands; null: no hub is connected. */
  hub?(): Promise<HubStanding | null>;
  /** The correction of this machine's clock, ms. */
  clockOffset?(): number;
}

/** A scrape waits this long for the store, ms: Prometheus itself waits 10 seconds. */
const waitsForStore = 5_000;
/** If the store is in trouble, the scrape has to tell that, and waits this long for the rest, ms. */
const waitsForTrouble = 300;

/** The metrics for Prometheus. Stored rows are counted when Prometheus asks. */
export function createMetrics(sources: MetricSources): Metrics {
  const { reports, clock } = sources;
  const registry = new Registry();
  const registers = [registry];
  const patience = () => (sources.storeTrouble?.() == null ? waitsForStore : waitsForTrouble);
  collectDefaultMetrics({ register: registry, prefix: "compromiso_" });

  const lateness = new Histogram({
    name: "compromiso_step_lateness_seconds",
    help: "How long after its instant a step was decided and committed",
    labelNames: ["outcome"],
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30, 300],
    registers,
  });
  // a series that begins with the first late step would show Prometheus no increase, so no alert
  lateness.zero({ outcome: "acted" });
  const steps = new Counter({
    name: "compromiso_steps_total",
    help: "Steps decided",
    labelNames: ["org", "step", "outcome"],
    registers,
  });
  const deliveries = new Counter({
    name: "compromiso_deliveries_total",
    help: "Outbox items by the outcome of each attempt",
    labelNames: ["channel", "outcome"],
    registers,
  });
  const gauge = <L extends string>(
    name: string,
    help: string,
    labelNames: L[],
    collect: (g: Gauge<L>) => void | Promise<void>,
  ) =>
    new Gauge<L>({
      name: `compromiso_${name}`,
      help,
      labelNames,
      registers,
      // if the store fails, the other metrics are still there
      async collect() {
        this.reset();
        await Promise.resolve(collect(this)).catch(() => {});
      },
    });
  /** The count of this scrape, shared by all gauges. */
  let counting: Promise<StoredCounts | null>;
  const stored = <L extends string>(
    name: string,
    help: string,
    labelNames: L[],
    set: (g: Gauge<L>, counts: StoredCounts) => void,
  ) =>
    gauge(name, help, labelNames, async (g) => {
      const counts = await counting;
      if (counts !== null) set(g, counts);
    });

  stored(
    "outbox_effects",
    "Outbox items that wait, are being sent, or are dead",
    ["destination", "state"],
    (g, { items }) => {
      for (const { destination, state, count } of items) g.set({ destination, state }, count);
    },
  );
  stored(
    "outbox_oldest_seconds",
    "Age of the oldest waiting outbox item",
    ["destination"],
    (g, { items }) => {
      for (const { destination, state, oldest } of items)
        if (state === "pending") g.set({ destination }, (clock.now() - oldest) / 1000);
    },
  );
  stored("clocks", "Clocks by status", ["org", "status"], (g, { clocks }) => {
    for (const { org, status, count } of clocks) g.set({ org, status }, count);
  });
  stored("org_active", "1 while the org is served", ["org"], (g, { orgs }) => {
    for (const { id, status } of orgs) g.set({ org: id }, status === "active" ? 1 : 0);
  });
  const health = () => sources.health?.() ?? new Map<string, OrgHealth>();
  gauge(
    "org_state",
    "1 for the state each org served here is in: starting, streaming, waiting, stopped",
    ["org", "state"],
    (g) => {
      for (const [org, { state }] of health()) g.set({ org, state }, 1);
    },
  );
  gauge(
    "stream_lag_seconds",
    "How far the store is behind the org: of changes stored in the last minute, of what waits to be stored, of a stream that is not open",
    ["org"],
    (g) => {
      for (const [org, { lag }] of health()) if (lag !== null) g.set({ org }, lag / 1000);
    },
  );
  gauge(
    "org_trouble",
    "1 for each trouble of an org, by kind, as /readyz names them; the org `all` is the service itself",
    ["org", "kind"],
    async (g) => {
      const all = sources.troubles && (await inTime(sources.troubles(), patience(), null));
      for (const { org, kind } of all ?? []) g.set({ org, kind }, 1);
    },
  );
  gauge(
    "org_looked_at_seconds",
    "Since the last complete look at the org: every five minutes",
    ["org"],
    (g) => {
      for (const [org, { provedAt }] of health())
        if (provedAt !== null) g.set({ org }, (clock.now() - provedAt) / 1000);
    },
  );
  gauge(
    "stream_silence_seconds",
    "Time since the stream last sent anything; keepalives come every 270 s",
    ["org"],
    (g) => {
      for (const [org, { heardAt }] of health())
        if (heardAt !== null) g.set({ org }, (clock.now() - heardAt) / 1000);
    },
  );
  gauge("stream_changes", "Changes since the start: stored, or already known", ["org", "was"], (g) => {
    for (const [org, { applied, duplicates }] of health()) {
      g.set({ org, was: "stored" }, applied);
      g.set({ org, was: "duplicate" }, duplicates);
    }
  });
  gauge("stream_reconnects", "New subscriptions since the start", ["org"], (g) => {
    for (const [org, { reconnects }] of health()) g.set({ org }, reconnects);
  });
  stored("parked_events", "Unreadable events that wait for a person", ["org"], (g, { parked }) => {
    for (const { org, count } of parked) g.set({ org }, count);
  });
  stored(
    "contract_problems",
    "Contracts that cannot be used, or that are in force together with another",
    ["org"],
    (g, { contractProblems }) => {
      for (const { org, count } of contractProblems) g.set({ org }, count);
    },
  );
  gauge(
    "clocks_undecided",
    "Clocks that cannot be decided or computed: the fleet page says why",
    ["org"],
    (g) => {
      for (const { orgId, clocks } of sources.clockTroubles?.() ?? []) g.set({ org: orgId }, clocks);
    },
  );
  gauge("store_trouble", "1 while the store cannot store anything", [], (g) => {
    g.set(sources.storeTrouble?.() == null ? 0 : 1);
  });
  stored(
    "reconciliation_differences",
    "Differences the last reconciliation found: should stay at zero",
    ["org"],
    (g, { differences }) => {
      for (const { org, count } of differences) g.set({ org }, count);
    },
  );
  gauge(
    "api_requests",
    "Requests to the org in 24 hours: the service's own, how many it allows itself, everybody's, the org's limit",
    ["org", "of"],
    (g) => {
      for (const { orgId, used, allowed, usedByAll, limit } of sources.budgets?.() ?? [])
        for (const [of, value] of Object.entries({ used, allowed, usedByAll, limit }))
          if (value !== null) g.set({ org: orgId, of }, value);
    },
  );
  gauge("api_parked", "1 while the org is left alone because its API requests are used up", ["org"], (g) => {
    for (const { orgId, parked } of sources.budgets?.() ?? []) g.set({ org: orgId }, parked ? 1 : 0);
  });
  gauge(
    "destination_left_alone",
    "1 while a destination is in trouble and not tried",
    ["destination"],
    (g) => {
      for (const { group } of sources.troubled?.() ?? []) g.set({ destination: group }, 1);
    },
  );
  const hub = async () => sources.hub && (await inTime(sources.hub(), patience(), null));
  gauge("hub_commands", "Commands of the hub without an answer, by client", ["org"], async (g) => {
    for (const { org, count } of (await hub())?.commands ?? []) g.set({ org }, count);
  });
  gauge(
    "hub_oldest_command_seconds",
    "Age of a client's oldest command without an answer",
    ["org"],
    async (g) => {
      for (const { org, oldest } of (await hub())?.commands ?? [])
        g.set({ org }, (clock.now() - oldest) / 1000);
    },
  );
  gauge(
    "hub_link",
    "1 for the state of each client's link with the hub: linked, paused, disconnected",
    ["org", "state"],
    async (g) => {
      for (const { org, state } of (await hub())?.clients ?? []) g.set({ org, state }, 1);
    },
  );
  gauge("clock_offset_seconds", "The correction of this machine's clock", [], (g) => {
    g.set((sources.clockOffset?.() ?? 0) / 1000);
  });

  return {
    registry,
    contentType: registry.contentType,
    read() {
      counting = inTime(reports.storedCounts({}, clock.now()), patience(), null);
      counting.catch(() => {}); // if the store does not answer, its gauges are left out
      return registry.metrics();
    },
    fired(decided) {
      for (const step of decided) {
        steps.inc({ org: step.orgId, step: step.step, outcome: step.outcome });
        if (step.outcome === "acted")
          lateness.observe({ outcome: step.outcome }, (clock.now() - step.dueAt) / 1000);
      }
    },
    settled: (item, outcome) =>
      deliveries.inc({ channel: item.destination.split(":", 1)[0]!, outcome: outcome.is }),
  };
}
