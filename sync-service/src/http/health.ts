import type { RequestHandler } from "express";
import { sql, type Kysely } from "kysely";
import type { Database } from "../store/schema.ts";

export interface ReadinessCheck {
  name: string;
  /** null when it is well, else what is wrong in words that carry no secret. */
  check(): Promise<string | null>;
}

const answerWithin = 2_000;

/** The process runs and its event loop turns. */
export const healthz: RequestHandler = (_request, response) => void response.json({ status: "ok" });

/** How many of the clients' orgs are as they should be. Counts alone: whoever asks need not say who they are. */
export interface OrgCounts {
  served: number;
  /** Waiting for what mends itself: network, limits. */
  waiting: number;
  /** Waiting for a person. */
  stopped: number;
}

/**
 * `ready`, or `degraded` when an org waits or has stopped: sending requests elsewhere would help neither. `notReady`
 * (503) when the store does not answer or takes nothing, or something else is wrong that the service cannot do without.
 */
export const readyz =
  (
    db: Kysely<Database>,
    checks: readonly ReadinessCheck[],
    orgs: (() => Promise<OrgCounts>) | null,
  ): RequestHandler =>
  async (_request, response) => {
    const store: ReadinessCheck = {
      name: "store",
      check: async () => {
        await sql`select 1`.execute(db);
        return null;
      },
    };
    const results = await Promise.all(
      [store, ...checks].map(async ({ name, check }) => [name, await inTime(check)] as const),
    );
    const wrong = results.filter(([, problem]) => problem !== null);
    if (wrong.length > 0)
      return void response.status(503).json({ status: "notReady", problems: Object.fromEntries(wrong) });
    if (orgs === null) return void response.json({ status: "ready" });
    const counts = await orgs();
    const status = counts.waiting + counts.stopped > 0 ? "degraded" : "ready";
    response.json({ status, orgs: counts });
  };

async function inTime(check: () => Promise<string | null>): Promise<string | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve(`no answer within ${answerWithin} ms`), answerWithin);
  });
  try {
    return await Promise.race([check(), late]);
  } catch {
    return "does not answer";
  } finally {
    clearTimeout(timer);
  }
}
