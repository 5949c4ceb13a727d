import { resolve } from "node:path";
import type { Onboarding } from "../clients/onboard.ts";
import { NoSuchClient, Refused } from "../clients/refused.ts";
import type { Config } from "../config.ts";
import { readCatalogue } from "../orgs/contract.ts";
import { systemClock } from "../runtime.ts";
import type { Store } from "../store/open.ts";
import { Mistake, whoRuns } from "./context.ts";

/** What the work on a client needs, for a command. The fleet page does the same work with its own. */
export const contextOf = (store: Store, config: Config): Onboarding => ({
  store,
  catalogue: readCatalogue(config.catalogue && resolve(config.folder, config.catalogue)),
  clock: systemClock,
  by: whoRuns(),
  accounts: config.actions,
});

/** Does the work, and turns a refusal into words for who typed the command. */
export async function refusing<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof NoSuchClient) throw new Mistake(error.message);
    if (error instanceof Refused) throw new Mistake(error.faults.map(({ reason }) => reason).join("\n"));
    throw error;
  }
}
