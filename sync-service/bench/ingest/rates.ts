// Changes a second from the bytes of the event to the commit, beside the bare rows as the limit.
import { sql } from "kysely";
import { recomputeClocks } from "../../src/clocks/recompute.ts";
import { Decoder } from "../../src/events/pubsub/decode.ts";
import { apply } from "../../src/mirror/apply.ts";
import type { CaseChange, RecomputeClocks } from "../../src/case/change.ts";
import { policyFor, readCatalogue } from "../../src/orgs/contract.ts";
import type { Store } from "../../src/store/open.ts";
import { contract, intake, judgement, org, orgId } from "../../test/mirror/world.ts";
import { at, events, schema } from "./events.ts";

/** Pub/Sub lets this many be outstanding: what one transaction takes in at most. */
const credit = 100;

export const mirrorAlone: RecomputeClocks = async () => {};
export const withClocks: RecomputeClocks = recomputeClocks;

/** @returns the cases that each transaction was about */
export async function ingest(
  store: Store,
  encoded: readonly Buffer[],
  recompute: RecomputeClocks,
): Promise<string[][]> {
  const decoder = new Decoder(async () => JSON.stringify(schema));
  const batches: string[][] = [];
  for (let from = 0; from < encoded.length; from += credit) {
    const changes: CaseChange[] = [];
    for (const payload of encoded.slice(from, from + credit))
      changes.push(...(await decoder.decode(orgId, "s", payload)).changes);
    await apply(
      store,
      recompute,
      intake({
        changes,
        judgement,
        position: { channel: "c", position: String(from), transport: "pubsub" },
        now: at + from,
      }),
    );
    batches.push([...new Set(changes.map(({ caseId }) => caseId))]);
  }
  return batches;
}

/** What `ingest` left, to be written once more in the same transactions, and nothing else. */
export async function bareRows({ db }: Store, batches: readonly string[][]): Promise<() => Promise<void>> {
  const cases = new Map((await db.selectFrom("cases").selectAll().execute()).map((row) => [row.id, row]));
  const facts = await db.selectFrom("facts").selectAll().orderBy("commit_number").execute();
  const keys = await db.selectFrom("applied_changes").selectAll().orderBy("at").execute();
  for (const table of ["cases", "facts", "applied_changes"] as const) await db.deleteFrom(table).execute();
  const perBatch = Math.ceil(facts.length / batches.length);
  return async () => {
    for (const [n, ids] of batches.entries()) {
      const some = facts.slice(n * perBatch, (n + 1) * perBatch);
      await db.transaction().execute(async (tx) => {
        await tx
          .insertInto("cases")
          .values(ids.map((id) => cases.get(id)!))
          .onConflict((c) =>
            c.columns(["org_id", "id"]).doUpdateSet((eb) => ({
              fields: eb.ref("excluded.fields"),
              versions: eb.ref("excluded.versions"),
              subject: eb.ref("excluded.subject"),
            })),
          )
          .execute();
        if (some.length > 0) await tx.insertInto("facts").values(some).execute();
        await tx
          .insertInto("applied_changes")
          .values(keys.slice(n * credit, (n + 1) * credit))
          .execute();
      });
    }
  };
}

export const eventsOf = (changes: number): Buffer[] => [...events(changes)];

/** An empty store with the org and its contract. */
export async function onboard({ db, kind }: Store): Promise<void> {
  for (const table of [
    ...(["orgs", "contracts", "cases", "facts", "applied_changes"] as const),
    ...(["clocks", "outbox", "write_backs", "stream_positions"] as const),
  ])
    if (kind === "postgres") await sql`truncate ${sql.table(table)}`.execute(db);
    else await db.deleteFrom(table).execute();
  await db
    .insertInto("orgs")
    .values({ ...org, onboarded_at: at })
    .execute();
  const terms = {
    plan: "Gold",
    timeZone: "America/Argentina/Buenos_Aires",
    holidays: "AR",
    startsOn: null,
    endsOn: null,
  };
  const policy = policyFor(readCatalogue(), terms, at);
  await db
    .insertInto("contracts")
    .values({
      org_id: orgId,
      id: contract,
      plan: policy.plan,
      status: "Active",
      starts_on: "2026-01-01",
      ends_on: null,
      policy: JSON.stringify(policy),
      policy_version: policy.version,
      problem: null,
      updated_at: at,
    })
    .execute();
}
