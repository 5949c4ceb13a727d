/// <reference lib="dom" />
/** How the platform can look: its hooks, set as its dark theme and its compact density set them. */
import type { Page } from "playwright-core";

const neutral: Record<number, string> = {
  100: "#1c1c1c",
  95: "#262626",
  90: "#2e2e2e",
  80: "#4a4a4a",
  70: "#747474",
  60: "#939393",
  50: "#a0a0a0",
  40: "#b8b8b8",
  30: "#c9c9c9",
  20: "#dddddd",
  10: "#f3f3f3",
};
const hooks = (values: Record<string, string>): string =>
  `:root, :host { ${Object.entries(values)
    .map(([name, value]) => `--slds-g-${name}: ${value};`)
    .join(" ")} }`;

const dark = hooks({
  ...Object.fromEntries(
    Object.entries(neutral).map(([step, value]) => [`color-neutral-base-${step}`, value]),
  ),
  "color-surface-1": "#141414",
  "color-surface-container-1": "#1c1c1c",
  "color-surface-container-2": "#262626",
  "color-surface-container-3": "#3a3a3a",
  "color-on-surface-1": "#b8b8b8",
  "color-on-surface-2": "#c9c9c9",
  "color-on-surface-3": "#f3f3f3",
  "color-border-1": "#5c5c5c",
  "color-border-2": "#939393",
  "color-border-base-1": "#5c5c5c",
  "color-border-base-4": "#939393",
  "color-accent-2": "#78b0fd",
  "color-accent-3": "#78b0fd",
  "color-on-accent-1": "#00164d",
  "color-accent-container-1": "#78b0fd",
  "color-accent-container-3": "#0b2a4a",
  "color-brand-base-50": "#78b0fd",
  "color-brand-base-40": "#aacbff",
  "color-brand-base-30": "#aacbff",
  "color-brand-base-20": "#d8e6fe",
  "color-success-1": "#45c65a",
  "color-success-container-1": "#2e844a",
  "color-on-success-1": "#ffffff",
  "color-warning-1": "#fcb95b",
  "color-warning-container-1": "#dd7a01",
  "color-on-warning-1": "#181818",
  "color-error-1": "#feb8ab",
  "color-error-container-1": "#ea001e",
  "color-on-error-1": "#ffffff",
});
/** The shell of the local org, and the published stylesheet where it sets a colour without a hook. */
const ground = `
  html, body, body > * { background-color: #141414; color: #f3f3f3; }
  .slds-global-header, .slds-context-bar, .shell-ground { background: #1c1c1c; color: #f3f3f3; }
  .shell, .shell-body { background: #141414; }
  .shell-nav .slds-context-bar__label-action { color: #f3f3f3; }
  a, .slds-button:not(.slds-button_brand, .slds-button_icon-border-filled) { color: #78b0fd; }
  a:hover, a:focus, a:active, .slds-button:not(.slds-button_brand):is(:hover, :focus) { color: #aacbff; }
  .slds-button_brand, .slds-utility-bar .slds-button { color: #fff; }
  .slds-button[disabled] { color: #747474; }
  .fields-heading { background: #2e2e2e; color: #f3f3f3; }
`;
const dense = hooks({
  "spacing-var-block-1": "0.125rem",
  "spacing-var-block-2": "0.125rem",
  "spacing-var-block-3": "0.25rem",
  "spacing-var-inline-1": "0.125rem",
  "spacing-var-inline-2": "0.25rem",
  "spacing-var-inline-3": "0.5rem",
  "spacing-3": "0.5rem",
  "spacing-4": "0.5rem",
});

export const looks = { light: "", dark: `${dark} ${ground}`, dense } as const;
export type Look = keyof typeof looks;

/** Gives the page a look until it is loaded anew. Answers how to take it off. */
export async function dress(page: Page, look: Look): Promise<() => Promise<void>> {
  await page.emulateMedia({ colorScheme: look === "dark" ? "dark" : "light" });
  if (!looks[look]) return () => Promise.resolve();
  // nothing fades: the picture is taken at once
  const style = await page.addStyleTag({ content: `${looks[look]} * { transition: none !important; }` });
  return async () => {
    await style.evaluate((element) => (element as Element).remove());
  };
}

const TALLEST = 4000;
/** The height at which the page shows all of itself: the shell scrolls its content, and not the window. */
export async function wholeHeight(page: Page): Promise<number> {
  const hidden = await page
    .locator("html, .shell-main")
    .evaluateAll((elements) => elements.map(({ scrollHeight, clientHeight }) => scrollHeight - clientHeight));
  return Math.min(TALLEST, (page.viewportSize()?.height ?? 0) + Math.max(0, ...hidden));
}
