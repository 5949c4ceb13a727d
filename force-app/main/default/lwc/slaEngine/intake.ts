/** What the author of a case is told before sending it (rules, section 5). */
import type { CompiledPolicy } from "./compiled.ts";
import type { Instant, Policy } from "./types.ts";

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

export type ChannelVerdict =
  { allowed: true } | { allowed: false; reason: "notInPlan" | "notForPriority"; plansWithIt: string[] };

/** A blank channel is unknown and never refused. `priority` is the effective one; `plansWithIt` are plan codes. */
export function channelVerdict(policy: Policy, channel: string | null, priority: string): ChannelVerdict {
  if (channel === null || channel.trim() === "") return { allowed: true };
  const plansWithIt = policy.otherPlans
    .filter(({ channels }) => channels.includes(channel))
    .map(({ plan }) => plan);
  if (!policy.channels.includes(channel)) return { allowed: false, reason: "notInPlan", plansWithIt };
  const only = policy.channelCatalogue.find(({ code }) => code === channel)?.priorities;
  if (only && !only.includes(priority)) return { allowed: false, reason: "notForPriority", plansWithIt: [] };
  return { allowed: true };
}

/** A blank or unknown category is covered. */
export function categoryVerdict(policy: Policy, category: string | null): { covered: boolean } {
  return { covered: !policy.categories.some(({ code, covered }) => code === category && !covered) };
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
