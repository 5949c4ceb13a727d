/** Whether a plan has a channel, and covers a category. */
import type { Policy } from "./types.ts";

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
