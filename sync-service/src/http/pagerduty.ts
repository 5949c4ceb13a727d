import express, { type RequestHandler, type Router } from "express";
import type { Kysely } from "kysely";
import { z } from "zod";
import { readClockKey } from "../messages/notice.ts";
import { settingsOf } from "../orgs/settings.ts";
import { acknowledge } from "../clocks/acknowledge.ts";
import type { Runtime } from "../runtime.ts";
import type { Database } from "../store/schema.ts";
import { perMinute, verifiedPerMinute } from "./limits.ts";
import { Problem } from "./problem.ts";
import { bodyOf, isFromPagerDuty } from "../channels/signatures.ts";

/** The part of a v3 webhook that we use. */
const webhook = z.looseObject({
  event: z.looseObject({
    event_type: z.string(),
    agent: z.looseObject({ id: z.string(), type: z.string() }).nullish(),
    data: z.looseObject({ incident_key: z.string().nullish() }),
  }),
});

/** Takes PagerDuty's webhooks: a person who acknowledges the alert acknowledges the case. */
export function pagerDutyWebhooks(
  db: Kysely<Database>,
  { clock, log }: Runtime,
  secret: string,
  wake: () => void,
): Router {
  const router = express.Router();
  const verified: RequestHandler = (request, _response, next) => {
    if (!isFromPagerDuty(secret, request.get("x-pagerduty-signature"), bodyOf(request)))
      throw new Problem(401, "Not verified", "The signature does not match the request.");
    next();
  };
  const raw = express.raw({ type: () => true, limit: "256kb" });
  const limit = perMinute(verifiedPerMinute, "pagerduty");
  router.post("/webhooks", raw, verified, limit, async (request, response) => {
    const receivedAt = clock.now();
    let given: unknown = null;
    try {
      given = JSON.parse(bodyOf(request).toString("utf8"));
    } catch {
      // not JSON: the check below refuses null
    }
    const read = webhook.safeParse(given);
    if (!read.success)
      throw new Problem(400, "Bad request", "This is not a version 3 webhook from PagerDuty.");
    const { event_type: type, agent, data } = read.data.event;
    if (type !== "incident.acknowledged") return void response.status(202).json({ outcome: "ignored" });
    const key = /^compromiso\/(.+)$/.exec(data.incident_key ?? "")?.[1];
    const of = key === undefined ? null : readClockKey(key);
    const org =
      of && (await db.selectFrom("orgs").select("settings").where("id", "=", of.orgId).executeTakeFirst());
    if (of === null || !org) return void response.status(202).json({ outcome: "notOurs" });
    // Our own acknowledge events come back with the integration as the agent. Only a person counts.
    const person =
      agent?.type === "user_reference"
        ? settingsOf(org.settings).people.find((p) => p.pagerDuty === agent.id)
        : undefined;
    const answer = await acknowledge(
      db,
      { ...of, userId: person?.salesforceUserId ?? null, via: "onCall" },
      receivedAt,
    );
    if (answer.is === "acknowledged") wake();
    log.info({ agent: agent?.id, clock: key, answer: answer.is }, "acknowledgement from on-call");
    response.status(202).json({ outcome: answer.is });
  });
  return router;
}
