import type { TroubleKind } from "../orgs/trouble.ts";

/** How an org's stream is doing, for health and the fleet page. */
export interface OrgHealth {
  state: "starting" | "streaming" | "waiting" | "stopped";
  /** Why it waits or has stopped: of what kind, and in words. */
  kind: TroubleKind | "stream" | "store" | "lease" | null;
  reason: string | null;
  /** When the stream was last heard of, and the commit of the last change stored, ms. */
  heardAt: number | null;
  committedAt: number | null;
  /** Received after commit, of the last change, ms. */
  lag: number | null;
  applied: number;
  duplicates: number;
  reconnects: number;
  differences: number;
  lastReconciled: number | null;
  parked: number;
}

export const startingHealth = (): OrgHealth => ({
  state: "starting",
  kind: null,
  reason: null,
  heardAt: null,
  committedAt: null,
  lag: null,
  applied: 0,
  duplicates: 0,
  reconnects: 0,
  differences: 0,
  lastReconciled: null,
  parked: 0,
});
