import type { Transaction } from "kysely";
import type { NoticeChannel } from "../channels/channel.ts";
import { addressOn, allChannels, laneOf, placeOf } from "../channels/registry.ts";
import { enqueue, type OutboxItem } from "../outbox/outbox.ts";
import { settingsOf } from "../orgs/settings.ts";
import type { Database, OrgTable } from "../store/schema.ts";
import type { BudgetReport } from "../messages/budget-message.ts";
import { monthOf } from "./months.ts";
import type { OrgFigures } from "./org-figures.ts";

export type BudgetOrg = Pick<OrgTable, "id" | "name" | "settings" | "onboarded_at">;

/**
 * Raises the budget steps that these groups have newly reached, once per month and group.
 * If a group reaches both steps at once, only "budget spent" is sent.
 * Months that ended before the org was onboarded are recorded without a message.
 * @returns the number of steps that send a message
 */
export async function raiseBudgetSteps(
  tx: Transaction<Database>,
  org: BudgetOrg,
  { groups, timeZone }: Pick<OrgFigures, "groups" | "timeZone">,
  now: number,
): Promise<number> {
  const reached = groups.filter((row) => row.budgetSteps.length > 0);
  if (reached.length === 0) return 0;
  const recorded = new Set(
    (await tx.selectFrom("budget_steps").selectAll().where("org_id", "=", org.id).execute()).map(
      ({ plan, priority, month, step }) => [plan, priority, month, step].join("/"),
    ),
  );
  const settings = settingsOf(org.settings);
  const since = monthOf(timeZone, org.onboarded_at);
  const items: OutboxItem[] = [];
  let spoke = 0;
  for (const { by, budgetSteps, figures, forecast } of reached) {
    const group = { plan: by.plan!, priority: by.priority!, month: by.month! };
    const unheard = budgetSteps.filter(
      (step) => !recorded.has([group.plan, group.priority, group.month, step].join("/")),
    );
    const speaks = unheard.at(-1);
    if (speaks === undefined) continue;
    const silent = group.month < since;
    await tx
      .insertInto("budget_steps")
      .values(
        unheard.map((step) => ({
          org_id: org.id,
          ...group,
          step,
          decided_at: now,
          outcome: silent ? "silent" : step === speaks ? "acted" : "stoodFor",
        })),
      )
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    if (silent) continue;
    spoke++;
    for (const { channel, address, language } of audienceOf(settings)) {
      const report: BudgetReport = {
        about: "budget",
        step: speaks,
        orgId: org.id,
        client: org.name,
        ...group,
        count: figures.count,
        meanMinutes: figures.meanMinutes ?? 0,
        targetMinutes: figures.targetMinutes ?? 0,
        budgetMinutes: figures.budgetMinutes,
        budgetShare: figures.budgetShare ?? 0,
        waiting: figures.waiting,
        forecast: forecast.verdict,
        language,
        address,
      };
      items.push({
        key: `budget/${org.id}/${group.plan}/${group.priority}/${group.month}/${speaks}/${channel.name}/${address}`,
        orgId: org.id,
        caseId: null,
        destination: laneOf(channel, org.id, address),
        kind: `report.${channel.name}`,
        payload: report,
      });
    }
  }
  await enqueue(tx, items, now, () => settings.dryRun);
  return spoke;
}

/** The provider's side: the roles `lead` and `manager`, and the org's places (`slackChannel` …). Each address comes once. */
function audienceOf(settings: ReturnType<typeof settingsOf>) {
  const hearers = new Map<string, { channel: NoticeChannel; address: string; language: "es" | "en" }>();
  for (const channel of allChannels.filter(({ reports }) => reports)) {
    const tell = (address: string | undefined, language = settings.language) => {
      const key = `${channel.name}:${address}`;
      if (address !== undefined && !hearers.has(key)) hearers.set(key, { channel, address, language });
    };
    for (const role of ["lead", "manager"])
      for (const { contact: _, ...to } of settings.recipients[role] ?? [])
        tell(addressOn(channel, to), to.language);
    tell(placeOf(channel, settings));
  }
  return hearers.values();
}
