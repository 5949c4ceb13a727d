/** A browser's session: a cookie that holds a token. */
import type { Request, Response } from "express";
import type { Org, Session } from "../org/types.ts";

/** The cookie's name has the org's id, because cookies ignore ports and several orgs share one host. */
const cookieName = (org: Org): string => `sid_${org.id.slice(0, 15)}`;

function cookie(request: Request, name: string): string | undefined {
  for (const pair of (request.headers.cookie ?? "").split(";")) {
    const at = pair.indexOf("=");
    if (at > 0 && pair.slice(0, at).trim() === name) return decodeURIComponent(pair.slice(at + 1).trim());
  }
  return undefined;
}

/** The token in the client's header, or else in the page's cookie. */
export const tokenIn = (org: Org, request: Request): string | undefined =>
  /^(?:Bearer|OAuth)\s+(\S+)$/i.exec(request.headers.authorization ?? "")?.[1] ??
  cookie(request, cookieName(org));

/** The session of the request's token. */
export function sessionOf(org: Org, request: Request): Session | undefined {
  const token = tokenIn(org, request);
  return token ? org.sessions.find(token) : undefined;
}

export function setSessionCookie(org: Org, response: Response, token: string): void {
  response.cookie(cookieName(org), token, { httpOnly: true, sameSite: "lax", path: "/" });
}

export function clearSessionCookie(org: Org, response: Response): void {
  response.clearCookie(cookieName(org), { path: "/" });
}
