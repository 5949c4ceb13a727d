import type { Transaction } from "kysely";
import { enqueue, type Effect } from "../outbox/outbox.ts";
import { settingsOf } from "../orgs/settings.ts";
import type { Database, OrgTable } from "../store/schema.ts";
import type { BudgetReport } from "../notices/budget-message.ts";
import { monthOf } from "./months.ts";
import type { OrgFigures } from "./org-figures.ts";

export type BudgetOrg = Pick<OrgTable, "id" | "name" | "settings" | "onboarded_at">;

/**
 * Raises the steps of the budgets that these groups have reached and not yet recorded, each once a month and
 * group. When both are reached at once the spent budget speaks for both. Months that were over before the org was
 * onboarded pass silently.
 * @returns how many spoke
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
  const effects: Effect[] = [];
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
        to: { [channel]: address },
      };
      effects.push({
        key: `budget/${org.id}/${group.plan}/${group.priority}/${group.month}/${speaks}/${channel}/${address}`,
        orgId: org.id,
        caseId: null,
        destination: `${channel}:${org.id}`,
        kind: `report.${channel}`,
        payload: report,
      });
    }
  }
  await enqueue(tx, effects, now, () => settings.dryRun);
  return spoke;
}

/** The provider's: those in the roles `lead` and `manager`, and the org's Slack channel; each address once. */
function audienceOf(settings: ReturnType<typeof settingsOf>) {
  const told = new Map<string, { channel: "email" | "slack"; address: string; language: "es" | "en" }>();
  const tell = (channel: "email" | "slack", address: string | undefined, language = settings.language) => {
    if (address !== undefined && !told.has(`${channel}:${address}`))
      told.set(`${channel}:${address}`, { channel, address, language });
  };
  for (const role of ["lead", "manager"])
    for (const { email, slack, language } of settings.recipients[role] ?? []) {
      tell("email", email, language);
      tell("slack", slack, language);
    }
  tell("slack", settings.slackChannel);
  return told.values();
}
