/** The configuration file, checked whole: every fault at once, each with its path. */
import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { readySettings } from "./org/settings.ts";
import type { LocalOrgsOptions, OrgOptions } from "./org/types.ts";

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
  const orgs = (config as { orgs?: unknown } | null)?.orgs;
  if (!Array.isArray(orgs) || orgs.length === 0) return ["orgs: one or more are needed"];
  for (const [i, org] of (orgs as Partial<OrgOptions>[]).entries()) {
    for (const name of ["name", "label", "language", "timeZone"] as const)
      text(org[name], `orgs[${i}].${name}`);
    if (org.port !== undefined && !(Number.isInteger(org.port) && org.port >= 0 && org.port <= 65_535))
      faults.push(`orgs[${i}].port: 0 to 65535`);
    if (!Array.isArray(org.users) || org.users.length === 0)
      faults.push(`orgs[${i}].users: one or more are needed`);
    else
      for (const [k, user] of org.users.entries())
        for (const name of ["username", "name", "email", "profile"] as const)
          text(user[name], `orgs[${i}].users[${k}].${name}`);
    settingsFaults(org.settings, `orgs[${i}].settings`, faults);
    for (const [k, app] of (org.apps ?? []).entries())
      for (const name of ["name", "clientId"] as const) text(app[name], `orgs[${i}].apps[${k}].${name}`);
  }
  return faults;
}

/** Each setting is of the kind that the ready ones are of. */
function settingsFaults(settings: unknown, path: string, faults: string[]): void {
  if (settings === undefined) return;
  if (typeof settings !== "object" || settings === null || Array.isArray(settings)) {
    faults.push(`${path}: an object is needed`);
    return;
  }
  for (const [name, value] of Object.entries(settings)) {
    const ready = readySettings[name as keyof typeof readySettings] as unknown;
    const where = `${path}.${name}`;
    if (ready === undefined)
      faults.push(`${where}: there is no such setting (there are ${Object.keys(readySettings).join(", ")})`);
    else if (Array.isArray(ready)) {
      if (!Array.isArray(value) || !value.every((one) => typeof one === "string"))
        faults.push(`${where}: a list of texts is needed`);
    } else if (typeof ready === "number") {
      if (!Number.isInteger(value) || (value as number) < 0)
        faults.push(`${where}: a whole number of 0 or more is needed`);
    } else if (typeof value !== "boolean") faults.push(`${where}: true or false is needed`);
  }
}
