import { instantLiteral, literal, type OrgConnection } from "../orgs/connection.ts";
import { longId } from "../case/ids.ts";
import { instantOf } from "../case/fields.ts";
import type { Held } from "./leases.ts";
import { lastLook, rememberLook } from "./places.ts";
import { longestTransaction } from "./read.ts";
import type { Store } from "../store/open.ts";

const recordsAtOnce = 200;
/** By how much the org's clock may differ from ours, ms. */
const clocksApart = 60_000;

/**
 * Puts cases that match the org's intake rule under its contract. We ask only for those cases, and only for their
 * ids. The resulting change comes back through the channel, and the mirror then follows the case like any other. A
 * case that the mirror knows is left alone: somebody took its contract away. On a dry run they are only counted, each
 * once, and come under the contract when it ends.
 * @returns how many cases were put under the contract, or would have been
 */
export async function takeIn(
  store: Store,
  connection: OrgConnection,
  contractId: string,
  now: number,
  log: (caseId: string, reason: string) => void,
  dryRun = false,
  lease: Held | null = null,
): Promise<number> {
  const { org } = connection;
  if (org.intakeRule === null) return 0;
  const place = dryRun ? "intake, dry run" : "intake";
  const since = (await lastLook(store.db, org.id, place)) ?? org.onboardedAt;
  // a dry run counts each case once, and does not count one that shows late
  const overlap = dryRun ? clocksApart : longestTransaction;
  let after: { stamp: number; id: string } = { stamp: since - overlap, id: "" };
  let taken = 0;
  let refused = 0;
  for (;;) {
    const from: string = `(SystemModstamp > ${instantLiteral(after.stamp)} OR (SystemModstamp = ${instantLiteral(after.stamp)} AND Id > ${literal(after.id)}))`;
    const matching: { Id: string; SystemModstamp: string }[] = await connection.query(
      `SELECT Id, SystemModstamp FROM Case WHERE Support_Contract__c = null AND IsClosed = false AND CreatedDate >= ${instantLiteral(org.onboardedAt - clocksApart)} AND (${org.intakeRule}) AND ${from} ORDER BY SystemModstamp, Id LIMIT ${recordsAtOnce}`,
    );
    const ids = await strangers(
      store,
      org.id,
      matching.map((row) => longId(row.Id)),
    );
    if (dryRun) taken += ids.length;
    else if (ids.length > 0) {
      const results = await connection.use((c) =>
        c.sobject("Case").update(
          ids.map((Id) => ({ Id, Support_Contract__c: contractId })),
          { allOrNone: false },
        ),
      );
      for (const [index, result] of results.entries()) {
        if (result.success) taken++;
        else if (++refused)
          log(ids[index]!, result.errors.map((e) => `${e.errorCode}: ${e.message}`).join("; "));
      }
    }
    const last = matching.at(-1);
    if (last === undefined || matching.length < recordsAtOnce) break;
    after = { stamp: instantOf(last.SystemModstamp), id: longId(last.Id) };
  }
  // those that the org refused are tried again next time
  if (refused === 0) await rememberLook(store, org.id, lease, place, now);
  return taken;
}

async function strangers(store: Store, orgId: string, ids: string[]): Promise<string[]> {
  if (ids.length === 0) return [];
  const known = await store.db
    .selectFrom("cases")
    .select("id")
    .where("org_id", "=", orgId)
    .where("id", "in", ids)
    .execute();
  const seen = new Set(known.map((row) => row.id));
  return ids.filter((id) => !seen.has(id));
}
