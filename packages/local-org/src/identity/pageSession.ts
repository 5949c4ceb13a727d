/** A browser's session: the cookie that stands for a token. */
import type { Request, Response } from "express";
import type { Org, Session } from "../org/types.ts";

/** Cookies ignore ports, and several orgs live on one host: the name carries the org. */
const cookieName = (org: Org): string => `sid_${org.id.slice(0, 15)}`;

function cookie(request: Request, name: string): string | undefined {
  for (const pair of (request.headers.cookie ?? "").split(";")) {
    const at = pair.indexOf("=");
    if (at > 0 && pair.slice(0, at).trim() === name) return decodeURIComponent(pair.slice(at + 1).trim());
  }
  return undefined;
}

/** The token that a client sends, else the one of a page's cookie. */
export const tokenIn = (org: Org, request: Request): string | undefined =>
  /^(?:Bearer|OAuth)\s+(\S+)$/i.exec(request.headers.authorization ?? "")?.[1] ??
  cookie(request, cookieName(org));

/** The session that it stands for. */
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
