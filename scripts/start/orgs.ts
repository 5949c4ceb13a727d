// The process that runs the three local orgs. It ends when its parent ends.
import { writeFileSync } from "node:fs";
import { lightning } from "@compromiso/local-lightning";
import { startLocalOrgs } from "@compromiso/local-org";
import { connectedApp, demoClients, hub, peopleOf, pubsubPort, pubsubTlsPort } from "./clients.ts";
import { jwtKey } from "./keys.ts";
import { places } from "./places.ts";

const { publicKey } = jwtKey(places.keys);
const host = await startLocalOrgs({
  dataDir: places.orgs,
  cacheDir: places.cache,
  pages: lightning({ cacheDir: places.cache }),
  pubsubPort,
  ...(process.argv.includes("--tls") ? { pubsubTls: { port: pubsubTlsPort } } : {}),
  orgs: [...demoClients, ...(process.argv.includes("--hub") ? [hub] : [])].map((client) => ({
    name: client.id,
    label: client.label,
    port: client.port,
    language: "en_US",
    timeZone: "America/Argentina/Buenos_Aires",
    users: peopleOf(client).map(({ username, name, email, profile, language }) => ({
      username,
      name,
      email,
      profile,
      language,
    })),
    apps: [{ name: connectedApp, clientId: connectedApp, certificate: publicKey }],
  })),
});

async function leave(): Promise<void> {
  await host.close();
  process.exit(0);
}
process.on("SIGTERM", leave);
process.on("SIGINT", leave);
process.on("disconnect", leave);
if (host.pubsubTls !== undefined) writeFileSync(places.pubsubCertificate, host.pubsubTls.certificate);
process.send?.({ ready: true, pubsubEndpoint: host.pubsubEndpoint });
