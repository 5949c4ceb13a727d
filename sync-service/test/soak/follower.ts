// The process that is killed: follows one org, as the service does, until it is no more.
// node follower.ts <store place, JSON> <org, JSON>
import { recomputeClocks } from "../../src/clocks/recompute.ts";
import { OrgFollower, streams } from "../../src/mirror/follow.ts";
import { defaultPeriods } from "../../src/mirror/periods.ts";
import { OrgConnection } from "../../src/orgs/connection.ts";
import type { Org } from "../../src/orgs/org.ts";
import { Registry } from "../../src/orgs/registry.ts";
import { silentLog, systemClock, systemTimers } from "../../src/runtime.ts";
import { openStore, type StorePlace } from "../../src/store/open.ts";

const [place, entry] = process.argv.slice(2).map((json) => JSON.parse(json) as unknown) as [StorePlace, Org];
const store = await openStore(place, { serving: true });
await new Registry(store.db).save(entry);
new OrgFollower({
  store,
  connection: new OrgConnection(entry, systemClock),
  recompute: recomputeClocks,
  wake: () => {},
  runtime: { clock: systemClock, timers: systemTimers, random: Math.random, log: silentLog },
  periods: defaultPeriods,
  streams,
  onStop: async (trouble) => {
    console.error(trouble.message);
    process.exit(3);
  },
}).start();
process.send?.("following");
// its parent kills it, or has gone
process.once("disconnect", () => process.exit(0));
