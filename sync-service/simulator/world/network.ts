import type { Mailer } from "../../src/runtime.ts";
import type { Dice } from "./dice.ts";
import type { Scheduler } from "./scheduler.ts";
import type { Trace } from "./trace.ts";

export interface Asked {
  method: string;
  url: URL;
  headers: Record<string, string>;
  body: string;
}
export interface Answered {
  status: number;
  headers?: Record<string, string>;
  body?: string;
  /** The body never ends. */
  endless?: boolean;
}

/** A server somewhere. */
export interface Host {
  answer(asked: Asked): Answered;
}

/** What becomes of one request, decided when it is made. */
export interface Fate {
  /** ms until the host has it, and until the answer is back. */
  there: number;
  back: number;
  /** Nobody is there: the request fails after `there`. */
  refused?: string;
  /** The host never gets it, and nobody says so. */
  lost?: boolean;
  /** The host carries it out, and the connection breaks before the answer is back. */
  unanswered?: boolean;
  /** The host says this, and does not carry it out. */
  instead?: Answered;
}

/** What becomes of one mail. */
export interface MailFate {
  /** ms until the mail server has decided */
  takes: number;
  /** It says nothing. */
  lost?: boolean;
  refused?: { code?: string; responseCode?: number };
}

/** The way between the instances and every server that they ask. */
export class Network {
  readonly #scheduler: Scheduler;
  readonly #trace: Trace;
  readonly #dice: Dice;
  readonly #hosts = new Map<string, Host>();
  /** Decides what becomes of a request. */
  fateOf: (asked: Asked, usual: Fate) => Fate = (_asked, usual) => usual;
  /** Requests by now. */
  requests = 0;
  /** Told of each mail that the mail server takes, by our key. */
  onMail: (key: string) => void = () => {};
  fateOfMail: (usual: MailFate) => MailFate = (usual) => usual;

  constructor(scheduler: Scheduler, trace: Trace, dice: Dice) {
    this.#scheduler = scheduler;
    this.#trace = trace;
    this.#dice = dice;
  }

  add(host: string, server: Host): void {
    this.#hosts.set(host, server);
  }

  ask(who: string, address: string, init: RequestInit): Promise<Response> {
    const url = new URL(address);
    const asked: Asked = {
      method: init.method ?? "GET",
      url,
      headers: lowerCase(init.headers),
      body: init.body == null ? "" : String(init.body),
    };
    const number = this.requests++;
    const { now } = this.#scheduler;
    const usual: Fate = {
      there: this.#dice.between(5, 60, "there", url.host, now, number),
      back: this.#dice.between(5, 60, "back", url.host, now, number),
    };
    const fate = this.fateOf(asked, usual);
    const what = `${asked.method} ${url.host}${url.pathname}`;
    return new Promise((resolve, reject) => {
      const fail = (code: string) => {
        this.#trace.tell(who, "request fails", what, code);
        reject(
          Object.assign(new TypeError("fetch failed"), { cause: Object.assign(new Error(code), { code }) }),
        );
      };
      init.signal?.addEventListener("abort", () => reject(init.signal!.reason as Error), { once: true });
      if (init.signal?.aborted) return reject(init.signal.reason as Error);
      if (fate.lost) return;
      this.#scheduler.after(fate.there, () => {
        if (fate.refused !== undefined) return fail(fate.refused);
        const host = this.#hosts.get(url.host);
        if (host === undefined) return fail("ENOTFOUND");
        const answer = fate.instead ?? host.answer(asked);
        this.#trace.tell(url.host, "answers", what, `${answer.status} to ${who}`);
        this.#scheduler.after(fate.back, () =>
          fate.unanswered ? fail("ECONNRESET") : resolve(responseOf(answer)),
        );
      });
    });
  }

  mailer(who: string): Mailer {
    const sendMail = (mail: { to?: unknown; headers?: Record<string, string> }) =>
      new Promise((resolve, reject) => {
        const number = this.requests++;
        const fate = this.fateOfMail({ takes: this.#dice.between(50, 400, "mail", number) });
        if (fate.lost) return;
        this.#scheduler.after(fate.takes, () => {
          if (fate.refused !== undefined) return reject(Object.assign(new Error("refused"), fate.refused));
          this.onMail(mail.headers?.["X-Compromiso-Key"] ?? "");
          this.#trace.tell("mail", "takes", String(mail.to), who);
          resolve({ accepted: [String(mail.to)], rejected: [], messageId: `<${number}@mail>` });
        });
      });
    return { sendMail, close: () => {} } as unknown as Mailer;
  }
}

function lowerCase(headers: RequestInit["headers"]): Record<string, string> {
  const given = headers instanceof Headers ? Object.fromEntries(headers) : (headers ?? {});
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => [name.toLowerCase(), String(value)]),
  );
}

/** As much of a response as the service reads of one. Real ones cost more than the rest of a request. */
function responseOf({ status, headers = {}, body = "", endless = false }: Answered): Response {
  const bytes = Buffer.from(body);
  const parts: Iterable<Uint8Array> = endless ? forever() : [bytes];
  return {
    status,
    statusText: "",
    ok: status >= 200 && status < 300,
    headers: new Headers({ "content-type": "application/json", ...headers }),
    body: Object.assign(parts, { cancel: async () => {} }),
  } as unknown as Response;
}

function* forever(): Generator<Uint8Array> {
  const part = Buffer.alloc(64 * 1024, " ");
  for (;;) yield part;
}
