/** Pages that only pictures show: dialogs over a page, and the pages of the service. */
import type { Page } from "playwright-core";
import { pages, type PageToSee } from "../browser/pages.ts";
import type { World } from "../browser/world.ts";

/** The list of keys over the queue. */
export const dialogs: PageToSee[] = ["Spanish", "English"].map((language) => {
  const { press: _, ...queue } = pages.find(({ page }) => page === `the queue, in ${language}`)!;
  return { ...queue, page: `the keys, in ${language}`, key: "?", answers: "c-support-keys dialog[open]" };
});

const languages = { Spanish: "es-AR", English: "en-US" };
const month = new Date().toISOString().slice(0, 7);
const places = { "the fleet": "/", "a month's report": `/reports/gold/${month}` };

export interface ServicePage {
  name: string;
  open(): Promise<Page>;
}
/** The fleet page and a client's month, as the operator of the demonstration sees them. */
export const servicePages = ({ product, browser, faults }: World): ServicePage[] =>
  Object.entries(places).flatMap(([place, path]) =>
    Object.entries(languages).map(([language, locale]) => ({
      name: `${place}, in ${language}`,
      async open() {
        const context = await browser.newContext({
          locale,
          bypassCSP: true,
          viewport: { width: 1440, height: 900 },
        });
        const page = await context.newPage();
        page.on("pageerror", (error) => faults.push(String(error)));
        const origin = `http://127.0.0.1:${product.port}`;
        await page.goto(origin);
        await page.locator("input[name=name], input[name=username], input[type=text]").first().fill("demo");
        await page.locator("input[type=password]").fill("compromiso-local");
        await page.keyboard.press("Enter");
        await page.waitForURL((url) => !/sign-?in|login/.test(url.pathname));
        await page.goto(origin + path);
        await page.locator("main").first().waitFor();
        return page;
      },
    })),
  );
