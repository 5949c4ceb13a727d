// The fleet page. It fetches the figures every few seconds; between, the timers run on their own.
import { add } from "./add.js";
import { ask } from "./ask.js";
import { audit } from "./audit.js";
import { caseOf } from "./case.js";
import { cases } from "./cases.js";
import { client } from "./client.js";
import { clients } from "./clients.js";
import { dead } from "./dead.js";
import { h } from "./dom.js";
import { messages } from "./messages.js";
import { mtta } from "./mtta.js";
import { brief, clockTime, fill, here, language, number, words } from "./setup.js";
import { whatIf } from "./what-if.js";
import { because, why } from "./why.js";

const tabs = { cases, clients, mtta, dead, messages, whatIf, audit, client, case: caseOf, add };
/** Pages without a tab of their own stand under this one. */
const under = { client: "clients", case: "cases", add: "clients" };
const every = 10_000;
const main = document.getElementById("main");
const view = document.getElementById("view");
const updated = document.getElementById("updated");
const said = document.getElementById("said");
let fleet;
let current = null;
let shownAt = null;
/** Shows the current tab. If you leave a tab before its data arrives, that data is not shown. */
let pane = h("div");
let quiet;

function say(text) {
  said.textContent = text;
  said.hidden = false;
  clearTimeout(quiet);
  quiet = setTimeout(() => (said.hidden = true), 8000);
}

const sum = (name) => fleet.orgs.reduce((total, org) => total + org[name], 0);

function drawTiles() {
  // a tile leads to what it counts
  const tile = (label, value, tone, hint, to) =>
    h(
      to === undefined ? "div" : "a",
      { class: `tile ${tone}`, ...(to === undefined ? {} : to) },
      h("small", {}, label),
      h("b", {}, value),
      hint ? h("small", {}, hint) : null,
    );
  const overdue = sum("overdue");
  const those = (state) => ({ href: `#cases?${state === "" ? "" : `state=${state}`}` });
  const letters = sum("dead");
  const tiles = document.getElementById("tiles");
  const focused = [...tiles.children].indexOf(document.activeElement);
  tiles.replaceChildren(
    tile(words.waiting, number(sum("waiting")), "", null, those("")),
    tile(words.overdue, number(overdue), overdue > 0 ? "bad" : "good", null, those("overdue")),
    tile(words.atRisk, number(sum("atRisk")), sum("atRisk") > 0 ? "risk" : "good", null, those("atRisk")),
    tile(words.dead, number(letters), letters > 0 ? "bad" : "good", null, { href: "#dead" }),
    tile(
      words.lateness,
      fleet.lateness.count === 0 ? "—" : `${brief(fleet.lateness.median)} · ${brief(fleet.lateness.worst)}`,
      "",
      words.latenessHint,
    ),
  );
  tiles.children[focused]?.focus();
  const stopped = fleet.orgs.filter(
    ({ status, reasonKind }) => status === "stopped" || reasonKind === "registration",
  );
  const alerts = document.getElementById("alerts");
  if (alerts.querySelector("[data-open]") === null)
    alerts.replaceChildren(
      ...stopped.map(({ name, reasonKind, reason }) =>
        h(
          "div",
          { class: "notice error" },
          `${name}: `,
          ...(reason === null ? [words.stopped] : why(reasonKind, reason)),
        ),
      ),
      ...fleet.troubled.map(({ orgId, channel, until, reason }) =>
        h(
          "div",
          { class: "notice" },
          `${fleet.orgs.find(({ id }) => id === orgId)?.name ?? words.everyClient}: `,
          `${fill(words.troubled, channel[language], here(until))} `,
          ...because(reason, ""),
        ),
      ),
      ...(fleet.hub === null ? [] : [hubLine(fleet.hub)]),
      ...(Math.abs(fleet.clockOffset) < 2000
        ? []
        : [h("p", { class: "notice" }, fill(words.offset, brief(fleet.clockOffset)))]),
      ...(fleet.clockTrouble === null
        ? []
        : [h("div", { class: "notice error" }, ...why("clock", fleet.clockTrouble))]),
    );
  const tab = document.querySelector('a[data-tab="dead"]');
  tab.replaceChildren(
    words.tabs.dead,
    ...(letters > 0 ? [h("span", { class: "badge" }, number(letters))] : []),
  );
}

/** How the provider's own org stands, in one line. */
function hubLine({ company, state, trouble, clients, waiting, oldest }) {
  const bad = trouble !== null && state !== "paused";
  return h(
    "p",
    { class: bad ? "notice error" : "notice" },
    `${fill(words.hub[state] ?? words.hub.active, company, number(clients), number(waiting))} `,
    oldest === null ? null : `${fill(words.hub.oldest, here(oldest))} `,
    bad ? h("span", { lang: "en" }, trouble) : null,
  );
}

async function look() {
  fleet = { ...(await ask("/fleet")), say };
  drawTiles();
  updated.textContent = fill(words.updated, clockTime(Date.now()));
  updated.classList.remove("lost");
  updated.removeAttribute("role");
}

async function open() {
  const [address, chosen] = location.hash.slice(1).split("?", 2);
  const [name, ...path] = address.split("/").map(decodeURIComponent);
  const next = Object.hasOwn(tabs, name) ? name : "cases";
  for (const link of document.querySelectorAll("a[data-tab]"))
    if (link.dataset.tab === (under[next] ?? next)) {
      link.setAttribute("aria-current", "page");
      // scroll the tab into view on a narrow screen, and nothing else: the keyboard starts at the top
      const bar = link.parentElement;
      bar.scrollLeft = link.offsetLeft - bar.offsetLeft - (bar.clientWidth - link.offsetWidth) / 2;
    } else link.removeAttribute("aria-current");
  const other = document.querySelector("a[data-language]");
  other.href = `/?lang=${other.lang}${location.hash}`;
  tabs[current]?.leave?.();
  const moved = current !== null && shownAt !== address;
  shownAt = address;
  current = next;
  document.body.dataset.tab = next;
  document.title = `${words.tabs[under[next] ?? next]} · ${words.title}`;
  const mine = (pane = h("div"));
  const late = setTimeout(
    () => view.replaceChildren(h("p", { class: "empty", role: "status" }, words.loading)),
    150,
  );
  try {
    const title = await tabs[next].show(
      mine,
      fleet,
      path,
      chosen === undefined ? null : new URLSearchParams(chosen),
    );
    if (title && pane === mine) document.title = `${title} · ${words.title}`;
  } catch (error) {
    mine.replaceChildren(h("p", { class: "notice error", role: "alert" }, error.message));
  } finally {
    clearTimeout(late);
  }
  if (pane !== mine) return;
  view.replaceChildren(mine);
  if (moved) main.focus({ preventScroll: true });
}

/** Do not refresh while somebody is choosing or typing, or reads the answer to what they did. */
const busy = () =>
  view.querySelector("[data-open]") !== null ||
  (view.contains(document.activeElement) && document.activeElement.matches("select, input, textarea"));

/** Draws again and keeps the focus and the scroll position of tables. */
async function keepingPlace(within, draw) {
  const tables = () => [...within.querySelectorAll(".scroll")];
  const nameOf = (element) =>
    element.dataset.key ?? [element.getAttribute("href"), element.textContent].join(" ");
  const aside = tables().map(({ scrollLeft }) => scrollLeft);
  const before = within.contains(document.activeElement) ? nameOf(document.activeElement) : null;
  await draw();
  for (const [at, table] of tables().entries()) table.scrollLeft = aside[at] ?? 0;
  if (before !== null && document.activeElement === document.body)
    (
      [...within.querySelectorAll("a, button, [tabindex]")].find((one) => nameOf(one) === before) ?? main
    ).focus({
      preventScroll: true,
    });
}

async function refresh() {
  if (document.hidden) return;
  try {
    await look();
    const { refresh: own, show } = tabs[current];
    const path = shownAt.split("/").slice(1).map(decodeURIComponent);
    if (own === undefined) {
      if (!busy()) await keepingPlace(pane, () => show(pane, fleet, path, null));
    } else if (own !== null) await own();
  } catch {
    updated.textContent = words.lost;
    updated.classList.add("lost");
    updated.setAttribute("role", "alert");
  }
}

addEventListener("hashchange", () => void open());
document.addEventListener("visibilitychange", () => void refresh());
await look();
await open();
setInterval(refresh, every);
