import { createHash } from "node:crypto";
import express, { type Request, type RequestHandler, type Response, type Router } from "express";
import type { Kysely } from "kysely";
import { z } from "zod";
import { audit } from "../../audit/audit.ts";
import type { World } from "../../runtime.ts";
import type { Database } from "../../store/schema.ts";
import type { Account } from "./accounts.ts";
import { removeSecondFactor, type SecondFactors, type Verdict } from "./second-factor.ts";
import { accountPage, codePage, recoveryPage } from "./second-factor-pages.ts";
import { isCompany, sessionOf, signIn, type Session } from "./sessions.ts";
import { languageOf, wordsIn } from "./words.ts";

const cookie = "compromiso_code";
const path = "/signin/code";
/** Between the password and the code, ms. */
const longestBetween = 5 * 60_000;
const valueIn = (request: Request) =>
  new RegExp(`(?:^|;\\s*)${cookie}=([\\w-]{43})(?:;|$)`).exec(request.get("cookie") ?? "")?.[1] ?? null;
/** Begins otherwise than the hash of a company's sign-in, so that one is never taken for the other. */
const hashOf = (value: string) => createHash("sha256").update(`code\0${value}`).digest("hex");
const waiting = z.object({ account: z.string(), at: z.number() });
const typed = z.object({ code: z.string().max(100) });
const statusOf: Record<Exclude<Verdict, "right">, number> = { wrong: 401, locked: 429, unreadable: 503 };

interface Around {
  slowly: RequestHandler;
  ownForm: RequestHandler;
  mayNote: (now: number) => boolean;
}

export interface SecondFactorRouter {
  router: Router;
  /** Ends a sign-in whose password was right: with a session, or with the question for a code. */
  passwordWasRight(account: Account, request: Request, response: Response): Promise<void>;
}

/** The second step of a sign-in, and the page where people set up their second factor. */
export function secondFactorRouter(
  db: Kysely<Database>,
  factors: SecondFactors,
  { clock, log, bytes }: Pick<World, "clock" | "log" | "bytes">,
  { slowly, ownForm, mayNote }: Around,
): SecondFactorRouter {
  const router = express.Router({ caseSensitive: true });
  const form = express.urlencoded({ extended: false, limit: "10kb" });
  const noted = (actor: string, action: string, detail: object = {}) =>
    audit(db, { at: clock.now(), actor, action, detail });
  const refused = async (actor: string, request: Request) => {
    log.warn({ name: actor, address: request.ip }, "second factor refused");
    if (mayNote(clock.now()))
      await noted(actor, "signInRefused", { address: request.ip ?? null, secondFactor: true });
  };
  const signedIn = async (
    account: Pick<Account, "name" | "role">,
    request: Request,
    response: Response,
    detail: object,
    mayAct: boolean,
  ) => {
    const role = mayAct ? {} : { role: "viewer" as const };
    await signIn(db, request, response, { name: account.name, ...role }, clock.now());
    await noted(account.name, "signIn", detail);
    response.redirect(303, mayAct ? "/" : "/account");
  };

  async function passwordWasRight(account: Account, request: Request, response: Response): Promise<void> {
    if (!(await factors.isOn(account.name)))
      return signedIn(account, request, response, {}, !factors.required.includes(account.role));
    const now = clock.now();
    const value = bytes(32).toString("base64url");
    await db.deleteFrom("sign_ins").where("expires_at", "<=", now).execute();
    const payload = JSON.stringify({ account: account.name, at: now });
    await db
      .insertInto("sign_ins")
      .values({ state: hashOf(value), payload, expires_at: now + longestBetween })
      .execute();
    response.cookie(cookie, value, {
      ...({ httpOnly: true, sameSite: "lax", path } as const),
      secure: request.secure,
      maxAge: longestBetween,
    });
    response.redirect(303, path);
  }

  /** The account whose password was right a moment ago; null: nobody's, or the password changed since. */
  async function waitingIn(request: Request): Promise<{ name: string; role: "viewer" | "operator" } | null> {
    const value = valueIn(request);
    if (value === null) return null;
    const row = await db
      .selectFrom("sign_ins")
      .selectAll()
      .where("state", "=", hashOf(value))
      .where("expires_at", ">", clock.now())
      .executeTakeFirst();
    if (row === undefined) return null;
    const { account, at } = waiting.parse(JSON.parse(row.payload));
    const found = await db
      .selectFrom("accounts")
      .select(["name", "role", "changed_at"])
      .where("name", "=", account)
      .executeTakeFirst();
    return found === undefined || found.changed_at > at
      ? null
      : { name: found.name, role: found.role as "viewer" | "operator" };
  }

  router.get(path, async (request, response) => {
    const language = languageOf(request);
    if ((await waitingIn(request)) === null) return response.redirect(303, "/signin");
    response.type("html").send(codePage(language, wordsIn(language), null));
  });
  router.post(path, ownForm, slowly, form, async (request, response) => {
    const language = languageOf(request);
    const say = (status: number, problem: "wrong" | "locked" | "unreadable" | "expired") =>
      void response
        .status(status)
        .type("html")
        .send(codePage(language, wordsIn(language), problem));
    const account = await waitingIn(request);
    if (account === null) return say(400, "expired");
    const code = typed.safeParse(request.body).data?.code ?? "";
    const { verdict, recoveryCode } = await factors.check(account.name, code);
    if (verdict !== "right") {
      await refused(account.name, request);
      return say(statusOf[verdict], verdict);
    }
    // taken out first, so that one password opens one session
    const { numDeletedRows } = await db
      .deleteFrom("sign_ins")
      .where("state", "=", hashOf(valueIn(request)!))
      .executeTakeFirst();
    if (numDeletedRows === 0n) return say(400, "expired");
    response.clearCookie(cookie, { path });
    await signedIn(account, request, response, recoveryCode ? { recoveryCode } : {}, true);
  });

  const own =
    (then: (session: Session, request: Request, response: Response) => Promise<void>): RequestHandler =>
    async (request, response) => {
      const session = await sessionOf(db, request, clock.now());
      const { csrf } = (request.body ?? {}) as { csrf?: string };
      if (session === null || (request.method === "POST" && csrf !== session.csrf))
        return response.redirect(303, "/signin");
      if (request.method === "POST" && (isCompany(session.name) || !factors.available))
        return response.redirect(303, "/account");
      await then(session, request, response);
    };
  async function show(
    session: Session,
    request: Request,
    response: Response,
    problem: "wrong" | "locked" | "unreadable" | null = null,
  ): Promise<void> {
    const language = languageOf(request);
    const company = isCompany(session.name);
    const on = !company && (await factors.isOn(session.name));
    const uri = company || on ? null : await factors.pending(session.name);
    const account = await db
      .selectFrom("accounts")
      .select("role")
      .where("name", "=", session.name)
      .executeTakeFirst();
    const required = account !== undefined && factors.required.includes(account.role);
    const codes = await db
      .selectFrom("recovery_codes")
      .select(({ fn }) => fn.countAll<number>().as("left"))
      .where("account", "=", session.name)
      .executeTakeFirstOrThrow();
    const view = {
      is: company ? "company" : on ? "on" : !factors.available ? "unavailable" : uri ? "pending" : "off",
      forced: required && !on,
      uri,
      codesLeft: Number(codes.left),
      mayRemove: !required,
      problem,
    } as const;
    response
      .status(problem === null ? 200 : statusOf[problem])
      .type("html")
      .send(accountPage(language, wordsIn(language), { ...session, ...view }));
  }
  const showCodes = (request: Request, response: Response, codes: string[]) => {
    const language = languageOf(request);
    response.type("html").send(recoveryPage(language, wordsIn(language), codes));
  };

  router.get(
    "/account",
    own((session, request, response) => show(session, request, response)),
  );
  const change = (address: string, then: Parameters<typeof own>[0]) =>
    router.post(`/account/second-factor${address}`, ownForm, slowly, form, own(then));
  change("", async ({ name }, _request, response) => {
    if (!(await factors.isOn(name))) await factors.begin(name);
    response.redirect(303, "/account");
  });
  change("/confirm", async (session, request, response) => {
    const code = typed.safeParse(request.body).data?.code ?? "";
    const codes = await factors.confirm(session.name, code);
    if (codes === null) return show(session, request, response, "wrong");
    // every session from before the second factor ends, and this one begins anew with the account's own role
    await db.deleteFrom("sessions").where("account", "=", session.name).execute();
    await signIn(db, request, response, { name: session.name }, clock.now());
    await noted(session.name, "secondFactor.on");
    showCodes(request, response, codes);
  });
  /** Changes need a code too, so that somebody at an open page cannot take the second factor off. */
  const withCode = (address: string, then: Parameters<typeof own>[0]) =>
    change(address, async (session, request, response) => {
      const code = typed.safeParse(request.body).data?.code ?? "";
      const { verdict } = await factors.check(session.name, code);
      if (verdict === "right") return then(session, request, response);
      await refused(session.name, request);
      await show(session, request, response, verdict);
    });
  withCode("/codes", async ({ name }, request, response) => {
    const codes = await factors.renewCodes(name);
    await noted(name, "secondFactor.codes");
    showCodes(request, response, codes);
  });
  withCode("/remove", async ({ name, role }, _request, response) => {
    if (!factors.required.includes(role) && (await removeSecondFactor(db, name)))
      await noted(name, "secondFactor.off");
    response.redirect(303, "/account");
  });
  return { router, passwordWasRight };
}
