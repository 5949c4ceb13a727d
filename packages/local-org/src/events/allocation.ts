/** Delivered events in a rolling 24 hours, counted per subscriber: each delivery to each subscriber is one. */

const DAY = 24 * 60 * 60 * 1000;
/** Deliveries are counted in slots, so that the window rolls without remembering each. */
const SLOT = 60_000;

/** Performance and Unlimited Edition; Enterprise has 25,000, Developer 10,000. */
export const DELIVERED_PER_DAY = 50_000;

export interface Allocation {
  max(): number;
  used(): number;
  remaining(): number;
  spend(events: number): void;
  setMax(events: number): void;
  setUsed(events: number): void;
}

export function dailyAllocation(now: () => number, perDay: number = DELIVERED_PER_DAY): Allocation {
  let max = perDay;
  let slots: { at: number; events: number }[] = [];
  let total = 0;
  const roll = () => {
    const since = now() - DAY;
    while (slots[0] && slots[0].at + SLOT < since) total -= slots.shift()?.events ?? 0;
  };
  const spend = (events: number) => {
    const at = Math.floor(now() / SLOT) * SLOT;
    const last = slots.at(-1);
    if (last?.at === at) last.events += events;
    else slots.push({ at, events });
    total += events;
  };
  const used = () => {
    roll();
    return total;
  };
  return {
    max: () => max,
    used,
    remaining: () => Math.max(0, max - used()),
    spend,
    setMax: (events) => {
      max = events;
    },
    setUsed: (events) => {
      slots = [];
      total = 0;
      spend(events);
    },
  };
}
