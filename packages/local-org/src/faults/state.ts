import type { Org } from "../org/types.ts";
import { eventsOf } from "../events/attach.ts";
import { NORMAL_RETENTION, SETTINGS } from "./settings.ts";

/** The admin API's answer: the current faults, and the values that you can set. */
export function faultsState(org: Org) {
  const { faults, limits } = org;
  const allocation = eventsOf(org)?.allocation;
  return {
    org: { id: org.id, name: org.name, instanceUrl: org.instanceUrl, now: new Date(org.now()).toISOString() },
    faults: {
      clockOffset: faults.clockOffset,
      latency: faults.latency,
      retention: faults.retention,
      streams: { ...faults.streams },
      failNext: faults.failNext.filter((fault) => fault.times > 0),
      lockedRows: [...faults.lockedRows]
        .map(([id, times]) => ({ id, times }))
        .filter(({ times }) => times > 0),
    },
    active: activeFaults(org),
    limits: {
      apiRequests: { used: limits.used(), max: limits.max() },
      deliveredEvents: allocation ? { used: allocation.used(), max: allocation.max() } : null,
    },
    channels: org.components.list("PlatformEventChannel").map(({ fullName }) => fullName),
    users: [...org.rows("User")].map((row) => ({
      id: row.Id,
      username: String(row.Username ?? row.Id),
      isActive: row.IsActive === true,
    })),
  };
}

/** The labels of the faults that are on. */
function activeFaults(org: Org): string[] {
  const { faults, limits } = org;
  const allocation = eventsOf(org)?.allocation;
  const set = SETTINGS.filter((setting) =>
    setting.kind === "switch"
      ? setting.get(faults)
      : setting.get(faults) !== (setting.path === "retention" ? NORMAL_RETENTION : 0),
  ).map(({ label }) => label);
  if (faults.failNext.some((fault) => fault.times > 0)) set.push("Failing calls");
  if ([...faults.lockedRows.values()].some((times) => times > 0)) set.push("Locked rows");
  if (limits.used() >= limits.max()) set.push("API requests spent");
  if (allocation?.remaining() === 0) set.push("Delivered events spent");
  return set;
}
