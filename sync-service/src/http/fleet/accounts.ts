import { hash, verify } from "@node-rs/argon2";
import type { Kysely } from "kysely";
import type { Database } from "../../store/schema.ts";
import type { Scope } from "../tokens.ts";

/** A `viewer` may look, an `operator` may also act. */
export const roles = ["viewer", "operator"] as const;
export type Role = (typeof roles)[number];

export const scopesOf: Record<Role, readonly Scope[]> = { viewer: ["read"], operator: ["read", "operate"] };

export interface Account {
  name: string;
  role: Role;
  createdAt: number;
  signedInAt: number | null;
}
interface Listed extends Account {
  secondFactor: boolean;
}

/** A fault in an account's name or password, in words for a person. */
export class AccountProblem extends Error {
  override name = "AccountProblem";
}

const shortest = 12;
const longest = 256;
const nameShape = /^[\p{L}\p{N}][\p{L}\p{N}._@+-]{0,79}$/u;

export function passwordProblem(password: string): string | null {
  if ([...password].length < shortest) return `A password needs at least ${shortest} characters.`;
  if (password.length > longest) return `A password may have at most ${longest} characters.`;
  return null;
}

// argon2id with the library's defaults, which OWASP recommends
async function hashOf(password: string): Promise<string> {
  const problem = passwordProblem(password);
  if (problem !== null) throw new AccountProblem(problem);
  return hash(password);
}

/** @throws AccountProblem */
export async function addAccount(
  db: Kysely<Database>,
  { name, role, password }: { name: string; role: Role; password: string },
  now: number,
): Promise<void> {
  if (!nameShape.test(name))
    throw new AccountProblem("A name may have letters, digits and . _ @ + - only, at most 80 of them.");
  const { numInsertedOrUpdatedRows } = await db
    .insertInto("accounts")
    .values({
      name,
      role,
      hash: await hashOf(password),
      created_at: now,
      changed_at: now,
      signed_in_at: null,
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  if (!numInsertedOrUpdatedRows) throw new AccountProblem(`There is already an account ${name}.`);
}

export async function listAccounts(db: Kysely<Database>): Promise<Listed[]> {
  const rows = await db
    .selectFrom("accounts")
    .leftJoin("second_factors", "second_factors.account", "accounts.name")
    .selectAll("accounts")
    .select("confirmed_at")
    .orderBy("name")
    .execute();
  return rows.map((row) => ({
    name: row.name,
    role: row.role as Role,
    createdAt: row.created_at,
    signedInAt: row.signed_in_at,
    secondFactor: row.confirmed_at !== null,
  }));
}

/** Removes the account and ends its sessions. @throws AccountProblem */
export async function removeAccount(db: Kysely<Database>, name: string): Promise<void> {
  await db.transaction().execute(async (tx) => {
    for (const table of ["sessions", "second_factors", "recovery_codes"] as const)
      await tx.deleteFrom(table).where("account", "=", name).execute();
    const { numDeletedRows } = await tx.deleteFrom("accounts").where("name", "=", name).executeTakeFirst();
    if (numDeletedRows === 0n) throw new AccountProblem(`There is no account ${name}.`);
  });
}

/** Sets the password and ends all sessions of the old one. @throws AccountProblem */
export async function setPassword(
  db: Kysely<Database>,
  name: string,
  password: string,
  now: number,
): Promise<void> {
  const hashed = await hashOf(password);
  await db.transaction().execute(async (tx) => {
    await tx.deleteFrom("sessions").where("account", "=", name).execute();
    const { numUpdatedRows } = await tx
      .updateTable("accounts")
      .set({ hash: hashed, changed_at: now })
      .where("name", "=", name)
      .executeTakeFirst();
    if (numUpdatedRows === 0n) throw new AccountProblem(`There is no account ${name}.`);
  });
}

let nobody: Promise<string> | null = null;

/** Returns the account if the password is right, else null. An unknown name takes as long as a known one. */
export async function accountOf(
  db: Kysely<Database>,
  name: string,
  password: string,
): Promise<Account | null> {
  const row = await db.selectFrom("accounts").selectAll().where("name", "=", name).executeTakeFirst();
  const against = row?.hash ?? (await (nobody ??= hash("nobody's password")));
  const fits = password.length <= longest && (await verify(against, password));
  if (row === undefined || !fits) return null;
  return { name, role: row.role as Role, createdAt: row.created_at, signedInAt: row.signed_in_at };
}
