import type { Session } from "./sessions.ts";
import { data, html, type Html } from "./html.ts";
import type { Language, Words } from "./words.ts";

const mark = html`<svg viewBox="0 0 32 32" aria-hidden="true" focusable="false">
  <circle cx="16" cy="16" r="13" fill="none" stroke="currentColor" stroke-width="3" />
  <path
    d="M16 8v8l5.5 3.5"
    fill="none"
    stroke="currentColor"
    stroke-width="3"
    stroke-linecap="round"
    stroke-linejoin="round"
  />
</svg>`;

export const shell = (language: Language, title: string, head: Html, body: Html): string =>
  html`<!doctype html>
    <html lang="${language}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title}</title>
        <link rel="icon" href="/assets/icon.svg" type="image/svg+xml" />
        <link rel="stylesheet" href="/assets/fleet.css" />
        ${head}
      </head>
      <body>
        ${body}
      </body>
    </html>`.text;

/** The name of the product above a small page. */
export const brand = (w: Words): Html => html`<div class="signin-brand">${mark}<span>${w.title}</span></div>`;

/** @param company what the button of the company's sign-in says; null: the company has no sign-in */
export function signInPage(
  language: Language,
  w: Words,
  problem: string | null,
  name: string,
  company: string | null,
): string {
  const other = language === "es" ? "en" : "es";
  return shell(
    language,
    `${w.signIn} · ${w.title}`,
    html``,
    html`<main class="signin">
      ${brand(w)}
      <form class="card signin-card" method="post" action="/signin">
        <h1>${w.signIn}</h1>
        <p class="quiet">${w.tagline}</p>
        ${problem === null ? "" : html`<p class="notice error" role="alert">${problem}</p>`}
        ${
          company === null
            ? ""
            : html`<a class="button brand wide" href="/signin/company"
                  >${w.company.with.replace("{0}", company)}</a
                >
                <p class="quiet or">${w.company.or}</p>`
        }
        <label for="name">${w.name}</label>
        <input
          id="name"
          name="name"
          value="${name}"
          autocomplete="username"
          autocapitalize="none"
          spellcheck="false"
          required
          ${name === "" && company === null ? "autofocus" : ""}
        />
        <label for="password">${w.password}</label>
        <input
          id="password"
          name="password"
          type="password"
          autocomplete="current-password"
          required
          ${name === "" ? "" : "autofocus"}
        />
        <button class="button ${company === null ? "brand " : ""}wide" type="submit">${w.signIn}</button>
      </form>
      <p><a href="/signin?lang=${other}" lang="${other}">${w.language}</a></p>
    </main>`,
  );
}

const tabs = ["cases", "clients", "mtta", "dead", "messages", "whatIf", "audit"] as const;

export function fleetPage(language: Language, w: Words, session: Session, plans: string[]): string {
  const other = language === "es" ? "en" : "es";
  return shell(
    language,
    w.title,
    html`<script type="module" src="/assets/fleet.js"></script>`,
    html`<a class="skip" href="#main">${w.skip}</a>
      <header class="global">
        <a class="brand" href="/#cases">${mark}<span>${w.title}</span></a>
        <p class="updated" id="updated"></p>
        <div class="who">
          <a class="api" href="/api/docs">API</a>
          <a href="/?lang=${other}" lang="${other}" data-language>${w.language}</a>
          <a class="person" href="/account"
            >${session.name.replace(/^company\//, "")}<small>${w[session.role]}</small></a
          >
          <form method="post" action="/signout">
            <input type="hidden" name="csrf" value="${session.csrf}" />
            <button class="button" type="submit">${w.signOut}</button>
          </form>
        </div>
      </header>
      <nav class="context" aria-label="${w.title}">
        ${tabs.map((tab) => html`<a href="#${tab}" data-tab="${tab}">${w.tabs[tab]}</a>`)}
      </nav>
      <main id="main" tabindex="-1">
        <div class="tiles" id="tiles"></div>
        <div id="alerts"></div>
        <p class="toast" id="said" role="status" hidden></p>
        <div id="view"></div>
      </main>
      ${data("setup", { language, words: w, csrf: session.csrf, role: session.role, plans })}`,
  );
}
