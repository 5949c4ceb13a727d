// Signs a person in to a local org with OAuth's JWT bearer flow, as every client does.
import { readFileSync } from "node:fs";
import { importPKCS8, SignJWT } from "jose";
import { Connection } from "jsforce";
import { connectedApp, instanceUrl, type DemoOrg, type Person } from "./clients.ts";

export async function signIn(client: DemoOrg, person: Person, keyFile: string): Promise<Connection> {
  const url = instanceUrl(client);
  const assertion = await new SignJWT()
    .setProtectedHeader({ alg: "RS256" })
    .setIssuer(connectedApp)
    .setSubject(person.username)
    .setAudience(url)
    .setExpirationTime("3m")
    .sign(await importPKCS8(readFileSync(keyFile, "utf8"), "RS256"));
  const answer = await fetch(`${url}/services/oauth2/token`, {
    method: "POST",
    body: new URLSearchParams({ grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer", assertion }),
  });
  const body = (await answer.json()) as { access_token?: string; error_description?: string };
  if (!body.access_token)
    throw new Error(`${person.username} could not sign in to ${client.label}: ${body.error_description}`);
  return new Connection({ instanceUrl: url, accessToken: body.access_token, version: "66.0" });
}
