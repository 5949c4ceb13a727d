/// <reference lib="dom" />
/** axe, in the page as it stands. */
import { createRequire } from "node:module";
import type { AxeResults } from "axe-core";
import type { Page } from "playwright-core";

const source = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

/** What axe finds serious or worse, a line each: the rule and the element. */
export async function seriousFaults(page: Page): Promise<string[]> {
  await page.addScriptTag({ path: source });
  const { violations } = await page.evaluate(() =>
    // only what is wrong is told in full: the rest would cost as much again
    (globalThis as unknown as { axe: { run(options: object): Promise<AxeResults> } }).axe.run({
      resultTypes: ["violations"],
    }),
  );
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.flat().join(" ")}`));
}

/** How far the page is wider than its window, px. */
export const overflow = (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
