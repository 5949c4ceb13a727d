import type { Transaction } from "kysely";
import { compilePolicy, readClock, type SlaClock, type Policy, type Step } from "c/slaEngine";
import { actionsOf, itemsOf } from "../notices/step-items.ts";
import { settingsOf } from "../orgs/settings.ts";
import type { OutboxItem } from "../outbox/outbox.ts";
import { rowsBy } from "../store/bulk.ts";
import type { ClockTable, Database, OrgTable, StepTable } from "../store/schema.ts";
import { ownersOf } from "./owners.ts";

/** A case that rose to a higher priority after its opening was told. */
export interface Raised {
  caseId: string;
  clock: SlaClock;
  policy: Policy;
  from: string;
  /** The steps that told of the opening, with whether each was told a second time after a correction. */
  openings: { step: Step; again: boolean }[];
}

/**
 * Answers which openings a rise has to tell again: those at the start of the target that were told already.
 * A fall tells nobody anything, and after the due instant the breach has told more people than an opening does.
 */
export function openingsToTell(
  was: Pick<ClockTable, "effective_priority" | "ended_at"> | undefined,
  clock: SlaClock,
  policy: Pick<Policy, "priorities"> | undefined,
  ledger: readonly Pick<StepTable, "cycle" | "step" | "due_at" | "outcome" | "superseded_at" | "earlier">[],
  now: number,
): Raised["openings"] {
  if (was?.effective_priority == null || policy === undefined) return [];
  if (clock.endedAt !== null || clock.dueAt === null || clock.dueAt <= now) return [];
  const rank = (code: string) => policy.priorities.findIndex((priority) => priority.code === code);
  const [before, after] = [rank(was.effective_priority), rank(clock.effectivePriority)];
  if (before < 0 || after < 0 || after >= before) return [];
  return clock.steps
    .filter(({ share }) => share === 0)
    .flatMap((step) => {
      const row = ledger.find(({ cycle, step: name }) => cycle === clock.cycle && name === step.name);
      if (row === undefined || row.superseded_at !== null || row.outcome === "silent") return [];
      return [{ step: { ...step, at: row.due_at }, again: row.earlier !== null }];
    });
}

/**
 * The messages of a rise: the opening as it is told at the new priority. Each has the key that it would have had at the
 * start, so the outbox drops those that went out then, and only those are told who have not heard of the case.
 */
export async function tellRaised(
  tx: Transaction<Database>,
  org: Pick<OrgTable, "id" | "name" | "instance_url" | "settings">,
  raised: readonly Raised[],
  now: number,
): Promise<OutboxItem[]> {
  if (raised.length === 0) return [];
  const settings = settingsOf(org.settings);
  const rows = await rowsBy(tx, "cases", org.id, ["id", [...new Set(raised.map(({ caseId }) => caseId))]]);
  const cases = new Map(
    rows.map((row) => [row.id, { ...row, fields: JSON.parse(row.fields) as Record<string, unknown> }]),
  );
  const people = await ownersOf(
    tx,
    [...cases.values()].map(({ fields }) => ({ orgId: org.id, fields })),
  );
  return raised.flatMap(({ caseId, clock, policy, from, openings }) => {
    const record = cases.get(caseId);
    if (record === undefined) return [];
    const { remaining } = readClock(clock, compilePolicy(policy), now);
    return openings.flatMap(({ step, again }) =>
      itemsOf({
        ...{ org, settings, policy, clock, record, again, remaining },
        people: people(org.id),
        step: { ...step, label: raisedLabel(from, clock.effectivePriority) },
        actions: actionsOf(step, policy.plan, clock.effectivePriority, settings),
        standsFor: [],
        readAt: now,
      }),
    );
  });
}

const raisedLabel = (from: string, to: string): Step["label"] => ({
  es: `Subió de ${from} a ${to}`,
  en: `Raised from ${from} to ${to}`,
});
