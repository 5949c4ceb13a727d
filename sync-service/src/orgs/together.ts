import type { Timers } from "../runtime.ts";

/** Salesforce takes so many readings in one composite request, and so many of them queries. */
const readingsAtOnce = 25;
const queriesAtOnce = 5;
const isQuery = (url: string) => /\/query(All)?[/?]/.test(url);

interface Waiting {
  url: string;
  resolve(answer: unknown): void;
  reject(error: unknown): void;
}
export interface PartOfAnswer {
  httpStatusCode: number;
  body: unknown;
}

/** Readings that begin at about the same moment, sent as one request: an org's limit counts requests. */
export class Bundle {
  readonly #ask: (urls: readonly string[]) => Promise<PartOfAnswer[]>;
  readonly #linger: number;
  readonly #timers: Timers;
  #waiting: Waiting[] = [];

  /** @param linger how long it waits for further readings, ms */
  constructor(ask: (urls: readonly string[]) => Promise<PartOfAnswer[]>, linger: number, timers: Timers) {
    this.#ask = ask;
    this.#linger = linger;
    this.#timers = timers;
  }

  read(url: string): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.#waiting.length === 0) this.#timers.after(this.#linger, () => this.#flush());
      this.#waiting.push({ url, resolve, reject });
    });
  }

  #flush(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const some of inRequests(waiting)) void this.#send(some);
  }

  async #send(some: readonly Waiting[]): Promise<void> {
    try {
      const answers = await this.#ask(some.map(({ url }) => url));
      for (const [at, { resolve, reject }] of some.entries()) {
        const { httpStatusCode, body } = answers[at]!;
        if (httpStatusCode < 400) resolve(body);
        else reject(refusal(body, httpStatusCode));
      }
    } catch (error) {
      for (const { reject } of some) reject(error);
    }
  }
}

function inRequests(waiting: readonly Waiting[]): Waiting[][] {
  const requests: { parts: Waiting[]; queries: number }[] = [];
  for (const one of waiting) {
    const query = isQuery(one.url) ? 1 : 0;
    let request = requests.find(
      ({ parts, queries }) => parts.length < readingsAtOnce && queries + query <= queriesAtOnce,
    );
    if (request === undefined) requests.push((request = { parts: [], queries: 0 }));
    request.parts.push(one);
    request.queries += query;
  }
  return requests.map(({ parts }) => parts);
}

function refusal(body: unknown, status: number): Error {
  const [first] = (Array.isArray(body) ? body : []) as { errorCode?: string; message?: string }[];
  const errorCode = first?.errorCode ?? `ERROR_HTTP_${status}`;
  return Object.assign(new Error(first?.message ?? `The org answered ${status}`), { errorCode });
}
