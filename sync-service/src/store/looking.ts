import { idlePause, type Runtime } from "../runtime.ts";
import { worldOf } from "../world.ts";
import { StorePatience } from "./patience.ts";

/** Looks at the store's registrations every so often, until it is stopped. A look that fails is made again, more slowly. */
export async function keepLooking(
  runtime: Runtime,
  who: string,
  look: () => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const patience = new StorePatience(runtime, who);
  while (!signal.aborted) {
    try {
      await look();
      patience.worked();
      await idlePause(runtime.timers, "orgs", worldOf(runtime).pace.fleet, signal);
    } catch (error) {
      await patience.wait(error, {}, signal);
    }
  }
}
