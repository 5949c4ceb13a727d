import type { Org } from "../org/types.ts";
import { openEventBus, type EventBus, type EventBusOptions } from "./bus.ts";

const buses = new WeakMap<Org, EventBus>();

/** Gives an org its event bus: from now on what it commits becomes events. The bus is closed with `close()`. */
export function attachEvents(org: Org, options: EventBusOptions): EventBus {
  const bus = openEventBus(org, options);
  buses.set(org, bus);
  return bus;
}

export function eventsOf(org: Org): EventBus | undefined {
  return buses.get(org);
}

/** Its part of `/limits`. */
export function eventLimits(org: Org): Record<string, { Max: number; Remaining: number }> {
  const allocation = buses.get(org)?.allocation;
  if (!allocation) return {};
  const delivered = { Max: allocation.max(), Remaining: allocation.remaining() };
  return {
    DailyDeliveredPlatformEvents: delivered,
    MonthlyPlatformEventsUsageEntitlement: { Max: 0, Remaining: 0 },
  };
}
