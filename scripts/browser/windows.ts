/// <reference lib="dom" />
/**
 * Windows that people use one after the other. A new window takes seconds until it has loaded and compiled all modules
 * of a page. A window that has shown a page of this org before takes a quarter of that time.
 */
import type { Browser, Page } from "playwright-core";

const HEIGHT = 900;
const PATIENCE = 120_000; // a busy machine can need this long

export class Windows {
  readonly #browser: Browser;
  readonly #watch: (page: Page) => void;
  /** The windows that wait for their next user, each with the address of the org that it showed last. */
  #free: { page: Page; org: string }[] = [];

  /** @param watch is told of each new page */
  constructor(browser: Browser, watch: (page: Page) => void) {
    this.#browser = browser;
    this.#watch = watch;
  }

  /** A window without cookies and storage. It prefers one that showed this org. */
  async take(org: string, width: number): Promise<Page> {
    const at = this.#free.findIndex((each) => each.org === org);
    const [waiting] = this.#free.splice(at < 0 ? 0 : at, 1);
    if (!waiting) return this.open(width);
    await waiting.page.setViewportSize({ width, height: HEIGHT });
    return waiting.page;
  }

  /** A new window. Close its context when you are done. */
  async open(width: number): Promise<Page> {
    const context = await this.#browser.newContext({ viewport: { width, height: HEIGHT } });
    context.setDefaultTimeout(PATIENCE);
    return this.#tab(await context.newPage());
  }

  /** Takes a window back, with everything forgotten that its user left in it. */
  async giveBack(page: Page, org: string): Promise<void> {
    const context = page.context();
    await context.setOffline(false);
    await context.unrouteAll({ behavior: "ignoreErrors" });
    for (const each of context.pages()) if (each !== page) await each.close();
    const kept = page.isClosed() ? this.#tab(await context.newPage()) : page;
    await kept.unrouteAll({ behavior: "ignoreErrors" });
    // a page that is left may save and write to the storage, so a plain page of the same org comes first
    await kept.goto(`${org}/?login`);
    await context.clearCookies();
    await kept.evaluate(() => {
      localStorage.clear();
      sessionStorage.clear();
    });
    this.#free.push({ page: kept, org });
  }

  #tab(page: Page): Page {
    this.#watch(page);
    return page;
  }
}
