/** The configuration file, checked whole: every fault at once, each with its path. */
import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { readySettings } from "./org/settings.ts";
import type { ConnectedApp, LocalOrgsOptions, OrgOptions, OrgUser } from "./org/types.ts";

/** The keys of each object. A file cannot hold `pages` and `clock`: only a program can give them. */
const keys = {
  whole: {
    ...{ dataDir: true, cacheDir: true, pubsubPort: true, pubsubTls: true, host: true, orgs: true },
  } satisfies Record<keyof Omit<LocalOrgsOptions, "pages" | "clock">, true>,
  pubsubTls: { port: true } satisfies Record<keyof NonNullable<LocalOrgsOptions["pubsubTls"]>, true>,
  org: {
    ...{ name: true, port: true, label: true, language: true, timeZone: true, edition: true },
    ...{ dailyApiLimit: true, id: true, users: true, apps: true, settings: true },
  } satisfies Record<keyof OrgOptions, true>,
  user: {
    ...{ username: true, name: true, email: true, profile: true, permissionSets: true },
    ...{ language: true, timeZone: true, isActive: true },
  } satisfies Record<keyof OrgUser, true>,
  app: {
    ...{ name: true, clientId: true, clientSecret: true, certificate: true, runAs: true },
    ...{ preauthorizedPermissionSets: true, preauthorizedProfiles: true },
    ...{ supportsClientCredentials: true, selfAuthorized: true, blocked: true },
  } satisfies Record<keyof ConnectedApp, true>,
};

/** @throws Error naming the file and everything wrong in it */
export function readConfig(file: string): LocalOrgsOptions {
  let config: unknown;
  try {
    config = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new Error(`${file} cannot be read as JSON: ${(error as Error).message}`);
  }
  const faults = faultsOf(config);
  if (faults.length > 0)
    throw new Error(`${file} is not a configuration:\n${faults.map((f) => `  ${f}`).join("\n")}`);
  const options = config as LocalOrgsOptions;
  const here = (path: string) => resolve(dirname(file), path);
  for (const folder of ["dataDir", "cacheDir"] as const)
    if (options[folder] !== undefined) options[folder] = here(options[folder]);
  for (const org of options.orgs)
    for (const app of org.apps ?? [])
      if (app.certificate?.includes("-----BEGIN") === false)
        app.certificate = readFileSync(here(app.certificate), "utf8");
  return options;
}

function faultsOf(config: unknown): string[] {
  const faults: string[] = [];
  const text = (value: unknown, path: string): void => {
    if (typeof value !== "string" || value === "") faults.push(`${path}: text is needed`);
  };
  if (!isObject(config)) return ["an object is needed"];
  keyFaults(config, keys.whole, "", faults);
  const { orgs } = config;
  if (config["pubsubTls"] !== undefined) keyFaults(config["pubsubTls"], keys.pubsubTls, "pubsubTls", faults);
  if (!Array.isArray(orgs) || orgs.length === 0) return [...faults, "orgs: one or more are needed"];
  for (const [i, org] of (orgs as Partial<OrgOptions>[]).entries()) {
    if (!keyFaults(org, keys.org, `orgs[${i}]`, faults)) continue;
    for (const name of ["name", "label", "language", "timeZone"] as const)
      text(org[name], `orgs[${i}].${name}`);
    if (org.port !== undefined && !(Number.isInteger(org.port) && org.port >= 0 && org.port <= 65_535))
      faults.push(`orgs[${i}].port: 0 to 65535`);
    if (!Array.isArray(org.users) || org.users.length === 0)
      faults.push(`orgs[${i}].users: one or more are needed`);
    else
      for (const [k, user] of org.users.entries())
        if (keyFaults(user, keys.user, `orgs[${i}].users[${k}]`, faults))
          for (const name of ["username", "name", "email", "profile"] as const)
            text(user[name], `orgs[${i}].users[${k}].${name}`);
    settingsFaults(org.settings, `orgs[${i}].settings`, faults);
    for (const [k, app] of (org.apps ?? []).entries())
      if (keyFaults(app, keys.app, `orgs[${i}].apps[${k}]`, faults))
        for (const name of ["name", "clientId"] as const) text(app[name], `orgs[${i}].apps[${k}].${name}`);
  }
  return faults;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** @returns whether it is an object at all */
function keyFaults(value: unknown, known: Record<string, true>, path: string, faults: string[]): boolean {
  if (!isObject(value)) {
    faults.push(`${path}: an object is needed`);
    return false;
  }
  for (const key of Object.keys(value))
    if (!Object.hasOwn(known, key))
      faults.push(`${path === "" ? "" : `${path}.`}${key}: ${unknownKey(key, Object.keys(known))}`);
  return true;
}

function unknownKey(key: string, known: readonly string[]): string {
  const [nearest] = known
    .map((other) => ({ other, alike: likeness(key, other) }))
    .filter(({ alike }) => alike >= 0.4)
    .sort((a, b) => b.alike - a.alike);
  return nearest === undefined
    ? `this key does not exist. The keys are: ${[...known].sort().join(", ")}`
    : `this key does not exist. Did you mean ${nearest.other}?`;
}

/** Which share of their pairs of letters two words have in common, from 0 to 1. */
function likeness(a: string, b: string): number {
  const pairs = (word: string) =>
    new Set(Array.from({ length: word.length + 1 }, (_, at) => ` ${word.toLowerCase()} `.slice(at, at + 2)));
  const [of, other] = [pairs(a), pairs(b)];
  return (2 * [...of].filter((pair) => other.has(pair)).length) / (of.size + other.size);
}

/** Each setting is of the kind that the ready ones are of. */
function settingsFaults(settings: unknown, path: string, faults: string[]): void {
  if (settings === undefined) return;
  if (!isObject(settings)) {
    faults.push(`${path}: an object is needed`);
    return;
  }
  for (const [name, value] of Object.entries(settings)) {
    const ready = readySettings[name as keyof typeof readySettings] as unknown;
    const where = `${path}.${name}`;
    if (ready === undefined) faults.push(`${where}: ${unknownKey(name, Object.keys(readySettings))}`);
    else if (Array.isArray(ready)) {
      if (!Array.isArray(value) || !value.every((one) => typeof one === "string"))
        faults.push(`${where}: a list of texts is needed`);
    } else if (typeof ready === "number") {
      if (!Number.isInteger(value) || (value as number) < 0)
        faults.push(`${where}: a whole number of 0 or more is needed`);
    } else if (typeof value !== "boolean") faults.push(`${where}: true or false is needed`);
  }
}
