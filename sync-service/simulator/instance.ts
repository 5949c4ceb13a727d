/** An instance of the service: it is started, dies, and is started again on the same store. */
import { configSchema, type Config } from "../src/config.ts";
import type { Metrics } from "../src/http/metrics.ts";
import { reportsFrom } from "../src/reports/questions.ts";
import { startService, type Service } from "../src/service.ts";
import type { Stream } from "../src/events/stream.ts";
import type { Plan } from "./plan/plan.ts";
import { actionsToThem } from "./receivers.ts";
import { Life, type Death, type Skew } from "./world/life.ts";
import type { Surroundings } from "./world/surroundings.ts";

export class Instance {
  readonly name: string;
  readonly #around: Surroundings;
  readonly #config: Config;
  readonly #stream: Stream;
  readonly #skew: Skew;
  #restart = 1_000;
  life: Life | null = null;
  service: Service | null = null;
  /** When it was started last, ms. */
  startedAt = 0;

  constructor(name: string, skew: Skew, every: Plan["every"], stream: Stream, around: Surroundings) {
    this.name = name;
    this.#skew = { ...skew };
    this.#stream = stream;
    this.#around = around;
    const { contracts, replies, reconcile } = every;
    const config = configSchema.parse({
      every: { contracts, replies, reconcile, intake: 60 },
      actions: actionsToThem,
    });
    this.#config = { ...config, provider: null, databaseUrl: null, folder: "/simulated" };
  }

  start(): void {
    const { scheduler, trace } = this.#around;
    this.startedAt = scheduler.now;
    trace.tell(this.name, "starts");
    const life = new Life(this.name, this.#skew, this.#around, () => this.#died());
    this.life = life;
    startService(
      { config: this.#config, ...life.world },
      {
        openStore: async () => life.store,
        streams: { pubsub: this.#stream, cometd: this.#stream },
        reports: (store) => ({ ...reportsFrom(store.db), stop: async () => {} }),
        metrics: () => silentMetrics,
        face: async () => ({ url: "simulated", close: async () => {} }),
      },
    ).then(
      (service) => {
        if (life.alive) this.service = service;
      },
      (error: Error) => {
        trace.tell(this.name, "does not start", error.message);
        life.die();
      },
    );
  }

  crash(death: Death, away: number): void {
    this.#restart = away;
    this.life?.dieAt(death);
  }

  /** Nobody stays away any longer. */
  back(): void {
    this.#restart = 1_000;
    if (this.life === null) this.start();
    else this.life.live();
  }

  /** ms after the beginning */
  get upSince(): number {
    return this.startedAt - this.#around.start;
  }

  get skew(): Skew {
    return this.#skew;
  }

  #died(): void {
    this.life = null;
    this.service = null;
    this.#around.scheduler.after(this.#restart, () => {
      if (this.life === null) this.start();
    });
    this.#restart = 1_000;
  }
}

const silentMetrics = { fired: () => {}, settled: () => {} } as unknown as Metrics;
