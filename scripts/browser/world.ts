/** The parts that all chapters of a browser test share: one product, one browser, people who sign in. */
import { join } from "node:path";
import type { Connection } from "jsforce";
import type { Browser, BrowserContext, Page } from "playwright-core";
import type { DemoClient, Person } from "../start/clients.ts";
import type { Product } from "./product.ts";
import { Windows } from "./windows.ts";

export type Plan = DemoClient["id"];
export interface Visit {
  page: Page;
  /** The window, with a storage of its own. You can close it instead of leaving it. */
  context: BrowserContext;
  /** A connection of the same person, for the questions that a page would ask. */
  org: Connection;
  /** Leaves the window to its next user. A second call does nothing. */
  leave(): Promise<void>;
}

interface How {
  width?: number;
  /** A clock that the test moves. Such a window goes to no other user. */
  clock?: { time?: number };
}

export interface World {
  product: Product;
  browser: Browser;
  /** The errors that any page wrote in its console. */
  faults: string[];
  connect(plan: Plan, who: (client: DemoClient) => Person): Promise<Connection>;
  /** Opens a page as one person. Leave it when you are done. */
  visit(plan: Plan, who: (client: DemoClient) => Person, path: string, how?: How): Promise<Visit>;
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
  const windows = new Windows(browser, (page) => {
    page.on("console", (message) => {
      if (message.type() === "error") faults.push(message.text());
    });
    page.on("pageerror", (error) => faults.push(String(error)));
  });
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
    async visit(plan, who, path, { width = 1280, clock } = {}) {
      const org = await connect(plan, who);
      const address = product.org(plan);
      const page = clock ? await windows.open(width) : await windows.take(address, width);
      const context = page.context();
      if (clock) await page.clock.install(clock);
      await page.goto(
        `${address}/secur/frontdoor.jsp?sid=${encodeURIComponent(org.accessToken!)}&retURL=${encodeURIComponent(path)}`,
      );
      let left = false;
      const leave = async () => {
        if (left) return;
        left = true;
        await (clock ? context.close() : windows.giveBack(page, address));
      };
      return { page, context, org, leave };
    },
  };
}
