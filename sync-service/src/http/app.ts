import express, { type Express, type RequestHandler, type Router } from "express";
import helmet from "helmet";
import type { Kysely } from "kysely";
import type { Runtime } from "../runtime.ts";
import type { Database } from "../store/schema.ts";
import { audit } from "../audit/audit.ts";
import { healthz, readyz, type OrgCounts, type ReadinessCheck } from "./health.ts";
import { perMinute } from "./limits.ts";
import type { Metrics } from "./metrics.ts";
import { openApiOf } from "./openapi.ts";
import { noSuchAddress, problems } from "./problem.ts";
import { sendProblemPage, wantsPage } from "./problem-page.ts";
import { notAllowed, requireScope, routerOf, type Authenticate, type Route } from "./route.ts";
import { actorOf, principalOf } from "./tokens.ts";
import { alsoWithoutStore } from "./without-store.ts";

export interface AppOptions {
  db: Kysely<Database>;
  runtime: Runtime;
  metrics: Metrics;
  version: string;
  routes: readonly Route[];
  /** Checks that must pass before the service takes traffic. The store is always checked. */
  readiness?: ReadinessCheck[];
  /** Counts of the clients' orgs by health. */
  orgs?: () => Promise<OrgCounts>;
  /** Pages, mounted before the API: each with its own way to know who asks. */
  mounts?: { path: string; router: Router | RequestHandler }[];
  /**
   * Webhooks. Each checks the sender's signature first; only then does a limit of its own count the request. So
   * anonymous traffic cannot spend the limit of an acknowledgement that is given in Slack or on call.
   */
  webhooks?: { path: string; router: Router }[];
  /** Other ways to authenticate, tried after tokens. */
  alsoAuthenticate?: Authenticate[];
  /** Requests per minute and address. */
  perMinute?: number;
  /**
   * How many proxies stand before the service. The service believes this many proxies about `X-Forwarded-For` and
   * `X-Forwarded-Proto`. So each caller has its own address, and the session cookie is `Secure` behind TLS.
   */
  proxies?: number;
}

/** Behind a proxy that the configuration does not name, all callers look like one: the log says so once. */
function tellOfProxies(log: Runtime["log"]): RequestHandler {
  let told = false;
  return (request, _response, next) => {
    if (!told && request.get("x-forwarded-for") !== undefined) {
      told = true;
      log.warn(
        {},
        "A proxy stands before the service, but http.proxies does not say so. All callers share one limit, and the session cookie is not Secure. Set http.proxies to the number of proxies.",
      );
    }
    next();
  };
}

const reads = ["GET", "HEAD"];
const onlyReads: RequestHandler = (request, response, next) =>
  reads.includes(request.method) ? next() : notAllowed(reads)(request, response, next);

/** Builds the HTTP app. It refuses every address that is not opened here. */
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
  for (const { path, router } of options.webhooks ?? []) app.use(path, router);
  if (!options.proxies) app.use(tellOfProxies(runtime.log));
  app.use(perMinute(options.perMinute ?? 600));
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
  app.get("/metrics", requireScope(alsoWithoutStore(authenticate), "metrics"), async (_request, response) => {
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
        actor: actorOf(by),
        action: name,
        detail: { ...input, answer },
      }),
    ),
  );
  app.use(noSuchAddress);
  app.use(problems(runtime.log, { wanted: wantsPage, send: sendProblemPage }));
  return app;
}
