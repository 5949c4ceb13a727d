import type { Pace } from "../../src/pace.ts";
import type { StatementKind } from "./statements.ts";
import type { Dice } from "./dice.ts";
import type { Network } from "./network.ts";
import type { Scheduler } from "./scheduler.ts";
import type { SharedStore } from "./shared-store.ts";
import type { Trace } from "./trace.ts";

/** What all instances have in common. */
export interface Surroundings {
  /** True time at the beginning, ms. */
  start: number;
  scheduler: Scheduler;
  trace: Trace;
  dice: Dice;
  network: Network;
  store: SharedStore;
  storeTrouble: StoreTrouble;
  pace: Pace;
  /** Looks that find nothing are left out. */
  skipsIdle: boolean;
  /** Told after each commit; with null, after what was open was rolled back. */
  afterCommit(who: { name: string } | null): void;
}

export interface StoreTrouble {
  /** How long a statement waits, ms. */
  delay(kind: StatementKind): number;
  /** What the store says instead of doing it; null: it does it. */
  failure(kind: StatementKind): (Error & { code: string }) | null;
}
