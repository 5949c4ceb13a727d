import type { SlaClock, Policy, Step } from "c/slaEngine";

/** A step as the clock's row stores it. Its label and actions stay in the policy, so that each row is short. */
export type KeptStep = Omit<Step, "label" | "do">;
export type KeptClock = Omit<SlaClock, "steps"> & { steps: KeptStep[] };

/** Writes a clock as the JSON of its row. */
export function keep(clock: SlaClock): string {
  const steps = clock.steps.map(({ name, share, at, severity }): KeptStep => ({ name, share, at, severity }));
  // A running clock's elapsed time depends on when you ask. We leave it out, so that equal facts give equal rows.
  const elapsed = clock.endedAt === null ? null : clock.elapsed;
  return JSON.stringify({ ...clock, elapsed, steps } satisfies KeptClock);
}

/** Reads a clock from its row and adds labels and actions from the policy. */
export function wholeClock(text: string, policy: Policy | undefined): SlaClock {
  const kept = JSON.parse(text) as KeptClock;
  const said = new Map(policy?.steps.map((step) => [step.name, step]));
  const steps = kept.steps.map((step): Step => {
    const { label, do: actions } = said.get(step.name) ?? { label: { es: step.name, en: step.name }, do: [] };
    return { ...step, label, do: actions };
  });
  return { ...kept, steps };
}
