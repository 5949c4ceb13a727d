import { createHash } from "node:crypto";
import type { Kysely } from "kysely";
import type { Database } from "../store/schema.ts";
import { systemWorld } from "../world.ts";
import { noteUse } from "./last-used.ts";

/** `read` sees, `operate` changes and sees, `metrics` scrapes. */
export const scopes = ["read", "operate", "metrics"] as const;
export type Scope = (typeof scopes)[number];

/** Somebody who may change something may see it too. */
export const allows = (granted: readonly Scope[], wanted: Scope): boolean =>
  granted.includes(wanted) || (wanted === "read" && granted.includes("operate"));

/** Who is asking, by token or by session. */
export interface Principal {
  kind: "token" | "account";
  id: string;
  name: string;
  scopes: readonly Scope[];
}

/** How the audit trail names them. */
export const actorOf = ({ kind, name }: Principal): string => (kind === "account" ? name : `${name} (token)`);

const prefix = "cmp_";
/** A fast hash is enough for 256 random bits, because nobody can guess them. */
const hashOf = (token: string) => createHash("sha256").update(token).digest("hex");

/** @returns the token; only its hash is stored */
export async function createToken(
  db: Kysely<Database>,
  { name, scopes: granted, expiresAt }: { name: string; scopes: readonly Scope[]; expiresAt: number | null },
  now: number,
): Promise<{ id: string; token: string }> {
  const id = systemWorld.bytes(6).toString("hex");
  const token = `${prefix}${systemWorld.bytes(32).toString("base64url")}`;
  await db
    .insertInto("api_tokens")
    .values({
      id,
      name,
      hash: hashOf(token),
      scopes: JSON.stringify(granted),
      created_at: now,
      expires_at: expiresAt,
      revoked_at: null,
      last_used_at: null,
    })
    .execute();
  return { id, token };
}

export async function principalOf(
  db: Kysely<Database>,
  token: string,
  now: number,
): Promise<Principal | null> {
  if (!token.startsWith(prefix)) return null;
  const row = await db
    .selectFrom("api_tokens")
    .selectAll()
    .where("hash", "=", hashOf(token))
    .executeTakeFirst();
  if (row === undefined || row.revoked_at !== null || (row.expires_at !== null && row.expires_at <= now))
    return null;
  noteUse(db, { key: row.id, usedAt: row.last_used_at }, now, () =>
    db.updateTable("api_tokens").set({ last_used_at: now }).where("id", "=", row.id).execute(),
  );
  return { kind: "token", id: row.id, name: row.name, scopes: JSON.parse(row.scopes) as Scope[] };
}

/** @returns whether there was such a token, not yet revoked */
export async function revokeToken(db: Kysely<Database>, id: string, now: number): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable("api_tokens")
    .set({ revoked_at: now })
    .where("id", "=", id)
    .where("revoked_at", "is", null)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}
