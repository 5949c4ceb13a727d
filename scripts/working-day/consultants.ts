/** A consultant at the desk, who remembers what they did and what the page said to it. */
import type { Page } from "playwright-core";
import type { DemoClient, Person } from "../start/clients.ts";
import { queue } from "../browser/cases.ts";
import type { Visit, World } from "../browser/world.ts";
import type { Chance } from "./chance.ts";

/** ms that an act may take until the page has said how it ended: it is held for 5 s, and a busy machine is slow. */
const ENDS_WITHIN = 40_000;
const FIRST_ROWS = 4;

/** A row can go while a hand is on its way to it. Answers whether it was still there. */
const stillThere = (act: Promise<void>): Promise<boolean> =>
  act.then(
    () => true,
    () => false,
  );
/** How an act on this case ended, by the words of the page; "" where they say nothing of it. */
function endOf(number: string, told: string): Act["told"] | "" {
  const about = new RegExp(
    `${number}[^·]*?(ya había acusado|ya lo había tomado|acknowledged it|had taken it)`,
  );
  const several = new RegExp(`(Tus colegas ya habían|Colleagues had|already acknowledged)[^.]*${number}`);
  if (about.test(told) || several.test(told)) return "colleague";
  if (new RegExp(`(Sin acuse de recibo|Not acknowledged)[^.]*${number}`).test(told)) return "refused";
  return /(registrado: \d+\.|\d+ acknowledged\.)/.test(told) ? "saved" : "";
}
const AT_HAND = { timeout: 3_000 };

/** What a consultant did to one case, and how the page said that it ended. */
export interface Act {
  case: string;
  by: string;
  /** `left`: the consultant left while the page said that something is unsaved. */
  told: "saved" | "colleague" | "refused" | "left";
}
export interface Closings {
  /** The page asked first, since something was unsaved. */
  asked: number;
  /** Nothing was unsaved. */
  silent: number;
}

export class Consultant {
  readonly acts: Act[] = [];
  readonly closings: Closings = { asked: 0, silent: 0 };
  replies = 0;
  id!: string;
  readonly #world: World;
  readonly #who: (client: DemoClient) => Person;
  readonly #chance: Chance;
  readonly #day: string;
  #visit!: Visit;

  constructor(world: World, who: (client: DemoClient) => Person, chance: Chance, day: string) {
    this.#world = world;
    this.#who = who;
    this.#chance = chance;
    this.#day = day;
  }
  get #page(): Page {
    return this.#visit.page;
  }
  get #rows() {
    return this.#page.locator("c-support-desk c-support-case-row");
  }

  async start(): Promise<void> {
    this.#visit = await this.#world.visit("platinum", this.#who, queue);
    this.id = (await this.#visit.org.identity()).user_id;
    await this.#ready();
  }
  async stop(): Promise<void> {
    await this.#visit.leave();
  }
  async #ready(): Promise<void> {
    await this.#page.locator("c-support-desk c-support-filters").waitFor();
    await this.#page.getByRole("searchbox", { name: /^(Buscar por|Search by)/ }).fill(this.#day);
  }

  /** One of what consultants do: one case or several, by pointer or keys, a reply, a tab that is closed. Answers whether a case waited. */
  async work(): Promise<boolean> {
    const waiting = await this.#waiting();
    if (waiting.length === 0) return false;
    const kind = this.#chance.next();
    if (kind < 0.15) await this.#severalAtOnce(waiting);
    else if (kind < 0.3) await this.#reply(this.#chance.one(waiting));
    else if (kind < 0.5) await this.#closeMeanwhile(waiting);
    else await this.#some(waiting, 1 + this.#chance.below(3), kind < 0.8);
    return true;
  }

  /** The numbers of the first cases that wait for somebody. */
  async #waiting(): Promise<string[]> {
    const texts = await this.#rows
      .filter({ has: this.#page.locator("input.tick") })
      .evaluateAll((rows) =>
        rows.map((row) => (row as HTMLElement & { row: { number: string } }).row.number),
      );
    return texts.slice(0, FIRST_ROWS);
  }
  #row(number: string) {
    return this.#rows.filter({ hasText: number });
  }
  /** What the queue says of what was done. */
  async #told(): Promise<string> {
    const said = await this.#page
      .locator("c-support-desk c-sla-queue")
      .locator(".told, c-support-notice")
      .allInnerTexts();
    return said.join(" ");
  }

  async #some(waiting: string[], count: number, takes: boolean): Promise<void> {
    const meant: string[] = [];
    for (const number of waiting.slice(0, count)) if (await this.#hold(number, takes)) meant.push(number);
    await this.#end(meant);
  }
  /** By a key on the case beside the queue, or by its tick. Answers whether it is held. */
  async #hold(number: string, takes: boolean): Promise<boolean> {
    const row = this.#row(number);
    if (!(await row.locator("input.tick").isVisible())) return false;
    if (takes) {
      if (!(await stillThere(row.getByRole("link").click(AT_HAND)))) return false;
      const card = this.#page.locator("c-support-desk c-case-sla");
      await card.getByRole("timer").first().waitFor();
      const may = await card.getByRole("button", { name: /\((T|A)\)$/ }).count();
      if (may === 0) return false;
      await this.#page.keyboard.press(may > 1 ? "t" : "a");
    } else if (!(await stillThere(row.locator("lightning-button-icon.act").click(AT_HAND)))) return false;
    const held = row.getByText(/Acuse registrado|Acknowledged/).first();
    return held.waitFor({ timeout: 2_000 }).then(
      () => true,
      () => false,
    );
  }
  async #severalAtOnce(waiting: string[]): Promise<void> {
    const ticked: string[] = [];
    for (const number of waiting) {
      const tick = this.#row(number).locator("input.tick");
      if ((await tick.isVisible()) && (await stillThere(tick.check(AT_HAND)))) ticked.push(number);
    }
    const button = this.#page
      .locator("c-support-desk")
      .getByRole("button", { name: new RegExp(`^(Acusar recibo|Acknowledge) \\(\\d+\\)$`) });
    if (await button.isDisabled()) return;
    await button.click();
    await this.#end(ticked);
  }

  /** Waits until nothing is held or saved, and reads on the way what the page says of each. */
  async #end(numbers: string[]): Promise<void> {
    const open = new Map(numbers.map((number) => [number, ""]));
    const from = Date.now();
    let quiet = 0;
    while (quiet < 3) {
      const told = await this.#told();
      for (const [number, said] of open) {
        const ended = endOf(number, told);
        if (ended === "colleague" || ended === "refused" || said === "") open.set(number, ended);
      }
      const busy = await this.#rows.locator(".done").count();
      quiet = busy === 0 ? quiet + 1 : 0;
      if (Date.now() - from > ENDS_WITHIN)
        throw new Error(`nothing was said of ${numbers.join(", ")}: ${told}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    for (const [number, said] of open)
      this.acts.push({ case: number, by: this.id, told: (said || "saved") as Act["told"] });
  }

  /** Closes the tab at any moment after an act. When the page asks, stays half of the times and leaves the others. */
  async #closeMeanwhile(waiting: string[]): Promise<void> {
    const meant: string[] = [];
    for (const number of waiting.slice(0, 2)) if (await this.#hold(number, false)) meant.push(number);
    await new Promise((resolve) => setTimeout(resolve, this.#chance.below(7_000)));
    const stays = this.#chance.next() < 0.5;
    let asked = false;
    const page = this.#page;
    const answered = new Promise<void>((resolve) => {
      page.on("dialog", (dialog) => {
        asked = true;
        void (stays ? dialog.dismiss() : dialog.accept()).then(resolve);
      });
      page.on("close", () => resolve());
    });
    // an act that ended before the tab is closed was told
    const told = await this.#told();
    await page.close({ runBeforeUnload: true });
    await answered;
    this.closings[asked ? "asked" : "silent"] += 1;
    if (asked && stays) await this.#end(meant);
    else
      for (const number of meant)
        this.acts.push({ case: number, by: this.id, told: asked ? "left" : endOf(number, told) || "saved" });
    if (!page.isClosed()) await page.close();
    const next = await this.#visit.context.newPage();
    this.#visit = { ...this.#visit, page: next };
    await next.goto(this.#world.product.org("platinum") + queue);
    await this.#ready();
  }

  /** Answers the client in the conversation beside the queue, which acknowledges. */
  async #reply(number: string): Promise<void> {
    const row = this.#row(number);
    if (!(await row.locator("input.tick").isVisible())) return;
    if (!(await stillThere(row.getByRole("link").click(AT_HAND)))) return;
    const conversation = this.#page.locator("c-support-desk c-support-conversation");
    await conversation.getByRole("textbox").first().fill("Ya lo estamos mirando.");
    await conversation.getByRole("button", { name: /^(Enviar respuesta|Send reply)/ }).click();
    await conversation.getByText("Ya lo estamos mirando.").first().waitFor();
    this.replies += 1;
  }
}
