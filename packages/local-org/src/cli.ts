/** The command: `local-org` starts orgs without pages, `local-lightning` the same with them. */
import { generateKeyPairSync } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { startLocalOrgs } from "./index.ts";
import { readConfig } from "./config.ts";
import type { LocalOrgsOptions, Pages } from "./org/types.ts";

interface Flags {
  config?: string;
  port: number;
  pubsubPort: number;
  tls?: true;
  data?: string;
  cache?: string;
  language: string;
  timeZone: string;
}

const number = (text: string): number => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0 || value > 65_535)
    throw new InvalidArgumentError("a port is 0 to 65535");
  return value;
};

/** Makes the pages of every org; `cacheDir` keeps what they compile. */
export type PagesFactory = (options: { cacheDir: string }) => Pages;

/** Runs the command and sets the exit code. With `pages` the orgs have Lightning pages too. */
export async function runCommand(name: string, pages?: PagesFactory): Promise<void> {
  try {
    await command(name, pages).parseAsync();
  } catch (error) {
    console.error(`${name}: ${words(error as NodeJS.ErrnoException & { port?: number })}`);
    process.exitCode = 1;
  }
}

const command = (name: string, pages?: PagesFactory) =>
  new Command(name)
    .description(
      `A Salesforce org on localhost${pages ? ", with Lightning pages" : ", without pages"}. Without a configuration file it starts one org with an administrator. With --data it keeps a key that signs in as any user beside the data.`,
    )
    .option(
      "-c, --config <file>",
      "JSON: {orgs: [{name, port, label, language, timeZone, users, apps}], dataDir, cacheDir, pubsubPort}",
    )
    .option("-p, --port <number>", "port of the org, when there is no configuration", number, 8101)
    .option("--pubsub-port <number>", "port of the Pub/Sub API", number, 8110)
    .option(
      "--tls",
      "the Pub/Sub API over TLS too, on the next port: clients such as salesforce-pubsub-api-client take no other",
    )
    .option("-d, --data <folder>", "where the orgs are kept; in memory only without it")
    .option("--cache <folder>", "where builds are kept between runs")
    .option("--language <locale>", "language of the org", "en_US")
    .option("--time-zone <zone>", "time zone of the org (IANA)", "America/Argentina/Buenos_Aires")
    .action((flags: Flags) => run(flags, pages));

async function run(flags: Flags, pages?: PagesFactory): Promise<void> {
  const options = flags.config === undefined ? single(flags) : fromFile(flags);
  if (pages !== undefined) options.pages = pages({ cacheDir: cacheFor(options) });
  if (flags.tls) options.pubsubTls = options.pubsubPort ? { port: options.pubsubPort + 1 } : {};
  const host = await startLocalOrgs(options);
  for (const org of host.orgs.values()) {
    console.log(`${org.label} (${org.id}) at ${org.instanceUrl}`);
    for (const user of org.rows("User")) console.log(`  ${String(user.Username)}`);
  }
  const [org] = host.orgs.values();
  if (flags.config === undefined && flags.data !== undefined)
    console.log(
      `Sign in: sf org login jwt --client-id local --jwt-key-file ${join(resolve(flags.data), "jwt.key")} --username admin@local.example --instance-url ${org!.instanceUrl}`,
    );
  console.log(`Pub/Sub API at ${host.pubsubEndpoint} (plain text)`);
  if (host.pubsubTls !== undefined) {
    console.log(`Pub/Sub API at ${host.pubsubTls.endpoint} (TLS); a client names the org as https://…`);
    if (options.dataDir !== undefined) {
      const file = join(options.dataDir, "pubsub.crt");
      writeFileSync(file, host.pubsubTls.certificate);
      console.log(`  its certificate, new at each start: ${file}`);
    }
  }
  const leave = async (): Promise<void> => {
    await host.close();
    process.exit(0);
  };
  process.once("SIGINT", () => void leave());
  process.once("SIGTERM", () => void leave());
}

function fromFile(flags: Flags): LocalOrgsOptions {
  const options = readConfig(flags.config!);
  if (flags.data !== undefined) options.dataDir = resolve(flags.data);
  if (flags.cache !== undefined) options.cacheDir = resolve(flags.cache);
  return options;
}

function single(flags: Flags): LocalOrgsOptions {
  const folder = flags.data === undefined ? undefined : resolve(flags.data);
  const app = {
    name: "local",
    clientId: "local",
    ...(folder === undefined ? {} : { certificate: ownKey(folder) }),
  };
  if (folder === undefined)
    console.log("In memory only: nobody can sign in by JWT. Give --data to keep the org and a key for it.");
  return {
    ...(folder === undefined ? {} : { dataDir: folder }),
    ...(flags.cache === undefined ? {} : { cacheDir: resolve(flags.cache) }),
    pubsubPort: flags.pubsubPort,
    orgs: [
      {
        name: "local",
        port: flags.port,
        label: "Local org",
        language: flags.language,
        timeZone: flags.timeZone,
        users: [
          {
            username: "admin@local.example",
            name: "Ada Admin",
            email: "admin@local.example",
            profile: "System Administrator",
          },
        ],
        apps: [app],
      },
    ],
  };
}

/** The public half; the private half stays in the folder for the program that signs in. */
function ownKey(folder: string): string {
  const keyFile = join(folder, "jwt.key");
  const publicFile = join(folder, "jwt.pub");
  if (!existsSync(publicFile)) {
    mkdirSync(folder, { recursive: true });
    const { privateKey, publicKey } = generateKeyPairSync("rsa", {
      modulusLength: 2048,
      privateKeyEncoding: { type: "pkcs8", format: "pem" },
      publicKeyEncoding: { type: "spki", format: "pem" },
    });
    writeFileSync(keyFile, privateKey, { mode: 0o600 });
    writeFileSync(publicFile, publicKey);
  }
  return readFileSync(publicFile, "utf8");
}

const cacheFor = ({ cacheDir, dataDir }: LocalOrgsOptions): string =>
  cacheDir ?? join(dataDir ?? join(tmpdir(), "local-org"), "cache");

function words(error: NodeJS.ErrnoException & { port?: number }): string {
  return error.code === "EADDRINUSE"
    ? `port ${error.port ?? ""} is taken by another process. Stop it, or choose another with --port or --pubsub-port.`
    : error.message;
}
