/** Everything between the hub and one client: its cases and conversation to the hub, the hub's commands to it. */
import { WAITING_STATES } from "c/slaEngine";
import type { OrgConnection } from "../orgs/connection.ts";
import { troubleOf } from "../orgs/trouble.ts";
import type { Runtime } from "../runtime.ts";
import type { Store } from "../store/open.ts";
import { findLost, giveCases } from "./cases.ts";
import { giveClient } from "./clients.ts";
import { carryOutAll } from "./commands.ts";
import { eraseEntries, giveEntries, readEntries } from "./entries.ts";
import { linkOf, type HubLink } from "./hub.ts";
import { Turns } from "./turns.ts";

export interface WorkerParts {
  store: Store;
  runtime: Runtime;
  hub: OrgConnection;
  hubOrgId: string;
  company: string;
  client: OrgConnection;
  isConsultant(userId: string, at: number): Promise<boolean>;
  /** Commands were answered: the hub wants to hear of it. */
  answered(): void;
}

const second = 1_000;
const minute = 60 * second;
/** The whole copy is compared with what the hub was given so often, ms. */
const comparedEvery = 5 * minute;
const activeEvery = 5 * second;
const idleEvery = minute;
/** A case on which something happened is looked at often for so long, ms. */
const stirredFor = 10 * minute;
/** A comment that was saved before a reading may be seen only after it, ms. */
const overlap = minute;
const afterFailure = 5 * second;

export class ClientWorker {
  readonly #parts: WorkerParts;
  readonly #cases: Turns;
  readonly #commands: Turns;
  readonly #conversation: Turns;
  /** Cases with news; null: all of them. */
  #dirty: Set<string> | null = null;
  #comparedAt = 0;
  readonly #stirred = new Map<string, number>();
  readonly #readAt = new Map<string, number>();
  #heardAt = 0;
  /** Why the client cannot be reached; null: it answers. */
  #trouble: string | null = null;

  constructor(parts: WorkerParts) {
    this.#parts = parts;
    const { runtime } = parts;
    const loop = (name: string, turn: () => Promise<number>) =>
      new Turns({ name: `the hub's ${name}`, runtime, turn, failed: (error) => this.#failed(name, error) });
    this.#cases = loop("cases", () => this.#giveCases());
    this.#commands = loop("commands", () => this.#carryOut());
    this.#conversation = loop("conversation", () => this.#converse());
  }

  get connection(): OrgConnection {
    return this.#parts.client;
  }

  start(): void {
    for (const each of [this.#cases, this.#commands, this.#conversation]) each.start();
  }
  async stop(): Promise<void> {
    await Promise.all([this.#cases, this.#commands, this.#conversation].map((each) => each.stop()));
  }

  /** The mirror or a clock of these cases has changed. */
  changed(caseIds: Iterable<string>): void {
    const until = this.#parts.runtime.clock.now() + stirredFor;
    for (const id of caseIds) {
      this.#dirty?.add(id);
      this.#stirred.set(id, until);
    }
    this.#cases.wake();
  }
  /** The store has commands for this client. */
  commanded(): void {
    this.#commands.wake();
  }

  #failed(name: string, error: unknown): number {
    const { runtime, client } = this.#parts;
    const { kind, message } = troubleOf(error);
    runtime.log.warn(
      { org: client.org.id, kind, reason: message },
      `the hub's ${name} did not work this time`,
    );
    return runtime.clock.now() + (kind === "limit" ? minute : afterFailure);
  }

  async #link(): Promise<HubLink | null> {
    const link = await linkOf(this.#parts.store.db, this.#parts.client.org.id);
    return link === undefined || link.state !== "linked" ? null : link;
  }

  async #giveCases(): Promise<number> {
    const { store, hub, client, runtime } = this.#parts;
    const { db } = store;
    const link = await this.#link();
    const now = runtime.clock.now();
    if (link === null) return now + idleEvery;
    const refused = await giveClient({ db, hub }, client.org, link, this.#trouble, now);
    if (refused !== null)
      runtime.log.warn({ org: client.org.id, reason: refused }, "the hub refuses the record of the client");
    const all = this.#dirty === null || now - this.#comparedAt >= comparedEvery;
    const some = all ? null : [...this.#dirty!];
    this.#dirty = new Set();
    if (all) {
      this.#comparedAt = now;
      if ((await findLost({ db, hub, client })) > 0) this.#readAt.clear();
    }
    if (some === null || some.length > 0) {
      const given = await giveCases({ db, hub, client }, some).catch((error: unknown) => {
        this.#again(some);
        throw error;
      });
      for (const [id, reason] of given.refused)
        runtime.log.warn({ org: client.org.id, case: id, reason }, "the hub refuses a case");
      const { company } = this.#parts;
      await eraseEntries({ db, hub, client, company }, given.left);
      for (const id of given.left) this.#readAt.delete(id);
      if (given.refused.size > 0) {
        this.#again([...given.refused.keys()]);
        return now + afterFailure;
      }
      if (given.written > 0) this.#conversation.wake();
    }
    return now + minute;
  }
  #again(caseIds: readonly string[] | null): void {
    if (caseIds === null) this.#dirty = null;
    else for (const id of caseIds) this.#dirty?.add(id);
  }

  async #carryOut(): Promise<number> {
    const { store, runtime, client, answered, ...parts } = this.#parts;
    const link = await this.#link();
    const now = () => runtime.clock.now();
    if (link === null) return now() + idleEvery;
    const turn = await carryOutAll(
      { ...parts, db: store.db, client, link, now, random: runtime.random },
      client.org.id,
    );
    if (turn.stirred.size > 0) {
      this.changed(turn.stirred);
      for (const id of turn.stirred)
        this.#readAt.set(id, Math.min(this.#readAt.get(id) ?? 0, now() - minute));
      this.#conversation.wake();
      answered();
    }
    return Math.min(turn.next, now() + idleEvery);
  }

  /** Reads the conversations whose turn it is: one request for all of them. */
  async #converse(): Promise<number> {
    const { store, hub, client, company, runtime } = this.#parts;
    const now = runtime.clock.now();
    if ((await this.#link()) === null) return now + idleEvery;
    const cases = await this.#openCases();
    const active = await this.#activeCases(now);
    const every = (id: string) => (active.has(id) ? activeEvery : idleEvery);
    const due = cases.filter((id) => now - (this.#readAt.get(id) ?? -Infinity) >= every(id));
    const fresh = due.filter((id) => !this.#readAt.has(id));
    const again = due.filter((id) => this.#readAt.has(id));
    const since = Math.min(...again.map((id) => this.#readAt.get(id)!)) - overlap;
    try {
      const entries = [
        ...(fresh.length > 0 ? await readEntries(client, fresh, null) : []),
        ...(again.length > 0 ? await readEntries(client, again, since) : []),
      ];
      await giveEntries({ db: store.db, hub, client, company }, entries);
      for (const id of due) this.#readAt.set(id, now);
      if (due.length > 0) await this.#heard(now);
    } catch (error) {
      const { kind, message } = troubleOf(error);
      if (kind === "unavailable" || kind === "limit") this.#trouble = message;
      throw error;
    }
    return now + (active.size > 0 ? activeEvery : idleEvery);
  }

  async #heard(now: number): Promise<void> {
    this.#trouble = null;
    if (now - this.#heardAt < idleEvery) return;
    this.#heardAt = now;
    await this.#parts.store.db
      .updateTable("hub_links")
      .set({ heard_at: now })
      .where("org_id", "=", this.#parts.client.org.id)
      .execute();
  }

  /** The cases that the hub shows, and that still say something. */
  async #openCases(): Promise<string[]> {
    const rows = await this.#parts.store.db
      .selectFrom("hub_cases")
      .innerJoin("cases", (join) =>
        join.onRef("cases.org_id", "=", "hub_cases.org_id").onRef("cases.id", "=", "hub_cases.case_id"),
      )
      .select("cases.id")
      .where("hub_cases.org_id", "=", this.#parts.client.org.id)
      .where("hub_cases.written", "is not", null)
      .where("hub_cases.paused", "=", 0)
      .where("cases.is_deleted", "=", 0)
      .where("cases.contract_id", "is not", null)
      .where((eb) =>
        eb.or([eb("cases.is_closed", "=", 0), eb("cases.id", "in", ["", ...this.#stirred.keys()])]),
      )
      .execute();
    return rows.map(({ id }) => id);
  }

  /** Somebody waits for an answer there, looks at it, or has just done something. */
  async #activeCases(now: number): Promise<Set<string>> {
    const { db } = this.#parts.store;
    const orgId = this.#parts.client.org.id;
    const waiting = await db
      .selectFrom("clocks")
      .select("case_id")
      .where("org_id", "=", orgId)
      .where("ended_at", "is", null)
      .where("status", "in", WAITING_STATES)
      .execute();
    const looked = await db
      .selectFrom("hub_cases")
      .select("case_id")
      .where("org_id", "=", orgId)
      .where("looked_until", ">", now)
      .execute();
    for (const [id, until] of this.#stirred) if (until <= now) this.#stirred.delete(id);
    return new Set([...waiting, ...looked].map(({ case_id }) => case_id).concat(...this.#stirred.keys()));
  }
}
