/**
 * The status of a clock, said once: the engine, the pages and each timer ask here. At the due instant itself a clock that
 * runs is breached, and an acknowledgement is still in time.
 */
export const runningStatus = (at: number, due: number, atRisk: boolean) =>
  at >= due ? "Breached" : atRisk ? "At Risk" : "Running";

export const acknowledgedStatus = (at: number, due: number) =>
  at <= due ? "Acknowledged" : "Acknowledged Late";

/** Of a clock that ended without an acknowledgement. */
export const endedStatus = (at: number, due: number) => (at < due ? "Cancelled" : "Breached");

/** The states in which a case can wait for its acknowledgement. A breached clock may also have ended. */
export const WAITING_STATES: readonly string[] = ["Running", "At Risk", "Breached"];
