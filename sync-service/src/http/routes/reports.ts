import type { Kysely } from "kysely";
import { z } from "zod";
import { dimensions, mttaReport, usual, type Dimension } from "../../reports/mtta.ts";
import type { Clock } from "../../runtime.ts";
import type { Database } from "../../store/schema.ts";
import { Problem } from "../problem.ts";
import { route, type Route } from "../route.ts";

export const orgId = z.string().min(1).max(200);
export const month = z
  .string()
  .regex(/^(19|20)\d{2}-(0[1-9]|1[0-2])$/, "a month such as 2026-11")
  .meta({ description: "YYYY-MM, in the contract's time zone" });
const minutes = z.number().nullable().meta({ description: "minutes of coverage" });
const share = z.number().nullable().meta({ description: "0 to 1" });
const count = z.int();

export const figuresSchema = z.object({
  asOf: z.int(),
  count,
  meanMinutes: minutes,
  medianMinutes: minutes,
  p90Minutes: minutes,
  shareWithinTarget: share,
  targetMinutes: minutes,
  budgetMinutes: z.number(),
  budgetShare: z.number().nullable(),
  waiting: count,
  overdue: count,
  cancelled: count,
  closedByAutomation: count,
});
const by = z
  .string()
  .max(100)
  .refine((text) => text.split(",").every((name) => (dimensions as readonly string[]).includes(name)), {
    error: `some of ${dimensions.join(",")}, separated by commas`,
  })
  .default(usual.join(","));

/** No more than this at once: two years. */
const mostMonths = 24;
const monthsIn = (from: string, to: string) =>
  (Number(to.slice(0, 4)) - Number(from.slice(0, 4))) * 12 + Number(to.slice(5)) - Number(from.slice(5)) + 1;

export function periodOf(from: string, to: string): { from: string; to: string } {
  const months = monthsIn(from, to);
  if (months < 1 || months > mostMonths)
    throw new Problem(422, "Input not valid", "The query of this request is not what this address takes.", [
      { path: "query.to", reason: `from 1 to ${mostMonths} months after query.from` },
    ]);
  return { from, to };
}

export const reportRoutes = (db: Kysely<Database>, clock: Clock): Route[] => [
  route({
    method: "get",
    path: "/reports/mtta",
    name: "reportMtta",
    summary: "Time to acknowledge against the promise, with what is left of the budget and the forecast",
    scope: "read",
    query: z.strictObject({ orgId: orgId.optional(), from: month, to: month.optional(), by }),
    response: z.object({
      asOf: z.int(),
      period: z.object({ from: month, to: month }),
      rows: z.array(
        z.object({
          by: z.partialRecord(z.enum(dimensions), z.string().nullable()),
          figures: figuresSchema,
          forecast: z.object({
            verdict: z.enum(["kept", "possible", "lost"]),
            bestBudgetMinutes: z.number(),
            worstBudgetMinutes: z.number(),
            minutesPerOpenCase: z.number().nullable(),
          }),
          budgetSteps: z.array(z.enum(["budgetLow", "budgetSpent"])),
          resolution: z.object({
            count,
            meanMinutes: minutes,
            medianMinutes: minutes,
            p90Minutes: minutes,
          }),
        }),
      ),
    }),
    handle: ({ query }) =>
      mttaReport(
        db,
        {
          ...(query.orgId === undefined ? {} : { orgIds: [query.orgId] }),
          period: periodOf(query.from, query.to ?? query.from),
          by: query.by.split(",") as Dimension[],
        },
        clock.now(),
      ),
  }),
];
