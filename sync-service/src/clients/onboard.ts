import type { Catalogue } from "c/slaEngine";
import { audit } from "../audit/audit.ts";
import { maySubscribe } from "../events/channel.ts";
import type { ActionsConfig } from "../channels/registry.ts";
import { examine } from "../doctor/doctor.ts";
import type { Finding } from "../doctor/finding.ts";
import { Asking } from "../install/asking.ts";
import { preflight, type Preflight } from "../install/preflight.ts";
import { OrgConnection } from "../orgs/connection.ts";
import { planContract, writeContract, type ContractPlan, type ContractWritten } from "../orgs/contract.ts";
import type { Org } from "../orgs/org.ts";
import { Registry } from "../orgs/registry.ts";
import { OrgTrouble } from "../orgs/trouble.ts";
import type { WallClock } from "../runtime.ts";
import type { Store } from "../store/open.ts";
import { orgOfEntry, type ClientEntry } from "./entry.ts";
import { Refused } from "./refused.ts";

export interface Onboarding {
  store: Pick<Store, "db">;
  catalogue: Catalogue;
  clock: WallClock;
  /** Who does it, as the audit trail names them. */
  by: string;
  accounts?: ActionsConfig;
}

export interface Checked {
  org: Org;
  findings: Finding[];
  /** What an install of the package needs. null: the package is there. */
  install: Preflight | null;
  /** What would be written as the contract. null: something must be mended first. */
  contract: ContractPlan | null;
  ready: boolean;
}

/** Nobody knows without these whether the service can follow the org at all. */
const mustBeSeen = /^(events|package)$/;
/** The service corrects a clock that is off, so that is no reason to wait with an org. */
const hinders = ({ check, is }: Finding) =>
  (is === "fault" && check !== "clock") || (is === "unknown" && mustBeSeen.test(check));

/**
 * Looks at a client as somebody entered it: signs in, asks everything that must be right, and plans the contract. It
 * writes nothing, in the org or here.
 * @throws Refused when the entry is wrong, or the id or the org is another one's
 * @throws OrgTrouble when the org lets the service do nothing
 */
export async function checkClient(
  entry: ClientEntry,
  { store, catalogue, clock, accounts }: Onboarding,
): Promise<Checked> {
  const read = orgOfEntry(entry, catalogue, clock.now());
  if ("faults" in read) throw new Refused(read.faults);
  const { org } = read;
  const known = await new Registry(store.db).find(org.id);
  if (known !== undefined && known.instanceUrl !== org.instanceUrl)
    throw refusedId(
      `${org.id} is ${known.instanceUrl} already. Choose another id, or remove that one first.`,
      `${org.id} ya es ${known.instanceUrl}. Elegí otro nombre corto, o dá de baja a ese cliente primero.`,
    );
  const connection = new OrgConnection(org, clock);
  const findings = await examine(connection, {
    subscribe: () => maySubscribe(connection),
    now: () => clock.now(),
    onboarded: false,
    ...(accounts ? { accounts } : {}),
  });
  const signedIn = !findings.some(({ check, is }) => check === "sign-in" && is === "fault");
  if (signedIn) {
    const { orgId } = await connection.session();
    if (known !== undefined && known.orgId !== orgId)
      throw refusedId(
        `${org.instanceUrl} is now the org ${orgId}; ${org.id} was ${known.orgId}. The sandbox may have been refreshed or copied. Nothing was written. If this is the right org, first run sla-sync orgs remove ${org.id} --yes.`,
        `${org.instanceUrl} ahora es la org ${orgId}; ${org.id} era ${known.orgId}. Puede que el sandbox se haya refrescado o copiado. No se escribió nada. Si es la org correcta, dá de baja primero a ${org.id}.`,
      );
    org.orgId = orgId;
  }
  if (known !== undefined) org.onboardedAt = known.onboardedAt;
  const packageGone = findings.some(({ check, is }) => check === "package" && is === "fault");
  const ready = !findings.some(hinders);
  return {
    org,
    findings,
    install: packageGone ? await installOf(connection) : null,
    contract: ready ? await planContract(connection, catalogue, org.settings.contract!, clock) : null,
    ready,
  };
}

const refusedId = (reason: string, es: string) => new Refused([{ path: "id", reason, es }]);

async function installOf(connection: OrgConnection): Promise<Preflight> {
  const { accessToken } = await connection.session();
  return preflight(new Asking({ instanceUrl: connection.org.instanceUrl, accessToken }));
}

/** Writes the contract of a client that was checked, and serves the client from then on. */
export async function addClient(
  { org, ready }: Checked,
  { store, catalogue, clock, by }: Onboarding,
): Promise<ContractWritten> {
  if (!ready) throw new OrgTrouble("other", "Nothing was written: something must be mended first.");
  const connection = new OrgConnection(org, clock);
  const contract = await writeContract(connection, catalogue, org.settings.contract!, clock);
  await new Registry(store.db).save(org);
  await audit(store.db, {
    at: clock.now(),
    actor: by,
    action: "orgs.add",
    detail: {
      org: org.id,
      name: org.name,
      orgId: org.orgId,
      plan: org.settings.contract!.plan,
      contract: { id: contract.id, did: contract.did, startsOn: contract.startsOn },
    },
  });
  return contract;
}
