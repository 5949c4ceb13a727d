import { query } from "./ask.js";
import { card, h, table } from "./dom.js";
import { clientLink } from "./queue.js";
import { brief, fill, here, number, percent, role, words } from "./setup.js";
import { why } from "./why.js";

const states = {
  streaming: ["good", words.streaming],
  starting: ["", words.starting],
  waiting: ["risk", words.waitingStream],
  stopped: ["bad", words.stopped],
  paused: ["risk", words.paused],
  elsewhere: ["", words.elsewhere],
};
export const stateOf = ({ status, stream }) => states[status === "active" ? stream : status] ?? ["", stream];
/** A count leads to the cases that it counts. */
const casesOf = ({ id }, state, value, tone) =>
  value === 0
    ? "0"
    : h(
        "a",
        { href: `#cases?${query({ orgId: id, state })}`, class: tone ? `pill ${tone}` : null },
        number(value),
      );
const pill = (value, tone) => (value > 0 ? h("span", { class: `pill ${tone}` }, number(value)) : "0");

/** How a client's connection is, a line each. */
export const columns = [
  [
    words.client,
    (org) => [h("a", { href: clientLink(org.id) }, org.name), h("small", {}, org.plans.join(", "))],
  ],
  [
    words.health,
    (org) => {
      const [tone, label] = stateOf(org);
      return h(
        "div",
        {},
        h("span", { class: `pill ${tone}` }, label),
        org.reason === null ? null : h("div", { class: "said" }, ...why(org.reasonKind, org.reason)),
        ...org.problems.map((problem) => h("div", { class: "said" }, ...why("contract", problem))),
        org.clockOff === null ? null : h("small", {}, fill(words.orgClockOff, brief(org.clockOff))),
        ...org.undecided.map((problem) => h("div", { class: "said" }, ...why("steps", problem))),
      );
    },
  ],
  [words.waiting, (org) => casesOf(org, "", org.waiting), "number"],
  [words.overdue, (org) => casesOf(org, "overdue", org.overdue, "bad"), "number"],
  [words.atRisk, (org) => casesOf(org, "atRisk", org.atRisk, "risk"), "number"],
  [words.notCovered, (org) => casesOf(org, "notCovered", org.notCovered), "number"],
  [words.lag, (org) => brief(org.lag), "number"],
  [words.lastChange, (org) => (org.committedAt === null ? "—" : here(org.committedAt)), "number"],
  [words.queued, (org) => number(org.queued), "number"],
  [words.dead, (org) => pill(org.dead, "bad"), "number"],
  [words.parked, (org) => pill(org.parked, "risk"), "number"],
  [
    words.reconciliation,
    ({ reconciliation: last }) =>
      last === null
        ? words.never
        : h(
            "div",
            {},
            h(
              "span",
              { class: `pill ${last.differences === 0 ? "good" : "risk"}` },
              fill(words.differences, number(last.differences), number(last.compared)),
            ),
            h("small", {}, here(last.finishedAt)),
          ),
  ],
  [
    words.apiUse,
    ({ api }) =>
      api === null
        ? "—"
        : `${number(api.used)}${api.allowed === null ? "" : ` (${percent(api.used / api.allowed)})`}`,
    "number",
  ],
];

export const clients = {
  async show(view, fleet) {
    view.replaceChildren(
      card(
        "clients",
        words.tabs.clients,
        null,
        role === "operator" ? h("a", { class: "button brand", href: "#add" }, words.onboarding.add) : null,
        table(words.tabs.clients, columns, fleet.orgs),
      ),
    );
  },
};
