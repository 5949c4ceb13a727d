/** Whom an older law would lead astray: this host, and the last browser that was looked at. */
import wrong from "./browser.json" with { type: "json" };
import { zoneOrUtc } from "./zones.ts";

/** The browser whose zone data were compared, such as `Chromium 153`. */
export const browser: string = wrong.browser;

const day = 86_400_000;

/** Whether this process's own `Intl` has another law for a zone from now on, for two years. */
export function wrongOnHost(timeZone: string, now: number): boolean {
  const zone = zoneOrUtc(timeZone);
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat("en-US", { timeZone, timeZoneName: "longOffset" });
  } catch {
    return true;
  }
  for (let at = now; at < now + 730 * day; at += 7 * day) {
    const said = format.formatToParts(at).find(({ type }) => type === "timeZoneName")!.value;
    const [, sign, hours, minutes] = /GMT([+-])(\d\d):(\d\d)/.exec(said) ?? [];
    const offset = hours === undefined ? 0 : (Number(hours) * 60 + Number(minutes)) * (sign === "-" ? -1 : 1);
    if (offset * 60_000 !== zone.offsetAt(at)) return true;
  }
  return false;
}

export const wrongInBrowser = (timeZone: string): boolean => (wrong.zones as string[]).includes(timeZone);
