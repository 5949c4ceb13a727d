import type { Transaction } from "kysely";
import type { Clock } from "c/slaEngine";
import type { Database, OutboxTable } from "../store/schema.ts";
import type { CaseNews } from "./notice.ts";
import type { Effect } from "../outbox/outbox.ts";

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

type Told = Pick<OutboxTable, "key" | "case_id" | "destination" | "kind" | "payload" | "state"> & {
  id: number;
};
const told = [
  "notice.slack",
  "notice.email",
  "notice.whatsapp",
  "notice.salesforce",
  "post.chatter",
  "comment",
  "webhook",
  "page",
];

/**
 * `step/<org>/<case>/<cycle>/<step>/…`: what a step brought about carries which step it was, and `<step>@<instant>` where it was
 * taken again.
 */
export const stepKey = (orgId: string, caseId: string, cycle: number, step: string, againAt: number | null) =>
  `step/${orgId}/${caseId}/${cycle}/${step}${againAt === null ? "" : `@${againAt}`}`;

/**
 * What is to be told when clocks end or recorded steps turn out not to hold: pages are acknowledged or resolved,
 * Slack's messages say who has it, and whoever heard of a step that does not hold hears so, once.
 * @param dryRun what was withheld is spoken of only while nothing is sent: nobody heard of it
 */
export async function tellEndings(
  tx: Transaction<Database>,
  orgId: string,
  endings: readonly Ending[],
  superseded: readonly Superseded[],
  now: number,
  dryRun: boolean,
): Promise<Effect[]> {
  const caseIds = [...new Set([...endings, ...superseded].map(({ caseId }) => caseId))];
  if (caseIds.length === 0) return [];
  const sent: Told[] = await tx
    .selectFrom("outbox")
    .select(["id", "key", "case_id", "destination", "kind", "payload", "state"])
    .where("org_id", "=", orgId)
    .where("case_id", "in", caseIds)
    .where("kind", "in", told)
    .where("state", "in", ["pending", "sending", "delivered", ...(dryRun ? ["withheld"] : [])])
    .orderBy("id")
    .execute();
  if (sent.length === 0) return [];
  const byCase = Map.groupBy(sent, (row) => row.case_id);
  const effects: Effect[] = [];
  const moot: number[] = [];

  for (const { caseId, clock, over } of endings) {
    const rows = (byCase.get(caseId) ?? []).filter((row) =>
      row.key.startsWith(`step/${orgId}/${caseId}/${clock.cycle}/`),
    );
    const page = rows.findLast((row) => row.kind === "page");
    if (page !== undefined)
      for (const action of [
        ...(clock.acknowledgedAt !== null ? ["acknowledge"] : []),
        ...(over ? ["resolve"] : []),
      ])
        effects.push({
          key: `page/${orgId}/${caseId}/${clock.cycle}/${action}`,
          orgId,
          caseId,
          destination: page.destination,
          kind: `page.${action}`,
          payload: newsOf(page),
        });
    for (const row of rows.filter((r) => r.kind === "notice.slack"))
      effects.push({
        key: `ended/${row.key}`,
        orgId,
        caseId,
        destination: row.destination,
        kind: "slack.update",
        payload: { of: row.key, notice: newsOf(row), because: why(clock) },
      });
  }

  const clocks = new Map(endings.map((ending) => [`${ending.caseId}/${ending.clock.cycle}`, ending.clock]));
  const corrected = new Set<string>();
  const undone = superseded.map(
    ({ caseId, cycle, step, againAt }) => `${stepKey(orgId, caseId, cycle, step, againAt)}/`,
  );
  const pages = (caseId: string, cycle: number) =>
    (byCase.get(caseId) ?? [])
      .filter(({ kind, key }) => kind === "page" && key.startsWith(`step/${orgId}/${caseId}/${cycle}/`))
      .map(({ key }) => key);
  for (const { caseId, cycle, step, againAt } of superseded.toReversed())
    for (const row of byCase.get(caseId) ?? []) {
      if (!row.key.startsWith(`${stepKey(orgId, caseId, cycle, step, againAt)}/`)) continue;
      if (row.state === "pending") {
        moot.push(row.id);
        continue;
      }
      // all pages of a clock are one alert: it stays while any step stands that paged
      if (
        row.kind === "page" &&
        pages(caseId, cycle).some((key) => !undone.some((step) => key.startsWith(step)))
      )
        continue;
      const news = newsOf(row);
      const clock = clocks.get(`${caseId}/${cycle}`);
      const whom = `${caseId}/${cycle}/${row.kind}/${row.destination}/${JSON.stringify(news.to ?? null)}`;
      if (corrected.has(whom)) continue;
      corrected.add(whom);
      effects.push({
        key: `correction/${row.key}`,
        orgId,
        caseId,
        destination: row.destination,
        kind: row.kind === "page" ? "page.resolve" : row.kind,
        payload: { ...news, about: "correction", ...(clock ? { because: why(clock) } : {}) },
      });
    }
  if (moot.length > 0)
    await tx
      .updateTable("outbox")
      .set({
        state: "discarded",
        last_error: "The step it tells of turned out not to hold before this was sent.",
        delivered_at: now,
      })
      .where("id", "in", moot)
      .where("state", "=", "pending")
      .execute();
  return effects;
}

const newsOf = (row: Told) => JSON.parse(row.payload) as CaseNews & { to?: unknown };
const why = (clock: Clock) => ({
  status: clock.status,
  at: clock.endedAt,
  by: clock.acknowledgedBy?.name ?? clock.acknowledgedBy?.userId ?? null,
});
