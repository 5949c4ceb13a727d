/** Pages that only pictures show: dialogs over a page, and the pages of the service. */
import type { Page } from "playwright-core";
import { pages, type PageToSee } from "../browser/pages.ts";
import type { World } from "../browser/world.ts";
import { fleetPages, openFleet, showFleetPage, type FleetPage } from "./fleet.ts";

/** The list of keys over the queue. */
export const dialogs: PageToSee[] = ["Spanish", "English"].map((language) => {
  const { press: _, ...queue } = pages.find(({ page }) => page === `the queue, in ${language}`)!;
  return { ...queue, page: `the keys, in ${language}`, key: "?", answers: "c-support-keys dialog[open]" };
});

const languages = { Spanish: "es", English: "en" } as const;
const month = new Date().toISOString().slice(0, 7);
const places: FleetPage[] = [
  ...fleetPages,
  { page: "a month's report", at: `reports/gold/${month}`, shows: "main" },
];

export interface ServicePage {
  name: string;
  open(): Promise<Page>;
}
/** The pages of the fleet and a client's month, as the operator of the demonstration sees them. */
export const servicePages = ({ product, browser, faults }: World): ServicePage[] =>
  places.flatMap((place) =>
    Object.entries(languages).map(([name, language]) => ({
      name: `${place.page}, in ${name}`,
      async open() {
        const url = `http://127.0.0.1:${product.port}`;
        const page = await openFleet(browser, url, language);
        page.on("pageerror", (error) => faults.push(String(error)));
        await showFleetPage(page, url, place);
        return page;
      },
    })),
  );
