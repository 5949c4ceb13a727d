import { h, pill, table } from "./dom.js";
import { language, words } from "./setup.js";
import { withQuote } from "./why.js";

const w = words.onboarding;
const tones = { ok: "good", note: "", fault: "bad", unknown: "risk" };
const order = ["fault", "unknown", "note", "ok"];

/** Each finding with its mend, the faults first. */
export const findingsTable = (title, findings) =>
  table(
    title,
    [
      [w.finding, ({ check }) => w.checks[check] ?? check],
      [w.state, ({ is }) => pill(tones[is], w.states[is])],
      [w.mend, ({ says, es }) => (language === "es" ? h("div", {}, withQuote(es)) : says), "reason"],
    ],
    findings.toSorted((a, b) => order.indexOf(a.is) - order.indexOf(b.is)),
  );

/** What the API refused, field by field, in the reader's language. */
export const refusals = (error) =>
  h(
    "div",
    { class: "notice error", role: "alert" },
    error.faults === undefined || error.faults.length === 0
      ? error.message
      : h(
          "ul",
          { class: "sentences" },
          error.faults.map(({ path, reason, es }) => {
            const field = path.replace(/^body\./, "");
            const told = language === "es" ? withQuote(es) : reason;
            // a field without a word of its own is English: the sentence alone says what is wrong
            const label = w.fields[field] ?? w.checks[field] ?? (language === "es" ? "" : field);
            return h("li", {}, label && `${label}: `, told);
          }),
        ),
  );
