import { storePlace, type Config } from "./config.ts";
import { recomputeClocks } from "./clocks/recompute.ts";
import { Fleet } from "./mirror/fleet.ts";
import { defaultPeriods } from "./mirror/follow.ts";
import type { Runtime } from "./runtime.ts";
import { openStore, type Store } from "./store/open.ts";

export interface Service {
  store: Store;
  fleet: Fleet;
  stop(): Promise<void>;
}

/** Wires the parts together and starts them; `stop` ends them in the opposite order. Nothing else. */
export async function startService({ config, ...runtime }: { config: Config } & Runtime): Promise<Service> {
  const store = await openStore(storePlace(config), { serving: true });
  const { contracts, replies, intake, reconcile, silence } = config.every;
  const fleet = new Fleet({
    store,
    runtime,
    recompute: recomputeClocks,
    wake: () => {},
    periods: {
      ...defaultPeriods,
      contracts: contracts * 1000,
      replies: replies * 1000,
      intake: intake * 1000,
      reconcile: reconcile * 1000,
      silentAfter: silence * 1000,
    },
  });
  fleet.start();
  return {
    store,
    fleet,
    async stop() {
      await fleet.stop();
      await store.close();
    },
  };
}
