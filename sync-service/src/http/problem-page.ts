import type { Request, Response } from "express";
import { html } from "./fleet/html.ts";
import { languageOf, wordsIn } from "./fleet/words.ts";
import type { Problem } from "./problem.ts";

/** Whether a person in a browser asks: programs ask for JSON, and the API answers them alone. */
export const wantsPage = (request: Request): boolean =>
  !request.path.startsWith("/api/v1") && request.accepts(["json", "html"]) === "html";

/** Sends a problem as a page in the reader's language. The service's own words follow in English. */
export function sendProblemPage(request: Request, response: Response, problem: Problem): void {
  const language = languageOf(request);
  const w = wordsIn(language);
  const title = w.problems[problem.status] ?? w.problems[problem.status < 500 ? 400 : 500]!;
  response
    .status(problem.status)
    .set("cache-control", "no-store")
    .type("html")
    .send(
      html`<!doctype html>
        <html lang="${language}">
          <head>
            <meta charset="utf-8" />
            <meta name="viewport" content="width=device-width, initial-scale=1" />
            <meta name="color-scheme" content="light dark" />
            <title>${title}</title>
            <link rel="icon" href="/assets/icon.svg" type="image/svg+xml" />
            <link rel="stylesheet" href="/assets/fleet.css" />
          </head>
          <body>
            <main class="paper">
              <h1>${title}</h1>
              <p class="quiet" lang="en">${problem.message}</p>
              <p><a href="/">${w.back}</a></p>
            </main>
          </body>
        </html>`.text,
    );
}
