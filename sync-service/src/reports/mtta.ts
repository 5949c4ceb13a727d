import type { Kysely } from "kysely";
import {
  budgetSteps,
  figures,
  forecast,
  mean,
  median,
  percentile,
  type BudgetStep,
  type Figures,
  type Forecast,
} from "c/slaReporting";
import type { Database } from "../store/schema.ts";
import { reportClocks, type ReportClock } from "./clocks.ts";
import type { Period } from "./months.ts";

/** The values by which you can group figures. `consultant` is the user who acknowledged. */
export const dimensions = ["org", "plan", "priority", "month", "consultant"] as const;
export type Dimension = (typeof dimensions)[number];
/** The grouping that rules section 4 asks for. */
export const usual: readonly Dimension[] = ["org", "plan", "priority", "month"];

/** Coverage minutes from start to closing. We measure them, but the plan sets no target for them. */
export interface Resolution {
  count: number;
  meanMinutes: number | null;
  medianMinutes: number | null;
  p90Minutes: number | null;
}

export interface MttaRow {
  /** One value per dimension of the query. The consultant is null if nobody acknowledged. */
  by: Partial<Record<Dimension, string | null>>;
  figures: Figures;
  forecast: Forecast;
  /** Budget steps that this group has reached. */
  budgetSteps: BudgetStep[];
  resolution: Resolution;
}

export interface MttaReport {
  /** The instant for which all figures hold, in ms. */
  asOf: number;
  period: Period;
  rows: MttaRow[];
}

export interface MttaQuery {
  /** Leave it out for all orgs. */
  orgIds?: readonly string[] | null;
  period: Period;
  by?: readonly Dimension[];
  /** Set it when `asOf` is in the past: figures are then computed from the facts known up to that instant. */
  replay?: boolean;
}

/** Computes the figures of rules section 4, one row per group. */
export async function mttaReport(
  db: Kysely<Database>,
  { orgIds = null, period, by = usual, replay = false }: MttaQuery,
  asOf: number,
): Promise<MttaReport> {
  const clocks = await reportClocks(db, { orgIds, period, resolution: true, replay }, asOf);
  const names = by.includes("consultant") ? await namesOf(db) : new Map<string, string>();
  return { asOf, period, rows: rowsOf(clocks, by, asOf, names) };
}

/** Groups the clocks and computes each group's figures. Rows are sorted by the values of their group. */
export function rowsOf(
  clocks: readonly ReportClock[],
  by: readonly Dimension[],
  asOf: number,
  names: ReadonlyMap<string, string> = new Map(),
): MttaRow[] {
  const valueOf: Record<Dimension, (clock: ReportClock) => string | null> = {
    org: (clock) => clock.org,
    plan: (clock) => clock.plan,
    priority: (clock) => clock.effectivePriority,
    month: (clock) => clock.month,
    consultant: ({ org, acknowledgedBy }) =>
      acknowledgedBy === null ? null : (names.get(`${org}/${acknowledgedBy}`) ?? acknowledgedBy),
  };
  const groups = Map.groupBy(clocks, (clock) => by.map((of) => valueOf[of](clock) ?? "\uffff").join("\u0000"));
  return [...groups]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, some]) => {
      const measured = figures(some, asOf);
      return {
        by: Object.fromEntries(by.map((of) => [of, valueOf[of](some[0]!)])),
        figures: measured,
        forecast: forecast(some, asOf),
        budgetSteps: budgetSteps(measured),
        resolution: resolutionOf(some),
      };
    });
}

function resolutionOf(clocks: readonly ReportClock[]): Resolution {
  const minutes = clocks.flatMap(({ resolved }) => (resolved === null ? [] : [resolved / 60_000]));
  return {
    count: minutes.length,
    meanMinutes: mean(minutes),
    medianMinutes: median(minutes),
    p90Minutes: percentile(minutes, 90),
  };
}

async function namesOf(db: Kysely<Database>): Promise<Map<string, string>> {
  const people = await db.selectFrom("people").select(["org_id", "user_id", "name"]).execute();
  return new Map(people.map(({ org_id, user_id, name }) => [`${org_id}/${user_id}`, name]));
}

const rounded = (value: number | null, digits = 2) =>
  value === null ? null : Math.round(value * 10 ** digits) / 10 ** digits;

/** Makes one flat row per group, for a table or spreadsheet. Times are minutes of coverage; shares go from 0 to 1. */
export const flat = ({ by, figures: f, forecast: ahead, budgetSteps: steps, resolution }: MttaRow) => ({
  ...by,
  count: f.count,
  meanMinutes: rounded(f.meanMinutes),
  medianMinutes: rounded(f.medianMinutes),
  p90Minutes: rounded(f.p90Minutes),
  targetMinutes: rounded(f.targetMinutes),
  withinTarget: rounded(f.shareWithinTarget, 4),
  budgetMinutes: rounded(f.budgetMinutes),
  budgetShare: rounded(f.budgetShare, 4),
  waiting: f.waiting,
  overdue: f.overdue,
  cancelled: f.cancelled,
  closedByAutomation: f.closedByAutomation,
  forecast: ahead.verdict,
  budget: steps.at(-1) ?? null,
  resolved: resolution.count,
  resolveMeanMinutes: rounded(resolution.meanMinutes),
  asOf: new Date(f.asOf).toISOString(),
});
