import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Org } from "../org/types.ts";
import { openEventBus, type EventBus, type EventBusOptions } from "./bus.ts";

const buses = new WeakMap<Org, EventBus>();

/**
 * Gives an org its event bus. From now on its commits become events, which the org's folder keeps, or a passing one
 * if the org lives in memory. The bus closes with the org.
 */
export function attachEvents(org: Org, options: Partial<EventBusOptions> = {}): EventBus {
  const passing = options.directory === undefined && org.dataDir === undefined;
  const directory =
    options.directory ??
    (passing ? mkdtempSync(join(tmpdir(), "local-org-events-")) : join(org.dataDir ?? "", "events"));
  const bus = openEventBus(org, { ...options, directory });
  buses.set(org, bus);
  org.onClose(() => {
    bus.close();
    if (passing) rmSync(directory, { recursive: true, force: true });
  });
  return bus;
}

export function eventsOf(org: Org): EventBus | undefined {
  return buses.get(org);
}

/** Its part of `/limits`. */
export function eventLimits(org: Org): Record<string, { Max: number; Remaining: number }> {
  const allocation = buses.get(org)?.allocation;
  return allocation
    ? { DailyDeliveredPlatformEvents: { Max: allocation.max(), Remaining: allocation.remaining() } }
    : {};
}
