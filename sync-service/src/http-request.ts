/**
 * Requests to other services. Every answer is read with a bound on its bytes, and no redirect is followed: it would
 * carry tokens and bodies to a place that nobody entered.
 */

import type { World } from "./runtime.ts";
import { systemWorld } from "./world.ts";

/** Far more than any of these services answers, ms and bytes. */
export const longestAnswer = 30_000;
export const largestAnswer = 256 * 1024;

/** An answer grew past the bound. Its bytes are thrown away. */
export class AnswerTooLarge extends Error {
  override name = "AnswerTooLarge";
  constructor(most = largestAnswer) {
    super(`The answer is larger than ${most / 1024} KB.`);
  }
}

/**
 * `fetch` whose answer is complete when it resolves: within 30 s and at most 256 KB. A 3xx is an answer, and not
 * followed.
 * @param most bytes of an answer that may be larger: a file
 * @throws AnswerTooLarge; what fetch throws
 */
export async function request(
  url: string | URL,
  init: RequestInit = {},
  { deadline, fetch }: Pick<World, "deadline" | "fetch"> = systemWorld,
  most = largestAnswer,
): Promise<Response> {
  const ended = new AbortController();
  const signal = AbortSignal.any([
    ended.signal,
    deadline(longestAnswer),
    ...(init.signal ? [init.signal] : []),
  ]);
  try {
    const response = await fetch(url, { ...init, redirect: "manual", signal });
    const body = await bytesOf(response, most);
    const { status, statusText, headers } = response;
    return new Response(bodiless.has(status) ? null : new Uint8Array(body), { status, statusText, headers });
  } finally {
    // a body that goes on is not wanted any more
    ended.abort();
  }
}

const bodiless = new Set([204, 205, 304]);

async function bytesOf({ body }: Response, most: number): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of (body ?? []) as unknown as AsyncIterable<Uint8Array>) {
    bytes += part.length;
    if (bytes > most) throw new AnswerTooLarge(most);
    parts.push(part);
  }
  return Buffer.concat(parts);
}

/** Where a redirect leads, as far as it may be shown: paths and queries can hold secrets. */
export function redirectOf({ status, headers }: Response, asked: string | URL): string | null {
  if (status < 300 || status > 399 || status === 304) return null;
  const location = headers.get("location");
  const place =
    location !== null && URL.canParse(location, String(asked))
      ? new URL(location, asked).origin
      : "another address";
  return `redirects to ${place}, which is not followed`;
}

/** Whether an answer is a web page. Then a proxy or a sign-in page on the way answered, not the service that was asked. */
export const isPage = (text: string) => /^\s*(<\?xml[^>]*>\s*)?<(!doctype html|html|head|body)\b/i.test(text);
