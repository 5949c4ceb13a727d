import { compilePolicy, passedSteps, readClock, type Step } from "c/slaEngine";
import { actionsOf, type Decision } from "../notices/step-items.ts";
import { settingsOf } from "../orgs/settings.ts";
import { changeOf, wantedIn, type WantedChange } from "../outbox/write-back.ts";
import type { Basis } from "./basis.ts";
import { elapsedMinutes, fieldsAfterStep } from "../case/sla-fields.ts";
import { wholeClock } from "./kept-clock.ts";
import { nextLook } from "./next-look.ts";

export type StepOutcome = "acted" | "stoodFor" | "silent";

/** The result of a decision about a clock at an instant. The caller carries it out. */
export interface Decided {
  steps: { step: Step; outcome: StepOutcome; /** It was taken before, and did not hold. */ again: boolean }[];
  nextAt: number | null;
  status: string;
  elapsed: number | null;
  /** The effects of the step that acts, beside the case's fields. */
  acts: Omit<Decision, "people"> | null;
  wanted: WantedChange | null;
}

/** @throws if the clock or the case cannot be read */
export function decide({ org, policy, row, state }: Basis, now: number): Decided {
  const { org_id: orgId, case_id: caseId, cycle } = row;
  const clock = wholeClock(row.clock, policy);
  const { recorded, undone } = ledgerIn(state.recorded, cycle);
  const passed = passedSteps(clock, recorded, now, org.onboarded_at);
  // if we took the step now, the ledger would keep it and nobody would hear of it
  if (passed.acts !== null && policy === undefined)
    throw new Error(
      "the policy of its contract cannot be read, so nobody would hear of the step; mend the contract",
    );
  const reading = policy === undefined ? null : readClock(clock, compilePolicy(policy), now);
  const steps = [
    ...passed.silent.map((step) => ({ step, outcome: "silent" as const })),
    ...passed.standsFor.map((step) => ({ step, outcome: "stoodFor" as const })),
    ...(passed.acts === null ? [] : [{ step: passed.acts, outcome: "acted" as const }]),
  ].map((one) => ({ ...one, again: undone.has(one.step.name) }));
  for (const { step } of steps) recorded.add(step.name);
  const decided: Decided = {
    steps,
    nextAt: nextLook(clock, recorded, now),
    status: reading?.status ?? row.status,
    elapsed: steps.length > 0 ? (reading?.elapsed ?? row.elapsed_ms) : row.elapsed_ms,
    acts: null,
    wanted: null,
  };
  if (reading === null || policy === undefined || state.fields === null) return decided;
  const before =
    state.wanted === null
      ? undefined
      : wantedIn({ wanted: state.wanted, written: null, version: state.version! });
  if (passed.acts === null) {
    // the status can change at the instant of a step that we took earlier
    const shown = state.latest_cycle === cycle ? before?.wanted : undefined;
    if (shown?.["SLA_Cycle__c"] === cycle && shown["SLA_Status__c"] !== reading.status)
      decided.wanted = changeOf(
        { orgId, caseId, fields: { ...shown, SLA_Status__c: reading.status } },
        before,
      );
    return decided;
  }
  const settings = settingsOf(org.settings);
  const actions = actionsOf(passed.acts, policy.plan, clock.effectivePriority, settings);
  if (actions.some(({ type }) => type !== "writeBack"))
    decided.acts = {
      org,
      settings,
      policy,
      clock,
      record: {
        id: caseId,
        case_number: state.case_number,
        subject: state.subject,
        fields: JSON.parse(state.fields) as Record<string, unknown>,
      },
      step: passed.acts,
      again: undone.has(passed.acts.name),
      actions,
      standsFor: passed.standsFor,
      remaining: reading.remaining,
      readAt: now,
    };
  if (state.latest_cycle !== cycle) return decided;
  const elapsed = clock.endedAt === null ? elapsedMinutes(reading.elapsed) : null;
  const fields = fieldsAfterStep(
    { ...clock, status: reading.status },
    passed.acts.name,
    elapsed,
    before?.wanted ?? null,
  );
  decided.wanted = changeOf({ orgId, caseId, fields }, before);
  return decided;
}

/** The names of a cycle's steps in the ledger: those that stand, and those that did not hold. */
function ledgerIn(rows: string | null, cycle: number): { recorded: Set<string>; undone: Set<string> } {
  const [recorded, undone] = [new Set<string>(), new Set<string>()];
  for (const [of, name, stands] of JSON.parse(rows ?? "[]") as [cycle: number, step: string, stands: 0 | 1][])
    if (of === cycle) (stands === 1 ? recorded : undone).add(name);
  return { recorded, undone };
}
