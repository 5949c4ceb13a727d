/** Uses a `lightning-combobox` as people do. */
import type { Page } from "playwright-core";
import { focused } from "./keyboard.ts";
import { until } from "./waiting.ts";

/** Chooses an option with the mouse. */
export async function choose(page: Page, box: string, option: string): Promise<void> {
  await page.getByRole("combobox", { name: box }).click();
  await page.getByRole("option", { name: option, exact: true }).click();
  // the closing box takes the focus back a moment later, so we wait: it would take the focus from the next field
  await until(`${box} to have the focus again`, async () => (await focused(page)).text.includes(box));
}

/** Uses the keyboard: opens the focused box, goes down to the option, and chooses it. */
export async function pick(page: Page, option: string): Promise<void> {
  const highlighted = page.locator("[role=option].slds-has-focus");
  await page.keyboard.press("Enter");
  await page.getByRole("option", { name: option, exact: true }).waitFor();
  const length = await page.getByRole("option").count();
  for (let i = 0; i <= length; i++) {
    if ((await highlighted.allInnerTexts()).join().trim() === option) return page.keyboard.press("Enter");
    await page.keyboard.press("ArrowDown");
    // the list shows the highlight in the next frame
    await page.evaluate(() => new Promise(requestAnimationFrame));
  }
  throw new Error(`The arrow keys never came to ${option}: ${await highlighted.allInnerTexts()}`);
}
