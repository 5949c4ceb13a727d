import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { z } from "zod";
import { actionsConfig } from "./channels/registry.ts";
import { companyConfig } from "./http/fleet/company.ts";
import { secondFactorConfig } from "./http/fleet/second-factor.ts";
import { inLines, inputFaults } from "./input-faults.ts";
import { useCorrections } from "./orgs/holiday-corrections.ts";
import { logoFrom, providerConfig } from "./messages/month/provider.ts";
import type { Provider } from "./messages/month/report.ts";
import { tracesConfig } from "./traces/traces.ts";
import { addressFault } from "./store/address.ts";
import type { StorePlace } from "./store/open.ts";

const seconds = (fallback: number) => z.number().positive().default(fallback);

/** The service's configuration: a JSON file, with what differs from place to place in the environment. */
export const configSchema = z.strictObject({
  store: z
    .strictObject({
      /** The embedded store's file, relative to the configuration's folder. `DATABASE_URL` goes before it. */
      file: z.string().min(1).default("compromiso.sqlite"),
    })
    .prefault({}),
  http: z
    .strictObject({
      host: z.string().min(1).default("127.0.0.1"),
      port: z.int().min(0).max(65_535).default(8100),
      proxies: z
        .int()
        .min(0)
        .max(10)
        .default(0)
        .describe("how many proxies stand before the service; it believes their X-Forwarded headers"),
    })
    .prefault({}),
  log: z.strictObject({ level: z.enum(["debug", "info", "warn", "error"]).default("info") }).prefault({}),
  /** OpenTelemetry traces. Without it, the usual OTEL_ variables decide, and without those there are no traces. */
  traces: tracesConfig.optional(),
  /** How people sign in to the fleet page, beside local accounts. */
  signIn: z
    .strictObject({ company: companyConfig.optional(), secondFactor: secondFactorConfig.optional() })
    .prefault({}),
  /** Your consultancy, as clients see it on reports. */
  provider: providerConfig.optional(),
  /** Another plan catalogue than the one that ships, relative to the configuration's folder. */
  catalogue: z.string().min(1).optional(),
  /** A folder of your own corrections of holiday calendars, relative to the configuration's folder. */
  holidays: z.string().min(1).optional(),
  /** A folder of private keys, relative to the configuration's folder. Operators choose them by name on the page. */
  keys: z.strictObject({ folder: z.string().min(1).optional() }).prefault({}),
  /** A folder of TZif files with newer zone data than the package brings, relative to the configuration's folder. */
  zones: z.strictObject({ folder: z.string().min(1).optional() }).prefault({}),
  /** Seconds between two looks at what events do not bring. */
  every: z
    .strictObject({
      contracts: seconds(300).describe("contracts are read, and Synced_At__c is written"),
      replies: seconds(60).describe("comments and emails of waiting cases"),
      intake: seconds(60).describe("cases that match the intake rule"),
      reconcile: seconds(6 * 3600).describe("mirror and org are compared in full"),
      lease: z
        .number()
        .min(6)
        .default(30)
        .describe("an instance that died or stands still loses its orgs after so long"),
      silence: seconds(300).describe("a stream not heard of for so long counts as dead"),
    })
    .prefault({}),
  actions: actionsConfig.prefault({}),
});
export type Config = Omit<z.infer<typeof configSchema>, "provider"> & {
  provider: Provider | null;
  databaseUrl: string | null;
  /** PostgreSQL's own address, if `databaseUrl` is that of a pooler before it. */
  directUrl?: string | null;
  folder: string;
};

export class ConfigError extends Error {
  override name = "ConfigError";
  readonly problems: string[];
  constructor(file: string, problems: string[]) {
    super(`${file} cannot be used:\n${problems.map((p) => `  ${p}`).join("\n")}`);
    this.problems = problems;
  }
}

/**
 * @param file null: nothing but defaults and environment
 * @throws ConfigError with every fault and its path
 */
export function readConfig(file: string | null, environment: Record<string, string | undefined>): Config {
  const name = file ?? "the configuration";
  let given: unknown = {};
  if (file !== null)
    try {
      given = JSON.parse(readFileSync(file, "utf8"));
    } catch (error) {
      throw new ConfigError(name, [(error as Error).message]);
    }
  const read = configSchema.safeParse(given);
  const problems = inLines(inputFaults(configSchema, given), "(file)");
  const databaseUrl = environment["DATABASE_URL"] ?? null;
  const directUrl = environment["DATABASE_DIRECT_URL"] ?? null;
  for (const [variable, address] of Object.entries({
    DATABASE_URL: databaseUrl,
    DATABASE_DIRECT_URL: directUrl,
  })) {
    const fault = address === null ? null : addressFault(address);
    if (fault !== null) problems.push(`${variable}: ${fault}`);
  }
  if (directUrl !== null && databaseUrl === null)
    problems.push("DATABASE_DIRECT_URL: it stands beside DATABASE_URL, which is missing");
  if (problems.length > 0 || !read.success) throw new ConfigError(name, problems);
  const folder = file === null ? process.cwd() : dirname(resolve(file));
  if (read.data.holidays !== undefined)
    try {
      useCorrections(resolve(folder, read.data.holidays));
    } catch (error) {
      throw new ConfigError(name, [`holidays: ${(error as Error).message}`]);
    }
  return {
    ...read.data,
    provider: providerOf(name, read.data.provider, folder),
    databaseUrl,
    directUrl,
    folder,
  };
}

function providerOf(
  config: string,
  given: z.infer<typeof providerConfig> | undefined,
  folder: string,
): Provider | null {
  if (given === undefined) return null;
  const { name, logo } = given;
  if (logo === undefined) return { name };
  try {
    return { name, logo: logoFrom(resolve(folder, logo)) };
  } catch (error) {
    throw new ConfigError(config, [`provider.logo: ${(error as Error).message}`]);
  }
}

/** The folder of zone data that a configuration names; null: the data of the package. */
export const zoneFolderOf = ({ zones, folder }: Config): string | null =>
  zones.folder === undefined ? null : resolve(folder, zones.folder);

export const storePlace = (config: Config): StorePlace =>
  config.databaseUrl !== null
    ? {
        databaseUrl: config.databaseUrl,
        ...(config.directUrl ? { directUrl: config.directUrl } : {}),
      }
    : { file: resolve(config.folder, config.store.file) };
