import { AsyncLocalStorage } from "node:async_hooks";
import { PassThrough } from "node:stream";
import { Transport } from "jsforce/lib/transport.js";
import { StreamPromise } from "jsforce/lib/util/promise.js";
import { pause, type WallClock, type World } from "../runtime.ts";
import { systemWorld } from "../world.ts";
import { isPage } from "../http-request.ts";
import type { ApiBudget } from "./budget.ts";
import { OrgTrouble } from "./trouble.ts";

type Request = Parameters<Transport["httpRequest"]>[0];
interface Answer {
  statusCode: number;
  headers: Record<string, string>;
  body: string;
}

/** An org answers a request within this time, headers and body together, or the request counts as failed, ms. */
export const answerWithin = 30_000;
/** Bytes of one answer: a page of 2,000 cases has about two million. */
const longestAnswer = 64 * 1024 * 1024;
/** What a second try often mends: a kept connection that the org had closed, a server that was busy. */
const passing = new Set([502, 503, 504]);
const retryAfter = 500;
const misdirected = 421;

/**
 * How jsforce reaches an org. Each request asks the budget first and is counted. It has a deadline and a bound, and
 * can be cancelled. On its own, jsforce would retry five times in silence, wait for half an hour, and follow a redirect to
 * any host with the token.
 */
export class OrgTransport extends Transport {
  readonly #budget: ApiBudget;
  readonly #within: number;
  readonly #clock: WallClock;
  readonly #world: World;
  readonly #cancelling = new AsyncLocalStorage<AbortSignal>();
  /** Requests without an answer, the oldest first. */
  readonly #underWay = new Set<{ what: string; since: number }>();

  constructor(budget: ApiBudget, clock: WallClock, within = answerWithin, world: World = systemWorld) {
    super();
    this.#budget = budget;
    this.#clock = clock;
    this.#within = within;
    this.#world = world;
  }

  /** The oldest request without an answer, in words; null: each has its answer. */
  get waitsFor(): string | null {
    const [oldest] = this.#underWay;
    if (oldest === undefined) return null;
    return `the org has not answered ${oldest.what} for ${Math.round((this.#clock.now() - oldest.since) / 1000)} s`;
  }

  /** Requests that `work` makes end when the signal is aborted. */
  cancelledBy<T>(signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
    return signal === undefined ? work() : this.#cancelling.run(signal, work);
  }

  override httpRequest(request: Request): ReturnType<Transport["httpRequest"]> {
    // nobody reads the stream: answers are small, and wanted whole
    return StreamPromise.create(() => ({ stream: new PassThrough() as never, promise: this.#ask(request) }));
  }

  async #ask(request: Request): Promise<Answer> {
    const { fetch, timers, random } = this.#world;
    const deadline = this.#world.deadline(this.#within);
    const cancelled = this.#cancelling.getStore();
    const signal = cancelled === undefined ? deadline : AbortSignal.any([deadline, cancelled]);
    const { pathname } = new URL(request.url);
    const asked = { what: `${request.method} ${pathname}`, since: this.#clock.now() };
    this.#underWay.add(asked);
    const once = async () => {
      this.#budget.admit();
      this.#budget.count();
      const answer = await answerTo(request, signal, fetch);
      // fetch itself asks once more after this answer, on a new connection
      if (answer.statusCode === misdirected) this.#budget.count();
      return answer;
    };
    try {
      if (!isReading(request)) return await once();
      const first = await once().catch((error: unknown) => {
        if (signal.aborted || error instanceof OrgTrouble) throw error;
        return null;
      });
      if (first !== null && !passing.has(first.statusCode)) return first;
      await pause(timers, retryAfter * (0.5 + random()), signal);
      signal.throwIfAborted();
      return await once();
    } catch (error) {
      if (error instanceof OrgTrouble) throw error;
      if (deadline.aborted)
        throw new OrgTrouble(
          "unavailable",
          `The org has not answered ${asked.what} within ${this.#within / 1000} s`,
          { cause: error },
        );
      const { cause } = error as Error;
      throw cause instanceof Error && !signal.aborted ? cause : error;
    } finally {
      this.#underWay.delete(asked);
    }
  }
}

/** Asking twice does nothing twice: also of several readings in one request. */
const isReading = ({ method, url, body }: Request): boolean =>
  method === "GET" ||
  (new URL(url).pathname.endsWith("/composite") && !/"method":"(?!GET")/.test(String(body)));

async function answerTo(
  { method, url, headers, body }: Request,
  signal: AbortSignal,
  fetch: World["fetch"],
): Promise<Answer> {
  const { "content-length": _, ...rest } = headers ?? {};
  const response = await fetch(url, {
    method,
    headers: rest,
    ...(body == null ? {} : { body: body as string }),
    redirect: "manual",
    signal,
  });
  if (response.status >= 301 && response.status <= 308 && response.status !== 304) {
    await response.body?.cancel();
    throw new OrgTrouble(
      "unavailable",
      `${new URL(url).host} sends the service to ${hostOf(response.headers.get("location"), url)}, where it does not go with its token. If the org has moved, register its new address`,
    );
  }
  const text = await textOf(response);
  if ((response.status < 500 && isPage(text)) || (response.ok && !mayBeOfOrg(text)))
    throw new OrgTrouble(
      "unavailable",
      `Another server on the way answered instead of the org: a page with HTTP ${response.status} from ${new URL(url).host}`,
    );
  return { statusCode: response.status, headers: Object.fromEntries(response.headers), body: text };
}

/** An org answers in JSON, or with nothing. */
const mayBeOfOrg = (text: string) => /^\s*([[{"]|$)/.test(text);

/** The body, up to a bound: an answer without end fills no memory. */
async function textOf(response: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of response.body ?? []) {
    length += part.byteLength;
    if (length > longestAnswer)
      throw new OrgTrouble("other", `The org's answer is longer than ${longestAnswer / 1024 / 1024} MB`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString("utf8");
}

function hostOf(location: string | null, from: string): string {
  try {
    return new URL(location ?? "", from).host;
  } catch {
    return "another place";
  }
}
