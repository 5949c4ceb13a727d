import type { Clock, Policy, Step } from "c/slaEngine";

/** A step as a clock's row has it: what it is called and does is its policy's, and not kept with every clock. */
export type KeptStep = Omit<Step, "label" | "do">;
export type KeptClock = Omit<Clock, "steps"> & { steps: KeptStep[] };

/** The text of a clock's row. */
export function keep(clock: Clock): string {
  const steps = clock.steps.map(({ name, share, at, severity }): KeptStep => ({ name, share, at, severity }));
  // While it runs, elapsed is a matter of when one asks: kept out, so that the same facts leave the same row.
  const elapsed = clock.endedAt === null ? null : clock.elapsed;
  return JSON.stringify({ ...clock, elapsed, steps } satisfies KeptClock);
}

/** The clock of a row, whole again. */
export function wholeClock(text: string, policy: Policy | undefined): Clock {
  const kept = JSON.parse(text) as KeptClock;
  const said = new Map(policy?.steps.map((step) => [step.name, step]));
  const steps = kept.steps.map((step): Step => {
    const { label, do: actions } = said.get(step.name) ?? { label: { es: step.name, en: step.name }, do: [] };
    return { ...step, label, do: actions };
  });
  return { ...kept, steps };
}
