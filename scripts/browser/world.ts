/** The parts that all chapters of a browser test share: one product, one browser, people who sign in. */
import { join } from "node:path";
import type { Connection } from "jsforce";
import type { Browser, BrowserContext, Page } from "playwright-core";
import type { DemoClient, Person } from "../start/clients.ts";
import type { Product } from "./product.ts";

export type Plan = DemoClient["id"];
export interface Visit {
  page: Page;
  context: BrowserContext;
  /** A connection of the same person, for the questions that a page would ask. */
  org: Connection;
}

export interface World {
  product: Product;
  browser: Browser;
  /** The errors that any page wrote in its console. */
  faults: string[];
  connect(plan: Plan, who: (client: DemoClient) => Person): Promise<Connection>;
  /** Opens a page as one person. Close its context when you are done. */
  visit(plan: Plan, who: (client: DemoClient) => Person, path: string, width?: number): Promise<Visit>;
}

export const admin = (client: DemoClient): Person => client.admin;
/** Reads Spanish. */
export const consultant = (client: DemoClient): Person => client.consultants[0];
/** Reads English. */
export const bruno = (client: DemoClient): Person => client.consultants[1];
/** Reads Spanish. */
export const martina = (client: DemoClient): Person => client.clients[0];
/** Reads English. */
export const tom = (client: DemoClient): Person => client.clients[1];

export function worldOf(product: Product, browser: Browser): World {
  const faults: string[] = [];
  const connect: World["connect"] = async (plan, who) => {
    // set it before the import, because the product's modules read the environment when they load
    process.env.COMPROMISO_PORT = String(product.port);
    const { demoClients } = await import("../start/clients.ts");
    const { signIn } = await import("../start/signin.ts");
    const client = demoClients.find(({ id }) => id === plan)!;
    return signIn(client, who(client), join(product.home, "keys/jwt.key"));
  };
  return {
    product,
    browser,
    faults,
    connect,
    async visit(plan, who, path, width = 1280) {
      const org = await connect(plan, who);
      const context = await browser.newContext({ viewport: { width, height: 900 } });
      context.setDefaultTimeout(120_000); // a busy machine can need this long
      const page = await context.newPage();
      page.on("console", (message) => {
        if (message.type() === "error") faults.push(message.text());
      });
      page.on("pageerror", (error) => faults.push(String(error)));
      await page.goto(
        `${product.org(plan)}/secur/frontdoor.jsp?sid=${encodeURIComponent(org.accessToken!)}&retURL=${encodeURIComponent(path)}`,
      );
      return { page, context, org };
    },
  };
}
