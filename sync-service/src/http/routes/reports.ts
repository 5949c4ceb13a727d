import type { Kysely } from "kysely";
import { z } from "zod";
import { alternativeSchema, NotAnAlternative } from "../../reports/alternative.ts";
import { dimensions, usual, type Dimension } from "../../reports/mtta.ts";
import type { Reports } from "../../reports/questions.ts";
import type { WallClock } from "../../runtime.ts";
import type { Database } from "../../store/schema.ts";
import { notFound, Problem } from "../problem.ts";
import { route, type Route } from "../route.ts";

export const orgId = z
  .string()
  .min(1)
  .max(200)
  .refine((id) => !id.includes("\0"), "no control characters");
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

/** The longest period of one request: two years. */
const mostMonths = 24;
const monthsIn = (from: string, to: string) =>
  (Number(to.slice(0, 4)) - Number(from.slice(0, 4))) * 12 + Number(to.slice(5)) - Number(from.slice(5)) + 1;

export function periodOf(from: string, to: string, where = "query"): { from: string; to: string } {
  const months = monthsIn(from, to);
  if (months < 1 || months > mostMonths)
    throw new Problem(
      422,
      "Input not valid",
      `The ${where} of this request is not what this address takes.`,
      [
        {
          path: `${where}.to`,
          reason: `a period of 1 to ${mostMonths} months`,
          es: `un período de 1 a ${mostMonths} meses`,
        },
      ],
    );
  return { from, to };
}

const side = z.object({
  cases: count,
  met: count,
  missed: count,
  waiting: count,
  cancelled: count,
  meanMinutes: minutes,
  targetMinutes: minutes,
  budgetMinutes: z.number(),
  shareWithinTarget: share,
  steps: count,
  paged: count,
  channelNotCovered: count,
});
const caseSide = z.object({
  status: z.string(),
  dueAt: z.int().nullable(),
  dueOffset: z.int().nullable(),
  elapsedMinutes: minutes,
  paged: z.boolean(),
});

export async function requireOrg(db: Kysely<Database>, id: string): Promise<void> {
  const org = await db.selectFrom("orgs").select("id").where("id", "=", id).executeTakeFirst();
  if (org === undefined) throw notFound(`org ${id}`);
}

export const reportRoutes = (db: Kysely<Database>, reports: Reports, clock: WallClock): Route[] => [
  route({
    method: "get",
    path: "/reports/mtta",
    name: "reportMtta",
    summary: "Time to acknowledge against the promise, with the rest of the budget and the forecast",
    scope: "read",
    query: z.strictObject({
      orgId: orgId.optional(),
      from: month,
      to: month.optional(),
      by,
      asOf: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER).optional().meta({
        description:
          "a past instant, ms since the epoch: the figures of that instant, from the facts until then",
      }),
    }),
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
    async handle({ query: { orgId: org, from, to = from, by: names, asOf } }) {
      const now = clock.now();
      if (asOf !== undefined && asOf > now)
        throw new Problem(422, "Input not valid", "asOf must be an instant in the past.", [
          { path: "query.asOf", reason: "an instant that has passed", es: "un instante que ya pasó" },
        ]);
      return reports.mttaReport(
        {
          ...(org === undefined ? {} : { orgIds: [org] }),
          period: periodOf(from, to),
          by: names.split(",") as Dimension[],
          replay: asOf !== undefined,
        },
        asOf ?? now,
      );
    },
  }),
  route({
    method: "post",
    path: "/orgs/{orgId}/what-if",
    name: "whatIf",
    summary: "The recorded facts under another plan, calendar, holidays or steps. It changes nothing",
    scope: "read",
    params: z.object({ orgId }),
    body: z.strictObject({ from: month, to: month.optional(), alternative: alternativeSchema }),
    response: z.object({
      asOf: z.int(),
      orgId,
      period: z.object({ from: month, to: month }),
      plans: z.object({ actual: z.array(z.string()), alternative: z.array(z.string()) }),
      rows: z.array(z.object({ priority: z.string().nullable(), actual: side, alternative: side })),
      changed: z.array(
        z.object({
          caseId: z.string(),
          caseNumber: z.string().nullable(),
          subject: z.string().nullable(),
          cycle: count,
          priority: z.string(),
          startedAt: z.int(),
          timeZone: z.string(),
          actual: caseSide,
          alternative: caseSide,
        }),
      ),
      changedCount: count,
    }),
    async handle({ params, body }) {
      await requireOrg(db, params.orgId);
      const period = periodOf(body.from, body.to ?? body.from, "body");
      try {
        return await reports.whatIf(
          { orgId: params.orgId, period, alternative: body.alternative },
          clock.now(),
        );
      } catch (error) {
        if (!(error instanceof NotAnAlternative)) throw error;
        throw new Problem(422, "Input not valid", error.message, [
          {
            path: "body.alternative",
            reason: error.message,
            es: "El servicio no puede calcular con estas condiciones. Revisá el plan, la zona horaria y los feriados.",
          },
        ]);
      }
    },
  }),
];
