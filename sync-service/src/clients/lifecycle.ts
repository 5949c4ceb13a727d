import { audit } from "../audit/audit.ts";
import { localDate, planNamed, type ContractWritten } from "../orgs/contract.ts";
import type { Org, OrgSettings } from "../orgs/org.ts";
import { Registry } from "../orgs/registry.ts";
import { changeClient, clientNamed, isDryRun, type Agreement } from "./change.ts";
import type { Onboarding } from "./onboard.ts";
import { Refused } from "./refused.ts";

type Terms = NonNullable<OrgSettings["contract"]>;

/** Stops or resumes the service of one client. Nothing changes in the client's org. */
export async function setService(
  context: Pick<Onboarding, "store" | "clock" | "by">,
  id: string,
  to: "active" | "paused",
): Promise<void> {
  const { status } = await clientNamed(context, id);
  await new Registry(context.store.db).setStatus(id, to);
  await audit(context.store.db, {
    at: context.clock.now(),
    actor: context.by,
    action: to === "paused" ? "orgs.pause" : "orgs.resume",
    detail: { org: id, before: status, after: to },
  });
}

/** Ends the dry run: from now on the service sends. Items withheld until now stay withheld. */
export async function goLive(context: Onboarding, id: string): Promise<void> {
  const org = await clientNamed(context, id);
  if (!isDryRun(org))
    throw new Refused([{ path: "id", reason: `${id} is live already`, es: `${id} ya no está en ensayo` }]);
  const after = { ...org, settings: { ...org.settings, dryRun: false } };
  await changeClient(context, org, after, { action: "orgs.goLive" });
}

/** @throws Refused if nobody ever wrote the client's contract */
function termsOf({ id, settings }: Org): Terms {
  if (settings.contract === undefined)
    throw new Refused([{ path: "contract", reason: `${id} has no contract`, es: `${id} no tiene contrato` }]);
  return settings.contract;
}

const withTerms = (org: Org, terms: Partial<Terms>): Org => ({
  ...org,
  settings: { ...org.settings, contract: { ...termsOf(org), ...terms } },
});

/** Suspends a contract, or takes the suspension back. Clocks that run go on; new cases get no clock. */
export async function setSuspended(
  context: Onboarding,
  id: string,
  suspended: boolean,
  agreement: Agreement,
): Promise<ContractWritten | null> {
  const org = await clientNamed(context, id);
  return changeClient(context, org, withTerms(org, { suspended }), {
    action: suspended ? "orgs.suspend" : "orgs.unsuspend",
    agreement,
  });
}

export interface PlanChange extends Agreement {
  plan: string;
  /** The first day of the plan. Without it, that is the next local day. */
  from?: string | undefined;
}

/** Gives a client another plan from a day on. Promises that were made until then stand. */
export async function changePlan(
  context: Onboarding,
  id: string,
  { plan, from, ...agreement }: PlanChange,
): Promise<ContractWritten | null> {
  const org = await clientNamed(context, id);
  return changeClient(context, org, planChanged(context, org, plan, from), {
    action: "orgs.changePlan",
    planned: { from },
    agreement,
  });
}

/** The client under another plan. @throws Refused for an unknown plan, the present one, or a day that is too early */
export function planChanged(
  { catalogue, clock }: Pick<Onboarding, "catalogue" | "clock">,
  org: Org,
  plan: string,
  from: string | undefined,
): Org {
  const terms = termsOf(org);
  const refuse = (path: string, reason: string, es: string) => new Refused([{ path, reason, es }]);
  let code: string;
  try {
    code = planNamed(catalogue, plan);
  } catch (error) {
    throw refuse("plan", (error as Error).message, `No existe el plan “${plan}”`);
  }
  if (code === terms.plan)
    throw refuse("plan", `${org.id} is on ${code} already`, `${org.name} ya está en ${code}`);
  const today = localDate(terms.timeZone, clock.now());
  if (from !== undefined && from <= today)
    throw refuse(
      "from",
      `must be later than ${today}: earlier promises stand`,
      `tiene que ser después del ${today}: lo ya prometido se mantiene`,
    );
  if (from !== undefined && terms.endsOn !== null && from > terms.endsOn)
    throw refuse("from", `the contract ends on ${terms.endsOn}`, `el contrato termina el ${terms.endsOn}`);
  return withTerms(org, { plan: code });
}

/** Sets the last day of a contract. null: it goes on without an end. */
export async function endContract(
  context: Onboarding,
  id: string,
  endsOn: string | null,
  agreement: Agreement,
): Promise<ContractWritten | null> {
  const org = await clientNamed(context, id);
  const today = localDate(termsOf(org).timeZone, context.clock.now());
  if (endsOn !== null && endsOn < today)
    throw new Refused([
      { path: "endsOn", reason: `must be ${today} or later`, es: `tiene que ser ${today} o después` },
    ]);
  return changeClient(context, org, withTerms(org, { endsOn }), { action: "orgs.endContract", agreement });
}

/** Forgets the client and all that was mirrored. Its contract record in Salesforce stays, and so does the audit trail. */
export async function forgetClient(
  { store, clock, by }: Pick<Onboarding, "store" | "clock" | "by">,
  id: string,
): Promise<{ name: string }> {
  const { name, orgId } = await clientNamed({ store }, id);
  await new Registry(store.db).remove(id);
  await audit(store.db, {
    at: clock.now(),
    actor: by,
    action: "orgs.remove",
    detail: { org: id, name, orgId },
  });
  return { name };
}
