/** The data that the server wrote into the page: words, language, the signed-in person. */
export const { language, words, csrf, role, plans } = JSON.parse(
  document.getElementById("setup").textContent,
);

export const fill = (text, ...values) => text.replace(/\{(\d)\}/g, (_, at) => String(values[at]));

const locale = language === "es" ? "es-AR" : "en-GB";
const formats = new Map();
function format(timeZone, options) {
  const key = `${timeZone}${JSON.stringify(options)}`;
  let known = formats.get(key);
  if (!known) formats.set(key, (known = new Intl.DateTimeFormat(locale, { timeZone, ...options })));
  return known;
}
const hour = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
/** By the offset that the service says: this browser's idea of a zone may be older than the law. */
export const instantIn = (at, offset) =>
  format("UTC", { weekday: "short", day: "numeric", month: "numeric", ...hour }).format(at + offset);
/** A moment of the API, in its place's time. */
export const when = (moment) => (moment === null ? null : instantIn(moment.at, moment.offset));
export const timeIn = (at, offset) => format("UTC", hour).format(at + offset);
export const here = (at, withYear = false) =>
  format(undefined, {
    day: "numeric",
    month: "numeric",
    ...(withYear ? { year: "numeric" } : hour),
  }).format(at);
/** A date such as `2026-11-23`, as people write it. */
export const day = (date) =>
  format("UTC", { day: "numeric", month: "numeric", year: "numeric" }).format(
    Date.parse(`${date}T12:00:00Z`),
  );
export const clockTime = (at) => format(undefined, { ...hour, second: "2-digit" }).format(at);
export const number = (value) => new Intl.NumberFormat(locale).format(value);
export const percent = (share) =>
  share === null
    ? "—"
    : new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 1 }).format(share);

/** `00:18:09`, with a sign in front if it is overdue. */
export function ticking(ms) {
  const seconds = Math.floor(Math.abs(ms) / 1000);
  const two = (value) => String(value).padStart(2, "0");
  return `${ms < 0 ? "+" : ""}${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}
export function minutes(value) {
  if (value === null) return "—";
  const whole = Math.round(Math.abs(value));
  const said =
    whole < 60 ? `${whole} min` : `${Math.floor(whole / 60)} h${whole % 60 ? ` ${whole % 60} min` : ""}`;
  return value < 0 && whole > 0 ? `−${said}` : said;
}
export function brief(ms) {
  if (ms === null) return "—";
  if (Math.abs(ms) < 1000) return `${Math.round(ms)} ms`;
  if (Math.abs(ms) < 90_000) return `${number(Math.round(ms / 100) / 10)} s`;
  return minutes(ms / 60_000);
}
