/** Names of zones as people write them: accepted, kept under today's name, or refused with the ones that may be meant. */
import cldr from "./cldr.json" with { type: "json" };
import type { ZoneSource } from "./source.ts";

/** Zones of no place, which have no newer names. */
const timeless = new Set(["UTC", "GMT"]);
const today: Readonly<Record<string, string>> = cldr.today;

/** Today's name of a zone that the source has: `America/Buenos_Aires` is `America/Argentina/Buenos_Aires`. */
export function todaysName(source: ZoneSource, name: string): string {
  if (source.current.has(name) || timeless.has(name)) return name;
  const newer = today[name];
  if (newer !== undefined && source.names.has(newer) && isSameLaw(source, name, newer)) return newer;
  const target = source.target(name);
  const newest = today[target];
  return newest !== undefined && source.names.has(newest) && isSameLaw(source, target, newest)
    ? newest
    : target;
}

/** A newer name is a newer name only while both places go by the same law. */
const isSameLaw = (source: ZoneSource, name: string, other: string) =>
  source.target(name) === source.target(other) ||
  JSON.stringify(source.history(name).changes.slice(-20)) ===
    JSON.stringify(source.history(other).changes.slice(-20));

/**
 * Short names of zones that people and Java use and the database lacks, or that mean several places. `Intl` takes some of them for
 * other places: ART is Cairo to it, AST Anchorage.
 */
const meant: Readonly<Record<string, readonly string[]>> = {
  ACST: ["Australia/Adelaide", "Australia/Darwin"],
  ACT: ["Australia/Darwin", "America/Rio_Branco"],
  AEST: ["Australia/Sydney", "Australia/Brisbane"],
  AET: ["Australia/Sydney"],
  AGT: ["America/Argentina/Buenos_Aires"],
  AKST: ["America/Anchorage"],
  AMT: ["America/Manaus", "Asia/Yerevan"],
  ART: ["America/Argentina/Buenos_Aires"],
  AST: ["America/Puerto_Rico", "America/Halifax", "America/Santo_Domingo"],
  BET: ["America/Sao_Paulo"],
  BOT: ["America/La_Paz"],
  BRST: ["America/Sao_Paulo"],
  BRT: ["America/Sao_Paulo"],
  BST: ["Europe/London", "Asia/Dhaka"],
  CAT: ["Africa/Maputo", "Africa/Harare"],
  CDT: ["America/Chicago", "America/Winnipeg"],
  CEST: ["Europe/Madrid", "Europe/Berlin"],
  CLST: ["America/Santiago"],
  CLT: ["America/Santiago"],
  CNT: ["America/St_Johns"],
  COT: ["America/Bogota"],
  CST: ["America/Chicago", "America/Mexico_City", "America/Costa_Rica", "Asia/Shanghai"],
  CTT: ["Asia/Shanghai"],
  EAT: ["Africa/Nairobi"],
  ECT: ["America/Guayaquil", "Europe/Paris"],
  EDT: ["America/New_York", "America/Toronto"],
  HKT: ["Asia/Hong_Kong"],
  IET: ["America/Indiana/Indianapolis"],
  IST: ["Asia/Kolkata", "Europe/Dublin", "Asia/Jerusalem"],
  JST: ["Asia/Tokyo"],
  MDT: ["America/Denver", "America/Boise"],
  MIT: ["Pacific/Apia"],
  MSK: ["Europe/Moscow"],
  NET: ["Asia/Yerevan"],
  NST: ["America/St_Johns", "Pacific/Auckland"],
  PDT: ["America/Los_Angeles", "America/Tijuana"],
  PET: ["America/Lima"],
  PLT: ["Asia/Karachi"],
  PNT: ["America/Phoenix"],
  PRT: ["America/Puerto_Rico"],
  PST: ["America/Los_Angeles", "America/Tijuana", "America/Vancouver", "Asia/Manila"],
  PYT: ["America/Asuncion"],
  SST: ["Pacific/Guadalcanal", "Pacific/Pago_Pago", "Asia/Singapore"],
  UYT: ["America/Montevideo"],
  VET: ["America/Caracas"],
  VST: ["Asia/Ho_Chi_Minh"],
  WEST: ["Europe/Lisbon", "Atlantic/Canary"],
};

/** How many names a refusal offers. */
const OFFERED = 4;

const plain = (text: string) =>
  text
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]/g, "");

/** The names that somebody may have meant by one that the database lacks, the likeliest first. */
export function maybeMeant(source: ZoneSource, name: string): string[] {
  const known = (names: readonly string[]) => names.filter((one) => source.names.has(one)).slice(0, OFFERED);
  const short = meant[name.trim().toUpperCase()];
  if (short !== undefined) return known(short);
  const offset = /^(?:UTC|GMT)?([+-])0?(\d{1,2})(?::?(\d\d))?$/i.exec(name.trim());
  if (offset) {
    // the database counts to the west
    const [, sign, hours, minutes = "00"] = offset;
    return minutes === "00" ? known([`Etc/GMT${sign === "+" ? "-" : "+"}${Number(hours)}`]) : [];
  }
  const asked = plain(name);
  if (asked === "") return [];
  const last = plain(name.split("/").at(-1)!);
  const listed = [...source.current].sort();
  const called = (one: string) => {
    const place = (cldr.places as Record<string, { es?: string; en?: string } | undefined>)[one];
    return [one, one.split("/").at(-1)!, place?.es, place?.en].flatMap((text) => (text ? [plain(text)] : []));
  };
  const tests: ((names: string[]) => boolean)[] = [
    (names) => names.includes(asked),
    (names) => names.includes(last),
    (names) => names.some((text) => text.length > 3 && (text.includes(last) || last.includes(text))),
    (names) => names.some((text) => distance(text, last) <= Math.max(1, Math.floor(last.length / 5))),
  ];
  for (const test of tests) {
    const found = listed.filter((one) => test(called(one)));
    if (found.length > 0) return found.slice(0, OFFERED);
  }
  return [];
}

/** How many letters have to be changed, added or taken out. */
function distance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 3) return Infinity;
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++)
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    row = next;
  }
  return row[b.length]!;
}
