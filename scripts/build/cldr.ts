/**
 * Writes sync-service/src/zones/cldr.json from Unicode's CLDR: the Spanish and English names of places, and today's names
 * of old zones. Run it when CLDR has a new version: node scripts/pinned.js scripts/build/cldr.ts 48.2.0
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const version = process.argv[2];
if (version === undefined || version === "--help") {
  console.log(
    "cldr.ts VERSION: writes sync-service/src/zones/cldr.json from the npm packages of that version of CLDR.",
  );
  process.exit(version === undefined ? 2 : 0);
}
const folder = mkdtempSync(join(tmpdir(), "cldr-"));
const json = (file: string) => JSON.parse(readFileSync(join(folder, "package", file), "utf8"));
try {
  for (const name of ["cldr-dates-full", "cldr-bcp47"]) {
    const packed = execFileSync("npm", ["pack", `${name}@${version}`, "--silent"], {
      cwd: folder,
      encoding: "utf8",
    });
    execFileSync("tar", ["xzf", packed.trim()], { cwd: folder });
  }
  interface Group {
    _alias?: string;
    _iana?: string;
    _deprecated?: boolean;
    _preferred?: string;
  }
  const groups: Record<string, Group> = json("bcp47/timezone.json").keyword.u.tz;
  const cities = (language: string) => {
    const found = new Map<string, string>();
    const walk = (node: Record<string, unknown>, path: string) => {
      if (typeof node["exemplarCity"] === "string") found.set(path, node["exemplarCity"]);
      for (const [key, child] of Object.entries(node))
        if (typeof child === "object" && child !== null)
          walk(child as Record<string, unknown>, path === "" ? key : `${path}/${key}`);
    };
    walk(json(`main/${language}/timeZoneNames.json`).main[language].dates.timeZoneNames.zone, "");
    return found;
  };
  const spanish = new Map([...cities("es"), ...cities("es-419"), ...cities("es-AR")]);
  const english = cities("en");
  const places: Record<string, { es?: string; en?: string }> = {};
  const today: Record<string, string> = {};
  for (const group of Object.values(groups)) {
    const names = (group._alias ?? "").split(" ").filter((name) => name.includes("/"));
    const [first] = names;
    const preferred = group._preferred === undefined ? group : groups[group._preferred];
    const now = preferred?._iana ?? preferred?._alias?.split(" ")[0];
    if (first === undefined || now === undefined) continue;
    for (const name of (group._alias ?? "").split(" ")) if (name !== now) today[name] = now;
    if (group._preferred !== undefined) continue;
    const plain = now.split("/").at(-1)!.replaceAll("_", " ");
    const es = spanish.get(first);
    const en = english.get(first);
    const place = { ...(es && es !== plain ? { es } : {}), ...(en && en !== plain ? { en } : {}) };
    if (Object.keys(place).length > 0) places[now] = place;
  }
  // CLDR keeps "São Paulo" in Spanish, but people of the Río de la Plata say San Pablo
  places["America/Sao_Paulo"] = { es: "San Pablo", en: "São Paulo" };
  const target = join(import.meta.dirname, "../../sync-service/src/zones/cldr.json");
  writeFileSync(target, `${JSON.stringify({ version, licence: "Unicode-3.0", places, today }, null, 1)}\n`);
  console.log(`${target}: ${Object.keys(places).length} places, ${Object.keys(today).length} old names.`);
} finally {
  rmSync(folder, { recursive: true });
}
