// Onboards a client into the service with the command its operators use.
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { connectedApp, instanceUrl, servicePort, type DemoClient } from "./clients.ts";
import type { Office } from "./office-hours.ts";
import { places, root } from "./places.ts";
import { run } from "./processes.ts";

/** For the fleet page on this machine alone: whoever can read it is whoever ran npm start. */
export const fleetAccount = { name: "demo", password: "compromiso-local" };

/** An operator's account, unless there is one already. */
export async function openFleetPage(): Promise<void> {
  const passwordFile = join(places.service, "demo-password");
  writeFileSync(passwordFile, fleetAccount.password, { mode: 0o600 });
  try {
    await run("account", [
      join(root, "sync-service/bin/sla-sync.js"),
      ...["accounts", "add", "--config", join(places.service, "config.json")],
      ...["--role", "operator", "--name", fleetAccount.name, "--password-file", passwordFile],
    ]);
  } finally {
    rmSync(passwordFile);
  }
}

export const serviceConfig = () => ({
  store: { file: join(places.service, "compromiso.db") },
  http: { host: "127.0.0.1", port: servicePort },
  // somebody is watching: cases that come under the contract by the intake rule should not wait a minute
  every: { intake: 1, replies: 5 },
});

export function onboard(client: DemoClient, keyFile: string, pubsub: string, office: Office): Promise<void> {
  const home =
    client.plan === "Platinum" ? { timeZone: "America/Argentina/Buenos_Aires", holidays: "AR" } : office;
  return run(`onboard-${client.id}`, [
    join(root, "sync-service/bin/sla-sync.js"),
    ...[
      "orgs",
      "add",
      "--config",
      join(places.service, "config.json"),
      "--id",
      client.id,
      "--name",
      client.label,
    ],
    ...["--instance-url", instanceUrl(client), "--username", client.sync.username],
    ...[
      "--client-id",
      connectedApp,
      "--key-file",
      keyFile,
      "--pubsub-endpoint",
      pubsub,
      "--insecure-plaintext",
    ],
    ...["--plan", client.plan.toLowerCase(), "--time-zone", home.timeZone, "--holidays", home.holidays],
    // long enough ago for the cases that are seeded as opened on earlier days
    ...["--starts-on", `${new Date().getFullYear()}-01-01`],
    ...["--intake", "Origin = 'Email'"],
  ]);
}
