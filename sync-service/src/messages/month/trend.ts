import type { Language } from "c/slaSentences";
import type { MonthReport } from "./report.ts";
import { monthTitle, monthWords, percent, shortMonth, span } from "./words.ts";

const width = 686;
const height = 184;
const [top, bottom] = [34, 132];
/** The longest bar, as a share of the promise. A longer mean is cut there, and its number says how long it was. */
const tallest = 2;

const escaped = (text: string) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");

/**
 * Draws the mean of each month as a share of what was promised for it, so that months with other cases compare.
 * A month over the promise rises above the line, so its colour is not the only sign.
 * @returns SVG. Its classes let a page choose the colours; without styles it has its own.
 */
export function trendSvg({ trend }: MonthReport, language: Language): string {
  const w = monthWords(language);
  const column = width / trend.length;
  const line = bottom - (bottom - top) / tallest;
  const bars = trend.map(({ month, count, inTime, meanMinutes, targetMinutes }, at) => {
    const middle = Math.round(column * at + column / 2);
    const label = `<text class="trend-label" x="${middle}" y="${bottom + 18}" text-anchor="middle" font-size="12" fill="#444444">${escaped(shortMonth(month, language))}</text>`;
    if (count === 0 || meanMinutes === null || !targetMinutes)
      return `${label}<text class="trend-quiet" x="${middle}" y="${bottom - 6}" text-anchor="middle" font-size="11" fill="#5c5c5c">${escaped(w.noCases)}</text>`;
    const share = Math.min(meanMinutes / targetMinutes, tallest);
    const tall = Math.max(2, Math.round(((bottom - top) / tallest) * share));
    const over = meanMinutes > targetMinutes;
    return (
      `<rect class="${over ? "trend-over" : "trend-kept"}" x="${middle - 26}" y="${bottom - tall}" width="52" height="${tall}" fill="${over ? "#ba0517" : "#0b5cab"}"/>` +
      // the promise's line must not cross out the number
      `<rect class="trend-ground" x="${middle - 26}" y="${bottom - tall - 19}" width="52" height="18" fill="#ffffff"/>` +
      `<text class="trend-label" x="${middle}" y="${bottom - tall - 6}" text-anchor="middle" font-size="12" fill="#181818">${escaped(percent(inTime / count, language))}</text>` +
      `<text class="trend-quiet" x="${middle}" y="${bottom + 34}" text-anchor="middle" font-size="11" fill="#5c5c5c">${escaped(span(meanMinutes))}</text>` +
      label
    );
  });
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">` +
    `<line class="trend-axis" x1="0" x2="${width}" y1="${bottom}" y2="${bottom}" stroke="#c9c9c9" stroke-width="1"/>` +
    `<line class="trend-promise" x1="0" x2="${width}" y1="${line}" y2="${line}" stroke="#8c4b02" stroke-width="1.5" stroke-dasharray="5 4"/>` +
    `${bars.join("")}</svg>`
  );
}

/** The same as a list of sentences, for people who do not see the picture. */
export const trendInWords = ({ trend }: MonthReport, language: Language): string[] => {
  const w = monthWords(language);
  return trend.map(({ month, count, inTime, meanMinutes, targetMinutes }) =>
    count === 0
      ? `${monthTitle(month, language)}: ${w.noCases}.`
      : `${monthTitle(month, language)}: ${w.mean.toLowerCase()} ${span(meanMinutes)}, ${w.promised(span(targetMinutes))}; ${w.inTime.toLowerCase()} ${w.of(inTime, count)}.`,
  );
};
