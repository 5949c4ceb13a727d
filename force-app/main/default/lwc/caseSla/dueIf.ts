import type { CaseClock, CaseRecord, Support } from "c/supportContract";

/**
 * The due instant of the case if somebody changed its priority now (rules, section 3, "Re-prioritised"). A consultant
 * sees it before choosing. null: the change would move nothing.
 */
export function dueIf(
  priority: string,
  record: CaseRecord,
  clock: CaseClock,
  { compiled }: Support,
  now: number,
): number | null {
  if (clock.dueAt === null || now >= clock.dueAt) return null;
  const next = compiled.commitment(priority, record.category);
  if (next.needsQuote) return null;
  const fromNow = compiled.due(now, next.calendar, next.target);
  const fromStart = compiled.due(clock.startedAt, next.calendar, next.target);
  return fromStart < clock.dueAt ? Math.min(clock.dueAt, fromNow) : Math.max(clock.dueAt, fromStart);
}
