import { sql, type Kysely } from "kysely";
import { allChannels, channelNamed } from "../channels/registry.ts";
import type { Delivery } from "../channels/channel.ts";
import { withTold, type Told } from "../case/sla-fields.ts";
import { settingsOf } from "../orgs/settings.ts";
import type { Database } from "../store/schema.ts";
import { caseKey, changeOf, wantFields, wantedOf } from "./write-back.ts";

/** The channel of each kind of item that tells a person about a step. */
const channelOf = new Map(allChannels.flatMap((channel) => channel.tells.map((kind) => [kind, channel])));
/** `step/<org>/<case>/<cycle>/<step>/…`; a step that fired again adds its instant: `<step>@<instant>`. */
const stepOf = /^step\/[^/]+\/[^/]+\/(\d+)\/([^/@]+)(?:@\d+)?\//;

/**
 * `talk/<conversation>/<case>/<cycle>/opened`, `talk/<conversation>/comment/<comment>`: what was said in a conversation,
 * of which a case tells only what became of it.
 */
const talkOf = /^talk\/\d+\/(?:[^/]+\/(\d+)\/([^/@]+)|(comment\/[^/]+))$/;

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

/** The same for a message of which its channel tells what became of it. */
export async function tellStatus(db: Kysely<Database>, outboxKey: string, now: number): Promise<void> {
  const item = await db
    .selectFrom("outbox")
    .select(["key", "org_id", "case_id"])
    .where("key", "=", outboxKey)
    .executeTakeFirst();
  if (item?.case_id != null && (stepOf.test(item.key) || talkOf.test(item.key)))
    await tellOne(db, { orgId: item.org_id, caseId: item.case_id }, now);
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
      .leftJoin("said", "said.outbox_key", "outbox.key")
      .select(["key", "kind", "state", "status", sql<number>`coalesce(delivered_at, created_at)`.as("at")])
      .where("org_id", "=", one.orgId)
      .where("case_id", "=", one.caseId)
      .where((eb) => eb.or([eb("kind", "in", [...channelOf.keys()]), eb("status", "is not", null)]))
      .where("state", "in", ["pending", "sending", "delivered", "dead"])
      .orderBy("id")
      .execute();
    const change = changeOf({ ...one, fields: withTold(known.wanted, toldOf(rows)) }, known);
    const { dryRun } = settingsOf(org?.settings ?? "{}");
    if (change !== null) await wantFields(tx, [change], now, () => dryRun);
  });
}

interface ToldRow {
  key: string;
  kind: string;
  state: string;
  /** What the channel says; null: it has said nothing. */
  status: string | null;
  at: number;
}

const stateOf = ({ state, status }: ToldRow): Told["state"] =>
  status === "delivered" || status === "read" || status === "failed"
    ? status
    : state === "delivered"
      ? "arrived"
      : state === "dead"
        ? "failed"
        : "waiting";

function toldOf(rows: readonly ToldRow[]): Told[] {
  const told: Told[] = [];
  for (const row of rows) {
    const channel = channelOf.get(row.kind) ?? channelNamed(row.kind.replace(/^talk\./, ""));
    const [, cycle, step] = stepOf.exec(row.key) ?? [];
    const [, talkCycle, talkStep, comment] = talkOf.exec(row.key) ?? [];
    const name = step ?? talkStep ?? comment;
    const state = stateOf(row);
    if (channel === undefined || name === undefined) continue;
    // in a conversation only what the channel tells is news
    if (step === undefined && ["arrived", "waiting"].includes(state)) continue;
    const of = { cycle: Number(cycle ?? talkCycle ?? 1), step: name, by: channel.name, state };
    const same = told.find(
      (each) =>
        each.cycle === of.cycle && each.step === of.step && each.by === of.by && each.state === of.state,
    );
    if (same) same.people++;
    else told.push({ ...of, label: channel.label, at: row.at, people: 1 });
  }
  return told;
}
