/** The orders that a list of cases can be put in. */
import { byUrgency } from "c/supportContract";
import type { Entry } from "./entries.ts";

type Compare = (a: Entry, b: Entry) => number;
export type CaseOrder = keyof typeof orders;

const words = (a: string | null, b: string | null): number => (a ?? "").localeCompare(b ?? "");
/** Rows without a value come last, in both directions. */
const present = (a: unknown, b: unknown): number =>
  Number(a == null || a === "") - Number(b == null || b === "");
const priorityOf = ({ clock, record }: Entry): string | null => clock?.priority ?? record.priority;

/** Cases that are equal by an order stand by urgency. */
const orders = {
  urgency: (a, b) => byUrgency(a.reading, b.reading) || a.record.createdAt - b.record.createdAt,
  newest: (a, b) => b.record.createdAt - a.record.createdAt,
  oldest: (a, b) => a.record.createdAt - b.record.createdAt,
  number: (a, b) => words(a.record.number, b.record.number),
  subject: (a, b) => words(a.record.subject, b.record.subject),
  priority: (a, b) => present(priorityOf(a), priorityOf(b)) || words(priorityOf(a), priorityOf(b)),
  owner: (a, b) =>
    present(a.record.ownerName, b.record.ownerName) || words(a.record.ownerName, b.record.ownerName),
} satisfies Record<string, Compare>;

export const CASE_ORDERS = Object.keys(orders) as CaseOrder[];
const isOrder = (order: string): order is CaseOrder => Object.hasOwn(orders, order);

/** `entries` come by urgency, and a list in that order is the very same list. */
export function inCaseOrder(entries: Entry[], order: string): Entry[] {
  if (order === "urgency" || !isOrder(order)) return entries;
  // a sort that keeps equals as they stood
  return [...entries].sort(orders[order]);
}
