import type { Transaction } from "kysely";
import type { Clock } from "c/slaEngine";
import type { Because, Sequel, SentItem } from "../channels/channel.ts";
import { allChannels } from "../channels/registry.ts";
import type { OutboxItem } from "../outbox/outbox.ts";
import type { Database } from "../store/schema.ts";

export interface Ending {
  caseId: string;
  clock: Clock;
  /** The case is closed, deleted or no longer ours: nobody has to look at it any more. */
  over: boolean;
}
export interface Superseded {
  caseId: string;
  cycle: number;
  step: string;
  /** The instant of a step that was taken again; null: it was taken once. */
  againAt: number | null;
}

/** The kinds of item by which somebody was told of a step, by channel. */
const channelOf = new Map(allChannels.flatMap((channel) => channel.tells.map((kind) => [kind, channel])));

/**
 * `step/<org>/<case>/<cycle>/<step>/…`: what a step brought about carries which step it was, and `<step>@<instant>` where it was
 * taken again.
 */
export const stepKey = (orgId: string, caseId: string, cycle: number, step: string, againAt: number | null) =>
  `step/${orgId}/${caseId}/${cycle}/${step}${againAt === null ? "" : `@${againAt}`}`;

/**
 * What is to be told when clocks end or recorded steps turn out not to hold: each channel says what those hear who were
 * told by it. Whoever heard of a step that does not hold hears so, once.
 * @param dryRun what was withheld is spoken of only while nothing is sent: nobody heard of it
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
  for (const { caseId, cycle, step, againAt } of superseded.toReversed())
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
      const correction = channel.corrected(item, clock === undefined ? null : becauseOf(clock), standing);
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
        last_error: "The step it tells of turned out not to hold before this was sent.",
        delivered_at: now,
      })
      .where("id", "in", cancelled)
      .where("state", "=", "pending")
      .execute();
  return items;
}

const becauseOf = (clock: Clock): Because => ({
  status: clock.status,
  at: clock.endedAt,
  by: clock.acknowledgedBy?.name ?? clock.acknowledgedBy?.userId ?? null,
});
