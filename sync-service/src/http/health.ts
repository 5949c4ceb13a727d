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

/** The store answers, and whatever else the service needs to do its work. */
export const readyz =
  (db: Kysely<Database>, checks: readonly ReadinessCheck[]): RequestHandler =>
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
    response.status(wrong.length === 0 ? 200 : 503).json({
      status: wrong.length === 0 ? "ready" : "notReady",
      ...(wrong.length > 0 ? { problems: Object.fromEntries(wrong) } : {}),
    });
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
