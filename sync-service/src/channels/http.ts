import { redirectOf } from "../http-request.ts";
import type { Outcome } from "./channel.ts";

/** Longer than this, an answer's wish to be left alone is not followed: it is asked again. */
export const longestWait = 3_600_000;

/** `Retry-After` in whole ms, from 0 to an hour: seconds or a date; undefined when it is not there or cannot be read. */
export function retryAfter(headers: Headers, now: number): number | undefined {
  const value = headers.get("retry-after")?.trim();
  if (!value) return undefined;
  const seconds = Number(value);
  return waitOf(Number.isNaN(seconds) ? Date.parse(value) - now : seconds * 1000);
}

/** A wish to be left alone for so long, ms, as it is followed; undefined: it says nothing. */
export const waitOf = (ms: number): number | undefined =>
  Number.isNaN(ms) ? undefined : Math.round(Math.min(longestWait, Math.max(0, ms)));

/** Not the channel's word, but that of something between it and us. */
export const isPage = (text: string) => /^\s*<(!doctype|html|\?xml|head|body)/i.test(text);

/**
 * What an HTTP answer means for an item. `said` must hold no secret: it is kept and shown.
 * @param asked the address that was called
 */
export function outcomeOf(response: Response, said: string, now: number, asked: string | URL): Outcome {
  if (response.ok) return { is: "delivered" };
  const reason = `HTTP ${response.status}${said.trim() === "" ? "" : `: ${shown(said)}`}`;
  const after = retryAfter(response.headers, now);
  const wait = after === undefined ? {} : { after };
  if (response.status === 429) return { is: "limited", reason, ...wait };
  if (response.status >= 500 || response.status === 408 || response.status === 425)
    return { is: "unavailable", reason, ...wait };
  const redirect = redirectOf(response, asked);
  return {
    is: "dead",
    reason:
      redirect === null
        ? reason
        : `HTTP ${response.status}: it ${redirect}. Enter the address it has moved to.`,
  };
}

/** Something on the way has answered in the channel's place: a proxy, a sign-in page. It passes, like an outage. */
export function notFrom(channel: string, response: Response, now: number): Outcome {
  const after = retryAfter(response.headers, now);
  const reason = `What answers is not ${channel}, but something on the way to it: HTTP ${response.status}.`;
  return { is: "unavailable", reason, ...(after === undefined ? {} : { after }) };
}

/** A text from outside as it is kept: on one line, short, and without what a store cannot hold. */
export const shown = (text: string) =>
  text
    .slice(0, 2_000)
    .toWellFormed()
    .replace(/[\p{Cc}\s]+/gu, " ")
    .trim()
    .slice(0, 300);

/** What went wrong in words: `fetch failed` alone says nothing, its cause does. */
export function whyOf(error: unknown): string {
  const { message, code, cause } = error as Error & { code?: string };
  const what = message || code || String(error);
  return cause == null ? what : `${what}: ${whyOf(cause)}`;
}
