import { createPrivateKey } from "node:crypto";
import { SignJWT } from "jose";
import { request } from "../http-request.ts";
import type { WallClock, World } from "../runtime.ts";
import { systemWorld } from "../world.ts";
import type { Org } from "./org.ts";
import { answerWithin } from "./transport.ts";
import { OrgTrouble, troubleOf } from "./trouble.ts";

export interface Session {
  accessToken: string;
  instanceUrl: string;
  /** 00D…, as the org tells it */
  orgId: string;
  userId: string;
}

const grace = 180_000;

/**
 * Signs in: JWT bearer (no refresh token exists, so each time anew) or client credentials.
 * @param within the org's deadline, ms
 * @throws OrgTrouble `signIn` when the org says no, `unavailable` when it does not answer
 */
export async function signIn(
  org: Org,
  clock: WallClock,
  within = answerWithin,
  world: World = systemWorld,
): Promise<Session> {
  let [response, answer] = await askForToken(org, clock, within, world);
  // an assertion that was signed before this machine stood still for minutes is refused like a wrong key: sign once more
  if (answer.error === "invalid_grant") [response, answer] = await askForToken(org, clock, within, world);
  if (response.status >= 300 && response.status < 400)
    throw new OrgTrouble(
      "unavailable",
      `${org.loginUrl} sends the service elsewhere, where it does not go with its key. If the org has moved, register its new address`,
    );
  // an org that refuses says why, in OAuth's words
  if (response.status >= 400 && response.status < 500 && typeof answer.error !== "string")
    throw new OrgTrouble(
      "unavailable",
      `Another server on the way answered instead of ${org.loginUrl}: HTTP ${response.status} without a reason`,
    );
  if (!response.ok) {
    const said = `${answer.error ?? response.status}: ${answer.error_description ?? "no description"}`;
    if (response.status >= 500 || response.status === 429 || /unavailable|login rate exceeded/i.test(said))
      throw new OrgTrouble("unavailable", `Signing in to ${org.loginUrl} did not work this time (${said})`);
    throw new OrgTrouble(
      "signIn",
      `${org.loginUrl} does not let ${org.username} in (${said}). Check that the external client app accepts this key, that the user is active, not frozen and pre-authorised for the app, and the client id.`,
    );
  }
  const [orgId, userId] = (answer.id ?? "").split("/").slice(-2);
  if (!answer.access_token || !orgId || !userId)
    throw new OrgTrouble("other", `${org.loginUrl} answered a token request with something else`);
  return {
    accessToken: answer.access_token,
    instanceUrl: (answer.instance_url ?? org.instanceUrl).replace(/\/+$/, ""),
    orgId,
    userId,
  };
}

/**
 * Whether the org lets the service in at an instant: it refuses an assertion that has run out by its own clock. Without such
 * assertions it cannot be asked.
 */
export function signsInAt(
  org: Org,
  world: World = systemWorld,
): ((at: number) => Promise<boolean | null>) | undefined {
  if (org.credentials.flow !== "jwt") return undefined;
  return async (at) => {
    try {
      await signIn(org, { now: () => at }, answerWithin, world);
      return true;
    } catch (error) {
      return troubleOf(error).kind === "signIn" ? false : null;
    }
  };
}

async function askForToken(
  org: Org,
  clock: WallClock,
  within: number,
  world: World,
): Promise<[Response, Record<string, string>]> {
  const body = new URLSearchParams(await grantOf(org, clock, world));
  const signal = world.deadline(within);
  try {
    const response = await request(
      new URL("/services/oauth2/token", org.loginUrl),
      { method: "POST", body, signal },
      world,
    );
    const answer = (await response.json().catch((error: unknown) => {
      if (signal.aborted) throw error;
      return {};
    })) as Record<string, string>;
    return [response, answer];
  } catch (error) {
    if (signal.aborted)
      throw new OrgTrouble(
        "unavailable",
        `${org.loginUrl} has not let the service in within ${within / 1000} s`,
      );
    const cause = (error as Error).cause;
    throw troubleOf(cause instanceof Error ? cause : error);
  }
}

async function grantOf(org: Org, clock: WallClock, { readFile }: World): Promise<Record<string, string>> {
  const { credentials } = org;
  const secret = (file: string) => {
    try {
      return readFile(file);
    } catch (error) {
      throw new OrgTrouble(
        "signIn",
        `The secret of ${org.id} cannot be read from ${file} (${(error as NodeJS.ErrnoException).code})`,
      );
    }
  };
  if (credentials.flow === "clientCredentials")
    return {
      grant_type: "client_credentials",
      client_id: credentials.clientId,
      client_secret: secret(credentials.secretFile).trim(),
    };
  const pem = secret(credentials.keyFile);
  let key;
  try {
    key = createPrivateKey(pem);
  } catch {
    // the reason would quote the key
    throw new OrgTrouble("signIn", `${credentials.keyFile} does not hold a private key in PEM form`);
  }
  const assertion = await new SignJWT({})
    .setProtectedHeader({ alg: "RS256" })
    .setIssuer(credentials.clientId)
    .setSubject(org.username)
    .setAudience(org.loginUrl)
    .setExpirationTime(Math.floor((clock.now() + grace) / 1000))
    .sign(key);
  return { grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer", assertion };
}
