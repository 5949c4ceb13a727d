/**
 * What travels with the code: `config/` and the version. In the repository both stand beside `sync-service`; the packed
 * service carries its own.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

const home = ["..", "../.."]
  .map((up) => join(import.meta.dirname, up))
  .find((folder) => existsSync(join(folder, "config")))!;

/** A file of `config/`. */
export const configFile = (...path: string[]): string => join(home, "config", ...path);

export const { version } = JSON.parse(readFileSync(join(home, "package.json"), "utf8")) as {
  version: string;
};
