// Onboards a client into the service, with the same command that operators use.
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { instanceUrl, hub, servicePort, type DemoClient, type DemoOrg } from "./clients.ts";
import { Mendable } from "./cleanly.ts";
import { doorAccounts } from "./doors/secrets.ts";
import type { Office } from "./office-hours.ts";
import { places, root } from "./places.ts";
import { run } from "./processes.ts";
import { signIn } from "./signin.ts";

/** The name of the settings that hold the certificate and the consumer key. */
const globalSettings = "Support_Sync_glbloauth";

/** The account of the fleet page. Its password is no secret, because the demonstration listens on this machine only. */
export const fleetAccount = { name: "demo", password: "compromiso-local" };

/** Makes an operator's account if it does not exist yet. */
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

/** @param smtp where the demonstration's mail server listens */
export const serviceConfig = (smtp: string) => ({
  store: { file: join(places.service, "compromiso.db") },
  http: { host: "127.0.0.1", port: servicePort },
  provider: { name: "Su Consultora" },
  // you are watching, so a case that enters by the intake rule should not wait a minute
  every: { intake: 1, replies: 2 },
  actions: doorAccounts(smtp),
});

export function writeSignInApp(certificateFile: string): Promise<void> {
  return run("sign-in-app", [
    join(root, "sync-service/bin/sla-sync.js"),
    ...["sign-in-app", "--certificate", certificateFile, "--out", places.signInApp],
  ]);
}

/** Reads the consumer key that the org made for the deployed app. In a real org, an administrator reads it in Setup. */
async function consumerKeyOf(client: DemoOrg, keyFile: string): Promise<string> {
  const org = await signIn(client, client.admin, keyFile);
  const settings = (await org.metadata.read("ExtlClntAppGlobalOauthSettings" as never, globalSettings)) as {
    consumerKey?: string;
  };
  if (!settings.consumerKey) throw new Mendable(`${client.label}: the app Support Sync has no consumer key.`);
  return settings.consumerKey;
}

export async function onboard(
  client: DemoClient,
  keyFile: string,
  pubsub: string,
  office: Office,
): Promise<void> {
  const home =
    client.plan === "Platinum" ? { timeZone: "America/Argentina/Buenos_Aires", holidays: "AR" } : office;
  await run(`onboard-${client.id}`, [
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
      await consumerKeyOf(client, keyFile),
      "--key-file",
      keyFile,
      "--pubsub-endpoint",
      pubsub,
      "--insecure-plaintext",
    ],
    ...["--plan", client.plan.toLowerCase(), "--time-zone", home.timeZone, "--holidays", home.holidays],
    // early enough for the seeded cases, which were opened on earlier days
    ...["--starts-on", `${new Date().getFullYear()}-01-01`],
    ...["--intake", "Origin = 'Email'"],
  ]);
  if (client.plan === "Platinum") await pageNobody(client);
}

/** The demonstration has no PagerDuty account. Its steps do all else; a page would only end as a dead letter. */
async function pageNobody(client: DemoClient): Promise<void> {
  const { steps } = JSON.parse(readFileSync(join(root, "config/support-plans.json"), "utf8")) as {
    steps: { name: string; do: { type: string }[] }[];
  };
  const isPage = ({ type }: { type: string }) => type === "page";
  const stepOverrides = steps
    .filter((step) => step.do.some(isPage))
    .map((step) => ({ step: step.name, do: step.do.filter((action) => !isPage(action)) }));
  const file = join(places.service, `settings-${client.id}.json`);
  writeFileSync(file, JSON.stringify({ stepOverrides }, null, 2));
  await run(`settings-${client.id}`, [
    join(root, "sync-service/bin/sla-sync.js"),
    ...["orgs", "update", client.id, "--settings", file],
    ...["--config", join(places.service, "config.json")],
  ]);
}

/** Connects the hub, and lets it serve every client. */
export async function connectHub(
  keyFile: string,
  pubsub: string,
  clients: readonly DemoOrg[],
): Promise<void> {
  const config = ["--config", join(places.service, "config.json")];
  const command = join(root, "sync-service/bin/sla-sync.js");
  await run("hub-connect", [
    command,
    ...["hub", "connect", ...config, "--company", hub.label, "--instance-url", instanceUrl(hub)],
    ...["--username", hub.sync.username, "--client-id", await consumerKeyOf(hub, keyFile)],
    ...["--key-file", keyFile, "--pubsub-endpoint", pubsub, "--insecure-plaintext"],
  ]);
  for (const { id } of clients) await run(`hub-link-${id}`, [command, "hub", "link", id, ...config]);
}
