import type { Org } from "../org/types.ts";
import { eventsOf } from "../events/attach.ts";

/** Remembers the org's limits. @returns a function that restores them, removes all faults and frees spent limits */
export function rememberNormal(org: Org): () => void {
  const allocation = eventsOf(org)?.allocation;
  const apiRequests = org.limits.max();
  const deliveredEvents = allocation?.max() ?? 0;
  return () => {
    org.faults.reset();
    if (org.limits.used() >= org.limits.max()) org.limits.setUsed(0);
    org.limits.setMax(apiRequests);
    if (!allocation) return;
    if (allocation.remaining() === 0) allocation.setUsed(0);
    allocation.setMax(deliveredEvents);
  };
}
