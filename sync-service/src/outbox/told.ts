import { sql, type Kysely } from "kysely";
import { allChannels } from "../channels/registry.ts";
import type { Delivery } from "../channels/channel.ts";
import { withTold, type Told } from "../case/sla-fields.ts";
import { settingsOf } from "../orgs/settings.ts";
import type { Database } from "../store/schema.ts";
import { caseKey, changeOf, wantFields, wantedOf } from "./write-back.ts";

/** The channel of each kind of item that tells a person about a step. */
const channelOf = new Map(allChannels.flatMap((channel) => channel.tells.map((kind) => [kind, channel])));
/** `step/<org>/<case>/<cycle>/<step>/…`; a step that fired again adds its instant: `<step>@<instant>`. */
const stepOf = /^step\/[^/]+\/[^/]+\/(\d+)\/([^/@]+)(?:@\d+)?\//;

const tells = ({ key, kind, caseId }: Pick<Delivery, "key" | "kind" | "caseId">): boolean =>
  caseId !== null && channelOf.has(kind) && stepOf.test(key);

/**
 * Writes on the cases of these items who got a message about their steps, and whether it arrived. It names the
 * channel and never the address, because clients read it too.
 */
export async function tellArrivals(
  db: Kysely<Database>,
  items: readonly Pick<Delivery, "key" | "kind" | "orgId" | "caseId">[],
  now: number,
): Promise<void> {
  const cases = new Map(
    items.filter(tells).map(({ orgId, caseId }) => [caseKey(orgId, caseId!), { orgId, caseId: caseId! }]),
  );
  // one case a transaction: two processes that tell of several would wait for each other
  for (const one of cases.values()) await tellOne(db, one, now);
}

async function tellOne(
  db: Kysely<Database>,
  one: { orgId: string; caseId: string },
  now: number,
): Promise<void> {
  await db.transaction().execute(async (tx) => {
    const known = (await wantedOf(tx, [one], { locked: true })).get(caseKey(one.orgId, one.caseId));
    if (known === undefined) return;
    const org = await tx.selectFrom("orgs").select("settings").where("id", "=", one.orgId).executeTakeFirst();
    const rows = await tx
      .selectFrom("outbox")
      .select(["key", "kind", "state", sql<number>`coalesce(delivered_at, created_at)`.as("at")])
      .where("org_id", "=", one.orgId)
      .where("case_id", "=", one.caseId)
      .where("kind", "in", [...channelOf.keys()])
      .where("state", "in", ["pending", "sending", "delivered", "dead"])
      .orderBy("id")
      .execute();
    const change = changeOf({ ...one, fields: withTold(known.wanted, toldOf(rows)) }, known);
    const { dryRun } = settingsOf(org?.settings ?? "{}");
    if (change !== null) await wantFields(tx, [change], now, () => dryRun);
  });
}

const stateOf = (state: string): Told["state"] =>
  state === "delivered" ? "arrived" : state === "dead" ? "failed" : "waiting";

function toldOf(rows: readonly { key: string; kind: string; state: string; at: number }[]): Told[] {
  const told: Told[] = [];
  for (const { key, kind, state, at } of rows) {
    const [, cycle, step] = stepOf.exec(key) ?? [];
    if (step === undefined) continue;
    const same = told.find(
      (each) =>
        each.cycle === Number(cycle) &&
        each.step === step &&
        each.by === channelOf.get(kind)!.name &&
        each.state === stateOf(state),
    );
    if (same) same.people++;
    else
      told.push({
        ...{ cycle: Number(cycle), step, by: channelOf.get(kind)!.name, label: channelOf.get(kind)!.label },
        ...{ state: stateOf(state), at, people: 1 },
      });
  }
  return told;
}
