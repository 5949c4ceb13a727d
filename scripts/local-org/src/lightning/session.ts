import type { Request, Response } from "express";
import type { Caller, Org, Session } from "../org/types.ts";

/** Cookies ignore ports, and several orgs live on one host: the name carries the org. */
export function cookieName(org: Org): string {
  return `sid_${org.id.slice(0, 15)}`;
}

function cookie(request: Request, name: string): string | undefined {
  for (const pair of (request.headers.cookie ?? "").split(";")) {
    const at = pair.indexOf("=");
    if (at > 0 && pair.slice(0, at).trim() === name) return decodeURIComponent(pair.slice(at + 1).trim());
  }
  return undefined;
}

/** The session a page's cookie or a client's token stands for. */
export function sessionOf(org: Org, request: Request): Session | undefined {
  const [, token] = /^(?:Bearer|OAuth)\s+(\S+)$/i.exec(request.headers.authorization ?? "") ?? [];
  const found = token ?? cookie(request, cookieName(org));
  return found ? org.sessions.find(found) : undefined;
}

export function callerOf(session: Session): Caller {
  return { userId: session.userId, client: session.client, api: "ui" };
}

export function setSessionCookie(org: Org, response: Response, token: string): void {
  response.cookie(cookieName(org), token, { httpOnly: true, sameSite: "lax", path: "/" });
}

export function clearSessionCookie(org: Org, response: Response): void {
  response.clearCookie(cookieName(org), { path: "/" });
}

/** How a user reads: language, locale and zone. */
export interface UserSettings {
  userId: string;
  name: string;
  username: string;
  language: string;
  /** BCP 47. */
  locale: string;
  timeZone: string;
  currency: string;
}

export function settingsOf(org: Org, userId: string): UserSettings {
  const user = org.row("User", userId);
  const text = (field: string, fallback: string) => {
    const value = user?.[field];
    return typeof value === "string" && value !== "" ? value : fallback;
  };
  const language = text("LanguageLocaleKey", org.language);
  return {
    userId,
    name: text("Name", [user?.FirstName, user?.LastName].filter(Boolean).join(" ")),
    username: text("Username", ""),
    language,
    locale: text("LocaleSidKey", language).replaceAll("_", "-"),
    timeZone: text("TimeZoneSidKey", org.timeZone),
    currency: text("DefaultCurrencyIsoCode", "USD"),
  };
}
