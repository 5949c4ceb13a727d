import type { Outcome } from "./delivery.ts";

/** `Retry-After` in ms: seconds or a date; undefined when it is not there or cannot be read. */
export function retryAfter(headers: Headers, now: number): number | undefined {
  const value = headers.get("retry-after");
  if (value === null) return undefined;
  const seconds = Number(value);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

/** What an HTTP answer means for an effect. `said` must hold no secret: it is kept and shown. */
export function outcomeOf(response: Response, said: string, now: number): Outcome {
  if (response.ok) return { is: "delivered" };
  const reason = `HTTP ${response.status}${said === "" ? "" : `: ${said.replace(/\s+/g, " ").slice(0, 300)}`}`;
  const after = retryAfter(response.headers, now);
  if (response.status === 429 || response.status === 503 || response.status >= 500 || response.status === 408)
    return { is: "unavailable", reason, ...(after === undefined ? {} : { after }) };
  return { is: "dead", reason };
}

/** What went wrong in words: `fetch failed` alone says nothing, its cause does. */
export function whyOf(error: unknown): string {
  const { message, code, cause } = error as Error & { code?: string };
  const what = message || code || String(error);
  return cause == null ? what : `${what}: ${whyOf(cause)}`;
}
