import type { CaseChange } from "../case/change.ts";
import type { OrgConnection } from "../orgs/connection.ts";
import type { Runtime } from "../runtime.ts";
import { StreamFault, type Stream } from "./stream.ts";

export interface ParkedPlace {
  channel: string;
  position: string;
  /** The position to ask after; null: from the earliest. */
  askedAfter: string | null;
}

/** The org hands out what it retains without delay. */
const handedOutWithin = 30_000;
/** What shares the event's id comes with it. */
const groupWithin = 2_000;

/**
 * Reads again an event that could not be read when it came. We did not keep its bytes, because they may be of a case
 * that is not ours. We ask the org for the event again while the org retains it.
 * @throws Error in words when it is no longer there, or still cannot be read
 */
export async function readParked(
  stream: Stream,
  connection: OrgConnection,
  { channel, position, askedAfter }: ParkedPlace,
  runtime: Runtime,
): Promise<CaseChange[]> {
  const found: CaseChange[] = [];
  let unreadable: string | null = null;
  let seen = false;
  const enough = new AbortController();
  let timer = runtime.timers.after(handedOutWithin, () => enough.abort());
  try {
    await stream({
      connection,
      channel,
      startAt: askedAfter === null ? "earliest" : { after: askedAfter },
      signal: enough.signal,
      runtime,
      async deliver({ events }) {
        for (const event of events) {
          if (event.position !== position) {
            if (seen) enough.abort();
            continue;
          }
          if (!seen) {
            seen = true;
            timer.cancel();
            timer = runtime.timers.after(groupWithin, () => enough.abort());
          }
          unreadable ??= event.unreadable;
          found.push(...event.changes);
        }
      },
    });
  } catch (error) {
    if (error instanceof StreamFault && error.kind === "positionRefused") throw gone();
    throw error;
  } finally {
    timer.cancel();
  }
  if (!seen) throw gone();
  if (unreadable !== null) throw new Error(`It still cannot be read: ${String(unreadable)}`);
  return found;
}

const gone = () =>
  new Error(
    "The org no longer has this event: it keeps them for 72 hours. What it changed was read from the case itself when it was parked.",
  );
