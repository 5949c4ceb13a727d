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

/**
 * What of an org stands in the audit trail: all that an operator can set, and where secrets are, not the secrets. A
 * user of the org stands there with the name.
 */
function auditable(org: Org, names: ReadonlyMap<string, string>): object {
  const { orgId: _orgId, status: _status, statusKind: _kind, statusReason: _why, ...rest } = org;
  return JSON.parse(JSON.stringify(rest), (key, value: unknown) =>
    key === "salesforceUserId" && typeof value === "string"
      ? { id: value, name: names.get(value) ?? null }
      : value,
  ) as object;
}

async function namesOf({ store }: Pick<Onboarding, "store">, id: string): Promise<Map<string, string>> {
  const rows = await store.db
    .selectFrom("people")
    .select(["user_id", "name"])
    .where("org_id", "=", id)
    .execute();
  return new Map(rows.map(({ user_id, name }) => [user_id, name]));
}

/** Who agreed to a change, and when, as the audit trail keeps it. */
export interface Agreement {
  agreedBy?: string | undefined;
  note?: string | undefined;
}

export interface ChangeOptions {
  /** What the audit trail calls it. */
  action?: string;
  planned?: PlannedFrom;
  agreement?: Agreement;
  /** false: the change has nothing to do with the contract, which stays as it is. */
  writesContract?: boolean;
}

/** Makes a client what it is to be: writes its contract first, then the registry, then the audit trail. */
export async function changeClient(
  { store, catalogue, clock, by }: Onboarding,
  before: Org,
  after: Org,
  { action = "orgs.update", planned = {}, agreement = {}, writesContract = true }: ChangeOptions = {},
): Promise<ContractWritten | null> {
  const { contract } = after.settings;
  const names = await namesOf({ store }, after.id);
  const written =
    contract === undefined || !writesContract
      ? null
      : await writeContract(new OrgConnection(after, clock), catalogue, contract, clock, planned);
  await new Registry(store.db).save(after);
  await audit(store.db, {
    at: clock.now(),
    actor: by,
    action,
    detail: {
      org: after.id,
      changes: changesBetween(auditable(before, names), auditable(after, names)),
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
