/** Tells the hub what became of its commands. */
import type { Kysely } from "kysely";
import type { OrgConnection } from "../orgs/connection.ts";
import type { Database } from "../store/schema.ts";
import { saidBy, upsertByKey } from "./saving.ts";

const stateNames: Record<string, string> = { done: "Done", returned: "Returned", waiting: "Waiting" };
const atOnce = 200;

/** @returns answers that the hub refused, by command */
export async function giveAnswers(
  db: Kysely<Database>,
  hub: OrgConnection,
  now: number,
): Promise<Map<string, string>> {
  const refused = new Map<string, string>();
  const rows = await db
    .selectFrom("hub_commands")
    .select(["id", "state", "words"])
    .where("answered", "=", 0)
    .where("state", "!=", "open")
    .where("kind", "!=", "Look")
    .orderBy("given_at")
    .limit(atOnce)
    .execute();
  if (rows.length === 0) return refused;
  const answered = new Date(now).toISOString();
  const saved = await upsertByKey(
    hub,
    "Hub_Answer__c",
    "Key__c",
    rows.map(({ id, state, words }) => ({
      Key__c: id,
      Command__c: id,
      State__c: stateNames[state] ?? state,
      Words__c: words?.slice(0, 4000) ?? null,
      Answered_At__c: answered,
    })),
  );
  for (const [at, { id, state, words }] of rows.entries()) {
    const result = saved[at];
    // a command that somebody erased in the hub needs no answer any more
    const gone = result?.errors?.some(({ statusCode }) =>
      ["ENTITY_IS_DELETED", "INVALID_CROSS_REFERENCE_KEY"].includes(statusCode),
    );
    if (result?.success !== true && gone !== true) {
      refused.set(id, result === undefined ? "no answer" : saidBy(result));
      continue;
    }
    // it may have gone on meanwhile: then its next state is told next
    let told = db
      .updateTable("hub_commands")
      .set({ answered: 1 })
      .where("id", "=", id)
      .where("state", "=", state);
    told = words === null ? told.where("words", "is", null) : told.where("words", "=", words);
    await told.execute();
  }
  return refused;
}
