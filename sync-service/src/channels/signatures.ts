import { createHmac, timingSafeEqual } from "node:crypto";

/** The body as it came, for a signature over its bytes; empty where there was no body. */
export const bodyOf = ({ body }: { body?: unknown }): Buffer =>
  Buffer.isBuffer(body) ? body : Buffer.alloc(0);

/** An older request could be a replayed recording. */
const freshFor = 5 * 60;

/** In constant time for texts of one length. */
export const sameText = (a: string, b: string) => {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
};
const hmac = (secret: string, text: string | Buffer) =>
  createHmac("sha256", secret).update(text).digest("hex");

/**
 * Checks Slack's `X-Slack-Signature` over the version, the timestamp and the raw body.
 * @param now ms
 */
export function isFromSlack(
  secret: string,
  { signature, timestamp }: { signature: string | undefined; timestamp: string | undefined },
  body: Buffer,
  now: number,
): boolean {
  if (signature === undefined || !isFresh(timestamp, now)) return false;
  return sameText(signature, `v0=${hmac(secret, `v0:${timestamp}:${body.toString("utf8")}`)}`);
}

/** Checks PagerDuty's `X-PagerDuty-Signature`: one signature per secret, separated by commas. */
export function isFromPagerDuty(secret: string, signatures: string | undefined, body: Buffer): boolean {
  const expected = `v1=${hmac(secret, body)}`;
  return (signatures ?? "").split(",").some((signature) => sameText(signature.trim(), expected));
}

/** Checks Meta's `X-Hub-Signature-256` over the raw body: it escapes some characters, so parsing changes it. */
export const isFromMeta = (secret: string, signature: string | undefined, body: Buffer): boolean =>
  signature !== undefined && sameText(signature, `sha256=${hmac(secret, body)}`);

/** `v1=` and the hex HMAC-SHA256 of `<timestamp>.<body>`. With the timestamp, a receiver can refuse a replayed call. */
export const signatureOf = (secret: string, timestamp: number | string, body: string | Buffer) =>
  `v1=${hmac(secret, Buffer.concat([Buffer.from(`${timestamp}.`), Buffer.from(body)]))}`;

const isFresh = (timestamp: string | undefined, now: number): timestamp is string =>
  timestamp !== undefined &&
  /^\d{1,12}$/.test(timestamp) &&
  Math.abs(now / 1000 - Number(timestamp)) <= freshFor;

/** Checks what a phone bridge posted: it signs as the service's own webhooks do. */
export const isFromBridge = (
  secret: string,
  signature: string | undefined,
  timestamp: string | undefined,
  body: Buffer,
  now: number,
): boolean =>
  signature !== undefined &&
  isFresh(timestamp, now) &&
  sameText(signature, signatureOf(secret, timestamp, body));

/** Checks the signature of a mail that a mail service or a relay of ours posted, over its time and its bytes. */
export function isFromMailService(
  secret: string,
  signature: string | undefined,
  timestamp: string | undefined,
  body: Buffer,
  now: number,
): boolean {
  if (signature === undefined || !isFresh(timestamp, now)) return false;
  return sameText(signature, hmac(secret, Buffer.concat([Buffer.from(`${timestamp}.`), body])));
}
