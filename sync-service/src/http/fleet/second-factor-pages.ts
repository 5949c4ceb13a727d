import { encode } from "uqr";
import { html, type Html } from "./html.ts";
import { brand, shell } from "./pages.ts";
import { factorWordsIn, type FactorWords } from "./second-factor-words.ts";
import type { Language, Words } from "./words.ts";

type Problem = "wrong" | "locked" | "unreadable" | "expired";

const problemOf = (f: FactorWords, problem: Problem | null) =>
  problem !== null && html`<p class="notice error" role="alert">${f[problem]}</p>`;
const codeField = (f: FactorWords, hint: Html | false) =>
  html`<label for="code">${f.code}</label>
    <input
      id="code"
      name="code"
      inputmode="text"
      autocomplete="one-time-code"
      autocapitalize="none"
      spellcheck="false"
      maxlength="30"
      required
      ${hint}
    />`;
const autofocus = html`autofocus`;

function page(language: Language, w: Words, title: string, address: string, body: Html): string {
  const other = language === "es" ? "en" : "es";
  return shell(
    language,
    `${title} · ${w.title}`,
    html``,
    html`<main class="signin">
      ${brand(w)} ${body}
      <p><a href="${address}?lang=${other}" lang="${other}">${w.language}</a></p>
    </main>`,
  );
}

/** Asks for a code, after the password was right. */
export function codePage(language: Language, w: Words, problem: Problem | null): string {
  const f = factorWordsIn(language);
  return page(
    language,
    w,
    f.codeTitle,
    "/signin/code",
    html`<form class="card signin-card" method="post" action="/signin/code">
      <h1>${f.codeTitle}</h1>
      ${problemOf(f, problem)}
      <p class="quiet">${f.codeHint}</p>
      ${codeField(f, autofocus)}
      <button class="button brand wide" type="submit">${f.go}</button>
      <p class="or"><a href="/signin">${f.again}</a></p>
    </form>`,
  );
}

/** The picture that an app scans: dark on white, whatever the look of the page. */
function picture(text: string, label: string): Html {
  const { data, size } = encode(text, { border: 2 });
  const path = data
    .flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : [])))
    .join("");
  return html`<svg class="qr" viewBox="0 0 ${size} ${size}" role="img" aria-label="${label}">
    <rect width="${size}" height="${size}" fill="#fff" />
    <path d="${path}" fill="#000" shape-rendering="crispEdges" />
  </svg>`;
}

interface AccountView {
  name: string;
  csrf: string;
  /** `company`: the account is not ours. `forced`: the role waits for the second factor. */
  is: "company" | "unavailable" | "off" | "pending" | "on";
  forced: boolean;
  /** The address for the app, while a secret waits to be confirmed. */
  uri: string | null;
  codesLeft: number;
  mayRemove: boolean;
  problem: Problem | null;
}

/** Where a person sets up, renews and removes the second factor. */
export function accountPage(language: Language, w: Words, view: AccountView): string {
  const f = factorWordsIn(language);
  const csrf = html`<input type="hidden" name="csrf" value="${view.csrf}" />`;
  return page(
    language,
    w,
    f.account,
    "/account",
    html`<section class="card signin-card" aria-labelledby="account">
      <h1 id="account">${f.account}: ${view.name.replace(/^company\//, "")}</h1>
      ${view.forced && html`<p class="notice">${f.needed}</p>`} ${problemOf(f, view.problem)}
      <h2>${f.codeTitle}</h2>
      ${bodyOf(f, view, csrf)}
      <p class="or"><a href="/">${f.back}</a></p>
    </section>`,
  );
}

function bodyOf(f: FactorWords, view: AccountView, csrf: Html): Html {
  switch (view.is) {
    case "company":
    case "unavailable":
      return html`<p>${f[view.is]}</p>`;
    case "off":
      return html`<p>${f.off}</p>
        <form method="post" action="/account/second-factor">
          ${csrf}
          <button class="button brand wide" type="submit">${f.setUp}</button>
        </form>`;
    case "pending":
      return html`<p>${f.scan}</p>
        ${picture(view.uri!, f.picture)}
        <p class="quiet">${f.orType}</p>
        <p>
          <code class="key"
            >${new URL(view.uri!).searchParams.get("secret")!.replace(/(.{4})(?!$)/g, "$1 ")}</code
          >
        </p>
        <form method="post" action="/account/second-factor/confirm">
          ${csrf} ${codeField(f, autofocus)}
          <button class="button brand wide" type="submit">${f.confirm}</button>
        </form>`;
    case "on":
      return html`<p>${f.on.replace("{0}", String(view.codesLeft))}</p>
        <form method="post" action="/account/second-factor/codes">
          ${csrf}
          <p class="quiet">${f.change}</p>
          ${codeField(f, false)}
          <button class="button wide" type="submit">${f.renew}</button>
          ${
            view.mayRemove &&
            html`<button class="button wide" type="submit" formaction="/account/second-factor/remove">
              ${f.remove}
            </button>`
          }
        </form>`;
  }
}

/** Shows the recovery codes, this once. */
export function recoveryPage(language: Language, w: Words, codes: readonly string[]): string {
  const f = factorWordsIn(language);
  return page(
    language,
    w,
    f.keep,
    "/account",
    html`<section class="card signin-card" aria-labelledby="keep">
      <h1 id="keep">${f.keep}</h1>
      <p>${f.keepHint}</p>
      <ul class="codes">
        ${codes.map((code) => html`<li><code>${code}</code></li>`)}
      </ul>
      <a class="button brand wide" href="/">${f.done}</a>
    </section>`,
  );
}
