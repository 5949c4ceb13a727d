import { resolve } from "node:path";
import { readSecret } from "./secrets.ts";
import { storePlace, zoneFolderOf, type Config } from "./config.ts";
import { startEnforcement } from "./enforcement.ts";
import { createApp, type AppOptions } from "./http/app.ts";
import { companySignIn } from "./http/fleet/company.ts";
import { fleetRouter } from "./http/fleet/router.ts";
import { bySession } from "./http/fleet/sessions.ts";
import { createMetrics, type Metrics, type MetricSources } from "./http/metrics.ts";
import { pagerDutyWebhooks } from "./http/pagerduty.ts";
import type { ClientParts } from "./http/routes/client-parts.ts";
import { listen } from "./http/server.ts";
import { apiRoutes } from "./http/api-routes.ts";
import { doorRouters } from "./http/doors.ts";
import { slackClicks, slackInteractions } from "./http/slack.ts";
import { troublesOf } from "./http/troubles.ts";
import { catchUp } from "./clocks/catching-up.ts";
import { HostClock, orgClock, storeClock } from "./clocks/host-clock.ts";
import { recomputeClocks } from "./clocks/recompute.ts";
import { ClockTroubles } from "./clocks/troubles.ts";
import { startListeners } from "./intake/listeners.ts";
import { Fleet } from "./mirror/fleet.ts";
import { HubService } from "./hub/hub-service.ts";
import { troublesIn } from "./hub/standing.ts";
import { streams, type FollowParts } from "./mirror/follow.ts";
import { defaultPeriods } from "./mirror/periods.ts";
import { ReportsLoop } from "./reports/loop.ts";
import type { Reports } from "./reports/questions.ts";
import { ReportThread } from "./reports/thread.ts";
import { readCatalogue } from "./orgs/contract.ts";
import { lastAsked } from "./orgs/api-use.ts";
import { Registry } from "./orgs/registry.ts";
import { signsInAt } from "./orgs/session.ts";
import type { Random, Runtime, WallClock } from "./runtime.ts";
import { worldOf } from "./world.ts";
import { version } from "./shipped.ts";
import { startTraces } from "./traces/traces.ts";
import { useZones } from "./zones/zones.ts";
import { openStore, type Store } from "./store/open.ts";

export interface Service {
  store: Store;
  fleet: Fleet;
  /** Where the HTTP face listens. */
  url: string;
  stop(): Promise<void>;
}

const orgsAskedForTheTime = 20;
/** Nothing is decided before somebody has said what time it is, or for this long after the start, ms. */
const longestUnmeasured = 6_000;
/** The same where the store was last written long before: then this machine's clock may be far ahead. */
const longestInDoubt = 5 * 60_000;
const longAway = 26 * 3_600_000;

/** So many of them, others each time: that some never answer is not noticed. */
function anyOf<T>(all: readonly T[], count: number, random: Random): T[] {
  const first = Math.floor(random() * all.length);
  return [...all.slice(first), ...all.slice(0, first)].slice(0, count);
}

/** The parts that reach outside by more than requests. A simulation brings its own. */
export interface ServiceParts {
  openStore(): Promise<Store>;
  streams?: FollowParts["streams"];
  reports(store: Store): Reports & { stop(): Promise<void> };
  metrics(sources: MetricSources): Metrics;
  face(options: AppOptions): Promise<{ url: string; close(): Promise<void> }>;
  /** Gets the messages that no webhook brings. */
  listen?: typeof startListeners;
}

const partsOf = (config: Config, clock: WallClock): ServiceParts => ({
  openStore: () => openStore(storePlace(config), { serving: true, clock }),
  reports: (store) => new ReportThread(store.place),
  metrics: createMetrics,
  face: (options) => listen(createApp(options), config.http),
  listen: startListeners,
});

/** Wires the parts together and starts them; `stop` ends them in the opposite order. Nothing else. */
export async function startService(
  { config, ...given }: { config: Config } & Runtime,
  parts: ServiceParts = partsOf(config, given.clock),
): Promise<Service> {
  const host = worldOf(given);
  useZones(zoneFolderOf(config));
  const store = await parts.openStore();
  for (const lack of store.lacks) host.log.warn({}, `store: behind a pooler: ${lack}`);
  const stopping = new AbortController();
  const registry = new Registry(store.db);
  const activeOrgs = async () => (await registry.all()).filter((org) => org.status === "active");
  let wake = () => {};
  const clock = new HostClock(
    host,
    async () => {
      const orgs = anyOf(await activeOrgs(), orgsAskedForTheTime, host.random).map((org) =>
        orgClock(org.instanceUrl, host.clock, signsInAt(org, host), host, org.id),
      );
      return store.pool === null ? orgs : [...orgs, storeClock(store.db, host.clock)];
    },
    () => wake(),
  );
  // before anything is decided: a machine that is ahead would decide steps before their instants
  await clock.measure();
  const runtime: Runtime = { ...host, clock };
  const timeKnown = Promise.withResolvers<void>();
  const troubles = new ClockTroubles(({ orgId, caseId, cycle }, error) =>
    host.log.error(
      { org: orgId, case: caseId, cycle, error },
      "a clock cannot be decided; it is looked at again later, and the others go on",
    ),
  );
  let firingTrouble: string | null = null;
  const { contracts, replies, intake, reconcile, silence, lease } = config.every;
  const traces = await startTraces(config.traces ?? null, worldOf(runtime), version);
  const fleet = new Fleet({
    store,
    runtime,
    onStored: (batch) => traces.stored(batch),
    ...(parts.streams ? { streams: parts.streams } : {}),
    async recompute(tx, cases, now) {
      await recomputeClocks(tx, cases, now, troubles);
      for (const orgId of new Set(cases.map((key) => key.orgId))) reports.changed(orgId);
    },
    wake: () => wake(),
    changed: (orgId, caseIds) => hub.changed(orgId, caseIds),
    periods: {
      ...defaultPeriods,
      contracts: contracts * 1000,
      replies: replies * 1000,
      intake: intake * 1000,
      reconcile: reconcile * 1000,
      silentAfter: silence * 1000,
      lease: lease * 1000,
    },
  });
  const hub = new HubService({
    store,
    runtime,
    client: (orgId) => fleet.connection(orgId),
    streams: parts.streams ?? streams,
  });
  const troublesNow = async () =>
    troublesOf(store.db, {
      health: fleet.health(),
      unserved: fleet.unserved,
      clocks: troubles.byOrg(),
      channels: troubled(),
      hub: troublesIn(await hub.standing(), runtime.clock.now()),
      time: clock.trouble,
      hears: enforcement.hears(),
      orgsOff: clock.orgsOff,
    });
  const thread = parts.reports(store);
  const metrics = parts.metrics({
    reports: thread,
    clock: runtime.clock,
    troubled: () => troubled(),
    clockOffset: () => clock.correction,
    hub: () => hub.standing(),
    budgets: () =>
      [...fleet.health().keys()].flatMap((orgId) => {
        const budget = fleet.connection(orgId)?.budget.status();
        return budget === undefined ? [] : [{ orgId, ...budget }];
      }),
    health: () => fleet.health(),
    troubles: troublesNow,
    storeTrouble: () => store.watch.trouble,
    clockTroubles: () => troubles.byOrg(),
  });
  const enforcement = startEnforcement({
    store,
    runtime,
    timeKnown: timeKnown.promise,
    config: config.actions,
    orgs: (orgId) => fleet.connection(orgId),
    servesOrg: (orgId) => fleet.connection(orgId) !== undefined,
    readEvidence: (cases) => fleet.readEvidence(cases),
    caughtUp: catchUp(
      store.db,
      runtime,
      async () => {
        const health = fleet.health();
        return (await activeOrgs()).every(({ id }) => (health.get(id)?.state ?? "starting") !== "starting");
      },
      (cases) => fleet.readEvidence(cases),
      stopping.signal,
    ),
    onFired(steps) {
      metrics.fired(steps);
      traces.fired(steps);
      for (const orgId of new Set(steps.map((step) => step.orgId))) reports.changed(orgId);
      for (const { orgId, caseId } of steps) hub.changed(orgId, [caseId]);
    },
    onSettled(item, outcome) {
      metrics.settled(item, outcome);
      traces.settled(item, outcome);
    },
    clockWatch: troubles,
    onFiringTrouble(error) {
      firingTrouble = error === null ? null : "No step can be decided now; the log says why.";
    },
  });
  wake = () => enforcement.wake();
  const reports = new ReportsLoop({
    db: store.db,
    reports: thread,
    provider: config.provider,
    runtime,
    serves: (orgId) => fleet.connection(orgId) !== undefined,
    wake: () => enforcement.wake(),
  });
  const { slack, pagerDuty } = config.actions;
  const clientParts: ClientParts = {
    ...{ store, runtime, reports: thread, accounts: config.actions },
    catalogue: () => readCatalogue(config.catalogue && resolve(config.folder, config.catalogue)),
    keys: config.keys.folder === undefined ? null : resolve(config.folder, config.keys.folder),
  };
  const clicks = slackClicks(store.db, runtime, wake);
  const listening = parts.listen?.({
    ...{ db: store.db, world: worldOf(runtime), config: config.actions },
    wake: () => enforcement.wake(),
    clicked: async (payload) => void (await clicks(payload)),
  });
  const troubled = () => [...enforcement.troubled(), ...(listening?.troubled() ?? [])];
  const http = await parts.face({
    db: store.db,
    runtime,
    metrics,
    version,
    readiness: [
      { name: "store", check: async () => store.watch.trouble },
      { name: "steps", check: async () => firingTrouble },
    ],
    async orgs() {
      const all = await troublesNow();
      const among = (state: string) => all.filter((one) => one.state === state).length;
      return {
        served: fleet.health().size,
        waiting: among("waiting"),
        stopped: among("stopped"),
        troubles: all,
      };
    },
    routes: apiRoutes({
      ...clientParts,
      wake,
      sources: {
        health: () => fleet.health(),
        apiUse(orgId) {
          const budget = fleet.connection(orgId)?.budget.status();
          return budget === undefined ? null : { used: budget.used, allowed: budget.allowed };
        },
        troubled,
        unserved: () => fleet.unserved,
        clockTroubles: () => troubles.byOrg(),
        clockOffset: () => clock.correction,
        clockTrouble: () => clock.trouble,
        hub: () => hub.standing(),
        orgsOff: () => clock.orgsOff,
      },
    }),
    alsoAuthenticate: [bySession(store.db, runtime.clock)],
    proxies: config.http.proxies,
    mounts: [
      {
        path: "/",
        router: fleetRouter(store.db, thread, runtime, {
          provider: config.provider,
          company: config.signIn.company
            ? companySignIn(store.db, worldOf(runtime), config.signIn.company)
            : null,
          secondFactor: config.signIn.secondFactor ?? null,
        }),
      },
    ],
    webhooks: [
      ...doorRouters(store.db, worldOf(runtime), config.actions, wake),
      ...(slack
        ? [
            {
              path: "/slack",
              router: slackInteractions(clicks, runtime, readSecret(slack.signingSecret, host)),
            },
          ]
        : []),
      ...(pagerDuty?.webhookSecret
        ? [
            {
              path: "/pagerduty",
              router: pagerDutyWebhooks(store.db, runtime, readSecret(pagerDuty.webhookSecret, host), wake),
            },
          ]
        : []),
    ],
  });
  clock.start();
  const asked = await lastAsked(store.db);
  const doubtful = asked !== null && host.clock.now() - asked > longAway;
  void clock.firstMeasured(doubtful ? longestInDoubt : longestUnmeasured, stopping.signal).then(() => {
    timeKnown.resolve();
    if (stopping.signal.aborted) return;
    fleet.start();
    reports.start();
    hub.start();
  });
  return {
    store,
    fleet,
    url: http.url,
    async stop() {
      stopping.abort();
      clock.stop();
      await http.close();
      await listening?.stop();
      await reports.stop();
      await thread.stop();
      await hub.stop();
      await fleet.stop();
      await enforcement.stop();
      await traces.stop();
      await store.close();
    },
  };
}
