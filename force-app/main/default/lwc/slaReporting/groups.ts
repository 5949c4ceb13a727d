import { wallClock } from "c/slaPolicy";
import type { Zone } from "c/slaPolicy";
import type { SlaClock } from "c/slaEngine";
import type { Forecast } from "./budget.ts";
import { forecast } from "./budget.ts";
import type { Figures, MttaClock } from "./figures.ts";
import { figures } from "./figures.ts";

/** A clock with the values that group it. `effectivePriority` is the one at the acknowledgement, or now. */
export type GroupedClock = MttaClock &
  Pick<SlaClock, "startedAt" | "effectivePriority"> & {
    org: string;
    plan: string;
    /** The contract's time zone, because a month begins and ends there. */
    zone: Zone;
  };

export interface MttaGroup {
  org: string;
  plan: string;
  priority: string;
  /** `YYYY-MM`, from the start instant. */
  month: string;
  figures: Figures;
  forecast: Forecast;
}

/** Figures per org, plan, effective priority and month, sorted in that order. It leaves Not Covered clocks out. */
export function mttaGroups<C extends GroupedClock>(clocks: readonly C[], asOf: number): MttaGroup[] {
  const groups = new Map<
    string,
    { group: Pick<MttaGroup, "org" | "plan" | "priority" | "month">; clocks: C[] }
  >();
  for (const clock of clocks) {
    if (clock.dueAt === null) continue;
    const { org, plan, effectivePriority: priority, zone, startedAt } = clock;
    const month = wallClock(zone, startedAt).date.slice(0, -3);
    const key = JSON.stringify([org, plan, priority, month]);
    const known = groups.get(key);
    if (known) known.clocks.push(clock);
    else groups.set(key, { group: { org, plan, priority, month }, clocks: [clock] });
  }
  return [...groups.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { group, clocks: some }]) => ({
      ...group,
      figures: figures(some, asOf),
      forecast: forecast(some, asOf),
    }));
}
