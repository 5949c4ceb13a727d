import type { RequestHandler } from "express";
import { rateLimit } from "express-rate-limit";
import { Problem } from "./problem.ts";

/**
 * At most `limit` requests a minute from one address; with `of`, from one known sender whatever its address.
 * A request above the limit gets 429 and a RateLimit header.
 */
export const perMinute = (limit: number, of?: string): RequestHandler =>
  rateLimit({
    windowMs: 60_000,
    limit,
    standardHeaders: "draft-8",
    legacyHeaders: false,
    ...(of === undefined ? {} : { keyGenerator: () => of }),
    // the log tells once, in words, of a proxy that the configuration does not name
    validate: { xForwardedForHeader: false },
    handler: (_request, _response, next) =>
      next(new Problem(429, "Too many requests", "Slow down: the RateLimit header says when to go on.")),
  });

/** What one sender of verified webhooks may send in a minute: far more than people click. */
export const verifiedPerMinute = 3_000;
