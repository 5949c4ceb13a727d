/** Runs one story: trouble first, then trouble is off and everything has to come right. */
import { shippedPace } from "../src/pace.ts";
import { Registry } from "../src/orgs/registry.ts";
import { retryDeadLetters } from "../src/outbox/dead-letters.ts";
import type { Stream } from "../src/events/stream.ts";
import { atRest } from "./checks/at-rest.ts";
import { AtCommit } from "./checks/at-commit.ts";
import type { Violation } from "./checks/violation.ts";
import { befall } from "./befall.ts";
import { isCalm } from "./calm.ts";
import { Counts } from "./counts.ts";
import { Instance } from "./instance.ts";
import { receiverHosts, Receivers } from "./receivers.ts";
import { act, clientsOf, type Client } from "./orgs-of.ts";
import type { Plan } from "./plan/plan.ts";
import { Troubles } from "./troubles.ts";
import { Dice } from "./world/dice.ts";
import { Life } from "./world/life.ts";
import { Network, type Asked } from "./world/network.ts";
import { NoProgress, Scheduler } from "./world/scheduler.ts";
import { SharedStore } from "./world/shared-store.ts";
import type { Surroundings } from "./world/surroundings.ts";
import { Trace } from "./world/trace.ts";

export interface Outcome {
  violations: Violation[];
  digest: string;
  counts: Record<string, number>;
  /** What happened, and how often the store was asked. */
  happened: number;
  cases: number;
}

export interface Options {
  /** Told of each line of the trace. */
  trace?: (line: string) => void;
  /** Leaves out looks that find nothing. */
  skipsIdle?: boolean;
}

const hour = 3_600_000;

export async function simulate(plan: Plan, options: Options = {}): Promise<Outcome> {
  const start = Date.parse(plan.start);
  const dice = new Dice(plan.seed);
  const scheduler = new Scheduler(start, dice);
  const trace = new Trace(() => scheduler.now, options.trace ?? null);
  const counts = new Counts();
  const troubles = new Troubles(plan, start, () => scheduler.now, dice, counts);
  const network = new Network(scheduler, trace, dice);
  const store = await SharedStore.make();
  const clients = clientsOf(plan, scheduler, dice, troubles);
  const receivers = new Receivers();
  for (const host of receiverHosts.keys()) network.add(host, receivers);
  network.onMail = (key) => receivers.take(key);
  network.fateOfMail = (usual) => troubles.ofMail(network.requests, usual);
  for (const { org, rest } of clients) network.add(org.host, rest);
  network.fateOf = (asked, usual) => {
    const receiver = receiverHosts.get(asked.url.host);
    if (receiver !== undefined) return troubles.ofReceiver(receiver, network.requests, usual);
    const n = clients.findIndex(({ org }) => org.host === asked.url.host);
    return troubles.ofRequest(n, phaseOf(asked), network.requests, usual);
  };
  let statements = 0;
  const atCommit = new AtCommit(store.database, scheduler, plan, clients, (orgId, since) =>
    isCalm(plan, orgId, since - start, scheduler.now - start, instances),
  );
  const around: Surroundings = {
    ...{ start, scheduler, trace, dice, network, store },
    pace: { ...shippedPace, apiUse: plan.every.apiUse * 1_000, figures: plan.every.figures * 1_000 },
    storeTrouble: {
      delay: (kind) => troubles.delayOf(kind, ++statements),
      failure: (kind) => troubles.ofStatement(kind, statements),
    },
    skipsIdle: options.skipsIdle !== false && plan.instances.length === 1,
    afterCommit: (who) => atCommit.after(who),
  };
  const stream: Stream = (given) =>
    clients.find(({ org }) => org.id === given.connection.org.id)!.stream.stream(given);
  const operator = new Life("operator", { offset: 0, drift: 0 }, { ...around, storeTrouble: calm }, () => {});
  for (const { registration } of clients) await new Registry(operator.store.db).save(registration);
  const instances = plan.instances.map(
    (skew, n) => new Instance(String.fromCharCode(97 + n), skew, plan.every, stream, around),
  );

  const later = (at: number, work: () => void) => void scheduler.at(start + at, work);
  for (const instance of instances) later(0, () => instance.start());
  for (const one of plan.acts)
    later(one.at, () => {
      const client = clients[one.org % clients.length]!;
      trace.tell(client.org.id, one.kind, act(client, one) ?? "nothing", one.by);
    });
  for (const one of plan.crashes)
    later(one.at, () => {
      const instance = instances[one.instance % instances.length]!;
      counts.met(one.away > 60_000 ? "away" : "crash", one.before ? "before" : "after");
      instance.crash({ calls: one.calls, before: one.before }, one.away);
    });
  for (const one of plan.troubles) befall(one, { clients, instances, counts, later, trace, start });

  const violations: Violation[] = [];
  const withLeaks = leaksStopped(scheduler);
  try {
    await scheduler.runUntil(start + plan.lasts);
    troubles.over = true;
    trace.tell("world", "trouble is over");
    for (const { rest } of clients) Object.assign(rest, { frozen: false, spent: false, locked: false });
    for (const { org, stream, hide } of clients) {
      hide(null);
      org.setMember(true, stream);
    }
    for (const instance of instances) instance.back();
    await scheduler.during(resume(operator, clients, instances));
    const rested = { store: operator.store, clients, instances, receivers, scheduler, plan };
    let found: Violation[] = [];
    for (const rest of restsOf(plan)) {
      await scheduler.runUntil(start + plan.lasts + rest);
      // a decision of a moment ago is still on its way
      for (let turn = 0; turn < 12 && (await scheduler.during(hasFreshWork(operator, scheduler.now))); turn++)
        await scheduler.runUntil(scheduler.now + 10_000);
      if (atCommit.violations.length > 0) break;
      found = await atRest(rested);
      if (found.length === 0) break;
    }
    violations.push(...atCommit.violations, ...found);
  } catch (error) {
    if (!(error instanceof NoProgress)) throw error;
    violations.push({ check: "progress", what: error.message });
  } finally {
    withLeaks();
    for (const instance of instances) instance.life?.die();
    store.close();
  }
  return {
    violations,
    digest: trace.digest(),
    counts: counts.all(),
    happened: scheduler.happened,
    cases: clients.reduce((sum, { cases }) => sum + cases.length, 0),
  };
}

/**
 * After how long everything may have come right, and after how long it must have. A value that was put back too often
 * waits for the next reconciliation.
 */
function restsOf({ troubles, every }: Plan): number[] {
  const last = troubles.some(({ kind }) => kind === "flowOverwrites")
    ? every.reconcile * 1_000 * 1.15 + hour
    : 2 * hour;
  return [hour / 2, hour, last];
}

async function hasFreshWork({ store }: Life, now: number): Promise<boolean> {
  const fresh = await store.db
    .selectFrom("outbox")
    .select("id")
    .where("state", "in", ["pending", "sending"])
    .where("created_at", ">", now - 120_000)
    .executeTakeFirst();
  return fresh !== undefined;
}

const calm: Surroundings["storeTrouble"] = { delay: () => 0, failure: () => null };

/** What needs a person finds one. */
async function resume(
  operator: Life,
  clients: readonly Client[],
  instances: readonly Instance[],
): Promise<void> {
  const registry = new Registry(operator.store.db);
  for (const { org } of clients) {
    const found = await registry.find(org.id);
    if (found?.status === "stopped") await registry.setStatus(org.id, "active");
  }
  await retryDeadLetters(operator.store.db, { all: {} }, operator.world.clock.now());
  for (const { life } of instances) life?.news();
}

function phaseOf({ method, url: { pathname } }: Asked): string {
  if (pathname.endsWith("/token")) return "sign-in";
  if (method === "PATCH") return "write";
  return method === "HEAD" ? "time" : "read";
}

/** Libraries ask the host for the time: they get the simulated one, so that a trace does not depend on the host. */
function leaksStopped(scheduler: Scheduler): () => void {
  const real = Date.now;
  Date.now = () => scheduler.now;
  return () => {
    Date.now = real;
  };
}
