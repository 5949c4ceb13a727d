/** Links that sign a browser in once (the UI bridge). `sf org open` asks for them. */
import { randomBytes } from "node:crypto";
import type { Org, Session } from "../org/types.ts";

/** A link expires after this time, in ms. */
const VALID = 60_000;

const links = new WeakMap<Org, Map<string, { session: Session; until: number }>>();

/** @param path the page that opens after the sign-in */
export function singleAccessLink(org: Org, session: Session, path: string): string {
  const open = links.get(org) ?? new Map<string, { session: Session; until: number }>();
  links.set(org, open);
  for (const [otp, { until }] of open) if (until <= org.now()) open.delete(otp);
  const otp = randomBytes(32).toString("base64url");
  open.set(otp, { session, until: org.now() + VALID });
  const query = new URLSearchParams({ otp, startURL: path.startsWith("/") ? path : `/${path}` });
  return `${org.instanceUrl}/secur/frontdoor.jsp?${query.toString()}`;
}

/** Makes a new session for the first visitor of a link. @returns undefined for later visitors */
export function followLink(org: Org, otp: string): Session | undefined {
  const found = links.get(org)?.get(otp);
  links.get(org)?.delete(otp);
  if (found === undefined || found.until <= org.now()) return undefined;
  return org.sessions.open(found.session.userId, found.session.client);
}
