import express, { type RequestHandler, type Response, type Router } from "express";
import type { Kysely } from "kysely";
import { audit } from "../../audit/audit.ts";
import type { Runtime } from "../../runtime.ts";
import type { Database } from "../../store/schema.ts";
import { CompanyRefusal, callbackPath, type CompanySignIn } from "./company.ts";
import { signInPage } from "./pages.ts";
import { signIn } from "./sessions.ts";
import { languageOf, wordsIn, type Language, type Words } from "./words.ts";

const cookie = "compromiso_signin";
const stateIn = (header: string | undefined) =>
  new RegExp(`(?:^|;\\s*)${cookie}=([\\w-]{43})(?:;|$)`).exec(header ?? "")?.[1] ?? null;

const problems: Record<
  CompanyRefusal["kind"] | "noGroup",
  { status: number; words: keyof Words["company"] }
> = {
  away: { status: 503, words: "away" },
  expired: { status: 400, words: "expired" },
  refused: { status: 401, words: "refused" },
  noGroup: { status: 403, words: "noGroup" },
};

/** The way to the company's provider and back. */
export function companyRouter(
  db: Kysely<Database>,
  company: CompanySignIn,
  { clock, log }: Pick<Runtime, "clock" | "log">,
  { slowly, mayNote }: { slowly: RequestHandler; mayNote: (now: number) => boolean },
): Router {
  const router = express.Router({ caseSensitive: true });
  const say = (response: Response, language: Language, kind: keyof typeof problems) => {
    const w = wordsIn(language);
    response
      .status(problems[kind].status)
      .type("html")
      .send(signInPage(language, w, w.company[problems[kind].words], "", company.label));
  };

  router.get("/signin/company", slowly, async (request, response) => {
    try {
      const { url, state } = await company.begin();
      response.cookie(cookie, state, {
        httpOnly: true,
        sameSite: "lax", // the provider's redirect must bring it back
        secure: request.secure,
        path: callbackPath,
        maxAge: 600_000,
      });
      response.redirect(303, url.href);
    } catch (error) {
      if (!(error instanceof CompanyRefusal)) throw error;
      log.warn({ error: causeOf(error) }, "the company's sign-in does not answer");
      say(response, languageOf(request), error.kind);
    }
  });

  router.get(callbackPath, slowly, async (request, response) => {
    const language = languageOf(request);
    const now = clock.now();
    const state = stateIn(request.get("cookie"));
    response.clearCookie(cookie, { path: callbackPath });
    const { search } = new URL(request.originalUrl, "http://localhost");
    const refused = async (actor: string, why: string) => {
      log.warn({ name: actor, address: request.ip, why }, "sign-in refused");
      if (mayNote(now))
        await audit(db, {
          at: now,
          actor,
          action: "signInRefused",
          detail: { address: request.ip ?? null },
        });
    };
    try {
      if (state === null) throw new CompanyRefusal("expired");
      const { name, role } = await company.end(search, state);
      if (role === null) {
        await refused(name, "no group");
        return say(response, language, "noGroup");
      }
      await signIn(db, request, response, { name, role }, now);
      await audit(db, { at: now, actor: name, action: "signIn", detail: {} });
      response.redirect(303, "/");
    } catch (error) {
      if (!(error instanceof CompanyRefusal)) throw error;
      await refused("?", causeOf(error));
      say(response, language, error.kind);
    }
  });
  return router;
}

/** The library's own words. They name no token and no code. */
const causeOf = ({ kind, cause }: CompanyRefusal) =>
  cause instanceof Error ? `${cause.name}: ${cause.message}` : kind;
