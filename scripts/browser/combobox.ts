/** A `lightning-combobox`, as people use it. */
import type { Page } from "playwright-core";
import { focused } from "./keyboard.ts";
import { until } from "./waiting.ts";

/** Chooses with the mouse. */
export async function choose(page: Page, box: string, option: string): Promise<void> {
  await page.getByRole("combobox", { name: box }).click();
  await page.getByRole("option", { name: option, exact: true }).click();
  // closing, it takes the focus back in a turn of its own, and would take it from whatever has it by then
  await until(`${box} to have the focus again`, async () => (await focused(page)).text.includes(box));
}

/** With the keyboard: opens the one that has the focus, goes down to the option, and takes it. */
export async function pick(page: Page, option: string): Promise<void> {
  const highlighted = page.locator("[role=option].slds-has-focus");
  await page.keyboard.press("Enter");
  await page.getByRole("option", { name: option, exact: true }).waitFor();
  const length = await page.getByRole("option").count();
  for (let i = 0; i <= length; i++) {
    if ((await highlighted.allInnerTexts()).join().trim() === option) return page.keyboard.press("Enter");
    await page.keyboard.press("ArrowDown");
    // the list highlights with the next frame
    await page.evaluate(() => new Promise(requestAnimationFrame));
  }
  throw new Error(`The arrow keys never came to ${option}: ${await highlighted.allInnerTexts()}`);
}
