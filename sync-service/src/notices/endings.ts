import type { Transaction } from "kysely";
import type { SlaClock } from "c/slaEngine";
import type { Because, Sequel, SentItem } from "../channels/channel.ts";
import { allChannels } from "../channels/registry.ts";
import type { OutboxItem } from "../outbox/outbox.ts";
import type { Database } from "../store/schema.ts";

export interface Ending {
  caseId: string;
  clock: SlaClock;
  /** The case is closed, deleted or no longer ours, so nobody has to look at it any more. */
  over: boolean;
}
export interface Superseded {
  caseId: string;
  cycle: number;
  step: string;
  /** The instant of the second firing. null: the step fired once. */
  againAt: number | null;
  /** The due instant that holds now. null: nothing is due any more. */
  dueAt: number | null;
}

/** The channel of each kind of item that tells a person about a step. */
const channelOf = new Map(allChannels.flatMap((channel) => channel.tells.map((kind) => [kind, channel])));

/**
 * The start of the keys of a step's items: `step/<org>/<case>/<cycle>/<step>`.
 * A step that fired again adds its instant: `<step>@<instant>`.
 */
export const stepKey = (orgId: string, caseId: string, cycle: number, step: string, againAt: number | null) =>
  `step/${orgId}/${caseId}/${cycle}/${step}${againAt === null ? "" : `@${againAt}`}`;

/**
 * Builds the messages for clocks that end and for recorded steps that turn out to be wrong.
 * Each channel decides what its earlier recipients hear. Each recipient of a wrong step gets one correction.
 * @param dryRun also follow withheld items. Otherwise skip them, because nobody received them
 */
export async function tellEndings(
  tx: Transaction<Database>,
  orgId: string,
  endings: readonly Ending[],
  superseded: readonly Superseded[],
  now: number,
  dryRun: boolean,
): Promise<OutboxItem[]> {
  const caseIds = [...new Set([...endings, ...superseded].map(({ caseId }) => caseId))];
  if (caseIds.length === 0) return [];
  const rows = await tx
    .selectFrom("outbox")
    .select(["id", "key", "case_id", "destination", "kind", "payload", "state"])
    .where("org_id", "=", orgId)
    .where("case_id", "in", caseIds)
    .where("kind", "in", [...channelOf.keys()])
    .where("state", "in", ["pending", "sending", "delivered", ...(dryRun ? ["withheld"] : [])])
    .orderBy("id")
    .execute();
  if (rows.length === 0) return [];
  const sent = rows.map(({ payload, case_id, ...row }) => ({
    ...row,
    caseId: case_id!,
    news: JSON.parse(payload) as SentItem["news"],
  }));
  const ofClock = (caseId: string, cycle: number) =>
    sent.filter((item) => item.key.startsWith(`step/${orgId}/${caseId}/${cycle}/`));
  const items: OutboxItem[] = [];
  const queue = (caseId: string, { of, ...item }: Sequel) =>
    items.push({ orgId, caseId, destination: of.destination, ...item });

  for (const { caseId, clock, over } of endings)
    for (const [channel, some] of Map.groupBy(ofClock(caseId, clock.cycle), ({ kind }) =>
      channelOf.get(kind)!,
    ))
      for (const sequel of channel.ended(some, { clock, because: becauseOf(clock), over }))
        queue(caseId, sequel);

  const clocks = new Map(endings.map(({ caseId, clock }) => [`${caseId}/${clock.cycle}`, clock]));
  const undone = superseded.map(
    ({ caseId, cycle, step, againAt }) => `${stepKey(orgId, caseId, cycle, step, againAt)}/`,
  );
  const stands = ({ key }: SentItem) => !undone.some((step) => key.startsWith(step));
  const corrected = new Set<string>();
  const cancelled: number[] = [];
  for (const { caseId, cycle, step, againAt, dueAt } of superseded.toReversed())
    for (const item of ofClock(caseId, cycle)) {
      if (!item.key.startsWith(`${stepKey(orgId, caseId, cycle, step, againAt)}/`)) continue;
      if (item.state === "pending") {
        cancelled.push(item.id);
        continue;
      }
      const channel = channelOf.get(item.kind)!;
      const clock = clocks.get(`${caseId}/${cycle}`);
      const standing = ofClock(caseId, cycle).filter(
        (other) => channelOf.get(other.kind) === channel && stands(other),
      );
      const told = { ...item, news: { ...item.news, ...(dueAt === null ? {} : { dueAt }) } };
      const correction = channel.corrected(told, clock === undefined ? null : becauseOf(clock), standing);
      if (correction === null) continue;
      const whom = `${caseId}/${cycle}/${item.kind}/${item.destination}/${item.news.address ?? ""}`;
      if (corrected.has(whom)) continue;
      corrected.add(whom);
      queue(caseId, { of: item, key: `correction/${item.key}`, ...correction });
    }
  if (cancelled.length > 0)
    await tx
      .updateTable("outbox")
      .set({
        state: "discarded",
        last_error: "The step turned out to be wrong before this item was sent.",
        delivered_at: now,
      })
      .where("org_id", "=", orgId)
      .where("id", "in", cancelled)
      .where("state", "=", "pending")
      .execute();
  return items;
}

const becauseOf = (clock: SlaClock): Because => ({
  status: clock.status,
  at: clock.endedAt,
  by: clock.acknowledgedBy?.name ?? clock.acknowledgedBy?.userId ?? null,
});
