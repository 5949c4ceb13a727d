// Checks every page of the package in both languages: axe finds no fault, and the page fits its window.
import { beforeAll, describe, expect, test } from "@jest/globals";
import { overflow, seriousFaults } from "./accessible.ts";
import { letAnAdminReadSpanish, openPage, pages } from "./pages.ts";
import type { World } from "./world.ts";

export function everyPage(world: () => World): void {
  describe("pages", () => {
    beforeAll(() => letAnAdminReadSpanish(world()));

    test.each(pages)("$page: accessible, and as wide as its window", async (each) => {
      const { page, context } = await openPage(world(), each);
      for (const width of [1280, 400]) {
        await page.setViewportSize({ width, height: 900 });
        expect([width, await seriousFaults(page)]).toEqual([width, []]);
        expect([width, await overflow(page)]).toEqual([width, 0]);
      }
      await context.close();
    });
  });
}
