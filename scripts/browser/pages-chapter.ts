// Checks every page of the package in both languages: axe finds no fault, and the page fits its window.
import { beforeAll, describe, expect, test } from "@jest/globals";
import { overflow, seriousFaults } from "./accessible.ts";
import { letAnAdminReadSpanish, openPage, pages, type PageToSee } from "./pages.ts";
import type { World } from "./world.ts";

interface Seen {
  width: number;
  faults: string[];
  tooWideBy: number;
}
/** So many windows are looked at side by side: one alone leaves a part of the machine idle. */
const WINDOWS = 2;

async function lookAt(world: World, each: PageToSee): Promise<Seen[]> {
  const { page, leave } = await openPage(world, each);
  const seen: Seen[] = [];
  for (const width of [1280, 400]) {
    await page.setViewportSize({ width, height: 900 });
    seen.push({ width, faults: await seriousFaults(page), tooWideBy: await overflow(page) });
  }
  await leave();
  return seen;
}

export function everyPage(world: () => World): void {
  describe("pages", () => {
    const looks = new Map<PageToSee, Promise<Seen[]>>();

    beforeAll(async () => {
      await letAnAdminReadSpanish(world());
      const windows = Array.from({ length: WINDOWS }, () => Promise.resolve());
      for (const [n, each] of pages.entries()) {
        const look = windows[n % WINDOWS]!.then(() => lookAt(world(), each));
        looks.set(each, look);
        // a failure is that page's own: its window goes on to the next page
        windows[n % WINDOWS] = look.then(
          () => {},
          () => {},
        );
      }
    });

    test.each(pages)("$page: accessible, and as wide as its window", async (each) => {
      expect(await looks.get(each)).toEqual([
        { width: 1280, faults: [], tooWideBy: 0 },
        { width: 400, faults: [], tooWideBy: 0 },
      ]);
    });
  });
}
