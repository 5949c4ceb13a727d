import type { SlaClock, Text } from "c/slaEngine";
import { figures, isMissed } from "c/slaReporting";
import type { Kysely } from "kysely";
import type { CaseValues } from "../case/fields.ts";
import { contractsOf } from "../clocks/contracts.ts";
import type { LateCase, MonthReport, MonthRow, TrendMonth } from "../messages/month/report.ts";
import { chunks } from "../outbox/outbox.ts";
import type { Database } from "../store/schema.ts";
import { zones } from "../zones/zones.ts";
import { reportClocks, type ReportClock } from "./clocks.ts";
import { labelsOf } from "./labels.ts";
import { lateReasons } from "./late-reasons.ts";
import { monthBefore, monthOf } from "./months.ts";
import { rowsOf } from "./mtta.ts";

/** More rows than this make no report that a person reads. */
const mostLate = 100;
const monthsOfTrend = 6;
const casesAtOnce = 500;

/**
 * Computes the monthly report of one client.
 * @returns null if the org does not exist
 */
export async function clientMonth(
  db: Kysely<Database>,
  { orgId, month }: { orgId: string; month: string },
  asOf: number,
): Promise<MonthReport | null> {
  const org = await db.selectFrom("orgs").select(["id", "name"]).where("id", "=", orgId).executeTakeFirst();
  if (org === undefined) return null;
  const months = [month];
  while (months.length < monthsOfTrend) months.unshift(monthBefore(months[0]!));
  const period = { from: months[0]!, to: month };
  const clocks = await reportClocks(db, { orgIds: [orgId], period, resolution: true }, asOf);
  const own = clocks.filter((clock) => clock.month === month);
  const contracts = await contractsOf(db, orgId);
  const labels = labelsOf(contracts.map(({ policy }) => policy));
  const cases = await casesOf(db, orgId, own);
  const fieldOf = (clock: ReportClock, field: "Service_Category__c" | "Support_Channel__c") =>
    (cases.get(clock.caseId)?.fields[field] ?? null) as string | null;
  const plans = [...new Set(own.map(({ plan }) => plan))].sort();
  const late = own
    .filter(isMissed)
    .sort((a, b) => a.startedAt - b.startedAt);
  const counted = own.filter(({ status }) => status !== "Cancelled" && status !== "Not Covered");
  const longest = counted.toSorted((a, b) => (b.elapsed ?? 0) - (a.elapsed ?? 0))[0];
  const timeZone = own[0]?.timeZone ?? contracts[0]?.policy.timeZone ?? "UTC";
  return {
    asOf,
    month,
    running: monthOf(timeZone, asOf) <= month,
    client: org.name,
    plans: plans.map(labels.plan),
    timeZone,
    law: zones().version,
    all: own.length === 0 ? null : rowFrom({ es: "Total", en: "Total" }, own, asOf),
    trend: months.map((one) => trendOf(one, clocks, asOf)),
    priorities: grouped(own, ({ plan, effectivePriority }) => `${effectivePriority}\0${plan}`).map((some) => {
      const { plan, effectivePriority } = some[0]!;
      const name = labels.priority(effectivePriority);
      const planned = labels.plan(plan);
      return rowFrom(
        plans.length > 1 ? { es: `${planned.es} · ${name.es}`, en: `${planned.en} · ${name.en}` } : name,
        some,
        asOf,
      );
    }),
    categories: grouped(own, (clock) => fieldOf(clock, "Service_Category__c") ?? "\uffff").map((some) =>
      rowFrom(labels.category(fieldOf(some[0]!, "Service_Category__c")), some, asOf),
    ),
    channels: grouped(own, (clock) => fieldOf(clock, "Support_Channel__c") ?? "\uffff").map((some) =>
      rowFrom(labels.channel(fieldOf(some[0]!, "Support_Channel__c")), some, asOf),
    ),
    worst:
      longest === undefined
        ? null
        : {
            caseNumber: cases.get(longest.caseId)?.number ?? null,
            minutes: (longest.elapsed ?? 0) / 60_000,
          },
    late: await lateCases(db, orgId, late.slice(0, mostLate), cases),
    lateCount: late.length,
  };
}

const grouped = (clocks: readonly ReportClock[], by: (clock: ReportClock) => string): ReportClock[][] =>
  [...Map.groupBy(clocks, by)].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, some]) => some);

const inTimeAmong = ({ count, shareWithinTarget }: { count: number; shareWithinTarget: number | null }) =>
  Math.round((shareWithinTarget ?? 0) * count);

function rowFrom(name: Text, clocks: readonly ReportClock[], asOf: number): MonthRow {
  const { figures: measured, resolution } = rowsOf(clocks, [], asOf)[0]!;
  const { count, meanMinutes, targetMinutes, medianMinutes, p90Minutes, budgetMinutes, waiting } = measured;
  return {
    ...{ name, count, inTime: inTimeAmong(measured) },
    ...{ meanMinutes, targetMinutes, medianMinutes, p90Minutes, budgetMinutes, waiting },
    resolveMeanMinutes: resolution.meanMinutes,
  };
}

function trendOf(month: string, clocks: readonly ReportClock[], asOf: number): TrendMonth {
  const measured = figures(
    clocks.filter((clock) => clock.month === month),
    asOf,
  );
  const { count, meanMinutes, targetMinutes } = measured;
  return { month, count, inTime: inTimeAmong(measured), meanMinutes, targetMinutes };
}

/** Finds the labels in the contracts' policies. A value that no policy knows stands for itself. */

interface KnownCase {
  number: string | null;
  subject: string | null;
  fields: CaseValues;
}
async function casesOf(
  db: Kysely<Database>,
  orgId: string,
  clocks: readonly ReportClock[],
): Promise<Map<string, KnownCase>> {
  const ids = [...new Set(clocks.map(({ caseId }) => caseId))];
  const known = new Map<string, KnownCase>();
  for (const some of chunks(ids, casesAtOnce)) {
    const rows = await db
      .selectFrom("cases")
      .select(["id", "case_number", "subject", "fields"])
      .where("org_id", "=", orgId)
      .where("id", "in", some)
      .execute();
    for (const { id, case_number, subject, fields } of rows)
      known.set(id, { number: case_number, subject, fields: JSON.parse(fields) as CaseValues });
  }
  return known;
}

async function lateCases(
  db: Kysely<Database>,
  orgId: string,
  clocks: readonly ReportClock[],
  cases: ReadonlyMap<string, KnownCase>,
): Promise<LateCase[]> {
  if (clocks.length === 0) return [];
  const rows = await db
    .selectFrom("clocks")
    .select(["case_id", "cycle", "clock"])
    .where("org_id", "=", orgId)
    .where(
      "case_id",
      "in",
      clocks.map(({ caseId }) => caseId),
    )
    .execute();
  const whole = new Map(rows.map(({ case_id, cycle, clock }) => [`${case_id}/${cycle}`, clock]));
  return clocks.map(({ caseId, cycle, effectivePriority, startedAt, elapsed, target, endedAt }) => {
    const text = whole.get(`${caseId}/${cycle}`);
    const clock = text === undefined ? null : (JSON.parse(text) as SlaClock);
    return {
      caseNumber: cases.get(caseId)?.number ?? null,
      caseId,
      subject: cases.get(caseId)?.subject ?? null,
      priority: effectivePriority,
      startedAt,
      minutes: elapsed === null ? null : elapsed / 60_000,
      targetMinutes: target === null ? null : target / 60_000,
      reasons: clock === null ? [] : lateReasons({ ...clock, elapsed, target, endedAt }),
    };
  });
}
