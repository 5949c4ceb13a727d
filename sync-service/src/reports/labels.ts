import type { Policy, Text } from "c/slaEngine";

/** The names of plans, priorities, categories and channels, as these policies call them. The last policy that has a name counts. */
export function labelsOf(policies: readonly Policy[]) {
  type Entry = { code: string; label: Text };
  const find = (of: (policy: Policy) => readonly Entry[], code: string): Text => {
    for (const policy of policies.toReversed()) {
      const entry = of(policy)?.find((one) => one.code === code);
      if (entry !== undefined) return entry.label;
    }
    return { es: code, en: code };
  };
  return {
    plan: (code: string) =>
      find((policy) => [policy, ...policy.otherPlans].map(({ plan, label }) => ({ code: plan, label })), code),
    priority(code: string): Text {
      const { es, en } = find((policy) => policy.priorities, code);
      return es === code ? { es, en } : { es: `${code} – ${es}`, en: `${code} – ${en}` };
    },
    category: (code: string | null) =>
      code === null
        ? { es: "Sin categoría", en: "No category" }
        : find((policy) => policy.categories, code),
    channel: (code: string | null) =>
      code === null
        ? { es: "Sin canal", en: "No channel" }
        : find((policy) => policy.channelCatalogue, code),
  };
}
