import { Router, urlencoded, type Request, type Response } from "express";
import { followLink } from "@compromiso/local-org/pages";
import { maySignIn } from "@compromiso/local-org/pages";
import type { Org, Row } from "@compromiso/local-org";
import type { Context } from "../context.ts";
import { standardSpanish } from "../deployed/standardSpanish.ts";
import type { ModuleRegistry } from "../modules/registry.ts";
import { clearSessionCookie, sessionOf, setSessionCookie } from "@compromiso/local-org/pages";
import { sendError, UiApiError } from "../uiapi/errors.ts";
import { app, apps, homePage, recordPage, tabPage } from "./apps.ts";
import { search } from "./search.ts";
import { lightningDocument, loginDocument, type Boot } from "./document.ts";

const LANGUAGES = [
  { value: "en_US", label: "English" },
  { value: "es", label: "Español" },
  { value: "es_MX", label: "Español (México)" },
];

/** The locale for each language. The platform keeps the two apart, but our language switch sets both. */
const LOCALES: Record<string, string> = { en_US: "en_US", es: "es_AR", es_MX: "es_MX" };

export function shellRouter(
  org: Org,
  registry: ModuleRegistry,
  contextOf: (request: Request) => Context,
): Router {
  const router = Router();
  const form = urlencoded({ extended: false, limit: "10kb" });

  router.get("/", (request, response) => {
    const retUrl = localPath(request.query.retURL ?? request.query.startURL);
    if (sessionOf(org, request) && request.query.login === undefined) return response.redirect(retUrl);
    return response.send(loginDocument(org.label, loginUsers(org), retUrl));
  });
  router.post("/local/login", form, (request, response) => {
    const { userId, retURL } = (request.body ?? {}) as { userId?: string; retURL?: string };
    const user = userId ? org.row("User", userId) : undefined;
    if (!user || !maySignIn(org, user) || isApiOnly(org, user)) {
      response
        .status(400)
        .type("text/plain")
        .send(
          "There is no user with that id who may sign in: it is unknown, inactive, frozen or for the API alone. Go back and choose another.",
        );
      return;
    }
    setSessionCookie(org, response, org.sessions.open(user.Id, "Lightning").token);
    response.redirect(303, localPath(retURL));
  });
  router.post("/local/language", form, (request, response) => {
    try {
      const context = contextOf(request);
      const { language } = (request.body ?? {}) as { language?: string };
      if (!language || !LANGUAGES.some(({ value }) => value === language))
        throw new UiApiError(
          400,
          "INVALID_PARAMETER_VALUE",
          `The language ${language} isn't one of this org's.`,
        );
      org.execute({ ...context.caller, system: true }, [
        {
          op: "update",
          object: "User",
          id: context.caller.userId,
          fields: { LanguageLocaleKey: language, LocaleSidKey: LOCALES[language] ?? language },
        },
      ]);
      response.redirect(303, localPath((request.body as { retURL?: string }).retURL));
    } catch (error) {
      sendError(response, error);
    }
  });
  router.get("/secur/frontdoor.jsp", (request, response) => {
    const { sid, otp, retURL, startURL } = request.query;
    const session =
      typeof otp === "string" ? followLink(org, otp) : org.sessions.find(typeof sid === "string" ? sid : "");
    if (!session) return response.redirect("/?login");
    setSessionCookie(org, response, session.token);
    return response.redirect(localPath(retURL ?? startURL));
  });
  router.get("/favicon.ico", (_request, response) => {
    response.redirect("/_slds/images/logo-noname.svg");
  });
  router.get("/secur/logout.jsp", (request, response) => {
    const session = sessionOf(org, request);
    if (session) org.sessions.revoke(session.token);
    clearSessionCookie(org, response);
    response.redirect("/?login");
  });
  // the bare id of a record is also a valid address
  router.get(/^\/([a-zA-Z0-9]{15}|[a-zA-Z0-9]{18})$/, (request, response, next) => {
    const id = request.path.slice(1);
    const object = org.schema.objectByKeyPrefix(id.slice(0, 3));
    if (object) response.redirect(`/lightning/r/${object.name}/${id}/view`);
    else next();
  });

  const json = (path: string, answer: (context: Context, request: Request) => unknown) =>
    router.get(path, (request: Request, response: Response) => {
      try {
        const found = answer(contextOf(request), request);
        if (found === undefined)
          response
            .status(404)
            .json([{ errorCode: "NOT_FOUND", message: "The requested resource does not exist" }]);
        else response.set("Cache-Control", "no-store").json(found);
      } catch (error) {
        sendError(response, error);
      }
    });
  json("/lightning/shell/tab/:name", (context, request) => tabPage(context, String(request.params.name)));
  json("/lightning/shell/search", (context, request) =>
    search(
      context,
      String(request.query.q ?? ""),
      request.query.object === undefined ? undefined : String(request.query.object),
    ),
  );
  json("/lightning/shell/home", (context, request) => ({
    page: homePage(context, String(request.query.app ?? "")),
  }));
  json("/lightning/shell/record/:object", (context, request) =>
    recordPage(
      context,
      String(request.query.app ?? ""),
      String(request.params.object),
      String(request.query.formFactor ?? "Large"),
    ),
  );

  router.get(/^\/(lightning|one)(\/|$)/, async (request, response, next) => {
    if (/^\/lightning\/(modules|shell)\//.test(request.path)) return next();
    let context: Context;
    try {
      context = contextOf(request);
    } catch {
      return response.redirect(`/?login&retURL=${encodeURIComponent(request.originalUrl)}`);
    }
    const cookie = `app_${org.id.slice(0, 15)}`;
    const [, named] = /^\/lightning\/app\/(?:c__)?([^/?]+)/.exec(request.path) ?? [];
    const remembered = new RegExp(`(?:^|; )${cookie}=([^;]*)`).exec(request.headers.cookie ?? "")?.[1];
    const model = app(context, named ?? (remembered ? decodeURIComponent(remembered) : undefined));
    response.cookie(cookie, model.name, { sameSite: "lax", path: "/" });
    const map = await registry.importMap(context.user);
    const boot: Boot = {
      user: context.user,
      org: { id: org.id, name: org.label },
      app: model,
      apps: apps(context),
      languages: LANGUAGES,
      words: context.user.language.startsWith("es") ? standardSpanish : {},
      permissions: [],
    };
    const preloads = await registry.preloads(["@lwc/synthetic-shadow", "local/main"], map.imports);
    return response
      .set("Cache-Control", "no-store")
      .type("html")
      .send(lightningDocument(boot, map, preloads));
  });
  return router;
}

/** Accepts only a path of this org, so that a link cannot send you to another site. */
function localPath(value: unknown): string {
  const path = typeof value === "string" ? value : "";
  return /^\/(?![/\\])/.test(path) && !/^\/(?:\?|$)/.test(path) ? path : "/lightning/page/home";
}

const profileOf = (org: Org, user: Row): Row | undefined =>
  typeof user.ProfileId === "string" ? org.row("Profile", user.ProfileId) : undefined;

/** Such a user signs in to the API, and never to a page. */
const isApiOnly = (org: Org, user: Row): boolean => profileOf(org, user)?.PermissionsApiUserOnly === true;

/** Profile and permission sets, because many people have the same profile. */
function rolesOf(org: Org, user: Row): string {
  const sets = [...org.rows("PermissionSetAssignment")]
    .filter(({ AssigneeId }) => AssigneeId === user.Id)
    .map(({ PermissionSetId }) => org.row("PermissionSet", String(PermissionSetId)))
    .filter((set) => set !== undefined && set.IsOwnedByProfile !== true)
    .map((set) => String(set!.Label));
  return [profileOf(org, user)?.Name, ...new Set(sets)].filter(Boolean).join(" · ");
}

function loginUsers(org: Org) {
  const users = [];
  for (const row of org.rows("User")) {
    if (row.IsActive === false || row.UserType === "AutomatedProcess" || isApiOnly(org, row)) continue;
    users.push({
      id: row.Id,
      name: String(row.Name ?? [row.FirstName, row.LastName].filter(Boolean).join(" ")),
      username: String(row.Username ?? ""),
      roles: rolesOf(org, row),
    });
  }
  return users.sort((a, b) => a.name.localeCompare(b.name));
}
