/** Finds a real Chromium for tests, screenshots and demonstrations: first an installed one, then the one from npm. */
import { existsSync } from "node:fs";
import { chromium, type Browser } from "playwright-core";

/** The usual places of an installed browser. `CHROMIUM_PATH` names another place. */
const INSTALLED = [
  process.env.CHROMIUM_PATH,
  "/usr/bin/google-chrome",
  "/usr/bin/google-chrome-stable",
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
];

/** With these flags it works in containers without a display or a sandbox, and sends nothing to other servers. */
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

async function executable(): Promise<string> {
  const installed = INSTALLED.find((path) => path !== undefined && existsSync(path));
  if (installed) return installed;
  const { default: bundled } = await import("@sparticuz/chromium");
  return bundled.executablePath();
}

/** Starts a browser. Close it when you are done. @throws with advice if no browser can start */
export async function launchChromium(): Promise<Browser> {
  try {
    return await chromium.launch({ executablePath: await executable(), headless: true, args: FLAGS });
  } catch (error) {
    throw new Error(
      `No Chromium could be started: ${(error as Error).message}. Install Chrome, or set CHROMIUM_PATH to one.`,
      { cause: error },
    );
  }
}
