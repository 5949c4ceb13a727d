import type { TroubleKind } from "../orgs/trouble.ts";

/** How an org's stream is doing, for health and the fleet page. */
export interface OrgHealth {
  state: "starting" | "streaming" | "waiting" | "stopped";
  /** Why it waits or has stopped: of what kind, and in words. */
  kind: TroubleKind | "stream" | "store" | "lease" | "behind" | null;
  reason: string | null;
  /** When the stream was last heard of, and the commit of the last change stored, ms. */
  heardAt: number | null;
  committedAt: number | null;
  /** How far the store is behind the org, ms; see `assessed`. null: not known while it has stopped. */
  lag: number | null;
  /** When `lag` was measured by a change that was stored, ms. */
  lagAt: number;
  /** Since when the stream is not open; null: it is. */
  downSince: number | null;
  /** Since when something has arrived that is not stored yet; null: all is. */
  storingSince: number | null;
  /** When the last look at the org was complete, and why the later ones were not, ms. */
  provedAt: number | null;
  lookFailed: { kind: TroubleKind; reason: string } | null;
  applied: number;
  duplicates: number;
  reconnects: number;
  differences: number;
  lastReconciled: number | null;
  parked: number;
}

export const startingHealth = (now: number): OrgHealth => ({
  state: "starting",
  kind: null,
  reason: null,
  heardAt: null,
  committedAt: null,
  lag: null,
  lagAt: 0,
  downSince: now,
  storingSince: null,
  provedAt: null,
  lookFailed: null,
  applied: 0,
  duplicates: 0,
  reconnects: 0,
  differences: 0,
  lastReconciled: null,
  parked: 0,
});

/** Each kind of trouble in words that name no user, no address and no record: anybody may read them on /readyz. */
export const causes: Record<NonNullable<OrgHealth["kind"]>, string> = {
  signIn: "The org does not let the service in. Look at its app, its certificate and the service's user.",
  packageGone: "The package or a part of it is missing, or hidden from the service's user.",
  forbidden: "The service's user lacks a permission. Assign Support_Sync to it.",
  anotherOrg: "Another org answers at this address. Nothing is written to it.",
  channelGone: "The package's event channel, or its member, is missing or changed. Deploy the package again.",
  limit: "The org's requests or events for the day are spent. The service goes on by itself.",
  unavailable: "The org does not answer. The service tries again by itself.",
  other: "Something in the org does not work. The service tries again by itself.",
  stream: "The event stream broke. The service subscribes again by itself.",
  store: "The store does not take what arrives. The service tries again by itself.",
  lease: "Another instance serves this org.",
  behind: "What arrived is not stored yet: the org or the store does not answer.",
};

/** An event is stored within this time after it arrived, or the org counts as waiting, ms. */
export const storedWithin = 15_000;
/** The lag of a stored change is shown for so long: a quiet org is not behind, ms. */
const lagShown = 60_000;
const seconds = (ms: number) => `${Math.round(ms / 1000)} s`;

/**
 * Health follows what is stored, not what arrives. The lag is the worst of three: the last minute's stored changes,
 * the changes that wait for the store, and a stream that is not open.
 * @param waitsFor the org's oldest request without an answer, in words
 * @param lookEvery ms from one look at the org to the next
 */
export function assessed(
  health: OrgHealth,
  now: number,
  { waitsFor, lookEvery }: { waitsFor: string | null; lookEvery: number },
): OrgHealth {
  const { state, storingSince, downSince, provedAt, lookFailed } = health;
  if (state === "stopped") return { ...health, lag: null };
  const behind = storingSince === null ? 0 : now - storingSince;
  const recent = now - health.lagAt < lagShown ? (health.lag ?? 0) : 0;
  const lag = Math.max(recent, behind, downSince === null ? 0 : now - downSince);
  if (state !== "streaming") return { ...health, lag };
  if (behind > storedWithin)
    return {
      ...health,
      lag,
      state: "waiting",
      kind: "behind",
      reason: `What arrived ${seconds(behind)} ago is not stored yet${waitsFor === null ? "" : `: ${waitsFor}`}`,
    };
  if (provedAt !== null && lookFailed !== null && now - provedAt > 2 * lookEvery + storedWithin)
    return {
      ...health,
      lag,
      state: "waiting",
      kind: lookFailed.kind,
      reason: `The last complete look at the org was ${seconds(now - provedAt)} ago: ${lookFailed.reason}`,
    };
  return { ...health, lag };
}
