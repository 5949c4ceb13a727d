/// <reference lib="dom" />
/** The keyboard, as somebody without a mouse uses it. */
import type { Page } from "playwright-core";

/** What has the focus, through every shadow root: its tag, its name or label, what it says. */
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

/** Presses Tab until the focus is on what says `words`; throws with the way it took when it never is. */
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
    // the body says everything that is on the page
    if (tag !== "body" && words.test(text)) return;
    way.push(`${tag} “${text.slice(0, 40)}”`);
  }
  throw new Error(`${key} never came to ${words}; it went: ${way.join(", ")}`);
}
