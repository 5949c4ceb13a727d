/** The pages of the fleet, for a person who signs in to the service itself. */
import type { Browser, Page } from "playwright-core";

export interface FleetPage {
  page: string;
  /** The address behind the service's root. A function finds it on the page that lists cases and clients. */
  at: string;
  /** The selector that shows that the page is complete. */
  shows: string;
  /** Buttons to press first, by their words in both languages. */
  press?: RegExp[];
}

const card = (name: string) => `[aria-labelledby="${name}-title"]`;
export const fleetPages: FleetPage[] = [
  { page: "the fleet's cases", at: "#cases", shows: ".queue li" },
  { page: "the fleet's search", at: "#cases?text=e", shows: "section.body .queue li" },
  { page: "the fleet's clients", at: "#clients", shows: card("clients") },
  { page: "a client of the fleet", at: "#client/gold", shows: card("client-contract") },
  { page: "a case of the fleet", at: "#case", shows: card("case-items") },
  {
    page: "a client of the fleet, checked",
    at: "#client/gold",
    shows: ".panel table",
    press: [/^(Revisar la org|Check the org)$/],
  },
  {
    page: "a client of the fleet, another plan",
    at: "#client/gold",
    shows: ".preview table",
    press: [/^(Cambiar de plan|Change the plan)$/, /^(Ver qué cambia|See what changes)$/],
  },
  {
    page: "a client of the fleet, offboarded",
    at: "#client/gold",
    shows: ".panel .button.danger",
    press: [/^(Dar de baja|Offboard)$/],
  },
  {
    page: "a client of the fleet, tested",
    at: "#client/gold",
    shows: ".panel",
    press: [/^(Enviar un aviso de prueba|Send a test notice)$/],
  },
  {
    page: "a client of the fleet, people",
    at: "#client/gold",
    shows: ".fault",
    press: [
      /^(Cambiar personas y canales|Change people and channels)$/,
      /^(Agregar una persona|Add a person)$/,
      /^(Guardar|Save)$/,
    ],
  },
  { page: "a new client of the fleet", at: "#add", shows: "form fieldset" },
  { page: "the fleet's figures", at: "#mtta", shows: card("mtta-people") },
  { page: "the fleet's dead letters", at: "#dead", shows: card("dead") },
  { page: "the fleet's messages without a case", at: "#messages", shows: card("messages") },
  { page: "what if, on the fleet", at: "#whatIf", shows: card("whatIf") },
  { page: "the fleet's audit trail", at: "#audit", shows: card("audit") },
  { page: "an account of the fleet", at: "account", shows: "main" },
];

/** Signs the demonstration's operator in. */
export async function openFleet(browser: Browser, url: string, language: "es" | "en"): Promise<Page> {
  const { fleetAccount } = await import("../start/onboard.ts");
  const context = await browser.newContext({
    locale: { es: "es-AR", en: "en-US" }[language],
    bypassCSP: true,
    viewport: { width: 1440, height: 900 },
  });
  context.setDefaultTimeout(120_000);
  const page = await context.newPage();
  await page.goto(`${url}/signin?lang=${language}`);
  await page.locator("#name").fill(fleetAccount.name);
  await page.locator("#password").fill(fleetAccount.password);
  await page.locator("button[type=submit]").click();
  await page.locator(".queue").waitFor();
  return page;
}

/** Opens one page of the fleet, until it is complete. */
export async function showFleetPage(
  page: Page,
  url: string,
  { at, shows, press = [] }: FleetPage,
): Promise<void> {
  let address = at;
  if (at === "#case") {
    await page.goto(`${url}/#cases?orgId=gold`);
    address = (await page.locator(".queue a").first().getAttribute("href"))!;
  }
  // the same address again would leave the page as it was pressed
  await page.goto(`${url}/#cases`);
  await page.locator(card("cases")).waitFor();
  await page.goto(`${url}/${address}`);
  for (const name of press) await page.getByRole("button", { name }).first().click();
  await page.locator(shows).first().waitFor();
}
