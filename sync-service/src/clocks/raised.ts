import type { Transaction } from "kysely";
import { compilePolicy, readClock, type SlaClock, type Policy, type Step } from "c/slaEngine";
import { actionsOf, itemsOf } from "../notices/step-items.ts";
import { settingsOf } from "../orgs/settings.ts";
import type { OutboxItem } from "../outbox/outbox.ts";
import { rowsBy } from "../store/bulk.ts";
import type { ClockTable, Database, OrgTable, StepTable } from "../store/schema.ts";
import { ownersOf } from "./owners.ts";

/** A case that rose to a higher priority after people heard of its opening. */
export interface Raised {
  caseId: string;
  clock: SlaClock;
  policy: Policy;
  from: string;
  /** The steps that announced the opening. `again` is true if a correction sent it a second time. */
  openings: { step: Step; again: boolean }[];
}

/**
 * The openings that we announce again after a rise: steps at the start of the target that went out already. A fall
 * announces nothing. After the due instant, the breach has reached more people than an opening does.
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
 * The messages of a rise: the opening at the new priority. Each has the key that it would have had at the start. The
 * outbox drops a key that went out then, so only people who have not heard of the case get a message.
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
