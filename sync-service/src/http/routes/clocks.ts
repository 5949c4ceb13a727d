import type { Kysely } from "kysely";
import { z } from "zod";
import type { Database } from "../../store/schema.ts";
import { notFound } from "../problem.ts";
import { route, type Route } from "../route.ts";

const instant = z.int().meta({ description: "ms since the epoch" });
const earlier = z.object({ dueAt: instant, decidedAt: instant, supersededAt: instant });
const step = z.object({
  step: z.string(),
  dueAt: instant,
  decidedAt: instant,
  outcome: z.enum(["acted", "stoodFor", "silent"]),
  supersededAt: instant.nullable(),
  earlier: z.array(earlier).meta({ description: "Times it was taken before that turned out not to hold" }),
});
const clock = z.object({
  cycle: z.int(),
  status: z.string(),
  plan: z.string().nullable(),
  effectivePriority: z.string(),
  startedAt: instant,
  dueAt: instant.nullable(),
  endedAt: instant.nullable(),
  acknowledgedBy: z.string().nullable(),
  nextAt: instant.nullable(),
  steps: z.array(step),
});

export const clockRoutes = (db: Kysely<Database>): Route[] => [
  route({
    method: "get",
    path: "/orgs/{orgId}/cases/{caseId}/clocks",
    name: "readClocks",
    summary: "A case's clocks, one per cycle, each with its ledger of steps",
    scope: "read",
    params: z.object({ orgId: z.string().min(1).max(200), caseId: z.string().regex(/^500[A-Za-z0-9]{15}$/) }),
    response: z.object({ clocks: z.array(clock) }),
    async handle({ params: { orgId, caseId } }) {
      const clocks = await db
        .selectFrom("clocks")
        .selectAll()
        .where("org_id", "=", orgId)
        .where("case_id", "=", caseId)
        .orderBy("cycle")
        .execute();
      if (clocks.length === 0) throw notFound(`clock of case ${caseId} at ${orgId}`);
      const steps = await db
        .selectFrom("steps")
        .selectAll()
        .where("org_id", "=", orgId)
        .where("case_id", "=", caseId)
        .orderBy("due_at")
        .execute();
      return {
        clocks: clocks.map((row) => ({
          cycle: row.cycle,
          status: row.status,
          plan: row.plan,
          effectivePriority: row.effective_priority,
          startedAt: row.started_at,
          dueAt: row.due_at,
          endedAt: row.ended_at,
          acknowledgedBy: row.acknowledged_by,
          nextAt: row.next_at,
          steps: steps
            .filter((s) => s.cycle === row.cycle)
            .map((s) => ({
              step: s.step,
              dueAt: s.due_at,
              decidedAt: s.decided_at,
              outcome: s.outcome as "acted",
              supersededAt: s.superseded_at,
              earlier: JSON.parse(s.earlier ?? "[]") as z.infer<typeof earlier>[],
            })),
        })),
      };
    },
  }),
];
