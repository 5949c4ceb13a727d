import { OrgConnection } from "../orgs/connection.ts";
import type { Org } from "../orgs/org.ts";
import { Registry } from "../orgs/registry.ts";
import { pause, type Runtime } from "../runtime.ts";
import { instanceOf } from "../store/instance.ts";
import { worldOf } from "../world.ts";
import type { Store } from "../store/open.ts";
import { keepLooking } from "../store/looking.ts";
import { isFromStore } from "../store/watch.ts";
import { OrgFollower, streams, type FollowParts } from "./follow.ts";
import type { Periods } from "./periods.ts";
import type { OrgHealth } from "./health.ts";
import { Instances } from "./instances.ts";
import { leaseFor, Leases, underLease, type Lease } from "./leases.ts";
import type { CaseKey, RecomputeClocks, Wake } from "../case/change.ts";

export interface FleetParts {
  store: Store;
  recompute: RecomputeClocks;
  wake: Wake;
  /** Told after commit which cases of an org have changed. */
  changed?(orgId: string, caseIds: string[]): void;
  runtime: Runtime;
  periods: Periods;
  streams?: FollowParts["streams"];
  onStored?: NonNullable<FollowParts["onStored"]>;
}

const stopWithin = 5_000;

interface Served {
  follower: OrgFollower;
  lease: Lease;
  /** What the follower was started with: when it changes, it is started anew. */
  terms: string;
}

const termsOf = ({ status: _s, statusKind: _k, statusReason: _r, ...org }: Org) => JSON.stringify(org);

/**
 * The orgs that this instance serves: one follower each, as long as the registry says so and the lease holds. With other
 * instances on the store it serves its share alone, and hands over what is more.
 */
export class Fleet {
  readonly #parts: FleetParts;
  readonly #registry: Registry;
  readonly #leases: Leases;
  readonly #instances: Instances;
  readonly #served = new Map<string, Served>();
  readonly #stopping = new AbortController();
  #unserved = new Map<string, string>();
  /** Orgs whose settings cannot be used, of which the log has said so. */
  #silent: ReadonlyMap<string, string> = new Map();
  #running: Promise<void> | null = null;
  /** When the leases were renewed last, ms. */
  #renewed = 0;

  constructor(parts: FleetParts) {
    this.#parts = parts;
    this.#registry = new Registry(parts.store.db);
    const name = instanceOf(parts.store, parts.runtime);
    this.#leases = new Leases(parts.store, parts.runtime.clock, name, parts.periods.lease);
    this.#instances = new Instances(parts.store, parts.runtime.clock, name, parts.periods.lease);
  }

  start(): void {
    const { runtime } = this.#parts;
    this.#running ??= keepLooking(runtime, "the registry of orgs", () => this.#look(), this.#stopping.signal);
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
    await this.#instances.leave().catch(() => {});
    await Promise.all([...this.#served.keys()].map((id) => this.#leave(id)));
  }

  /** The connection to an org that this instance serves. */
  connection(orgId: string): OrgConnection | undefined {
    return this.#served.get(orgId)?.follower.connection;
  }
  follower(orgId: string): OrgFollower | undefined {
    return this.#served.get(orgId)?.follower;
  }
  health(): Map<string, OrgHealth> {
    return new Map([...this.#served].map(([id, { follower }]) => [id, follower.assessedHealth()]));
  }

  /** Reads these cases' evidence now, each org's together; resolves when all that could be read is stored. */
  async readEvidence(cases: readonly CaseKey[]): Promise<void> {
    const byOrg = Map.groupBy(cases, (key) => key.orgId);
    const results = await Promise.allSettled(
      [...byOrg].map(([orgId, keys]) =>
        this.#served.get(orgId)?.follower.readEvidence(keys.map((key) => key.caseId)),
      ),
    );
    for (const result of results) if (result.status === "rejected") throw result.reason;
  }

  async #look(): Promise<void> {
    const { store } = this.#parts;
    if (store.watch.trouble !== null) await store.probe();
    const { orgs: readable, unreadable, silent } = await this.#registry.read();
    const log = this.#parts.runtime.log;
    for (const { id: org, problem } of silent)
      if (this.#silent.get(org) !== problem)
        log.error({ org, reason: problem }, "nothing is sent for this org");
    this.#silent = new Map(silent.map(({ id, problem }) => [id, problem]));
    const orgs = new Map(readable.map((org) => [org.id, org]));
    const unserved = new Map(
      unreadable.map(({ id, problem }) => [id, `Its registration cannot be read: ${problem}`]),
    );
    const held = await this.#renew();
    const leaving: Promise<void>[] = [];
    for (const [id, served] of this.#served) {
      const org = orgs.get(id);
      // together: one that is slow to let go keeps no other waiting for its turn, or its lease from being renewed
      if (org?.status !== "active" || termsOf(org) !== served.terms || !held.has(id))
        leaving.push(this.#leave(id));
    }
    const active = readable.filter(({ status }) => status === "active");
    await this.#instances.live();
    const share = await this.#instances.share(active.length);
    // those that it took last, since what they began is cheapest to begin again
    for (const id of [...this.#served.keys()].slice(share)) leaving.push(this.#leave(id));
    await Promise.all(leaving);
    const elsewhere = active.length > this.#served.size ? await this.#leases.elsewhere() : new Set<string>();
    for (const org of active) {
      if (this.#stopping.signal.aborted || this.#served.size >= share) break;
      if (this.#served.has(org.id) || elsewhere.has(org.id)) continue;
      try {
        await this.#serve(org);
      } catch (error) {
        // an org that the service cannot begin with is named, and does not hold up the next
        if (isFromStore(error)) throw error;
        unserved.set(org.id, (error as Error).message);
      }
    }
    for (const [org, reason] of unserved)
      if (this.#unserved.get(org) !== reason)
        log.error({ org, reason }, "this org cannot be served; the others are");
    this.#unserved = unserved;
  }

  /** Orgs that cannot be served at all, with the reason. */
  get unserved(): ReadonlyMap<string, string> {
    return this.#unserved;
  }

  /** @returns the orgs that are still ours */
  async #renew(): Promise<Set<string>> {
    const now = this.#parts.runtime.clock.now();
    if (now - this.#renewed < (this.#parts.periods.lease ?? leaseFor) / 3 || this.#served.size === 0)
      return new Set(this.#served.keys());
    this.#renewed = now;
    return this.#leases.renew([...this.#served.values()].map(({ lease }) => lease));
  }

  async #serve(org: Org): Promise<void> {
    const { runtime } = this.#parts;
    const lease = await this.#leases.take(org.id);
    if (lease === null) return;
    const follower = new OrgFollower({
      ...this.#parts,
      streams: this.#parts.streams ?? streams,
      connection: new OrgConnection(org, runtime.clock, { world: worldOf(runtime) }),
      lease,
      onStop: ({ kind, message }) =>
        underLease(this.#parts.store, org.id, lease, (tx) =>
          new Registry(tx).setStatus(org.id, "stopped", {
            kind,
            // another org is not what a resumption is for
            message: kind === "anotherOrg" ? message : `${message} Then: sla-sync orgs resume ${org.id}`,
          }),
        ),
    });
    this.#served.set(org.id, { follower, lease, terms: termsOf(org) });
    follower.start();
    runtime.log.info({ org: org.id, transport: org.transport }, "serving");
  }

  async #leave(orgId: string): Promise<void> {
    const served = this.#served.get(orgId);
    if (served === undefined) return;
    this.#served.delete(orgId);
    // an org that does not answer holds nothing up: what it still does finds its lease gone
    const stopped = new AbortController();
    const stopping = served.follower.stop().finally(() => stopped.abort());
    await Promise.race([stopping, pause(this.#parts.runtime.timers, stopWithin, stopped.signal)]);
    await this.#leases.release(served.lease).catch(() => {});
    this.#parts.runtime.log.info({ org: orgId }, "no longer serving");
  }
}
