/**
 * Writes sync-service/src/zones/browser.json: the zones that our Chromium gets wrong in the next two years.
 * Run it when Chromium or the zone data have a new version: node scripts/pinned.js scripts/build/browser-zones.ts
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { zones } from "@compromiso/sync-service/zones";
import { launchChromium } from "../browser/chromium.ts";

const week = 7 * 86_400_000;
const instants = Array.from({ length: 105 }, (_, i) => Date.now() + i * week);
const browser = await launchChromium();
try {
  const page = await browser.newPage();
  const names = zones().names();
  const said = await page.evaluate(
    ([asked, at]) =>
      asked.map((timeZone) => {
        try {
          const format = new Intl.DateTimeFormat("sv-SE", {
            timeZone,
            dateStyle: "short",
            timeStyle: "medium",
          });
          return at.map((instant) => format.format(instant));
        } catch {
          return null;
        }
      }),
    [names, instants] as [string[], number[]],
  );
  const shown = (name: string, at: number) =>
    new Date(at + zones().zone(name).offsetAt(at)).toISOString().slice(0, 19).replace("T", " ");
  const wrong = names.filter(
    (name, i) => said[i] === null || instants.some((at, n) => said[i]![n] !== shown(name, at)),
  );
  const version = `Chromium ${browser.version().split(".")[0]}`;
  const file = join(import.meta.dirname, "../../sync-service/src/zones/browser.json");
  writeFileSync(
    file,
    `${JSON.stringify({ browser: version, tz: zones().version, zones: wrong }, null, 2)}\n`,
  );
  console.log(`${version} differs from tz ${zones().version} in ${wrong.length} zones: ${wrong.join(", ")}`);
} finally {
  await browser.close();
}
