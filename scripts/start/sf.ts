// Runs the real sf CLI offline, with its own home folder, so that it does not change your own settings.
import { join } from "node:path";
import { instanceUrl, connectedApp, type DemoOrg } from "./clients.ts";
import { places, root } from "./places.ts";
import { run } from "./processes.ts";

export const sfEnvironment = {
  HOME: places.sfHome,
  SF_DISABLE_TELEMETRY: "true",
  SF_DISABLE_AUTOUPDATE: "true",
  SF_SKIP_NEW_VERSION_CHECK: "true",
  SF_USE_GENERIC_UNIX_KEYCHAIN: "true",
  SF_DISABLE_LOG_FILE: "true",
  SF_HIDE_RELEASE_NOTES: "true",
  SF_HIDE_RELEASE_NOTES_FOOTER: "true",
  SF_DNS_TIMEOUT: "1",
  SF_DOMAIN_RETRY: "0",
  SF_ORG_API_VERSION: "66.0",
  NO_COLOR: "1",
};
export const sfBinary = join(root, "node_modules/@salesforce/cli/bin/run.js");

// CI=1 turns spinners off, because they only fill a log
const sf = (name: string, ...args: string[]) =>
  run(name, [sfBinary, ...args], { ...sfEnvironment, CI: "true" });

export function login(client: DemoOrg, keyFile: string): Promise<void> {
  return sf(
    `sf-login-${client.id}`,
    ...["org", "login", "jwt", "--username", client.admin.username, "--jwt-key-file", keyFile],
    ...["--client-id", connectedApp, "--instance-url", instanceUrl(client), "--alias", client.id],
  );
}

/** @param what the sf options that choose the components */
export function deploy(client: DemoOrg, ...what: string[]): Promise<void> {
  return sf(
    `sf-deploy-${client.id}`,
    ...["project", "deploy", "start", ...what, "--target-org", client.id, "--wait", "10"],
  );
}

/** Deploys the hub's own package. It is a project of its own, because both packages have a file of Spanish words. */
export function deployHub(org: DemoOrg): Promise<void> {
  return run(
    `sf-deploy-${org.id}-app`,
    [
      sfBinary,
      ...["project", "deploy", "start", "--source-dir", "main", "--target-org", org.id, "--wait", "10"],
    ],
    { ...sfEnvironment, CI: "true" },
    join(root, "hub-app"),
  );
}
