import type { RequestHandler } from "express";
import { sql, type Kysely } from "kysely";
import type { Database } from "../store/schema.ts";
import { inTime } from "./in-time.ts";
import type { Trouble } from "./troubles.ts";

export interface ReadinessCheck {
  name: string;
  /** Returns null when all is well, otherwise a sentence on the fault. The sentence holds no secret. */
  check(): Promise<string | null>;
}

const answerWithin = 2_000;

/** Answers as long as the process runs and its event loop turns. */
export const healthz: RequestHandler = (_request, response) => void response.json({ status: "ok" });

/**
 * How many of the clients' orgs are as they should be, and which are not. Anybody may ask, so we name an org only by
 * its id and its trouble only by its kind. The fleet page and the log say more.
 */
export interface OrgCounts {
  served: number;
  /** Orgs with a problem that mends itself: network, limits. */
  waiting: number;
  /** Orgs that need a person. */
  stopped: number;
  troubles: Trouble[];
}

/**
 * Answers `ready`. Answers `degraded` (200) if an org waits or has stopped, because another instance could not help
 * it. Answers `notReady` (503) if the store or another needed part fails.
 */
export const readyz = (
  db: Kysely<Database>,
  checks: readonly ReadinessCheck[],
  orgs: (() => Promise<OrgCounts>) | null,
): RequestHandler =>
  shared(async () => {
    const store: ReadinessCheck = {
      name: "store",
      check: async () => {
        await sql`select 1`.execute(db);
        return null;
      },
    };
    const results = await Promise.all(
      [store, ...checks].map(async ({ name, check }) => [name, await told(check)] as const),
    );
    const wrong = results.filter(([, problem]) => problem !== null);
    if (wrong.length > 0)
      return { code: 503, body: { status: "notReady", problems: Object.fromEntries(wrong) } };
    if (orgs === null) return { code: 200, body: { status: "ready" } };
    const counts = await orgs();
    const status = counts.waiting + counts.stopped + counts.troubles.length > 0 ? "degraded" : "ready";
    return { code: 200, body: { status, orgs: counts } };
  });

interface Readiness {
  code: number;
  body: object;
}

/** One look at the store answers all who ask while it is under way: anonymous requests must not keep the store busy. */
function shared(look: () => Promise<Readiness>): RequestHandler {
  let looking: Promise<Readiness> | null = null;
  return async (_request, response) => {
    looking ??= look().finally(() => (looking = null));
    const { code, body } = await looking;
    response.status(code).json(body);
  };
}

async function told(check: () => Promise<string | null>): Promise<string | null> {
  try {
    return await inTime(check(), answerWithin, `no answer within ${answerWithin} ms`);
  } catch {
    return "does not answer";
  }
}
