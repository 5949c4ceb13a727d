/** Names of zones as people write them: accepted, or kept under today's name. */
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
