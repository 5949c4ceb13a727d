/** What the author of a case is told before sending it (rules, section 5). */
import { hasChannel, isQuoted } from "c/slaPolicy";
import type { CompiledPolicy, Instant, PlanOffer, Policy } from "c/slaPolicy";

export type ChannelVerdict =
  | { allowed: true }
  | { allowed: false; reason: "notInPlan" | "notForPriority"; plansWithIt: string[] };

/** A blank channel is unknown and never refused. `priority` is the effective one; `plansWithIt` are plan codes. */
export function channelVerdict(policy: Policy, channel: string | null, priority: string): ChannelVerdict {
  if (hasChannel(policy, channel, priority)) return { allowed: true };
  if (policy.channels.includes(channel!))
    return { allowed: false, reason: "notForPriority", plansWithIt: [] };
  const having = policy.otherPlans.filter(({ channels }) => channels.includes(channel!));
  return { allowed: false, reason: "notInPlan", plansWithIt: having.map(({ plan }) => plan) };
}

/** A blank or unknown category is covered. */
export const categoryVerdict = (policy: Policy, category: string | null): { covered: boolean } => ({
  covered: !isQuoted(policy, category),
});

const offered = new WeakMap<Policy, Map<string, Policy>>();

/** The same contract under another plan on sale: one object for each, so that it is compiled once. Throws a RangeError for a plan it does not know. */
export function underPlan(policy: Policy, plan: string): Policy {
  if (plan === policy.plan) return policy;
  const offers = offered.get(policy) ?? new Map<string, Policy>();
  offered.set(policy, offers);
  const known = offers.get(plan);
  if (known) return known;
  const other = policy.otherPlans.find((offer) => offer.plan === plan);
  if (!other) throw new RangeError(`"${plan}" is not a plan on sale`);
  const others = policy.otherPlans.filter((offer) => offer !== other);
  const { businessDay = policy.businessDay, ...rest } = other;
  const result = { ...policy, ...rest, businessDay, otherPlans: [...others, offerOf(policy)] };
  offers.set(plan, result);
  return result;
}

function offerOf({ plan, label, calendars, targets, channels, businessDay }: Policy): PlanOffer {
  return { plan, label, calendars, targets, channels, businessDay };
}

/** For each priority, when a case opened now would be acknowledged at the latest. */
export function promises(
  compiled: Pick<CompiledPolicy, "policy" | "commitment" | "due">,
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
