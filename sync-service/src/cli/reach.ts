import { recomputeClocks } from "../clocks/recompute.ts";
import { OrgMirror } from "../mirror/org-mirror.ts";
import { OrgConnection } from "../orgs/connection.ts";
import { Registry } from "../orgs/registry.ts";
import { systemClock, type Runtime } from "../runtime.ts";
import { systemWorld } from "../world.ts";
import type { Store } from "../store/open.ts";
import { Mistake } from "./context.ts";

export const commandRuntime: Runtime = systemWorld;

/** An org's mirror for the length of a command. A service that runs beside it finds the same rows. */
export async function reach(
  store: Store,
  orgId: string,
): Promise<{ connection: OrgConnection; mirror: OrgMirror }> {
  const org = await new Registry(store.db).find(orgId);
  if (org === undefined)
    throw new Mistake(`There is no org ${orgId}. sla-sync orgs list shows those there are.`);
  const connection = new OrgConnection(org, systemClock);
  const mirror = new OrgMirror({
    store,
    connection,
    recompute: recomputeClocks,
    wake: () => {},
    runtime: commandRuntime,
  });
  await mirror.knowledge.load();
  return { connection, mirror };
}
