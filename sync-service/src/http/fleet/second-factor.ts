/**
 * The second factor of local accounts: codes by time (RFC 6238), and recovery codes for a lost phone.
 * The store holds each secret encrypted; the key stays in a file or in the environment.
 */
import { createCipheriv, createDecipheriv, createHash, hkdfSync } from "node:crypto";
import { sql, type Kysely } from "kysely";
import { Secret, TOTP } from "otpauth";
import { z } from "zod";
import type { World } from "../../runtime.ts";
import { readSecret, SecretMissing, secretRef } from "../../secrets.ts";
import type { Database } from "../../store/schema.ts";
import { roles } from "./accounts.ts";

export const secondFactorConfig = z.strictObject({
  key: secretRef.describe("encrypts the secrets in the store: at least 32 characters"),
  required: z
    .array(z.enum(roles))
    .default([])
    .describe("roles that may only look until they set up a second factor"),
});
export type SecondFactorConfig = z.infer<typeof secondFactorConfig>;

const shortestKey = 32;
const period = 30;
/** A phone's clock may be one step off. */
const stepsOff = 1;
/** So many codes may be tried in this time, ms. */
const mostTries = 5;
const triesWithin = 15 * 60_000;
const recoveryCodes = 10;

/** `unreadable`: the key that encrypted the secret is not here. */
export type Verdict = "right" | "wrong" | "locked" | "unreadable";

export interface SecondFactors {
  /** Whether the configuration names a key. Without it nobody can set up a second factor. */
  available: boolean;
  required: readonly string[];
  isOn(account: string): Promise<boolean>;
  /** Makes a new secret. It protects nothing before `confirm`. */
  begin(account: string): Promise<string>;
  /** The secret that waits to be confirmed, as the address that an app reads; null: no secret waits. */
  pending(account: string): Promise<string | null>;
  /** @returns the recovery codes, shown this once; null: the code is wrong */
  confirm(account: string, code: string): Promise<string[] | null>;
  /** Takes a code of the app or a recovery code. Each counts once. */
  check(account: string, code: string): Promise<{ verdict: Verdict; recoveryCode: boolean }>;
  /** Makes new recovery codes in place of the old ones. */
  renewCodes(account: string): Promise<string[]>;
}

/** Takes the second factor off the account. @returns false if there was no second factor */
export async function removeSecondFactor(db: Kysely<Database>, account: string): Promise<boolean> {
  return db.transaction().execute(async (tx) => {
    await tx.deleteFrom("recovery_codes").where("account", "=", account).execute();
    const { numDeletedRows } = await tx
      .deleteFrom("second_factors")
      .where("account", "=", account)
      .executeTakeFirst();
    return numDeletedRows > 0n;
  });
}

/** Encrypts with AES-256-GCM. The account belongs to it, so that no row works for another account. */
function cipherOf(secret: string, bytes: World["bytes"]) {
  if (secret.length < shortestKey)
    throw new SecretMissing(
      `signIn.secondFactor.key is too short: it needs ${shortestKey} characters. Make one with: openssl rand -base64 32`,
    );
  const key = Buffer.from(hkdfSync("sha256", secret, "", "compromiso second factor", 32));
  return {
    encrypt(account: string, text: string): string {
      const iv = bytes(12);
      const cipher = createCipheriv("aes-256-gcm", key, iv).setAAD(Buffer.from(account));
      const hidden = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
      return ["v1", iv, cipher.getAuthTag(), hidden]
        .map((part) => (typeof part === "string" ? part : part.toString("base64url")))
        .join(".");
    },
    /** @returns null if another key encrypted it, or if it is not this account's */
    decrypt(account: string, kept: string): string | null {
      const [, iv = "", tag = "", hidden = ""] = kept.split(".");
      try {
        const decipher = createDecipheriv("aes-256-gcm", key, Buffer.from(iv, "base64url"), {
          authTagLength: 16,
        })
          .setAAD(Buffer.from(account))
          .setAuthTag(Buffer.from(tag, "base64url"));
        return decipher.update(Buffer.from(hidden, "base64url"), undefined, "utf8") + decipher.final("utf8");
      } catch {
        return null;
      }
    },
  };
}

const codesOf = (account: string, secret: string) =>
  new TOTP({ issuer: "Compromiso", label: account, period, secret: Secret.fromBase32(secret) });
/** People type spaces, hyphens and capitals as they like. */
const plain = (code: string) => code.replace(/[\s-]/g, "").toLowerCase();
const hashOf = (account: string, code: string) =>
  createHash("sha256")
    .update(`${account}\0${plain(code)}`)
    .digest("hex");
/** Eighty bits in sixteen letters and digits: `abcd-efgh-ijkl-mnop`. */
const recoveryCode = (bytes: World["bytes"]) =>
  new Secret({ buffer: new Uint8Array(bytes(10)).buffer }).base32
    .toLowerCase()
    .replace(/(.{4})(?!$)/g, "$1-");

/** @throws SecretMissing if the configured key is not there or too short */
export function secondFactors(
  db: Kysely<Database>,
  world: Pick<World, "clock" | "bytes" | "readFile" | "variable">,
  config: SecondFactorConfig | null,
): SecondFactors {
  const cipher = config === null ? null : cipherOf(readSecret(config.key, world), world.bytes);
  const rowOf = (account: string) =>
    db.selectFrom("second_factors").selectAll().where("account", "=", account).executeTakeFirst();
  const secretOf = (row: { account: string; secret: string }) =>
    cipher?.decrypt(row.account, row.secret) ?? null;

  /** The step of the code, if the code is right and later than every code that counted. The store says so once. */
  async function takeStep(row: { account: string; secret: string }, code: string): Promise<Verdict> {
    const secret = secretOf(row);
    if (secret === null) return "unreadable";
    const now = world.clock.now();
    const off = /^\d{6}$/.test(plain(code))
      ? codesOf(row.account, secret).validate({ token: plain(code), timestamp: now, window: stepsOff })
      : null;
    if (off === null) return "wrong";
    const step = TOTP.counter({ period, timestamp: now }) + off;
    const { numUpdatedRows } = await db
      .updateTable("second_factors")
      .set({ used_step: step, tries: 0 })
      .where("account", "=", row.account)
      .where("secret", "=", row.secret)
      .where("used_step", "<", step)
      .executeTakeFirst();
    return numUpdatedRows === 1n ? "right" : "wrong";
  }

  /** Counts the try before it looks at the code, so that many at once are no way around. */
  async function mayTry(account: string): Promise<boolean> {
    const now = world.clock.now();
    const fresh = sql<boolean>`tries_since <= ${now - triesWithin}`;
    const row = await db
      .updateTable("second_factors")
      .set({
        tries: sql<number>`case when ${fresh} then 1 else tries + 1 end`,
        tries_since: sql<number>`case when ${fresh} then ${now} else tries_since end`,
      })
      .where("account", "=", account)
      .returning("tries")
      .executeTakeFirst();
    return row !== undefined && row.tries <= mostTries;
  }

  async function newCodes(account: string): Promise<string[]> {
    const codes = Array.from({ length: recoveryCodes }, () => recoveryCode(world.bytes));
    await db.transaction().execute(async (tx) => {
      await tx.deleteFrom("recovery_codes").where("account", "=", account).execute();
      await tx
        .insertInto("recovery_codes")
        .values(codes.map((code) => ({ hash: hashOf(account, code), account })))
        .execute();
    });
    return codes;
  }

  return {
    available: cipher !== null,
    required: config?.required ?? [],
    async isOn(account) {
      return ((await rowOf(account))?.confirmed_at ?? null) !== null;
    },
    async begin(account) {
      if (cipher === null) throw new Error("begin() needs a key");
      const secret = new Secret({ buffer: new Uint8Array(world.bytes(20)).buffer }).base32;
      const now = world.clock.now();
      const kept = cipher.encrypt(account, secret);
      const values = { secret: kept, used_step: 0, tries: 0, tries_since: now, created_at: now };
      await db
        .insertInto("second_factors")
        .values({ account, confirmed_at: null, ...values })
        // one that is on stays: somebody takes it off first
        .onConflict((conflict) =>
          conflict.column("account").doUpdateSet(values).where("second_factors.confirmed_at", "is", null),
        )
        .execute();
      return codesOf(account, secret).toString();
    },
    async pending(account) {
      const row = await rowOf(account);
      if (row === undefined || row.confirmed_at !== null) return null;
      const secret = secretOf(row);
      return secret === null ? null : codesOf(account, secret).toString();
    },
    async confirm(account, code) {
      const row = await rowOf(account);
      if (row === undefined || row.confirmed_at !== null) return null;
      if (!(await mayTry(account)) || (await takeStep(row, code)) !== "right") return null;
      const codes = await newCodes(account);
      await db
        .updateTable("second_factors")
        .set({ confirmed_at: world.clock.now() })
        .where("account", "=", account)
        .where("secret", "=", row.secret)
        .execute();
      return codes;
    },
    async check(account, code) {
      const row = await rowOf(account);
      if (row === undefined) return { verdict: "wrong", recoveryCode: false };
      if (!(await mayTry(account))) return { verdict: "locked", recoveryCode: false };
      const { numDeletedRows } = await db
        .deleteFrom("recovery_codes")
        .where("account", "=", account)
        .where("hash", "=", hashOf(account, code))
        .executeTakeFirst();
      if (numDeletedRows === 0n) return { verdict: await takeStep(row, code), recoveryCode: false };
      await db.updateTable("second_factors").set({ tries: 0 }).where("account", "=", account).execute();
      return { verdict: "right", recoveryCode: true };
    },
    renewCodes: newCodes,
  };
}
