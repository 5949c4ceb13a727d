/** Checks the assertion of the JWT bearer flow: the app's signature, the audience, the expiry and the user. */
import { X509Certificate, createPublicKey, type KeyObject } from "node:crypto";
import { compactVerify, decodeJwt } from "jose";
import { appOf } from "./deployedApps.ts";
import type { ConnectedApp, Org } from "../org/types.ts";

/** Salesforce accepts an expiry up to five minutes ahead. The CLI writes it in milliseconds. */
const FARTHEST = 5 * 60_000;

export class OAuthError extends Error {
  readonly error: string;

  constructor(error: string, description: string) {
    super(description);
    this.error = error;
  }
}

const keys = new WeakMap<ConnectedApp, KeyObject>();
function keyOf(app: ConnectedApp): KeyObject {
  let key = keys.get(app);
  if (key === undefined) {
    const pem = app.certificate!;
    key = pem.includes("BEGIN CERTIFICATE") ? new X509Certificate(pem).publicKey : createPublicKey(pem);
    keys.set(app, key);
  }
  return key;
}

/** Reads a time in seconds or milliseconds. The size tells which one it is. */
const toMs = (time: number): number => (time > 1e11 ? time : time * 1000);

/** @returns the username in the assertion and the app that signed it. @throws OAuthError as Salesforce answers */
export async function verifyAssertion(
  org: Org,
  assertion: string,
): Promise<{ app: ConnectedApp; username: string }> {
  let claims: ReturnType<typeof decodeJwt>;
  try {
    claims = decodeJwt(assertion);
  } catch {
    throw new OAuthError("invalid_grant", "invalid assertion");
  }
  const app = appOf(org, claims.iss);
  if (app === undefined) throw new OAuthError("invalid_client_id", "client identifier invalid");
  if (app.certificate === undefined)
    throw new OAuthError("invalid_client", "the app has no certificate to check the assertion with");
  try {
    await compactVerify(assertion, keyOf(app), { algorithms: ["RS256"] });
  } catch {
    throw new OAuthError("invalid_grant", "invalid assertion");
  }
  const audiences = ([] as unknown[]).concat(claims.aud ?? []).map((aud) => String(aud).replace(/\/+$/, ""));
  if (!audiences.some((audience) => audience === org.instanceUrl || isAlias(org, audience)))
    throw new OAuthError("invalid_grant", "audience is invalid");
  if (typeof claims.exp !== "number") throw new OAuthError("invalid_grant", "expiration is missing");
  const left = toMs(claims.exp) - org.now();
  if (left <= 0) throw new OAuthError("invalid_grant", "token has expired");
  if (left > FARTHEST + 60_000) throw new OAuthError("invalid_grant", "expiration too far in the future");
  if (typeof claims.sub !== "string")
    throw new OAuthError("invalid_grant", "user hasn't approved this consumer");
  return { app, username: claims.sub };
}

/** Accepts `localhost` for `127.0.0.1`, and Salesforce's own login host, because every org accepts it. */
function isAlias(org: Org, audience: string): boolean {
  return (
    audience.replace("//localhost:", "//127.0.0.1:") === org.instanceUrl ||
    audience === "https://login.salesforce.com" ||
    audience === "https://test.salesforce.com"
  );
}
