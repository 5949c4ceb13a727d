import { instantLiteral, type OrgConnection } from "../orgs/connection.ts";

/** An org can carry out a request minutes after it was given up, never days, ms. */
const keptFor = 7 * 24 * 3_600_000;
const recordsAtOnce = 200;
const callsAtOnce = 10;

/** Deletes the keys of comments that can come no second time any more, so that they take no room in the org. */
export async function forgetDeliveries(connection: OrgConnection, now: number): Promise<void> {
  const old = await connection.query<{ Id: string }>(
    `SELECT Id FROM Support_Delivery__c WHERE CreatedDate < ${instantLiteral(now - keptFor)} ORDER BY CreatedDate LIMIT ${recordsAtOnce * callsAtOnce}`,
  );
  for (let from = 0; from < old.length; from += recordsAtOnce) {
    const ids = old.slice(from, from + recordsAtOnce).map(({ Id }) => Id);
    await connection.use((c) => c.sobject("Support_Delivery__c").destroy(ids, { allOrNone: false }));
  }
}
