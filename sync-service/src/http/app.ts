import express, { type Express, type RequestHandler, type Router } from "express";
import { rateLimit } from "express-rate-limit";
import helmet from "helmet";
import type { Kysely } from "kysely";
import type { Runtime } from "../runtime.ts";
import type { Database } from "../store/schema.ts";
import { audit } from "./fleet/audit.ts";
import { healthz, readyz, type OrgCounts, type ReadinessCheck } from "./health.ts";
import type { Metrics } from "./metrics.ts";
import { openApiOf } from "./openapi.ts";
import { noSuchAddress, Problem, problems } from "./problem.ts";
import { notAllowed, requireScope, routerOf, type Authenticate, type Route } from "./route.ts";
import { principalOf } from "./tokens.ts";

export interface AppOptions {
  db: Kysely<Database>;
  runtime: Runtime;
  metrics: Metrics;
  version: string;
  routes: readonly Route[];
  /** What must be well for traffic to make sense; the store is always asked. */
  readiness?: ReadinessCheck[];
  /** How the clients' orgs are. */
  orgs?: () => Promise<OrgCounts>;
  /** Webhooks and pages, mounted before the API: each with a way of its own to know who is asking. */
  mounts?: { path: string; router: Router | RequestHandler }[];
  /** Ways of recognising someone beside tokens, tried after them. */
  alsoAuthenticate?: Authenticate[];
  /** Requests per minute and address. */
  perMinute?: number;
  /** How many proxies stand before the service; their `X-Forwarded-For` is believed. */
  proxies?: number;
}

const reads = ["GET", "HEAD"];
const onlyReads: RequestHandler = (request, response, next) =>
  reads.includes(request.method) ? next() : notAllowed(reads)(request, response, next);

/** The HTTP face. Whatever is not opened here is refused. */
export function createApp(options: AppOptions): Express {
  const { db, runtime, routes } = options;
  const app = express();
  app.disable("x-powered-by");
  app.set("trust proxy", options.proxies ?? 0);
  app.set("query parser", "simple");
  app.use(helmet());
  app.get("/healthz", healthz);
  app.get("/readyz", readyz(db, options.readiness ?? [], options.orgs ?? null));
  app.all(["/healthz", "/readyz", "/metrics", "/api/v1/openapi.json"], onlyReads);
  app.use(
    rateLimit({
      windowMs: 60_000,
      limit: options.perMinute ?? 600,
      standardHeaders: "draft-8",
      legacyHeaders: false,
      handler: (_request, _response, next) =>
        next(new Problem(429, "Too many requests", "Slow down: the RateLimit header says when to go on.")),
    }),
  );
  for (const { path, router } of options.mounts ?? []) app.use(path, router);

  const authenticate: Authenticate = async (request) => {
    const bearer = /^Bearer ([\x21-\x7e]{1,200})$/.exec(request.get("authorization") ?? "");
    if (bearer) return principalOf(db, bearer[1]!, runtime.clock.now());
    for (const other of options.alsoAuthenticate ?? []) {
      const principal = await other(request);
      if (principal !== null) return principal;
    }
    return null;
  };
  app.get("/metrics", requireScope(authenticate, "metrics"), async (_request, response) => {
    response.type(options.metrics.contentType).send(await options.metrics.read());
  });
  const document = openApiOf(routes, options.version);
  app.get(
    "/api/v1/openapi.json",
    requireScope(authenticate, "read"),
    (_request, response) => void response.json(document),
  );
  app.use(
    "/api/v1",
    routerOf(routes, authenticate, ({ name, by, input, answer }) =>
      audit(db, {
        at: runtime.clock.now(),
        actor: by.kind === "account" ? by.name : `${by.name} (token)`,
        action: name,
        detail: { ...input, answer },
      }),
    ),
  );
  app.use(noSuchAddress);
  app.use(problems(runtime.log));
  return app;
}
