import express, { type RequestHandler, type Router } from "express";
import type { Kysely } from "kysely";
import { z } from "zod";
import { instantIn } from "../messages/message.ts";
import { readClockKey } from "../messages/notice.ts";
import { settingsOf } from "../orgs/settings.ts";
import { acknowledgeAction } from "../channels/slack.ts";
import { acknowledge, answerIn, type AcknowledgeAnswer } from "../clocks/acknowledge.ts";
import { request } from "../http-request.ts";
import type { Runtime } from "../runtime.ts";
import type { Database } from "../store/schema.ts";
import { perMinute, verifiedPerMinute } from "./limits.ts";
import { Problem } from "./problem.ts";
import { bodyOf, isFromSlack } from "../channels/signatures.ts";
import { systemWorld } from "../world.ts";

const interaction = z.looseObject({
  type: z.string(),
  user: z.looseObject({ id: z.string() }),
  response_url: z.url({ protocol: /^https?$/ }).optional(),
  actions: z.array(z.looseObject({ action_id: z.string(), value: z.string().optional() })).default([]),
});

/** Slack wants an HTTP answer within three seconds. The words for the person go to the message's `response_url`. */
const sayWithin = 10_000;

/** @returns a function that takes a click on the Acknowledge button of a message; it answers false for anything else */
export function slackClicks(db: Kysely<Database>, { clock, log }: Runtime, wake: () => void) {
  return async (payload: unknown, taken: () => void = () => {}): Promise<boolean> => {
    const receivedAt = clock.now();
    const read = interaction.safeParse(payload);
    if (!read.success) return false;
    const click = read.data.actions.find((action) => action.action_id === acknowledgeAction);
    if (click === undefined) return true;
    const { answer, language, timeZone } = await take(db, click.value ?? "", read.data.user.id, receivedAt);
    taken();
    if (answer.is === "acknowledged") wake();
    log.info(
      { slackUser: read.data.user.id, clock: click.value, answer: answer.is },
      "acknowledgement from Slack",
    );
    const said = answerIn(answer, language, (at) => instantIn(at, timeZone, language));
    if (read.data.response_url !== undefined)
      await say(read.data.response_url, said).catch((error: Error) =>
        log.warn({ error: error.message }, "Slack refused the answer to a click"),
      );
    return true;
  };
}

/** Takes clicks from Slack's webhook. */
export function slackInteractions(
  clicks: ReturnType<typeof slackClicks>,
  { clock }: Runtime,
  signingSecret: string,
): Router {
  const router = express.Router();
  const verified: RequestHandler = (request, _response, next) => {
    const given = {
      signature: request.get("x-slack-signature"),
      timestamp: request.get("x-slack-request-timestamp"),
    };
    if (!isFromSlack(signingSecret, given, bodyOf(request), clock.now()))
      throw new Problem(
        401,
        "Not verified",
        "The signature does not match the request, or the request is too old.",
      );
    next();
  };
  router.post(
    "/interactions",
    express.raw({ type: () => true, limit: "256kb" }),
    verified,
    perMinute(verifiedPerMinute, "slack"),
    async (request, response) => {
      const answer = () => void (response.headersSent || response.status(200).end());
      const isOne = await clicks(payloadOf(bodyOf(request)), answer);
      if (!isOne) throw new Problem(400, "Bad request", "This is not an interaction from Slack.");
      answer();
    },
  );
  return router;
}

function payloadOf(body: Buffer): unknown {
  try {
    return JSON.parse(new URLSearchParams(body.toString("utf8")).get("payload") ?? "");
  } catch {
    return null;
  }
}

async function take(db: Kysely<Database>, key: string, slackUserId: string, now: number) {
  const clock = readClockKey(key);
  const org =
    clock &&
    (await db.selectFrom("orgs").select("settings").where("id", "=", clock.orgId).executeTakeFirst());
  if (clock === null || !org)
    return { answer: { is: "unknown" } as AcknowledgeAnswer, language: "es" as const, timeZone: "UTC" };
  const settings = settingsOf(org.settings);
  const person = settings.people.find((p) => p.slackUserId === slackUserId);
  const answer = await acknowledge(
    db,
    { ...clock, userId: person?.salesforceUserId ?? null, via: "slack" },
    now,
  );
  const row = await db
    .selectFrom("clocks")
    .select("clock")
    .where("org_id", "=", clock.orgId)
    .where("case_id", "=", clock.caseId)
    .where("cycle", "=", clock.cycle)
    .executeTakeFirst();
  const explanation =
    row && (JSON.parse(row.clock) as { explanation: { timeZone: string } | null }).explanation;
  return { answer, language: settings.language, timeZone: explanation?.timeZone ?? "UTC" };
}

async function say(url: string, text: string): Promise<void> {
  await request(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ response_type: "ephemeral", replace_original: false, text }),
    signal: systemWorld.deadline(sayWithin),
  });
}
