/** The connected hub: it hears consultants' commands and keeps a worker for each client. */
import type { Org } from "../orgs/org.ts";
import { OrgConnection } from "../orgs/connection.ts";
import { holdersOf } from "../orgs/people.ts";
import { needsPerson, troubleOf } from "../orgs/trouble.ts";
import type { Stream } from "../events/stream.ts";
import { pause, type Runtime } from "../runtime.ts";
import type { Store } from "../store/open.ts";
import { isFromStore } from "../store/watch.ts";
import { worldOf } from "../world.ts";
import { giveAnswers } from "./answers.ts";
import { ClientWorker } from "./client-worker.ts";
import { Gate } from "./fetch-file.ts";
import { fetchCommands, firstLook } from "./fetch-commands.ts";
import { commandChannel, linksOf, setHubState, type Hub } from "./hub.ts";
import { answerUnlinked } from "./unlinked.ts";
import { Turns } from "./turns.ts";

export interface HubParts {
  store: Store;
  runtime: Runtime;
  /** The connection to a client that this instance serves. */
  client(orgId: string): OrgConnection | undefined;
  streams: Record<Org["transport"], Stream>;
}

const consultantSet = "Hub_Consultant";
const second = 1_000;
/** Without an event the hub is asked so often, ms. */
const askedEvery = 30 * second;
const afterFailure = 5 * second;
/** A long request holds one of the few that Salesforce lets run. */
const filesAtOnce = 2;
/** A verdict on who is a consultant is at most this old, ms. */
const believedFor = 60 * second;

export class ServedHub {
  readonly terms: string;
  readonly workers = new Map<string, ClientWorker>();
  readonly #parts: HubParts;
  readonly #hub: Hub;
  readonly #connection: OrgConnection;
  readonly #stopping = new AbortController();
  readonly #fetching: Turns;
  readonly #answering: Turns;
  readonly #gate = new Gate(filesAtOnce);
  /** Why the hub cannot be reached; null: it answers. */
  trouble: string | null = null;
  #listening: Promise<void> | null = null;
  #since: number | null = null;
  #holders = new Set<string>();
  #holdersAt = -Infinity;

  constructor(parts: HubParts, hub: Hub, terms: string) {
    this.#parts = parts;
    this.#hub = hub;
    this.terms = terms;
    const { runtime } = parts;
    this.#connection = new OrgConnection(hub.org, runtime.clock, { world: worldOf(runtime) });
    const failed = (what: string) => (error: unknown) => this.#failed(what, error);
    this.#fetching = new Turns({
      name: "the hub's commands",
      runtime,
      turn: () => this.#fetch(),
      failed: failed("the hub's commands cannot be read now"),
    });
    this.#answering = new Turns({
      name: "the hub's answers",
      runtime,
      turn: () => this.#answer(),
      failed: failed("the hub does not take answers now"),
    });
  }

  start(): void {
    this.#parts.runtime.log.info({ hub: this.#hub.org.orgId }, "serving the hub");
    this.#fetching.start();
    this.#answering.start();
    this.#listening = this.#listen();
  }
  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all([...this.workers.values()].map((worker) => worker.stop()));
    await Promise.all([this.#fetching.stop(), this.#answering.stop(), this.#listening]);
  }

  /** Each linked client that this instance serves has a worker. */
  async look(): Promise<void> {
    const { store, runtime, client } = this.#parts;
    const links = await linksOf(store.db);
    const linked = new Set(links.filter(({ state }) => state === "linked").map(({ org_id }) => org_id));
    for (const [id, worker] of this.workers)
      if (!linked.has(id) || client(id) !== worker.connection) {
        this.workers.delete(id);
        await worker.stop();
      }
    for (const id of linked) {
      const connection = client(id);
      if (connection === undefined || this.workers.has(id)) continue;
      const worker = new ClientWorker({
        store,
        runtime,
        hub: this.#connection,
        hubOrgId: this.#hub.org.orgId,
        company: this.#hub.company,
        rule: this.#hub.files,
        gate: this.#gate,
        client: connection,
        isConsultant: (userId, at) => this.#isConsultant(userId, at),
        answered: () => this.#answering.wake(),
      });
      this.workers.set(id, worker);
      worker.start();
    }
    try {
      const parts = { store, hub: this.#connection };
      if (await answerUnlinked(parts, links, runtime.clock.now())) this.#answering.wake();
    } catch (error) {
      if (isFromStore(error)) throw error;
      this.#failed("the hub does not take the record of a client now", error);
    }
  }

  async #fetch(): Promise<number> {
    const { store, runtime } = this.#parts;
    const now = runtime.clock.now();
    this.#since ??= await firstLook(store.db, now);
    const fetched = await fetchCommands(store.db, this.#connection, this.#since, now);
    this.#since = fetched.since;
    this.trouble = null;
    for (const id of fetched.orgs) this.workers.get(id)?.commanded();
    this.#answering.wake();
    return runtime.clock.now() + askedEvery;
  }

  async #answer(): Promise<number> {
    const { store, runtime } = this.#parts;
    const refused = await giveAnswers(store.db, this.#connection, runtime.clock.now());
    for (const [command, reason] of refused)
      runtime.log.warn({ command, reason }, "the hub refuses an answer; it is given again");
    return runtime.clock.now() + askedEvery;
  }

  /** Holding the permission in the hub makes the consultant. */
  async #isConsultant(userId: string, at: number): Promise<boolean> {
    const { clock } = this.#parts.runtime;
    const stale = clock.now() - this.#holdersAt >= believedFor;
    // who is not known as one may have become one just now
    if (stale || !this.#holders.has(userId)) {
      const before = this.#holders;
      const readAt = this.#holdersAt;
      this.#holders = await holdersOf(this.#connection, consultantSet, clock.now());
      this.#holdersAt = clock.now();
      // it was held when the command was committed, and taken away since
      if (before.has(userId) && at <= readAt) return true;
    }
    return this.#holders.has(userId);
  }

  /** An event only says that there is something to read. The query reads it. */
  async #listen(): Promise<void> {
    const { runtime, streams } = this.#parts;
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      try {
        await this.#connection.session();
        await streams[this.#hub.org.transport]({
          connection: this.#connection,
          channel: commandChannel,
          startAt: "latest",
          signal,
          runtime,
          onOpen: () => this.#fetching.wake(),
          deliver: async ({ events }) => {
            if (events.length > 0) this.#fetching.wake();
          },
        });
      } catch (error) {
        if (signal.aborted) return;
        this.#failed("the hub's events do not come; it is asked instead", error);
        const { accessToken } = await this.#connection.session().catch(() => ({ accessToken: undefined }));
        await this.#connection.renew(accessToken).catch(() => {});
      }
      await pause(runtime.timers, afterFailure, signal);
    }
  }

  #failed(what: string, error: unknown): number {
    const { store, runtime } = this.#parts;
    const { kind, message } = troubleOf(error);
    runtime.log.warn({ hub: this.#hub.org.orgId, kind, reason: message }, what);
    this.trouble = message;
    // another org answers under the hub's address: nothing is written to it
    if (kind === "anotherOrg" || (kind === "signIn" && needsPerson.has(kind)))
      void setHubState(store.db, "stopped", message).catch(() => {});
    return runtime.clock.now() + (kind === "limit" ? 60 * second : afterFailure);
  }
}
