import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import express, { type RequestHandler, type Router } from "express";
import { rateLimit } from "express-rate-limit";
import type { Kysely } from "kysely";
import { z } from "zod";
import { csvOf } from "../../reports/csv.ts";
import { dimensions, flat, usual, type Dimension } from "../../reports/mtta.ts";
import type { Reports } from "../../reports/questions.ts";
import type { Provider } from "../../messages/month/report.ts";
import type { Runtime } from "../../runtime.ts";
import { worldOf } from "../../world.ts";
import type { Database } from "../../store/schema.ts";
import { malformed, notFound, Problem } from "../problem.ts";
import { exportClient } from "../../clients/export.ts";
import { month, orgId, periodOf, requireOrg } from "../routes/reports.ts";
import { accountOf } from "./accounts.ts";
import { audit } from "../../audit/audit.ts";
import { apiPage } from "./api-page.ts";
import type { CompanySignIn } from "./company.ts";
import { companyRouter } from "./company-router.ts";
import { fleetPage, signInPage } from "./pages.ts";
import { reportPage } from "./report-page.ts";
import { secondFactors, type SecondFactorConfig } from "./second-factor.ts";
import { secondFactorRouter } from "./second-factor-router.ts";
import { sessionOf, signOut, type Session } from "./sessions.ts";
import { languageOf, wordsIn } from "./words.ts";

/** Allows only files of the service itself, and no inline script or style. */
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
  "form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

const credentials = z.object({
  name: z
    .string()
    .max(200)
    // PostgreSQL text cannot hold NUL, and no account has such a name
    .refine((name) => !name.includes("\0")),
  password: z.string().max(1000),
});

const reportQuery = z.strictObject({
  orgId: orgId.optional(),
  from: month,
  to: month.optional(),
  by: z.array(z.enum(dimensions)).default([...usual]),
});
const monthPath = z.object({ org: orgId, month });

/** No account has a longer name. */
const longestName = 80;
/** Somebody who tries passwords must not fill the audit trail; the log has every refusal. */
const refusalsNotedPerMinute = 30;

/** Says yes at most so often in a minute. */
function atMostAMinute(limit: number): (now: number) => boolean {
  let [minute, count] = [0, 0];
  return (now) => {
    const current = Math.floor(now / 60_000);
    if (current !== minute) [minute, count] = [current, 0];
    return ++count <= limit;
  };
}

/** Stops a form on another site from signing anybody in. */
const ownForm: RequestHandler = (request, _response, next) => {
  const site = request.get("sec-fetch-site");
  const origin = request.get("origin");
  const foreign =
    (site !== undefined && site !== "same-origin" && site !== "none") ||
    (origin !== undefined && origin !== "null" && hostOf(origin) !== request.get("host"));
  if (foreign) throw new Problem(403, "Not allowed", "Only the service's own page may send this form.");
  next();
};
function hostOf(origin: string): string | null {
  return URL.canParse(origin) ? new URL(origin).host : null;
}

/** Serves the sign-in, the fleet page and a client's monthly report. */
export function fleetRouter(
  db: Kysely<Database>,
  reports: Reports,
  runtime: Pick<Runtime, "clock" | "log"> & Partial<Runtime>,
  {
    signInsPerMinute = 20,
    provider = null,
    company = null,
    secondFactor = null,
  }: {
    signInsPerMinute?: number;
    provider?: Provider | null;
    company?: CompanySignIn | null;
    secondFactor?: SecondFactorConfig | null;
  } = {},
): Router {
  const router = express.Router({ caseSensitive: true });
  const world = worldOf(runtime);
  const { clock, log } = world;
  const mayNoteRefusal = atMostAMinute(refusalsNotedPerMinute);
  const label = company?.label ?? null;
  const slowly = rateLimit({
    windowMs: 60_000,
    limit: signInsPerMinute,
    standardHeaders: "draft-8",
    legacyHeaders: false,
    handler: (request, response) => {
      const language = languageOf(request);
      const w = wordsIn(language);
      response
        .status(429)
        .type("html")
        .send(signInPage(language, w, w.slowDown, "", label));
    },
  });
  const form = express.urlencoded({ extended: false, limit: "10kb" });
  router.use("/assets", express.static(join(import.meta.dirname, "assets"), { index: false, maxAge: "5m" }));
  router.use(["/signin", "/signout", "/account", "/reports"], (_request, response, next) => {
    response.set({ "content-security-policy": policy, "cache-control": "no-store" });
    next();
  });

  const secondStep = secondFactorRouter(db, secondFactors(db, world, secondFactor), world, {
    slowly,
    ownForm,
    mayNote: mayNoteRefusal,
  });
  router.get("/signin", (request, response) => {
    const language = languageOf(request);
    response.type("html").send(signInPage(language, wordsIn(language), null, "", label));
  });
  router.post("/signin", ownForm, slowly, form, async (request, response) => {
    const read = credentials.safeParse(request.body);
    const now = clock.now();
    const account = read.success ? await accountOf(db, read.data.name, read.data.password) : null;
    if (account === null) {
      const language = languageOf(request);
      const w = wordsIn(language);
      log.warn({ name: read.data?.name, address: request.ip }, "sign-in refused");
      if (mayNoteRefusal(now))
        await audit(db, {
          at: now,
          actor: read.data?.name.slice(0, longestName) || "?",
          action: "signInRefused",
          detail: { address: request.ip ?? null },
        });
      response
        .status(401)
        .type("html")
        .send(signInPage(language, w, w.wrong, read.data?.name ?? "", label));
      return;
    }
    await secondStep.passwordWasRight(account, request, response);
  });
  router.use(secondStep.router);
  if (company !== null)
    router.use(companyRouter(db, company, { clock, log }, { slowly, mayNote: mayNoteRefusal }));
  router.post("/signout", ownForm, form, async (request, response) => {
    const session = await sessionOf(db, request, clock.now());
    const { csrf } = (request.body ?? {}) as { csrf?: string };
    if (session !== null && csrf === session.csrf) {
      await signOut(db, request, response);
      await audit(db, { at: clock.now(), actor: session.name, action: "signOut", detail: {} });
    }
    response.redirect(303, "/signin");
  });

  const signedIn =
    (then: (session: Session, ...args: Parameters<RequestHandler>) => Promise<void>): RequestHandler =>
    async (request, response, next) => {
      const session = await sessionOf(db, request, clock.now());
      if (session === null) return response.redirect(303, "/signin");
      await then(session, request, response, next);
    };
  router.get(
    "/",
    signedIn(async (session, request, response) => {
      const language = languageOf(request);
      const contracts = await db.selectFrom("contracts").select("policy").execute();
      const plans = new Set<string>();
      for (const { policy: json } of contracts) for (const plan of plansIn(json)) plans.add(plan);
      response
        .set({ "content-security-policy": policy, "cache-control": "no-store" })
        .type("html")
        .send(fleetPage(language, wordsIn(language), session, [...plans].sort()));
    }),
  );
  router.get(
    "/reports/mtta.csv",
    signedIn(async (_session, request, response) => {
      const asked = {
        ...request.query,
        ...(typeof request.query["by"] === "string" ? { by: request.query["by"].split(",") } : {}),
      };
      const read = reportQuery.safeParse(asked);
      if (!read.success) throw malformed("query", reportQuery, asked);
      const { from, to = from, by } = read.data;
      const report = await reports.mttaReport(
        {
          ...(read.data.orgId === undefined ? {} : { orgIds: [read.data.orgId] }),
          period: periodOf(from, to),
          by: by as Dimension[],
        },
        clock.now(),
      );
      response
        .attachment(`mtta-${from}${to === from ? "" : `-${to}`}.csv`)
        .type("text/csv")
        .send(csvOf(report.rows.map(flat)));
    }),
  );
  router.get(
    "/reports/:org/:month.pdf",
    signedIn(async (_session, request, response) => {
      const read = monthPath.safeParse(request.params);
      if (!read.success) throw malformed("path", monthPath, request.params);
      const language = languageOf(request);
      const { org, month: asked } = read.data;
      const pdf = await reports.clientMonthPdf({ orgId: org, month: asked, provider, language }, clock.now());
      if (pdf === null) throw notFound(`org ${org}`);
      response.attachment(`${org}-${asked}-${language}.pdf`).type("application/pdf").send(Buffer.from(pdf));
    }),
  );
  router.get(
    "/reports/:org/:month",
    signedIn(async (_session, request, response) => {
      const read = monthPath.safeParse(request.params);
      if (!read.success) throw malformed("path", monthPath, request.params);
      const language = languageOf(request);
      const { org, month: asked } = read.data;
      const found = await reports.clientMonth({ orgId: org, month: asked }, clock.now());
      if (found === null) throw notFound(`org ${org}`);
      response.type("html").send(reportPage(found, { orgId: org, provider, language }));
    }),
  );
  router.get(
    "/orgs/:org/export.jsonl.gz",
    signedIn(async ({ name, role }, request, response) => {
      if (role !== "operator") throw new Problem(403, "Not allowed", "Only an operator may download this.");
      const read = orgId.safeParse(request.params["org"]);
      if (!read.success) throw malformed("path", orgId, request.params["org"]);
      await requireOrg(db, read.data);
      const now = clock.now();
      await audit(db, { at: now, actor: name, action: "orgs.export", detail: { org: read.data } });
      response
        .attachment(`${read.data}-${new Date(now).toISOString().slice(0, 10)}.jsonl.gz`)
        .type("application/gzip")
        .set("cache-control", "no-store");
      await pipeline(Readable.from(exportClient(db, read.data, now)), createGzip(), response);
    }),
  );
  router.use(apiPage(signedIn));
  return router;
}

function plansIn(policy: string): string[] {
  try {
    const { plan, otherPlans } = JSON.parse(policy) as { plan: string; otherPlans: { plan: string }[] };
    return [plan, ...otherPlans.map((other) => other.plan)];
  } catch {
    return [];
  }
}
