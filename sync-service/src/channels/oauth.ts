/** Tokens for mail servers that take no password: XOAUTH2, renewed before they run out. */
import { z } from "zod";
import { secretRef, type SecretRef } from "../secrets.ts";
import { isJson, shown } from "./http.ts";

/** With a refresh token it is a person's mailbox; without one, the app's own permission. */
export const oauthSchema = z.strictObject({
  tokenUrl: z.url(),
  clientId: z.string().min(1),
  clientSecret: secretRef.optional(),
  refreshToken: secretRef.optional(),
  scope: z.string().optional(),
});

interface OAuthParts {
  secret(ref: SecretRef): string;
  request(url: string | URL, init?: RequestInit): Promise<Response>;
  now(): number;
}

const answer = z.looseObject({
  access_token: z.string().optional(),
  expires_in: z.coerce.number().default(3600),
  error: z.string().optional(),
  error_description: z.string().optional(),
});
/** So long before its end a token is renewed, ms. */
const margin = 60_000;

/**
 * @returns a function that gives a token; with `renew` a new one, because the last was refused
 */
export function tokenSource(
  { tokenUrl, clientId, clientSecret, refreshToken, scope }: z.infer<typeof oauthSchema>,
  { secret, request, now }: OAuthParts,
): (renew?: boolean) => Promise<string> {
  let held: { token: string; until: number } | null = null;
  return async (renew = false) => {
    if (!renew && held !== null && now() < held.until) return held.token;
    const form = {
      ...(refreshToken === undefined
        ? { grant_type: "client_credentials" }
        : { grant_type: "refresh_token", refresh_token: secret(refreshToken) }),
      client_id: clientId,
      ...(clientSecret === undefined ? {} : { client_secret: secret(clientSecret) }),
      ...(scope === undefined ? {} : { scope }),
    };
    const response = await request(tokenUrl, {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams(form as Record<string, string>).toString(),
    });
    const said = await response.text();
    const { host } = new URL(tokenUrl);
    // a page comes from a proxy on the way, and 5xx from a host in trouble: they say nothing of the sign-in
    if (!isJson(said) || response.status >= 500)
      throw new Error(`${host} gives no token now: HTTP ${response.status}, and no answer of its own.`);
    const read = answer.safeParse(JSON.parse(said));
    const token = read.data?.access_token;
    if (!response.ok || token === undefined)
      throw new Error(
        `${host} gives no token: HTTP ${response.status} ${shown(read.data?.error_description ?? read.data?.error ?? "").replace(/\.$/, "")}. Sign in to the mailbox anew.`,
      );
    held = { token, until: now() + read.data!.expires_in * 1000 - margin };
    return token;
  };
}
