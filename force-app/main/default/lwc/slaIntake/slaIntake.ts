/** What the author of a case is told before sending it (rules, section 5). */
import type { CompiledPolicy, Instant } from "c/slaPolicy";

/** For each priority, when a case opened now would be acknowledged at the latest. */
export function promises(
  compiled: CompiledPolicy,
  now: Instant,
  category: string | null,
): { priority: string; due: Instant }[] {
  return compiled.policy.priorities.map(({ code }) => {
    const { calendar, target } = compiled.commitment(code, category);
    return { priority: code, due: compiled.due(now, calendar, target) };
  });
}

/** The priority that plain answers about the impact point to; the author decides. */
export function suggestPriority(answers: {
  operationStopped?: boolean;
  keyFunction?: boolean;
  workaround?: boolean;
  question?: boolean;
}): "P1" | "P2" | "P3" | "P4" {
  if (answers.operationStopped) return "P1";
  if (answers.keyFunction) return answers.workaround ? "P3" : "P2";
  return answers.question ? "P4" : "P3";
}
