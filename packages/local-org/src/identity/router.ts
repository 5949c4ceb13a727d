/** The OAuth endpoints: JWT bearer, client credentials, user info and revocation. */
import { timingSafeEqual, createHmac } from "node:crypto";
import express, { Router, type Request } from "express";
import { bearerOf } from "./bearer.ts";
import { appOf } from "./deployedApps.ts";
import { OAuthError, verifyAssertion } from "./assertion.ts";
import { singleAccessLink } from "./singleAccess.ts";
import { maySignIn } from "../org/logins.ts";
import { profileName } from "../org/standard/userPermissions.ts";
import { writeInstant } from "../org/values.ts";
import type { ConnectedApp, Org, Row } from "../org/types.ts";

export function identityRouter(org: Org): Router {
  const router = Router();
  const form = express.urlencoded({ extended: false });
  router.post("/services/oauth2/token", form, async (request, response) => {
    try {
      const input = (request.body ?? {}) as Record<string, string | undefined>;
      response.set("Cache-Control", "no-store").json(await grant(org, input, request));
    } catch (error) {
      if (!(error instanceof OAuthError)) throw error;
      response.status(400).json({ error: error.error, error_description: error.message });
    }
  });
  router.all("/services/oauth2/userinfo", (request, response) => {
    const user = userOf(org, request);
    if (user === undefined) return void response.status(403).type("text/plain").send("Bad_OAuth_Token");
    response.json(userInfo(org, user));
  });
  router.all("/services/oauth2/revoke", form, (request, response) => {
    const token = String(
      request.query.token ?? (request.body as { token?: unknown } | undefined)?.token ?? "",
    );
    if (org.sessions.find(token) === undefined)
      return void response
        .status(400)
        .json({ error: "unsupported_token_type", error_description: "this token type is not supported" });
    org.sessions.revoke(token);
    response.status(200).end();
  });
  router.all("/services/oauth2/singleaccess", form, (request, response) => {
    const session = org.sessions.find(bearerOf(request) ?? "");
    if (session === undefined) return void response.status(403).type("text/plain").send("Bad_OAuth_Token");
    const wanted =
      request.query.redirect_uri ?? (request.body as { redirect_uri?: unknown } | undefined)?.redirect_uri;
    const path = typeof wanted === "string" ? wanted.replace(org.instanceUrl, "") : "/";
    response.set("Cache-Control", "no-store").json({ frontdoor_uri: singleAccessLink(org, session, path) });
  });
  router.post("/services/oauth2/introspect", form, (request, response) => {
    const session = org.sessions.find(String((request.body as { token?: unknown } | undefined)?.token ?? ""));
    response.json(
      session === undefined
        ? { active: false }
        : {
            active: true,
            sub: `${org.instanceUrl}/id/${org.id}/${session.userId}`,
            client_id: session.client,
            token_type: "access_token",
            exp: Math.floor(session.expiresAt / 1000),
          },
    );
  });
  router.get("/id/:orgId/:userId", (request, response) => {
    const user = userOf(org, request);
    if (user === undefined) return void response.status(403).type("text/plain").send("Missing_OAuth_Token");
    const about = org.row("User", request.params.userId);
    if (about === undefined || request.params.orgId.slice(0, 15) !== org.id.slice(0, 15))
      return void response.status(404).type("text/plain").send("Not found");
    response.json(identity(org, about));
  });
  return router;
}

async function grant(
  org: Org,
  input: Record<string, string | undefined>,
  request: Request,
): Promise<Record<string, unknown>> {
  switch (input.grant_type) {
    case "urn:ietf:params:oauth:grant-type:jwt-bearer": {
      const { app, username } = await verifyAssertion(org, input.assertion ?? "");
      return signIn(org, app, username);
    }
    case "client_credentials":
      return clientCredentials(org, input, request);
    case undefined:
      throw new OAuthError("invalid_request", "grant type not specified");
    default:
      throw new OAuthError("unsupported_grant_type", "grant type not supported");
  }
}

function clientCredentials(
  org: Org,
  input: Record<string, string | undefined>,
  request: Request,
): Record<string, unknown> {
  const [, basic] = /^Basic\s+(\S+)$/i.exec(request.headers.authorization ?? "") ?? [];
  const [user, ...rest] = basic === undefined ? [] : Buffer.from(basic, "base64").toString("utf8").split(":");
  const id = input.client_id ?? (user === undefined ? undefined : decodeURIComponent(user));
  const secret = input.client_secret ?? (rest.length === 0 ? undefined : decodeURIComponent(rest.join(":")));
  const app = appOf(org, id);
  if (app === undefined) throw new OAuthError("invalid_client_id", "client identifier invalid");
  if (app.clientSecret === undefined || secret === undefined || !same(secret, app.clientSecret))
    throw new OAuthError("invalid_client", "invalid client credentials");
  if (app.supportsClientCredentials === false || app.runAs === undefined)
    throw new OAuthError("invalid_grant", "no client credentials user enabled");
  return signIn(org, app, app.runAs);
}

/** Compares in constant time, so that the time does not reveal the secret. It works for different lengths too. */
const same = (a: string, b: string): boolean => {
  const digest = (text: string) => createHmac("sha256", "length").update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
};

function signIn(org: Org, app: ConnectedApp, username: string): Record<string, unknown> {
  if (app.blocked === true) throw new OAuthError("OAUTH_APP_BLOCKED", "this app is blocked by admin");
  const user = [...org.rows("User")].find(
    (row) => String(row.Username).toLowerCase() === username.toLowerCase(),
  );
  if (app.selfAuthorized === true && app.runAs !== username)
    throw new OAuthError("invalid_grant", "user hasn't approved this consumer");
  if (user === undefined) throw new OAuthError("invalid_grant", "user hasn't approved this consumer");
  if (!maySignIn(org, user)) throw new OAuthError("invalid_grant", "inactive user");
  if (!preauthorized(org, app, user))
    throw new OAuthError("invalid_app_access", "user is not admin approved to access this app");
  const session = org.sessions.open(user.Id, app.name);
  return {
    access_token: session.token,
    scope: "api id",
    instance_url: org.instanceUrl,
    id: `${org.instanceUrl}/id/${org.id}/${user.Id}`,
    token_type: "Bearer",
    issued_at: String(org.now()),
    api_instance_url: org.instanceUrl,
  };
}

function preauthorized(
  org: Org,
  { preauthorizedPermissionSets: sets, preauthorizedProfiles: profiles }: ConnectedApp,
  user: Row,
): boolean {
  if (sets === undefined && profiles === undefined) return true;
  const profile = String(org.row("Profile", String(user.ProfileId))?.Name);
  if (profiles?.some((name) => profileName(name) === profile)) return true;
  const held = [...org.rows("PermissionSetAssignment")].filter((row) => row.AssigneeId === user.Id);
  return held.some(
    (row) => sets?.includes(String(org.row("PermissionSet", String(row.PermissionSetId))?.Name)) === true,
  );
}

function userOf(org: Org, request: Request): Row | undefined {
  const token =
    bearerOf(request) ??
    (typeof request.query.access_token === "string" ? request.query.access_token : undefined);
  const session = token === undefined ? undefined : org.sessions.find(token);
  return session && org.row("User", session.userId);
}

const urls = (org: Org, user: Row) => ({
  enterprise: `${org.instanceUrl}/services/Soap/c/{version}/${org.id.slice(0, 15)}`,
  metadata: `${org.instanceUrl}/services/Soap/m/{version}/${org.id.slice(0, 15)}`,
  partner: `${org.instanceUrl}/services/Soap/u/{version}/${org.id.slice(0, 15)}`,
  rest: `${org.instanceUrl}/services/data/v{version}/`,
  sobjects: `${org.instanceUrl}/services/data/v{version}/sobjects/`,
  search: `${org.instanceUrl}/services/data/v{version}/search/`,
  query: `${org.instanceUrl}/services/data/v{version}/query/`,
  recent: `${org.instanceUrl}/services/data/v{version}/recent/`,
  tooling_soap: `${org.instanceUrl}/services/Soap/T/{version}/${org.id.slice(0, 15)}`,
  tooling_rest: `${org.instanceUrl}/services/data/v{version}/tooling/`,
  profile: `${org.instanceUrl}/${user.Id}`,
  custom_domain: org.instanceUrl,
});

function userInfo(org: Org, user: Row): Record<string, unknown> {
  return {
    sub: `${org.instanceUrl}/id/${org.id}/${user.Id}`,
    user_id: user.Id,
    organization_id: org.id,
    preferred_username: user.Username,
    nickname: user.CommunityNickname,
    name: user.Name,
    email: user.Email,
    email_verified: true,
    given_name: user.FirstName,
    family_name: user.LastName,
    zoneinfo: user.TimeZoneSidKey,
    profile: `${org.instanceUrl}/${user.Id}`,
    urls: urls(org, user),
    active: user.IsActive,
    user_type: "STANDARD",
    language: user.LanguageLocaleKey,
    locale: user.LocaleSidKey,
    utcOffset: 0,
    updated_at: writeInstant(Number(user.SystemModstamp)),
    is_app_installed: true,
  };
}

function identity(org: Org, user: Row): Record<string, unknown> {
  return {
    id: `${org.instanceUrl}/id/${org.id}/${user.Id}`,
    asserted_user: true,
    user_id: user.Id,
    organization_id: org.id,
    username: user.Username,
    nick_name: user.CommunityNickname,
    display_name: user.Name,
    email: user.Email,
    email_verified: true,
    first_name: user.FirstName,
    last_name: user.LastName,
    timezone: user.TimeZoneSidKey,
    active: user.IsActive,
    user_type: "STANDARD",
    language: user.LanguageLocaleKey,
    locale: user.LocaleSidKey,
    urls: urls(org, user),
    is_app_installed: true,
    last_modified_date: writeInstant(Number(user.LastModifiedDate)),
  };
}
