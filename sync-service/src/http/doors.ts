import express, { type RequestHandler, type Router } from "express";
import type { Kysely } from "kysely";
import type { NoticeChannel } from "../channels/channel.ts";
import { channels, type ActionsConfig, type ChannelKey } from "../channels/registry.ts";
import { bodyOf } from "../channels/signatures.ts";
import { doorParts } from "../intake/door-parts.ts";
import { takeIncoming } from "../intake/take.ts";
import type { World } from "../runtime.ts";
import type { Database } from "../store/schema.ts";
import { perMinute } from "./limits.ts";
import { Problem } from "./problem.ts";

/** Several hundred messages a second, from a provider whose signature holds. */
const knocksPerMinute = 60_000;

/** A mail with its attachments is the largest that comes. */
const largestBody = "35mb";

/**
 * The webhooks of the channels by which clients write in. A message is stored before the provider hears 200, so one
 * that comes again was not, or is told by its key. If the store fails, we answer 503, and the provider tries again.
 * @param wake called when something came that the outbox has to send
 * @throws SecretMissing
 */
export function doorRouters(
  db: Kysely<Database>,
  world: World,
  config: ActionsConfig,
  wake: () => void,
): { path: string; router: Router }[] {
  const { clock, log } = world;
  return (Object.entries(channels) as [ChannelKey, NoticeChannel][]).flatMap(([key, channel]) => {
    const account = (config as Partial<Record<ChannelKey, unknown>>)[key];
    if (channel.door === null || account === undefined) return [];
    const door = channel.door.open(doorParts(db, world, channel.name, account as never));
    if (door === null) return [];
    const answer: RequestHandler = async (request, response, next) => {
      const { status, body, incoming, passes } = await door({
        method: request.method,
        path: request.path,
        header: (name) => request.get(name),
        query: new URLSearchParams(request.originalUrl.split("?", 2)[1] ?? ""),
        body: bodyOf(request),
        now: clock.now(),
      });
      if (passes) return next();
      if (status === 401)
        throw new Problem(401, "Not verified", "The signature does not match the request, or it is too old.");
      let taken: number;
      try {
        taken = await takeIncoming(db, channel.name, incoming, clock.now());
      } catch (error) {
        log.error(
          { channel: channel.name, error: (error as Error).message },
          "a message could not be stored",
        );
        throw new Problem(503, "Not stored", "The service could not store this. Send it again.");
      }
      if (taken > 0) wake();
      response.status(status);
      if (typeof body === "string") response.type("text/plain").send(body);
      else if (body === undefined) response.end();
      else response.json(body);
    };
    const router = express.Router();
    router.use(
      express.raw({ type: () => true, limit: largestBody }),
      perMinute(knocksPerMinute, channel.name),
      answer,
    );
    return [{ path: `/${channel.name}`, router }];
  });
}
