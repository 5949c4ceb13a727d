/** What a plan offers, grouped the way people say it: "P1: 4 h · P2 to P4: 1 business day". */
import type { Policy, TargetSpec } from "c/slaPolicy";

/** Priorities that are promised the same, in the catalogue's order. */
export interface PromiseGroup {
  priorities: string[];
  calendar: string;
  alwaysOpen: boolean;
  target: TargetSpec;
}

type Offer = Pick<Policy, "targets" | "calendars">;

export function promiseGroups(offer: Offer, order: string[]): PromiseGroup[] {
  const groups: PromiseGroup[] = [];
  for (const priority of order) {
    const promise = offer.targets[priority];
    if (!promise) continue;
    const same = groups.find(
      (group) =>
        group.calendar === promise.calendar &&
        JSON.stringify(group.target) === JSON.stringify(promise.target),
    );
    if (same) same.priorities.push(priority);
    else
      groups.push({
        priorities: [priority],
        calendar: promise.calendar,
        alwaysOpen: offer.calendars[promise.calendar]?.alwaysOpen ?? false,
        target: promise.target,
      });
  }
  return groups;
}

/** "P1", "P2–P4" for neighbours, "P1, P3" otherwise. */
export function span(priorities: string[], order: string[]): string {
  const places = priorities.map((priority) => order.indexOf(priority));
  const neighbours = places.every((place, i) => i === 0 || place === places[i - 1]! + 1);
  return priorities.length > 1 && neighbours
    ? `${priorities[0]}–${priorities.at(-1)}`
    : priorities.join(", ");
}
