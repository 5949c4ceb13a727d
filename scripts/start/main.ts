// npm start: runs the whole product on this machine. The code follows the order of events.
import { createHash } from "node:crypto";
import { existsSync, globSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Mendable, requireSpace, sentence } from "./cleanly.ts";
import { basePort, demoClients, hub, pubsubPort, pubsubTlsPort, servicePort } from "./clients.ts";
import { openDoors } from "./doors/onboard.ts";
import { doorsPort } from "./doors/secrets.ts";
import { jwtKey } from "./keys.ts";
import { officeOpenNow } from "./office-hours.ts";
import { connectHub, onboard, openFleetPage, serviceConfig, writeSignInApp } from "./onboard.ts";
import { assignPermissionSets } from "./people.ts";
import { local, places, root } from "./places.ts";
import { requireFree } from "./ports.ts";
import { run, start, stopAll, whenLost } from "./processes.ts";
import { whereToLook } from "./report.ts";
import { seed } from "./seed.ts";
import { deploy, deployHub, login } from "./sf.ts";

const help = `Usage: npm start [-- --reset] [-- --tls] [-- --hub]

Starts three local Salesforce orgs (Silver, Gold, Platinum), deploys the package into each with the sf CLI,
onboards them into the sync service and shows where to look. Ctrl-C stops everything; a second start keeps its data.

  --reset   begin anew: forgets the orgs, the service's data and the keys under .local
  --tls     opens the Pub/Sub API over TLS too, on port ${pubsubTlsPort}, for clients that take no other
  --hub     starts the provider's own org too, on port ${hub.port}: one console for all clients
  --help    this text

COMPROMISO_PORT moves the ports (default ${basePort}: service ${servicePort}, the page of clients ${doorsPort}, orgs ${demoClients.map((c) => c.port).join(", ")}, Pub/Sub ${pubsubPort}).`;

const began = Date.now();
const step = (text: string) =>
  console.log(`  ${String(Math.round((Date.now() - began) / 1000)).padStart(3)} s  ${text}`);

function claim(): void {
  mkdirSync(local, { recursive: true });
  requireSpace(local, 300);
  const holder = existsSync(places.lock) ? Number(readFileSync(places.lock, "utf8")) : 0;
  let alive = false;
  try {
    alive = holder > 0 && process.kill(holder, 0);
  } catch {
    // the process with the lock has ended, so the lock does not count
  }
  if (alive)
    throw new Mendable(`It is running already (process ${holder}). Stop that one with Ctrl-C first.`);
  writeFileSync(places.lock, String(process.pid));
}

/** A hash of the package. It changes if any file of the package changes. */
function packageVersion(): string {
  const hash = createHash("sha256");
  for (const file of globSync("{force-app,hub-app}/**/*", {
    cwd: root,
    exclude: (name) => name === "__tests__",
  }).sort()) {
    const path = join(root, file);
    if (!/\.(xml|js|html|css|svg|json)$/.test(file)) continue;
    hash.update(file).update(readFileSync(path));
  }
  return hash.digest("hex");
}

const remembered = (file: string): Record<string, string> =>
  existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
function remember(file: string, key: string, value: string): void {
  // write a new file and rename it, because a kill in the middle must not leave half a file
  writeFileSync(`${file}.new`, JSON.stringify({ ...remembered(file), [key]: value }, null, 2));
  renameSync(`${file}.new`, file);
}

const serve = () =>
  start("service", [
    join(root, "sync-service/bin/sla-sync.js"),
    "serve",
    "--config",
    join(places.service, "config.json"),
  ]);

async function up(): Promise<void> {
  const overTls = process.argv.includes("--tls");
  const withHub = process.argv.includes("--hub");
  await requireFree([
    servicePort,
    pubsubPort,
    doorsPort,
    ...(overTls ? [pubsubTlsPort] : []),
    ...(withHub ? [hub.port] : []),
    ...demoClients.map((c) => c.port),
  ]);
  const { keyFile, certificateFile } = jwtKey(places.keys);
  step("building the package's components");
  await run("build", [join(root, "scripts/build/build.js")]);

  step(`starting three local orgs: ${demoClients.map((c) => c.label).join(", ")}`);
  const base = run("base-components", [join(root, "scripts/start/base-components.ts")]);
  base.catch(() => {}); // awaited below, beside the deploys
  const { pubsubEndpoint } = await start<{ ready: true; pubsubEndpoint: string }>("orgs", [
    join(root, "scripts/start/orgs.ts"),
    ...(overTls ? ["--tls"] : []),
    ...(withHub ? ["--hub"] : []),
  ]);

  mkdirSync(places.service, { recursive: true });
  const { smtp } = await start<{ ready: true; smtp: string }>("doors", [
    join(root, "scripts/start/doors/main.ts"),
  ]);
  writeFileSync(join(places.service, "config.json"), JSON.stringify(serviceConfig(smtp), null, 2));
  const version = packageVersion();
  const office = officeOpenNow(Date.now());
  const toDeploy = demoClients.filter(({ id }) => remembered(places.deployed)[id] !== version);
  if (toDeploy.length > 0)
    step(`deploying the package with the sf CLI: ${toDeploy.map((c) => c.label).join(", ")}`);
  if (toDeploy.length > 0) await writeSignInApp(certificateFile);
  // log in one by one, because the CLI keeps all logins in one file
  for (const client of toDeploy) await login(client, keyFile);
  // deploy side by side, because the CLI and the orgs work in separate processes
  await Promise.all(
    demoClients.map(async (client) => {
      if (toDeploy.includes(client)) {
        await deploy(client, "--manifest", join(root, "manifest/all.xml"));
        // deploy the app only once, because an upgrade of the package does not change it
        if (remembered(places.signedIn)[client.id] === undefined) {
          await deploy(client, "--metadata-dir", places.signInApp);
          remember(places.signedIn, client.id, new Date().toISOString());
        }
        await assignPermissionSets(client, keyFile);
        remember(places.deployed, client.id, version);
      }
      if (remembered(places.onboarded)[client.id] !== undefined) return;
      step(`onboarding ${client.label} on ${client.plan}`);
      await onboard(client, keyFile, pubsubEndpoint, office);
      remember(places.onboarded, client.id, office.place);
    }),
  );
  if (withHub) await upHub(keyFile, certificateFile, pubsubEndpoint);
  for (const client of demoClients) {
    if (remembered(places.onboarded)[`doors-${client.id}`] !== undefined) continue;
    await openDoors(client, keyFile);
    remember(places.onboarded, `doors-${client.id}`, "open");
  }
  if (remembered(places.onboarded).fleet === undefined) {
    await openFleetPage();
    remember(places.onboarded, "fleet", "demo");
  }
  step("preparing Lightning's base components (once)");
  await base;

  step("starting the sync service");
  await serve();
  for (const client of demoClients) {
    if (remembered(places.seeded)[client.id] !== undefined) continue;
    step(`opening cases at ${client.label}`);
    await seed(client, keyFile, Date.now());
    remember(places.seeded, client.id, new Date().toISOString());
  }
}

/** The package first, then the hub's own: its pages are made of the package's components. */
async function upHub(keyFile: string, certificateFile: string, pubsubEndpoint: string): Promise<void> {
  const version = packageVersion();
  if (remembered(places.deployed)[hub.id] !== version) {
    step(`deploying the package and the hub's own with the sf CLI: ${hub.label}`);
    await writeSignInApp(certificateFile);
    await login(hub, keyFile);
    await deploy(hub, "--manifest", join(root, "manifest/all.xml"));
    await deployHub(hub);
    if (remembered(places.signedIn)[hub.id] === undefined) {
      await deploy(hub, "--metadata-dir", places.signInApp);
      remember(places.signedIn, hub.id, new Date().toISOString());
    }
    await assignPermissionSets(hub, keyFile);
    remember(places.deployed, hub.id, version);
  }
  if (remembered(places.onboarded)[hub.id] !== undefined) return;
  step(`linking the clients to the hub of ${hub.label}`);
  await connectHub(keyFile, pubsubEndpoint, demoClients);
  remember(places.onboarded, hub.id, new Date().toISOString());
}

if (process.argv.includes("--help")) {
  console.log(help);
  process.exit(0);
}
const unknown = process.argv.slice(2).filter((argument) => !["--reset", "--tls", "--hub"].includes(argument));
if (unknown.length > 0) {
  console.error(`npm start does not know ${unknown.join(" ")}.\n\n${help}`);
  process.exit(2);
}

let leaving = false;
async function leave(code: number): Promise<void> {
  if (leaving) return;
  leaving = true;
  await stopAll();
  rmSync(places.lock, { force: true });
  process.exit(code);
}
for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
  process.on(name, () => {
    if (!leaving) console.log("\nStopping.");
    void leave(0);
  });
const minute = 60_000;
let restarts: number[] = [];
whenLost(async (name, why) => {
  restarts = [...restarts.filter((at) => at > Date.now() - minute), Date.now()];
  if (name === "service" && restarts.length <= 5) {
    // You may kill the service to try it: the orgs keep all events until it is back.
    console.log("\nThe sync service ended; starting it again.");
    await serve().then(
      () => console.log("It is back."),
      () => {}, // if it ends again, this listener runs again, up to five times a minute
    );
    return;
  }
  console.error(`\n${why}`);
  void leave(1);
});

try {
  claim();
  if (process.argv.includes("--reset"))
    for (const place of [
      places.orgs,
      places.service,
      places.keys,
      places.sfHome,
      places.signInApp,
      places.deployed,
      places.signedIn,
      places.onboarded,
      places.seeded,
      places.logs,
    ])
      rmSync(place, { recursive: true, force: true });
  await up();
  console.log(whereToLook(began, remembered(places.onboarded)));
  if (process.argv.includes("--hub"))
    console.log(`
  Hub       http://127.0.0.1:${hub.port}   ${hub.label}, all clients in one console: open it as Camila Rossi`);
  if (process.argv.includes("--tls"))
    console.log(`
  Pub/Sub over TLS: 127.0.0.1:${pubsubTlsPort}. A client names the org as https://127.0.0.1:${demoClients[0]!.port} and trusts
  the certificate in ${places.pubsubCertificate} (new at each start).`);
} catch (error) {
  if (!leaving) {
    console.error(`\n${sentence(error)}`);
    await leave(1);
  }
}
