/**
 * The law of a zone is a fact of the place (rules, section 2). A later version of a contract tells when its law
 * changed, and running clocks follow it. Everything else about a clock comes from its start.
 */
import type { Instant, Policy, Zone, ZoneChanges } from "c/slaPolicy";
import type { Contract } from "./types.ts";

const under = new WeakMap<Policy, WeakMap<ZoneChanges, Policy>>();

/** The policy under a law. Equal arguments give the same object, so that we find its compiled form again. */
export function withLaw(policy: Policy, zone: ZoneChanges | undefined): Policy {
  if (zone === undefined || zone === policy.zone) return policy;
  let known = under.get(policy);
  if (!known) under.set(policy, (known = new WeakMap()));
  let result = known.get(zone);
  if (!result) known.set(zone, (result = { ...policy, zone }));
  return result;
}

/** The law of a policy's zone in a contract's versions until an instant: the latest one for the same zone. */
export function lawUntil(contract: Contract, policy: Policy, until: Instant): ZoneChanges | undefined {
  const versions = [...(contract.history ?? [])].sort((a, b) => a.from - b.from);
  // one that cannot be read has no zone: what computes with it throws, and the case is not covered
  const ofZone = versions.filter(
    (version) => version.policy.timeZone === policy?.timeZone && version.policy.zone !== undefined,
  );
  return (ofZone.findLast(({ from }) => from < until) ?? ofZone[0])?.policy.zone ?? policy?.zone;
}

/** The contracts with the zone law that they had before an instant. */
export function beforeLaw(contracts: readonly Contract[], until: Instant): Contract[] {
  return contracts.map((contract) => {
    const earlier = (policy: Policy) => withLaw(policy, lawUntil(contract, policy, until));
    const history = contract.history?.map((version) => ({ ...version, policy: earlier(version.policy) }));
    return { ...contract, policy: earlier(contract.policy), ...(history ? { history } : {}) };
  });
}

/** The instants at which a contract's zone got another law, in order. */
export function adoptions(contracts: readonly Contract[]): Instant[] {
  const instants = new Set<Instant>();
  for (const { history = [] } of contracts) {
    const known = new Map<string, string>();
    for (const { from, policy } of [...history].sort((a, b) => a.from - b.from)) {
      if (!policy.zone) continue;
      const law = JSON.stringify([policy.zone.version, policy.zone.offset, policy.zone.changes]);
      const before = known.get(policy.timeZone);
      if (before !== undefined && before !== law) instants.add(from);
      known.set(policy.timeZone, law);
    }
  }
  return [...instants].sort((a, b) => a - b);
}

/**
 * The law of a zone from `from` to `to`, as data. A ledger keeps it, so that its times are the same on every machine.
 */
export function lawBetween(zone: Zone, from: number, to: number): ZoneChanges {
  const spans = zone.spans(from, to).filter(({ start, end }) => start < to && end > from);
  const merged = spans.filter(({ offset }, i) => i === 0 || offset !== spans[i - 1]!.offset);
  const [first, ...later] = merged;
  return {
    version: zone.version,
    place: zone.place,
    offset: first!.offset / 1000,
    changes: later.map(({ start, offset }) => [start / 1000, offset / 1000]),
  };
}
