/** The zones that somebody may have meant by a name that the tz database lacks. */
import cldr from "./cldr.json" with { type: "json" };
import type { ZoneSource } from "./source.ts";

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

/** Large cities whose names are no zone's, as people write them in ids. */
const cities: Readonly<Record<string, readonly string[]>> = {
  abudhabi: ["Asia/Dubai"],
  bangalore: ["Asia/Kolkata"],
  barcelona: ["Europe/Madrid"],
  beijing: ["Asia/Shanghai"],
  bombay: ["Asia/Kolkata"],
  boston: ["America/New_York"],
  brasilia: ["America/Sao_Paulo"],
  calgary: ["America/Edmonton"],
  cali: ["America/Bogota"],
  delhi: ["Asia/Kolkata"],
  guangzhou: ["Asia/Shanghai"],
  hanoi: ["Asia/Ho_Chi_Minh"],
  medellin: ["America/Bogota"],
  miami: ["America/New_York"],
  mumbai: ["Asia/Kolkata"],
  munich: ["Europe/Berlin"],
  newdelhi: ["Asia/Kolkata"],
  osaka: ["Asia/Tokyo"],
  ottawa: ["America/Toronto"],
  pekin: ["Asia/Shanghai"],
  peking: ["Asia/Shanghai"],
  quito: ["America/Guayaquil"],
  riodejaneiro: ["America/Sao_Paulo"],
  rosario: ["America/Argentina/Buenos_Aires"],
  sanfrancisco: ["America/Los_Angeles"],
  seattle: ["America/Los_Angeles"],
  shenzhen: ["Asia/Shanghai"],
  valencia: ["Europe/Madrid"],
  washington: ["America/New_York"],
};

/** How many names a refusal offers. */
const OFFERED = 4;

/** Fewer letters are by chance in many names. */
const SHORTEST_PART = 4;

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
  const [area, last] = [plain(name.split("/")[0]!), plain(name.split("/").at(-1)!)];
  if (last === "") return [];
  const candidates = [...source.current].sort().map((id) => ({
    id,
    here: name.includes("/") && plain(id.split("/")[0]!) === area,
    called: calledLike(id),
  }));
  const pick = (fits: (names: string[]) => boolean) => {
    const found = candidates.filter(({ called }) => fits(called));
    const here = found.filter((one) => one.here);
    return (here.length > 0 ? here : found).map(({ id }) => id).slice(0, OFFERED);
  };
  const exact = pick((names) => names.includes(asked) || names.includes(last));
  if (exact.length > 0) return exact;
  const otherName = cities[last];
  if (otherName !== undefined) return known(otherName);
  // in the area that was asked for, a word that is a little wrong is likelier than the same word elsewhere
  const near = candidates
    .map(({ id, here, called }) => ({
      ...{ id, here },
      wrong: Math.min(...called.map((text) => wrongness(text, last))),
    }))
    .filter(({ wrong }) => wrong <= Math.max(1, Math.floor(last.length / 5)))
    .sort((a, b) => Number(b.here) - Number(a.here) || a.wrong - b.wrong);
  const least = near[0];
  if (least !== undefined)
    return near
      .filter(({ here, wrong }) => here === least.here && wrong === least.wrong)
      .map(({ id }) => id)
      .slice(0, OFFERED);
  // at last the beginning of a name, or a name with more around it
  return last.length < SHORTEST_PART
    ? []
    : pick((names) =>
        names.some((text) => text.startsWith(last) || (text.length >= SHORTEST_PART && last.includes(text))),
      );
}

/** How a zone's place is written: by the id, by its last part, and in both languages. */
function calledLike(id: string): string[] {
  const place = (cldr.places as Record<string, { es?: string; en?: string } | undefined>)[id];
  return [id, id.split("/").at(-1)!, place?.es, place?.en].flatMap((text) => (text ? [plain(text)] : []));
}

/** How many letters are wrong. A shorter name is too like many others. */
const wrongness = (text: string, asked: string): number =>
  asked.length < SHORTEST_PART ? Infinity : distance(text, asked);

/** How many letters have to be changed, added, taken out, or swapped with the next. */
function distance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 3) return Infinity;
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      const swapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      next.push(
        Math.min(
          ...[row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (same ? 0 : 1)],
          ...(swapped && i > 1 && j > 1 ? [before[j - 2]! + 1] : []),
        ),
      );
    }
    [before, row] = [row, next];
  }
  return row[b.length]!;
}
