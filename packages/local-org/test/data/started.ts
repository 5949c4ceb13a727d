import { generateKeyPairSync } from "node:crypto";
import { SignJWT } from "jose";
import { startLocalOrgs } from "../../src/index.ts";
import type { Org, OrgOptions } from "../../src/org/types.ts";

export const { privateKey, publicKey } = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
  publicKeyEncoding: { type: "spki", format: "pem" },
});

const person = (first: string, profile: string, more: object = {}) => ({
  username: `${first}@test.example`,
  name: `${first} Test`,
  email: `${first}@test.example`,
  profile,
  ...more,
});

/** One org with an app, over HTTP. */
export async function start(more: Partial<OrgOptions> = {}, dataDir?: string) {
  const host = await startLocalOrgs({
    ...(dataDir === undefined ? {} : { dataDir }),
    orgs: [
      {
        name: "web",
        label: "Web",
        language: "en_US",
        timeZone: "America/Argentina/Buenos_Aires",
        users: [
          person("admin", "System Administrator"),
          person("tom", "Standard User"),
          person("sync", "Minimum Access - API Only Integrations"),
          person("gone", "Standard User", { isActive: false }),
        ],
        apps: [
          {
            name: "Service",
            clientId: "service",
            clientSecret: "a secret",
            certificate: publicKey,
            runAs: "sync@test.example",
          },
          {
            name: "Strict",
            clientId: "strict",
            certificate: publicKey,
            preauthorizedProfiles: ["System Administrator"],
          },
        ],
        ...more,
      },
    ],
  });
  const org = host.orgs.get("web")!;
  const token = (first: string) => tokenFor(org, first);
  /** A call of the REST API: status, parsed body, headers. */
  const call = async (
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
    first = "admin",
  ) => {
    const response = await fetch(`${org.instanceUrl}/services/data/v66.0${path}`, {
      method,
      headers: { authorization: `Bearer ${token(first)}`, "content-type": "application/json", ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      body: (text === "" ? undefined : JSON.parse(text)) as never as Record<string, unknown> &
        Record<string, unknown>[],
      headers: response.headers,
    };
  };
  const query = (soql: string, first = "admin") =>
    call("GET", `/query?q=${encodeURIComponent(soql)}`, undefined, {}, first);
  return { host, org, token, call, query };
}

function tokenFor(org: Org, first: string): string {
  const user = [...org.rows("User")].find((row) => row.Username === `${first}@test.example`)!;
  return org.sessions.open(user.Id, "test").token;
}

export const assertion = (
  claims: { iss: string; sub: string; aud: string; exp: number },
  key: Awaited<ReturnType<typeof import("jose").importPKCS8>>,
): Promise<string> =>
  new SignJWT({ exp: claims.exp })
    .setProtectedHeader({ alg: "RS256" })
    .setIssuer(claims.iss)
    .setSubject(claims.sub)
    .setAudience(claims.aud)
    .sign(key);
