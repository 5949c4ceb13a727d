import { randomBytes } from "node:crypto";
import type { Id, Org, Session } from "./types.ts";

/** Salesforce's default session time-out, counted from the last use. */
const LIFETIME = 2 * 3_600_000;

/** Kept in memory only: after a restart everybody signs in again. */
export class Sessions implements NonNullable<Org["sessions"]> {
  readonly #orgId: Id;
  readonly #now: () => number;
  readonly #isActive: (userId: Id) => boolean;
  #open = new Map<string, Session>();

  constructor(orgId: Id, now: () => number, isActive: (userId: Id) => boolean) {
    this.#orgId = orgId;
    this.#now = now;
    this.#isActive = isActive;
  }

  open(userId: Id, client: string): Session {
    const token = `${this.#orgId.slice(0, 15)}!AQE${randomBytes(60).toString("base64url").replaceAll("-", "_")}`;
    const session = { token, userId, client, expiresAt: this.#now() + LIFETIME };
    this.#open.set(token, session);
    if (this.#open.size % 100 === 0) this.#sweep();
    return session;
  }

  find(token: string): Session | undefined {
    const session = this.#open.get(token);
    if (session === undefined) return undefined;
    const now = this.#now();
    if (session.expiresAt <= now || !this.#isActive(session.userId)) {
      this.#open.delete(token);
      return undefined;
    }
    session.expiresAt = now + LIFETIME;
    return session;
  }

  revoke(token: string): void {
    this.#open.delete(token);
  }

  expireAll(): void {
    this.#open.clear();
  }

  #sweep(): void {
    for (const [token, session] of this.#open) if (session.expiresAt <= this.#now()) this.#open.delete(token);
  }
}
