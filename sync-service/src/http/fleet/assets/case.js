// The page of one case: its cycles with steps and ledger, what was sent to whom, and the facts.
import { ask } from "./ask.js";
import { items } from "./case-items.js";
import { card, facts, h, outside, pill, table } from "./dom.js";
import { clientLink } from "./queue.js";
import { fill, language, minutes, timeIn, ticking, when, words } from "./setup.js";

const w = words.casePage;
const said = (text) => (text === null ? null : text[language]);
const tones = {
  Running: "good",
  "At Risk": "risk",
  Breached: "bad",
  Acknowledged: "good",
  "Acknowledged Late": "bad",
};

/** The timer of the cycle that runs. */
let timer = null;
setInterval(() => timer?.(), 1000);

function runningClock({ running }) {
  if (running === null) return null;
  const received = performance.now();
  const clock = h("b", { role: "timer", class: "ticking" });
  const label = h("span");
  timer = () => {
    const left = running.remaining - (running.open ? performance.now() - received : 0);
    const waits = !running.open && left > 0 && running.changesAt !== null;
    label.textContent = left < 0 ? w.over : w.left;
    clock.textContent = waits
      ? `${ticking(left)} (${fill(w.opens, timeIn(running.changesAt, running.changesOffset))})`
      : ticking(Math.abs(left));
  };
  timer();
  return [label, clock];
}

function steps({ steps: all }) {
  const outcomeOf = ({ outcome, supersededAt, decidedAt }, ended) =>
    supersededAt !== null
      ? fill(w.superseded, when(supersededAt))
      : outcome !== null
        ? (w.outcomes[outcome] ?? outcome)
        : decidedAt === null && ended
          ? w.notAnyMore
          : w.notYet;
  return (ended) =>
    table(
      w.steps,
      [
        [w.step, ({ label }) => said(label)],
        [w.stepDue, ({ dueAt }) => when(dueAt)],
        [w.decided, ({ decidedAt }) => when(decidedAt) ?? "—"],
        [
          w.outcome,
          (step) =>
            h(
              "div",
              {},
              outcomeOf(step, ended),
              step.earlier.map((one) =>
                h("small", {}, fill(w.earlier, when(one.dueAt), when(one.supersededAt))),
              ),
            ),
        ],
      ],
      all,
    );
}

function cycleCard(cycle, one) {
  const ended = cycle.endedAt !== null;
  const clock = runningClock(cycle);
  return card(
    `case-cycle${cycle.cycle}`,
    fill(w.cycle, cycle.cycle),
    w.cycleHint,
    h(
      "div",
      { class: "standing" },
      clock === null ? null : h("span", { class: "counting" }, clock),
      pill(tones[cycle.status] ?? "", words.status[cycle.status] ?? cycle.status),
    ),
    h(
      "div",
      { class: "body" },
      facts([
        [words.priority, said(cycle.priority)],
        [words.plan, cycle.plan],
        [w.started, when(cycle.startedAt)],
        [w.due, when(cycle.dueAt)],
        [w.target, cycle.targetMs === null ? null : minutes(cycle.targetMs / 60_000)],
        [w.elapsed, cycle.elapsedMs === null ? null : minutes(cycle.elapsedMs / 60_000)],
        [
          w.ended,
          !ended ? null : [when(cycle.endedAt), w.reasons[cycle.endReason]].filter(Boolean).join(" · "),
        ],
        [
          w.acknowledgedBy,
          cycle.acknowledgedBy === null
            ? null
            : [cycle.acknowledgedBy, w.evidence[cycle.evidence]].filter(Boolean).join(", "),
        ],
        [w.place, said(one.place)],
      ]),
      cycle.notCovered === null
        ? null
        : h("p", { class: "notice" }, w.notCovered[cycle.notCovered] ?? cycle.notCovered),
      cycle.needsQuote ? h("p", {}, pill("risk", words.quote)) : null,
      cycle.channelNotCovered ? h("p", {}, pill("", words.channel)) : null,
      cycle.why[language].length === 0
        ? null
        : [
            h("h3", {}, w.why),
            h(
              "ul",
              { class: "sentences" },
              cycle.why[language].map((sentence) => h("li", {}, sentence)),
            ),
            h(
              "details",
              {},
              h("summary", {}, w.ledger),
              h(
                "ol",
                { class: "ledger" },
                cycle.ledger.map(({ text, open }) => h("li", { class: open ? "open" : null }, said(text))),
              ),
            ),
          ],
    ),
    cycle.steps.length === 0 ? null : steps(cycle)(ended),
  );
}

const history = ({ facts: all }) =>
  card(
    "case-facts",
    w.facts,
    w.factsHint,
    null,
    h(
      "ol",
      { class: "timeline" },
      all.map((fact) =>
        h(
          "li",
          {},
          h("span", { class: "at" }, when(fact.at)),
          h("b", {}, said(fact.said)),
          h(
            "small",
            {},
            [fact.by, said(fact.role), fact.inferred ? w.inferred : null].filter(Boolean).join(" · "),
          ),
        ),
      ),
    ),
  );

export const caseOf = {
  async show(view, _fleet, [orgId, caseId]) {
    timer = null;
    const one = await ask(`/orgs/${encodeURIComponent(orgId)}/cases/${encodeURIComponent(caseId)}`);
    const title = one.caseNumber === null ? w.noNumber : fill(w.title, one.caseNumber);
    // people fold a ledger open: a refresh leaves it so
    const open = [...view.querySelectorAll("details")].map((details) => details.open);
    view.replaceChildren(
      card(
        "case",
        one.subject ?? w.noSubject,
        title,
        outside(one.url, w.open),
        h(
          "div",
          { class: "body" },
          facts(
            [
              [words.client, h("a", { href: clientLink(one.orgId) }, one.client)],
              [words.priority, said(one.priority)],
              [words.state, said(one.status)],
              [w.channel, said(one.channel)],
              [w.category, said(one.category)],
              one.deleted ? [w.deleted, words.yes] : null,
            ],
            "facts highlights",
          ),
        ),
      ),
      h(
        "div",
        { class: "columns" },
        h(
          "div",
          {},
          one.cycles.length === 0
            ? h("p", { class: "card empty" }, w.noCycles)
            : one.cycles.map((cycle) => cycleCard(cycle, one)),
          items(one),
        ),
        h("div", {}, history(one)),
      ),
    );
    for (const [at, details] of [...view.querySelectorAll("details")].entries())
      details.open = open[at] ?? false;
    return title;
  },
  leave() {
    timer = null;
  },
};
