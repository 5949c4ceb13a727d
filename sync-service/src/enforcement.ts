import { noteHeld } from "./intake/held.ts";
import { sendersOf } from "./lanes/senders.ts";
import type { ActionsConfig } from "./channels/registry.ts";
import { Deliveries } from "./outbox/deliveries.ts";
import type { Delivery, Outcome } from "./channels/channel.ts";
import type { Orgs } from "./lanes/salesforce.ts";
import { FiringLoop } from "./clocks/firing-loop.ts";
import type { FiredStep } from "./clocks/fired-step.ts";
import { LastLook, type ReadEvidence } from "./clocks/last-look.ts";
import type { ClockWatch } from "./clocks/troubles.ts";
import { listenForClocks } from "./clocks/wakeups.ts";
import type { Runtime } from "./runtime.ts";
import { instanceOf } from "./store/instance.ts";
import type { Store } from "./store/open.ts";

export interface EnforcementOptions {
  store: Store;
  /** Its clock is the corrected one: steps follow it. */
  runtime: Runtime;
  config: ActionsConfig;
  orgs: Orgs;
  /** Who this process is among those that share the store. */
  holder?: string;
  /** Whether this process writes to the org: on PostgreSQL only the holder of its lease does. */
  servesOrg?(orgId: string): boolean;
  readEvidence?: ReadEvidence;
  /** Resolves when it is known what time it is, as far as that can be had: no step is decided before. */
  timeKnown?: Promise<void>;
  /** Resolves when the mirror has everything that happened while the service was away. */
  caughtUp?: Promise<void>;
  onFired?(steps: readonly FiredStep[]): void;
  onSettled?(item: Delivery, outcome: Outcome): void;
  /** Told which clocks could be decided and which could not. */
  clockWatch?: ClockWatch;
  /** Told when no step can be decided (and, with null, when it can again). */
  onFiringTrouble?(error: Error | null): void;
}

/** Clocks that fire and items that arrive: everything after the mirror's commit. */
export interface Enforcement {
  /** After a commit that changed clocks or queued items. */
  wake(): void;
  /** Destinations left alone at the moment. */
  troubled(): Deliveries["troubled"];
  /** False while announcements of other instances do not arrive. */
  hears(): boolean;
  stop(): Promise<void>;
}

/** @throws SecretMissing when a configured channel's secret is not there */
export function startEnforcement(options: EnforcementOptions): Enforcement {
  const { store, runtime, config, orgs, servesOrg } = options;
  const { db } = store;
  const senders = sendersOf(db, config, orgs, runtime);
  const deliveries = new Deliveries({
    db,
    runtime,
    senders: senders.of,
    holder: options.holder ?? instanceOf(store, runtime),
    serves: (destination) =>
      servesOrg === undefined ||
      !destination.startsWith("salesforce:") ||
      servesOrg(destination.slice("salesforce:".length)),
    holdBack: () => firing.storm,
    onSettled(item, outcome) {
      options.onSettled?.(item, outcome);
      if (outcome.is === "held")
        noteHeld(db, item, runtime.clock.now())
          .then(() => deliveries.wake())
          .catch((error: Error) =>
            runtime.log.warn(
              { key: item.key, error: error.message },
              "a case does not say that an answer waits",
            ),
          );
    },
  });
  const firing = new FiringLoop({
    db,
    runtime,
    onFired(steps) {
      deliveries.wake();
      options.onFired?.(steps);
    },
    ...(options.caughtUp ? { caughtUp: options.caughtUp } : {}),
    ...(options.clockWatch ? { watch: options.clockWatch } : {}),
    ...(options.onFiringTrouble ? { onTrouble: options.onFiringTrouble } : {}),
  });
  const lastLook = options.readEvidence ? new LastLook(db, runtime, options.readEvidence) : null;
  const wake = () => {
    firing.wake();
    lastLook?.wake();
    deliveries.wake();
  };
  const listening = store.pool && listenForClocks({ db, pool: store.pool }, runtime, wake);
  let stopped = false;
  void (options.timeKnown ?? Promise.resolve()).then(() => {
    if (stopped) return;
    firing.start();
    lastLook?.start();
  });
  deliveries.start();
  return {
    wake,
    troubled: () => deliveries.troubled,
    hears: () => listening?.heard ?? true,
    async stop() {
      stopped = true;
      await listening?.close();
      await Promise.all([firing.stop(), lastLook?.stop(), deliveries.stop()]);
      senders.close();
    },
  };
}
