import type { Zone } from "c/slaPolicy";

/** An instant with its place's offset from UTC, in ms: a browser's time zone data may be older than the law. */
export interface Moment {
  at: number;
  offset: number;
}

export const momentIn =
  (zone: Zone) =>
  (at: number): Moment => ({ at, offset: zone.offsetAt(at) });
