/// <reference lib="dom" />
/** Runs axe in the page as it is now. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { AxeResults } from "axe-core";
import type { Page } from "playwright-core";

const source = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Lists axe's serious and critical findings, one line each with the rule and the element. */
export async function seriousFaults(page: Page): Promise<string[]> {
  // no script tag: the pages of the service take only scripts of their own
  await page.evaluate(source);
  const { violations } = await page.evaluate(() =>
    // ask only for violations in full, because the other results would take as long again
    (globalThis as unknown as { axe: { run(options: object): Promise<AxeResults> } }).axe.run({
      resultTypes: ["violations"],
    }),
  );
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.flat().join(" ")}`));
}

/** The page's width beyond its window, in px. */
export const overflow = (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
