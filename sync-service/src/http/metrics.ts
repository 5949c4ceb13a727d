import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";
import type { Delivery, Outcome } from "../channels/channel.ts";
import type { FiredStep } from "../clocks/firing.ts";
import type { OrgHealth } from "../mirror/health.ts";
import type { ApiUse } from "../orgs/budget.ts";
import type { Clock } from "../runtime.ts";
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
  /** Counts what is stored, on a thread of its own where there is much else to do. */
  reports: Pick<Reports, "storedCounts">;
  clock: Clock;
  /** How each org that this instance serves is doing. */
  health?(): ReadonlyMap<string, OrgHealth>;
  /** API requests of the last 24 hours and what is allowed, per org; what the org counts of everybody's. */
  budgets?(): ({ orgId: string } & ApiUse)[];
  /** Why the store takes nothing at the moment; null: it does. */
  storeTrouble?(): string | null;
  /** Destinations left alone. */
  troubled?(): { group: string }[];
  /** ms by which this machine's clock is corrected. */
  clockOffset?(): number;
}

/** What Prometheus reads. What the store holds is counted when it is read. */
export function createMetrics(sources: MetricSources): Metrics {
  const { reports, clock } = sources;
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry, prefix: "compromiso_" });

  const lateness = new Histogram({
    name: "compromiso_step_lateness_seconds",
    help: "How long after its instant a step was decided and committed",
    labelNames: ["outcome"],
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30, 300],
    registers,
  });
  const steps = new Counter({
    name: "compromiso_steps_total",
    help: "Steps decided",
    labelNames: ["org", "step", "outcome"],
    registers,
  });
  const deliveries = new Counter({
    name: "compromiso_deliveries_total",
    help: "Effects by what became of an attempt",
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
      // without a store there are still the other figures
      async collect() {
        this.reset();
        await Promise.resolve(collect(this)).catch(() => {});
      },
    });
  /** Of the reading under way: every gauge takes its part of the same count. */
  let counting: Promise<StoredCounts>;
  const stored = <L extends string>(
    name: string,
    help: string,
    labelNames: L[],
    set: (g: Gauge<L>, counts: StoredCounts) => void,
  ) => gauge(name, help, labelNames, async (g) => set(g, await counting));

  stored(
    "outbox_effects",
    "Effects waiting, being sent or dead",
    ["destination", "state"],
    (g, { effects }) => {
      for (const { destination, state, count } of effects) g.set({ destination, state }, count);
    },
  );
  stored("outbox_oldest_seconds", "Age of the oldest effect waiting", ["destination"], (g, { effects }) => {
    for (const { destination, state, oldest } of effects)
      if (state === "pending") g.set({ destination }, (clock.now() - oldest) / 1000);
  });
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
    "1 while an org waits or has stopped, by the kind of its trouble; /readyz and the fleet page say it in words",
    ["org", "kind"],
    (g) => {
      for (const [org, { state, kind }] of health())
        if (state === "waiting" || state === "stopped") g.set({ org, kind: kind ?? "other" }, 1);
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
    "Since the stream was heard of last; keepalives come every 270 s",
    ["org"],
    (g) => {
      for (const [org, { heardAt }] of health())
        if (heardAt !== null) g.set({ org }, (clock.now() - heardAt) / 1000);
    },
  );
  gauge("stream_changes", "Changes since the start: stored, and known before", ["org", "was"], (g) => {
    for (const [org, { applied, duplicates }] of health()) {
      g.set({ org, was: "stored" }, applied);
      g.set({ org, was: "duplicate" }, duplicates);
    }
  });
  gauge("stream_reconnects", "Subscriptions made again since the start", ["org"], (g) => {
    for (const [org, { reconnects }] of health()) g.set({ org }, reconnects);
  });
  stored("parked_events", "Events that could not be read and wait for a person", ["org"], (g, { parked }) => {
    for (const { org, count } of parked) g.set({ org }, count);
  });
  stored(
    "contract_problems",
    "Contracts that cannot be computed with, or are not alone in force",
    ["org"],
    (g, { contractProblems }) => {
      for (const { org, count } of contractProblems) g.set({ org }, count);
    },
  );
  gauge("store_trouble", "1 while the store takes nothing", [], (g) => {
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
  gauge("api_parked", "1 while the org is left alone for want of requests", ["org"], (g) => {
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
  gauge("clock_offset_seconds", "By how much this machine's clock is corrected", [], (g) => {
    g.set((sources.clockOffset?.() ?? 0) / 1000);
  });

  return {
    registry,
    contentType: registry.contentType,
    read() {
      counting = reports.storedCounts({}, clock.now());
      counting.catch(() => {}); // a store that does not answer leaves its gauges out
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
