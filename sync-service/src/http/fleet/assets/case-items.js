// What a case's page tells of what was sent to whom, and whether it arrived.
import { card, h, pill, table } from "./dom.js";
import { fill, language, number, when, words } from "./setup.js";
import { because } from "./why.js";

const w = words.casePage;
const said = (text) => (text === null ? null : text[language]);

function state({ state: name, deliveredAt, attempts, reason, arrival }) {
  const tone = name === "delivered" ? "good" : name === "dead" ? "bad" : name === "pending" ? "risk" : "";
  const label = fill(w.states[name] ?? name, when(deliveredAt) ?? "").trim();
  const failed = arrival?.status === "failed";
  return h(
    "div",
    {},
    pill(failed ? "bad" : tone, label),
    arrival === null ? null : h("small", {}, fill(w.arrivals[arrival.status] ?? "{0}", when(arrival.at))),
    attempts > 1 ? h("small", {}, fill(w.attempts, number(attempts))) : null,
    [reason, arrival?.reason]
      .filter(Boolean)
      .map((text) => h("div", { class: "said" }, ...because(text, words.deadOther))),
  );
}

const kindName = (kind) => words.kinds[kind] ?? words.kinds[kind.split(".")[0]] ?? kind;
const receiver = ({ kind, name, address, tells, channel }) =>
  h(
    "div",
    {},
    name ??
      (address === null || address === "contact" ? null : address) ??
      (address === "contact"
        ? w.contact
        : kind.startsWith("page")
          ? w.onCall
          : tells
            ? said(channel)
            : w.org),
    name !== null && address !== null ? h("small", {}, address === "contact" ? w.contact : address) : null,
  );

export function items({ items: all }) {
  return card(
    "case-items",
    w.items,
    w.itemsHint,
    null,
    all.length === 0
      ? h("p", { class: "empty" }, w.noItems)
      : table(
          w.items,
          [
            [
              words.what,
              ({ kind, step, about, channel }) =>
                h(
                  "div",
                  {},
                  [kindName(kind), w.abouts[about]].filter(Boolean).join(": "),
                  step === null ? null : h("small", {}, said(step)),
                  h("small", {}, said(channel)),
                ),
            ],
            [w.toWhom, receiver, "reason"],
            [w.decided, ({ decidedAt }) => when(decidedAt)],
            [w.arrived, state, "reason"],
          ],
          all,
        ),
  );
}
