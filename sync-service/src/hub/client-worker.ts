/** Everything between the hub and one client: its cases and conversation to the hub, the hub's commands to it. */
import type { OrgConnection } from "../orgs/connection.ts";
import { troubleOf } from "../orgs/trouble.ts";
import type { Runtime } from "../runtime.ts";
import type { Store } from "../store/open.ts";
import { worldOf } from "../world.ts";
import { giveCases } from "./cases.ts";
import { giveClient } from "./clients.ts";
import { carryOutAll } from "./commands.ts";
import { Conversations, idleEvery } from "./conversations.ts";
import { eraseEntries } from "./entries.ts";
import type { Gate } from "./fetch-file.ts";
import type { FileRule } from "./file-rows.ts";
import { fetchFiles } from "./files.ts";
import { linkOf, type HubLink } from "./hub.ts";
import { findLost } from "./lost.ts";
import { servedByNow } from "./marks.ts";
import { Turns } from "./turns.ts";

export interface WorkerParts {
  store: Store;
  runtime: Runtime;
  hub: OrgConnection;
  hubOrgId: string;
  company: string;
  client: OrgConnection;
  rule: FileRule;
  gate: Gate;
  isConsultant(userId: string, at: number): Promise<boolean>;
  /** Commands were answered: the hub wants to hear of it. */
  answered(): void;
}

const second = 1_000;
const minute = 60 * second;
/** The whole copy is compared with what the hub was given so often, ms. */
const comparedEvery = 5 * minute;
const afterFailure = 5 * second;

export class ClientWorker {
  readonly #parts: WorkerParts;
  readonly #cases: Turns;
  readonly #commands: Turns;
  readonly #conversation: Turns;
  readonly #files: Turns;
  readonly #conversations: Conversations;
  readonly #stopping = new AbortController();
  /** Cases with news; null: all of them. */
  #dirty: Set<string> | null = null;
  #comparedAt = 0;
  #heardAt = 0;
  /** Why the client cannot be reached; null: it answers. */
  #trouble: string | null = null;

  constructor(parts: WorkerParts) {
    this.#parts = parts;
    const { runtime, store, hub, client, company, rule } = parts;
    const now = () => runtime.clock.now();
    this.#conversations = new Conversations(
      { db: store.db, hub, client, company, rule, now },
      worldOf(runtime).pace.conversation,
    );
    const loop = (name: string, turn: () => Promise<number>) =>
      new Turns({ name: `the hub's ${name}`, runtime, turn, failed: (error) => this.#failed(name, error) });
    this.#cases = loop("cases", () => this.#giveCases());
    this.#commands = loop("commands", () => this.#carryOut());
    this.#conversation = loop("conversation", () => this.#converse());
    this.#files = loop("files", () => this.#fetchFiles());
  }

  get connection(): OrgConnection {
    return this.#parts.client;
  }
  /** Why the client cannot be reached; null: it answers. */
  get trouble(): string | null {
    return this.#trouble;
  }

  start(): void {
    for (const each of this.#loops) each.start();
  }
  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all(this.#loops.map((each) => each.stop()));
  }
  get #loops(): Turns[] {
    return [this.#cases, this.#commands, this.#conversation, this.#files];
  }

  /** The mirror or a clock of these cases has changed. */
  changed(caseIds: Iterable<string>): void {
    const ids = [...caseIds];
    for (const id of ids) this.#dirty?.add(id);
    this.#conversations.stir(ids);
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
      if (await this.#handedOn(link)) return now + idleEvery;
      if ((await findLost({ db, hub, client })) > 0) {
        this.#conversations.forget();
        this.#files.wake();
      }
    }
    if (some === null || some.length > 0) {
      const goesOn = async () => (await this.#link()) !== null;
      const given = await giveCases({ db, hub, client }, some, goesOn).catch((error: unknown) => {
        this.#again(some);
        throw error;
      });
      for (const [id, reason] of given.refused)
        runtime.log.warn({ org: client.org.id, case: id, reason }, "the hub refuses a case");
      await eraseEntries({ db, hub, client }, given.left);
      this.#conversations.forget([...given.left, ...given.masters, ...given.lost]);
      if (given.lost.length > 0) {
        this.#again(given.lost);
        return now;
      }
      if (given.refused.size > 0) {
        this.#again([...given.refused.keys()]);
        return now + afterFailure;
      }
      if (given.written > 0) this.#conversation.wake();
    }
    return now + minute;
  }
  /** Another hub took the client over: this one lets it go, and its record says so. */
  async #handedOn({ org_id: orgId, epoch }: HubLink): Promise<boolean> {
    const { store, client, hubOrgId, runtime } = this.#parts;
    const other = await servedByNow(client, hubOrgId, epoch);
    if (other === null) return false;
    await store.db
      .updateTable("hub_links")
      .set({ state: "disconnected", reason: `The hub ${other} serves it now.`, since: runtime.clock.now() })
      .where("org_id", "=", orgId)
      .where("epoch", "=", epoch)
      .execute();
    runtime.log.warn({ org: orgId, hub: other }, "another hub serves this client now");
    return true;
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
      this.#conversations.hurry(turn.stirred);
      this.#conversation.wake();
    }
    if (turn.answers) answered();
    if (turn.files) this.#files.wake();
    return Math.min(turn.next, now() + idleEvery);
  }

  async #converse(): Promise<number> {
    const { runtime } = this.#parts;
    if ((await this.#link()) === null) return runtime.clock.now() + idleEvery;
    try {
      const { next, read, given } = await this.#conversations.turn();
      if (read > 0) await this.#heard(runtime.clock.now());
      if (given > 0) this.#files.wake();
      return next;
    } catch (error) {
      const { kind, message } = troubleOf(error);
      if (kind === "unavailable" || kind === "limit") this.#trouble = message;
      throw error;
    }
  }

  async #fetchFiles(): Promise<number> {
    const { store, runtime, hub, client, rule, gate, answered } = this.#parts;
    const now = () => runtime.clock.now();
    if ((await this.#link()) === null) return now() + idleEvery;
    const parts = { db: store.db, hub, client, rule, gate, runtime, now, signal: this.#stopping.signal };
    const turn = await fetchFiles(parts);
    if (turn.answered) answered();
    return Math.min(turn.next, now() + idleEvery);
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
}
