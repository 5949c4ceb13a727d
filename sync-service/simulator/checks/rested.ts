import type { Store } from "../../src/store/open.ts";
import type { Instance } from "../instance.ts";
import type { Client } from "../orgs-of.ts";
import type { Plan } from "../plan/plan.ts";
import type { Receivers } from "../receivers.ts";
import type { Scheduler } from "../world/scheduler.ts";

/** Everything, once trouble is over and there was time to come right. */
export interface Rested {
  store: Store;
  clients: readonly Client[];
  instances: readonly Instance[];
  receivers: Receivers;
  scheduler: Scheduler;
  plan: Plan;
}
