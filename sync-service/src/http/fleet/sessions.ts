import { createHash } from "node:crypto";
import type { Request, Response } from "express";
import type { Kysely } from "kysely";
import type { Database } from "../../store/schema.ts";
import type { Authenticate } from "../route.ts";
import { noteUse } from "../last-used.ts";
import { scopesOf, type Role } from "./accounts.ts";
import { systemWorld } from "../../world.ts";

export interface Session {
  name: string;
  role: Role;
  /** The page sends it back with each change. */
  csrf: string;
}

const cookie = "compromiso_session";
export const csrfHeader = "x-csrf-token";
/** A session ends after this long without a request, and after this long in any case, ms. */
const idle = 8 * 3_600_000;
const longest = 7 * 24 * 3_600_000;
/** Groups change at the company's provider, so its role holds for a working day and not for a week, ms. */
const longestWithRole = 12 * 3_600_000;

/** Whether the name came from the company's sign-in: names of local accounts hold no slash. */
export const isCompany = (name: string): boolean => name.startsWith("company/");

const hashOf = (value: string) => createHash("sha256").update(value).digest("hex");

function valueIn(request: Request): string | null {
  const found = new RegExp(`(?:^|;\\s*)${cookie}=([\\w-]{43})(?:;|$)`).exec(request.get("cookie") ?? "");
  return found?.[1] ?? null;
}

const attributes = (request: Request) =>
  ({ httpOnly: true, sameSite: "lax", secure: request.secure, path: "/" }) as const;

/** @param role what the company's sign-in gave; without it the account's own role holds, also when it changes later */
export async function signIn(
  db: Kysely<Database>,
  request: Request,
  response: Response,
  { name, role = null }: { name: string; role?: Role | null },
  now: number,
): Promise<void> {
  const life = role === null ? longest : longestWithRole;
  const value = systemWorld.bytes(32).toString("base64url");
  await db.deleteFrom("sessions").where("expires_at", "<=", now).execute();
  await db
    .insertInto("sessions")
    .values({
      hash: hashOf(value),
      account: name,
      role,
      csrf: systemWorld.bytes(32).toString("base64url"),
      created_at: now,
      used_at: now,
      expires_at: now + life,
    })
    .execute();
  await db.updateTable("accounts").set({ signed_in_at: now }).where("name", "=", name).execute();
  response.cookie(cookie, value, { ...attributes(request), maxAge: life });
}

export async function signOut(db: Kysely<Database>, request: Request, response: Response): Promise<void> {
  const value = valueIn(request);
  if (value !== null) await db.deleteFrom("sessions").where("hash", "=", hashOf(value)).execute();
  response.clearCookie(cookie, attributes(request));
}

export async function sessionOf(
  db: Kysely<Database>,
  request: Request,
  now: number,
): Promise<Session | null> {
  const value = valueIn(request);
  if (value === null) return null;
  const row = await db
    .selectFrom("sessions")
    .leftJoin("accounts", "accounts.name", "sessions.account")
    .select(["sessions.hash", "account", "csrf", "used_at", "expires_at"])
    .select((eb) => eb.fn.coalesce("sessions.role", "accounts.role").as("role"))
    .where("sessions.hash", "=", hashOf(value))
    .executeTakeFirst();
  if (row === undefined || row.role === null || row.expires_at <= now || row.used_at <= now - idle)
    return null;
  noteUse(db, { key: row.hash, usedAt: row.used_at }, now, () =>
    db.updateTable("sessions").set({ used_at: now }).where("hash", "=", row.hash).execute(),
  );
  return { name: row.account, role: row.role as Role, csrf: row.csrf };
}

/** Lets a signed-in person use the API. A change also needs the page's own token. */
export const bySession =
  (db: Kysely<Database>, clock: { now(): number }): Authenticate =>
  async (request) => {
    const session = await sessionOf(db, request, clock.now());
    if (session === null) return null;
    const safe = request.method === "GET" || request.method === "HEAD";
    if (!safe && request.get(csrfHeader) !== session.csrf) return null;
    return { kind: "account", id: session.name, name: session.name, scopes: scopesOf[session.role] };
  };
