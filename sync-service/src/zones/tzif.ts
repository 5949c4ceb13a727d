/** The tz database as a folder of TZif files, which `zic` writes: Debian's /usr/share/zoneinfo is one (RFC 9636). */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { ruleOfFooter } from "./yearly.ts";
import type { ZoneHistory, ZoneSource } from "./source.ts";

/** No zone's file comes near it. */
const LARGEST_FILE = 1_000_000;
/** Folders of Debian's that hold the same zones with or without leap seconds. */
const aside = new Set(["posix", "right"]);

/** A folder that cannot be used as a tz database. */
export class ZoneFolderError extends Error {
  override name = "ZoneFolderError";
}

/** @throws RangeError when the file is of another kind, or is damaged */
export function readTzif(file: Buffer): ZoneHistory {
  if (file.subarray(0, 4).toString("latin1") !== "TZif") throw new RangeError("not a TZif file");
  if (file.length > 44 && file[4]! < 0x32)
    throw new RangeError("a TZif file of version 1 ends in 2037: write it anew with zic");
  const sizes = (at: number) => ({
    isUt: file.readUInt32BE(at + 20),
    isStandard: file.readUInt32BE(at + 24),
    leaps: file.readUInt32BE(at + 28),
    times: file.readUInt32BE(at + 32),
    types: file.readUInt32BE(at + 36),
    letters: file.readUInt32BE(at + 40),
  });
  const first = sizes(0);
  // the second block holds the same in 64 bits
  const header =
    44 + first.times * 5 + first.types * 6 + first.letters + first.leaps * 8 + first.isStandard + first.isUt;
  const { times, types, letters, leaps, isStandard, isUt } = sizes(header);
  if (leaps > 0) throw new RangeError("it counts leap seconds");
  const start = header + 44;
  const indexes = start + times * 8;
  const kinds = indexes + times;
  const end = kinds + types * 6 + letters + isStandard + isUt;
  const offsetOf = (type: number) => file.readInt32BE(kinds + type * 6);
  const changes = Array.from({ length: times }, (_, i): [number, number] => [
    Number(file.readBigInt64BE(start + i * 8)),
    offsetOf(file[indexes + i]!),
  ]);
  const footer = file.subarray(end + 1, file.indexOf("\n", end + 1)).toString("latin1");
  const last = changes.at(-1);
  return {
    offset: offsetOf(0),
    changes,
    rule: footer === "" ? [] : ruleOfFooter(footer),
    listedUntil: last?.[0] ?? 0,
  };
}

/**
 * The zones of a folder. Its version is in `tzdata.zi` or `+VERSION`, its names are its files, and its tables of countries are
 * `zone1970.tab` and `zone.tab`.
 * @throws ZoneFolderError in words
 */
export function folderZones(folder: string): ZoneSource {
  const wrong = (why: string) => new ZoneFolderError(`${folder} cannot be used as a tz database: ${why}`);
  if (!existsSync(folder) || !statSync(folder).isDirectory()) throw wrong("there is no such folder");
  const read = (name: string) => {
    const file = join(folder, name);
    return existsSync(file) ? readFileSync(file, "utf8") : null;
  };
  const compact = read("tzdata.zi");
  const version = /^# version (\S+)/.exec(compact ?? "")?.[1] ?? read("+VERSION")?.trim();
  if (!version) throw wrong("tzdata.zi and +VERSION do not tell its version");
  const files = new Set<string>();
  const walk = (under: string) => {
    for (const entry of readdirSync(join(folder, under), { withFileTypes: true })) {
      const name = under === "" ? entry.name : `${under}/${entry.name}`;
      if (entry.isDirectory()) {
        if (!aside.has(name)) walk(name);
      } else if (/^[A-Z][\w+/-]*$/.test(name) && isTzif(join(folder, name))) files.add(name);
    }
  };
  walk("");
  if (files.size === 0) throw wrong("it holds no TZif file");
  const links = new Map(
    [...(compact ?? "").matchAll(/^L (\S+) (\S+)$/gm)].map(([, to, name]): [string, string] => [name!, to!]),
  );
  const tables = `${read("zone1970.tab") ?? ""}\n${read("zone.tab") ?? ""}`;
  const known = new Map<string, ZoneHistory>();
  return {
    version,
    from: folder,
    names: files,
    current: new Set([...tables.matchAll(/^[A-Z,]+\t\S+\t(\S+)/gm)].map(([, name]) => name!)),
    target: (name) => links.get(name) ?? name,
    history(name) {
      let history = known.get(name);
      if (history === undefined) {
        if (!files.has(name))
          throw new RangeError(`the tz database ${version} has no zone ${JSON.stringify(name)}`);
        try {
          known.set(name, (history = readTzif(readFileSync(join(folder, name)))));
        } catch (error) {
          throw wrong(`${name}: ${(error as Error).message}`);
        }
      }
      return history;
    },
  };
}

function isTzif(file: string): boolean {
  if (statSync(file).size > LARGEST_FILE) return false;
  return readFileSync(file).subarray(0, 4).toString("latin1") === "TZif";
}
