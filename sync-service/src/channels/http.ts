import { redirectOf } from "../http-request.ts";
import type { Outcome } from "./channel.ts";

/** The longest wait that we grant to a destination, in ms. After it we ask again. */
export const longestWait = 3_600_000;

/**
 * Reads `Retry-After` (seconds or a date) as whole ms, from 0 to an hour.
 * @returns undefined if the header is missing or unreadable
 */
export function retryAfter(headers: Headers, now: number): number | undefined {
  const value = headers.get("retry-after")?.trim();
  if (!value) return undefined;
  const seconds = Number(value);
  return waitOf(Number.isNaN(seconds) ? Date.parse(value) - now : seconds * 1000);
}

/** Limits a requested wait (ms) to `longestWait`. @returns undefined if the value is not a usable number */
export const waitOf = (ms: number): number | undefined =>
  Number.isNaN(ms) ? undefined : Math.round(Math.min(longestWait, Math.max(0, ms)));

/** Whether the text is JSON. A proxy answers in other forms. */
export function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/**
 * Turns an HTTP answer into an item's outcome.
 * @param said the answer's text, without secrets, because the store keeps it and pages show it
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

/** The outcome if a proxy or a sign-in page answered instead of the channel. We treat it like an outage. */
export function notFrom(channel: string, response: Response, now: number): Outcome {
  const after = retryAfter(response.headers, now);
  const reason = `Another server on the way answered instead of ${channel}: HTTP ${response.status}.`;
  return { is: "unavailable", reason, ...(after === undefined ? {} : { after }) };
}

/** Makes an outside text safe to keep: one line, short, without characters that a store cannot hold. */
export const shown = (text: string) =>
  text
    .slice(0, 2_000)
    .toWellFormed()
    .replace(/[\p{Cc}\s]+/gu, " ")
    .trim()
    .slice(0, 300);

/** An error's words with those of its cause, because `fetch failed` alone does not say enough. */
export function whyOf(error: unknown): string {
  const { message, code, cause } = error as Error & { code?: string };
  const what = message || code || String(error);
  return cause == null ? what : `${what}: ${whyOf(cause)}`;
}
