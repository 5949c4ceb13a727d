import { pause, systemTimers } from "../runtime.ts";

/** The promise's value, or `late` if it does not come within this time, ms. Rejects if the promise rejects in time. */
export async function inTime<T, L>(promise: Promise<T>, within: number, late: L): Promise<T | L> {
  const answered = new AbortController();
  try {
    return await Promise.race([promise, pause(systemTimers, within, answered.signal).then(() => late)]);
  } finally {
    answered.abort();
  }
}
