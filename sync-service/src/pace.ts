/** How often the service looks at what may have changed without news, ms. A simulation can choose others. */
export interface Pace {
  /** The longest sleep without a look at the wall clock. */
  nap: number;
  /** The host's clock against the time that has passed. */
  tick: number;
  /** The registry of orgs, and the leases. */
  fleet: number;
  /** Each of these looks at the store in case news of it was missed. */
  firing: number;
  lastLook: number;
  deliveries: number;
  /** Requests to an org are counted in the store: a crash forgets no more than was asked in between. */
  apiUse: number;
  /** An org's figures, which change even without events. */
  figures: number;
  /** The most that a lane rests between two messages, where its channel asks for a rest. */
  rest: number;
  /** The conversation of a hub's case that waits, or that somebody looks at. */
  conversation: number;
}

/**
 * Timers count time that passed for the process; deadlines are on the wall. A short nap makes suspends, clock jumps and
 * setTimeout's 24-day limit harmless.
 */
export const shippedPace: Pace = {
  nap: 1_000,
  tick: 1_000,
  fleet: 2_000,
  firing: 30_000,
  lastLook: 30_000,
  deliveries: 10_000,
  apiUse: 60_000,
  figures: 5 * 60_000,
  rest: Infinity,
  conversation: 5_000,
};
