import { createHash, randomBytes } from "node:crypto";
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Id, Org, Session } from "./types.ts";

/** Salesforce's default session time-out in ms, counted from the last use. */
const LIFETIME = 2 * 3_600_000;

/** We write a longer expiry only if it grew by this much, in ms, because each request extends it. */
const WORTH_WRITING = 10 * 60_000;

type Kept = Omit<Session, "token">;

/** Keeps sessions over a restart, as Salesforce does. The file holds only hashes, so nobody can sign in with it. */
export class Sessions implements NonNullable<Org["sessions"]> {
  readonly #orgId: Id;
  readonly #now: () => number;
  readonly #isActive: (userId: Id) => boolean;
  readonly #file: string | undefined;
  #open = new Map<string, Session>();
  /** Sessions from before the restart, by the hash of their token. */
  #earlier = new Map<string, Kept>();
  #written = 0;

  /** @param folder the folder of the file; undefined for an org in memory */
  constructor(orgId: Id, now: () => number, isActive: (userId: Id) => boolean, folder: string | undefined) {
    this.#file = folder === undefined ? undefined : join(folder, "sessions.json");
    this.#orgId = orgId;
    this.#now = now;
    this.#isActive = isActive;
    this.#read();
  }

  open(userId: Id, client: string): Session {
    const token = `${this.#orgId.slice(0, 15)}!AQE${randomBytes(60).toString("base64url").replaceAll("-", "_")}`;
    const session = { token, userId, client, expiresAt: this.#now() + LIFETIME };
    this.#open.set(token, session);
    if (this.#open.size % 100 === 0) this.#sweep();
    this.#write();
    return session;
  }

  find(token: string): Session | undefined {
    const session = this.#open.get(token) ?? this.#resume(token);
    if (session === undefined) return undefined;
    const now = this.#now();
    if (session.expiresAt <= now || !this.#isActive(session.userId)) {
      this.#open.delete(token);
      return undefined;
    }
    session.expiresAt = now + LIFETIME;
    if (now - this.#written > WORTH_WRITING) this.#write();
    return session;
  }

  revoke(token: string): void {
    this.#open.delete(token);
    this.#earlier.delete(hashOf(token));
    this.#write();
  }

  expireAll(): void {
    this.#open.clear();
    this.#earlier.clear();
    this.#write();
  }

  #resume(token: string): Session | undefined {
    if (this.#earlier.size === 0) return undefined;
    const hash = hashOf(token);
    const kept = this.#earlier.get(hash);
    if (kept === undefined) return undefined;
    this.#earlier.delete(hash);
    const session = { token, ...kept };
    this.#open.set(token, session);
    return session;
  }

  #read(): void {
    if (this.#file === undefined) return;
    try {
      this.#earlier = new Map(JSON.parse(readFileSync(this.#file, "utf8")) as [string, Kept][]);
    } catch {
      // there is no file yet, so everybody signs in again
    }
  }

  #write(): void {
    if (this.#file === undefined) return;
    this.#written = this.#now();
    const kept: [string, Kept][] = [
      ...this.#earlier,
      ...[...this.#open.values()].map(({ token, ...session }): [string, Kept] => [hashOf(token), session]),
    ].filter(([, session]) => session.expiresAt > this.#written);
    writeFileSync(`${this.#file}.next`, JSON.stringify(kept), { mode: 0o600 });
    renameSync(`${this.#file}.next`, this.#file);
  }

  #sweep(): void {
    for (const [token, session] of this.#open) if (session.expiresAt <= this.#now()) this.#open.delete(token);
  }
}

const hashOf = (token: string): string => createHash("sha256").update(token).digest("base64url");
