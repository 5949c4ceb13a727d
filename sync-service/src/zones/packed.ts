/** The tz database as moment-timezone brings it: only its data are read. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { ZoneHistory, ZoneSource } from "./source.ts";

interface Packed {
  version: string;
  /** name|abbreviations|offsets|which offset|until when|population */
  zones: string[];
  /** zone|link */
  links: string[];
  /** country|zones */
  countries: string[];
}

/** Base 60 with the digits 0-9a-zA-X, in minutes, with a part of a minute after a point; as seconds. */
function secondsOf(text: string): number {
  const [whole = "", part = ""] = text.replace("-", "").split(".");
  const digit = (code: number) => code - (code > 96 ? 87 : code > 64 ? 29 : 48);
  let minutes = 0;
  for (const letter of whole) minutes = minutes * 60 + digit(letter.charCodeAt(0));
  let share = 1;
  for (const letter of part) minutes += digit(letter.charCodeAt(0)) * (share /= 60);
  const sign = text.startsWith("-") ? -1 : 1;
  return Math.round(minutes * 60) * sign || 0;
}

function unpack(packed: string): ZoneHistory {
  const [, , offsets = "", which = "", until = ""] = packed.split("|");
  const west = offsets.split(" ").map(secondsOf);
  const order = [...which].map((letter) => -west[secondsOf(letter) / 60]! || 0);
  let at = 0;
  const changes = until
    .split(" ")
    .filter((text) => text !== "")
    .map((text, i): [number, number] => [(at += secondsOf(text)), order[i + 1]!]);
  return { offset: order[0]!, changes, rule: [], listedUntil: Infinity };
}

/** @throws when the package is not there, or is not what it was */
export function packagedZones(): ZoneSource {
  const file = createRequire(import.meta.url).resolve("moment-timezone/data/packed/latest.json");
  const { version, zones, links, countries } = JSON.parse(readFileSync(file, "utf8")) as Packed;
  const packed = new Map(zones.map((zone) => [zone.slice(0, zone.indexOf("|")), zone]));
  // the database's name for a machine whose zone nobody has set, which the package leaves out
  packed.set("Factory", "Factory|-00|0|0||");
  const targets = new Map(links.map((link) => link.split("|").reverse() as [string, string]));
  const known = new Map<string, ZoneHistory>();
  const target = (name: string) => targets.get(name) ?? name;
  return {
    version,
    from: "the package moment-timezone",
    names: new Set([...packed.keys(), ...targets.keys()]),
    current: new Set(countries.flatMap((country) => country.split("|")[1]!.split(" "))),
    target,
    history(name) {
      let history = known.get(target(name));
      if (history === undefined) {
        const text = packed.get(target(name));
        if (text === undefined)
          throw new RangeError(`the tz database ${version} has no zone ${JSON.stringify(name)}`);
        known.set(target(name), (history = unpack(text)));
      }
      return history;
    },
  };
}
