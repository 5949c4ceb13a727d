import { audit } from "../audit/audit.ts";
import { changesBetween } from "../audit/changes.ts";
import { OrgConnection } from "../orgs/connection.ts";
import { writeContract, type ContractWritten, type PlannedFrom } from "../orgs/contract.ts";
import type { Org } from "../orgs/org.ts";
import { Registry } from "../orgs/registry.ts";
import { settingsOf } from "../orgs/settings.ts";
import { writeWithheld } from "../outbox/write-back.ts";
import type { Onboarding } from "./onboard.ts";
import { NoSuchClient } from "./refused.ts";

export const isDryRun = ({ settings }: Org): boolean => settingsOf(JSON.stringify(settings)).dryRun;

/** @throws NoSuchClient */
export async function clientNamed({ store }: Pick<Onboarding, "store">, id: string): Promise<Org> {
  const org = await new Registry(store.db).find(id);
  if (org === undefined)
    throw new NoSuchClient(`There is no org ${id}. sla-sync orgs list shows those there are.`);
  return org;
}

/** What of an org stands in the audit trail: all that an operator can set, and where secrets are, not the secrets. */
function auditable({ orgId: _orgId, status: _status, statusKind: _kind, statusReason: _why, ...rest }: Org) {
  return rest;
}

/** Who agreed to a change, and when, as the audit trail keeps it. */
export interface Agreement {
  agreedBy?: string | undefined;
  note?: string | undefined;
}

/**
 * Makes a client what it is to be: writes its contract first, then the registry, then the audit trail.
 * @param action what the audit trail calls it
 */
export async function changeClient(
  { store, catalogue, clock, by }: Onboarding,
  before: Org,
  after: Org,
  {
    action = "orgs.update",
    planned = {},
    agreement = {},
  }: { action?: string; planned?: PlannedFrom; agreement?: Agreement } = {},
): Promise<ContractWritten | null> {
  const { contract } = after.settings;
  const written =
    contract === undefined
      ? null
      : await writeContract(new OrgConnection(after, clock), catalogue, contract, clock, planned);
  await new Registry(store.db).save(after);
  await audit(store.db, {
    at: clock.now(),
    actor: by,
    action,
    detail: {
      org: after.id,
      changes: changesBetween(auditable(before), auditable(after)),
      ...agreement,
      ...(written === null || written.did === "nothing"
        ? {}
        : { contract: { id: written.id, did: written.did, startsOn: written.startsOn } }),
    },
  });
  if (isDryRun(before) && !isDryRun(after))
    await store.db.transaction().execute((tx) => writeWithheld(tx, after.id, clock.now()));
  return written;
}
