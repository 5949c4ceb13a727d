export interface Periods {
  /** ms between two looks at each */
  contracts: number;
  replies: number;
  intake: number;
  reconcile: number;
  prune: number;
  /** With nothing heard from a stream for so long it counts as dead. */
  silentAfter: number;
  /** A subscription that the org has not confirmed by then is begun anew. */
  openWithin: number;
  /** Applied changes are remembered this long: longer than the org retains events. */
  remember: number;
  /** How long a lease of an org holds without being renewed. Without it, the shipped one. */
  lease?: number;
}
const minute = 60_000;
const hour = 60 * minute;
export const defaultPeriods: Periods = {
  contracts: 5 * minute,
  replies: minute,
  intake: minute,
  reconcile: 6 * hour,
  prune: hour,
  silentAfter: 5 * minute,
  openWithin: minute / 2,
  remember: 7 * 24 * hour,
};
