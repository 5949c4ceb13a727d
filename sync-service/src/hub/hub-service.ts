/** The hub, as long as one is connected. */
import { keepLooking } from "../store/looking.ts";
import { hubOf } from "./hub.ts";
import { hubStanding, type HubStanding } from "./standing.ts";
import { ServedHub, type HubParts } from "./served-hub.ts";

export class HubService {
  readonly #parts: HubParts;
  readonly #stopping = new AbortController();
  #running: Promise<void> | null = null;
  #served: ServedHub | null = null;

  constructor(parts: HubParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#running ??= keepLooking(this.#parts.runtime, "the hub", () => this.#look(), this.#stopping.signal);
  }
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
    await this.#served?.stop();
  }

  /** null: no hub is connected. */
  standing(): Promise<HubStanding | null> {
    return hubStanding(this.#parts.store.db, this.#served?.trouble ?? null);
  }

  /** Cases of a client, or their clocks, have changed. */
  changed(orgId: string, caseIds: Iterable<string>): void {
    this.#served?.workers.get(orgId)?.changed(caseIds);
  }

  async #look(): Promise<void> {
    const hub = await hubOf(this.#parts.store.db);
    const terms = hub === null || hub.state !== "active" ? null : JSON.stringify(hub);
    if (this.#served !== null && this.#served.terms !== terms) {
      const leaving = this.#served;
      this.#served = null;
      await leaving.stop();
    }
    if (terms !== null && this.#served === null) {
      this.#served = new ServedHub(this.#parts, hub!, terms);
      this.#served.start();
    }
    await this.#served?.look();
  }
}
