/// <reference lib="dom" />
/** Uses the keyboard like a person without a mouse. */
import type { Page } from "playwright-core";

/** The focused element, through every shadow root: its tag, its name or label, and its text. */
export const focused = (page: Page) =>
  page.evaluate(() => {
    let element = document.activeElement;
    while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
    const labels = (element as HTMLInputElement | null)?.labels;
    return {
      tag: element?.tagName.toLowerCase() ?? "",
      name: element?.getAttribute("name") ?? "",
      text: [
        element?.getAttribute("aria-label"),
        ...(labels ? [...labels].map((label) => label.textContent) : []),
        element?.textContent,
      ]
        .filter(Boolean)
        .join(" ")
        .replace(/\s+/g, " ")
        .trim(),
    };
  });

/** Presses Tab until the focus is on an element with `words`. @throws with the elements on the way if it never is */
export async function tabTo(
  page: Page,
  words: RegExp,
  patience = 40,
  key: "Tab" | "Shift+Tab" = "Tab",
): Promise<void> {
  const way: string[] = [];
  for (let i = 0; i < patience; i++) {
    await page.keyboard.press(key);
    const { tag, text } = await focused(page);
    // the body contains every text of the page, so it does not count
    if (tag !== "body" && words.test(text)) return;
    way.push(`${tag} “${text.slice(0, 40)}”`);
  }
  throw new Error(`${key} never came to ${words}; it went: ${way.join(", ")}`);
}
