import type { Catalogue } from "c/slaEngine";
import { z } from "zod";
import type { ActionsConfig } from "../../channels/registry.ts";
import type { Onboarding } from "../../clients/onboard.ts";
import { NoSuchClient, Overtaken, Refused } from "../../clients/refused.ts";
import { reasonInSpanish } from "../../messages/reasons.ts";
import { UnreadableRegistration } from "../../orgs/registry.ts";
import { OrgTrouble } from "../../orgs/trouble.ts";
import type { Reports } from "../../reports/questions.ts";
import type { Runtime } from "../../runtime.ts";
import type { Store } from "../../store/open.ts";
import { Problem } from "../problem.ts";
import { actorOf, type Principal } from "../tokens.ts";

/** What the routes of clients need. */
export interface ClientParts {
  store: Pick<Store, "db">;
  runtime: Runtime;
  reports: Reports;
  accounts: ActionsConfig;
  /** The plans on sale now. */
  catalogue(): Catalogue;
  /** A folder of keys that may be chosen by name. null: only those that clients use already. */
  keys: string | null;
}

export const text = z.object({ es: z.string(), en: z.string() });
export const findings = z.array(
  z.object({
    check: z.string(),
    is: z.enum(["ok", "note", "fault", "unknown"]),
    says: z.string(),
    es: z.string(),
  }),
);

export const contextFor = (
  { store, runtime, accounts, catalogue }: ClientParts,
  by: Principal,
): Onboarding => ({ store, clock: runtime.clock, accounts, catalogue: catalogue(), by: actorOf(by) });

/** Does the work, and turns what hinders it into a problem for the caller. */
export async function dealing<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof NoSuchClient) throw new Problem(404, "Not found", error.message);
    if (error instanceof Refused)
      throw new Problem(
        422,
        "Input not valid",
        "The body of this request is not what this address takes.",
        error.faults.map(({ path, reason, es }) => ({ path: `body.${path}`, reason, es })),
      );
    if (error instanceof Overtaken) throw new Problem(409, "Changed meanwhile", error.message, [], error.es);
    if (error instanceof OrgTrouble || error instanceof UnreadableRegistration)
      throw new Problem(
        409,
        "The client's org hinders it",
        error.message,
        [],
        reasonInSpanish(error.message) ?? undefined,
      );
    throw error;
  }
}
