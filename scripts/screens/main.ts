// npm run screens: a picture of every page, in both languages, wide and on a phone, light, dark and dense.
// It starts a product of its own, or takes one that runs: --home .local --port 8100.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import type { Page } from "playwright-core";
import { overflow, seriousFaults } from "../browser/accessible.ts";
import { launchChromium } from "../browser/chromium.ts";
import { dialogs, servicePages } from "./extra.ts";
import { dress, looks, wholeHeight, type Look } from "./looks.ts";
import { letAnAdminReadSpanish, openPage, pages } from "../browser/pages.ts";
import { newProduct, runningProduct } from "../browser/product.ts";
import { worldOf } from "../browser/world.ts";

const root = join(import.meta.dirname, "../..");
const widths = [1440, 390];
const HEIGHT = 900;
const options = new Command("screens")
  .description("Takes a picture of every page, and says what axe finds serious and which page is too wide.")
  .option("--out <folder>", "where the pictures go", join(root, ".local/screens"))
  .option("--only <words>", "only pages whose name has these words", "")
  .option("--fleet", "only the pages of the fleet")
  .option("--looks <names>", "light, dark, dense", "light,dark,dense")
  .option("--home <folder>", "the home of a product that runs")
  .option("--port <n>", "its first port", Number)
  .parse()
  .opts<{ out: string; only: string; fleet?: true; looks: string; home?: string; port?: number }>();
const wanted = options.looks.split(",").filter((look): look is Look => Object.hasOwn(looks, look));

const running = options.home !== undefined && options.port !== undefined;
const product = running ? runningProduct(options.home!, options.port!) : await newProduct();
if (!running) await product.start();
const browser = await launchChromium();
const world = worldOf(product, browser);
mkdirSync(options.out, { recursive: true });
const faults: string[] = [];

async function look(name: string, page: Page): Promise<void> {
  for (const width of widths) {
    await page.setViewportSize({ width, height: HEIGHT });
    if ((await overflow(page)) > 0) faults.push(`${name}: wider than ${width} px`);
    for (const how of wanted) {
      const undress = await dress(page, how);
      const file = `${name.replace(/[^\p{L}\p{N}]+/gu, "-")}-${width}-${how}.png`;
      await page.setViewportSize({ width, height: HEIGHT });
      await page.setViewportSize({ width, height: await wholeHeight(page) });
      await page.screenshot({ path: join(options.out, file) });
      for (const fault of await seriousFaults(page)) faults.push(`${file}: ${fault}`);
      await undress();
    }
  }
  await page.context().close();
  console.log(name);
}
const isWanted = (name: string): boolean => name.includes(options.only);
try {
  if (options.fleet === undefined) await letAnAdminReadSpanish(world);
  for (const each of options.fleet === undefined ? [...pages, ...dialogs] : [])
    if (isWanted(each.page)) await look(each.page, (await openPage(world, each, widths[0])).page);
  for (const { name, open } of servicePages(world)) if (isWanted(name)) await look(name, await open());
} finally {
  await browser.close();
  if (!running) await product.remove();
}
for (const fault of [...faults, ...world.faults]) console.error(fault);
process.exit(faults.length + world.faults.length > 0 ? 1 : 0);
