import { ask, query } from "./ask.js";
import { card, choice, field, h, table } from "./dom.js";
import { clientLink } from "./queue.js";
import { fill, here, language, minutes, number, percent, words } from "./setup.js";

let month = months(1)[0][0];
let orgId = "";

export function months(count = 12) {
  const name = new Intl.DateTimeFormat(language === "es" ? "es-AR" : "en", {
    month: "long",
    year: "numeric",
    timeZone: "UTC",
  });
  const now = new Date();
  return Array.from({ length: count }, (_, back) => {
    const at = new Date(Date.UTC(now.getFullYear(), now.getMonth() - back, 15));
    return [at.toISOString().slice(0, 7), name.format(at)];
  });
}

function budget({ budgetMinutes, budgetShare }) {
  if (budgetShare === null) return "—";
  const tone = budgetMinutes <= 0 ? "bad" : budgetShare < 0.25 ? "risk" : "";
  const fillOf = h("i");
  // a spent budget must be as easy to see as a full one
  fillOf.style.width = `${budgetMinutes <= 0 ? 100 : Math.min(1, budgetShare) * 100}%`;
  return h(
    "div",
    {},
    `${minutes(budgetMinutes)} (${percent(budgetShare)})`,
    h("span", { class: `meter ${tone}`, "aria-hidden": "true" }, fillOf),
  );
}
const verdicts = {
  kept: ["good", words.kept],
  possible: ["risk", words.possible],
  lost: ["bad", words.lostForecast],
};
function ahead({ forecast, figures }) {
  // nothing is kept before a case counts, but a case that waits can already have lost it
  if (figures.count === 0 && (figures.waiting === 0 || forecast.verdict === "kept")) return "—";
  const [tone, label] = verdicts[forecast.verdict];
  return h("span", { class: `pill ${tone}` }, label);
}

const measured = [
  [words.count, ({ figures }) => number(figures.count), "number"],
  [
    words.mean,
    ({ figures: f }) =>
      h(
        "span",
        { class: f.meanMinutes === null ? null : f.meanMinutes <= f.targetMinutes ? "better" : "worse" },
        minutes(f.meanMinutes),
      ),
    "number",
  ],
  [words.target, ({ figures }) => minutes(figures.targetMinutes), "number"],
  [words.median, ({ figures }) => minutes(figures.medianMinutes), "number"],
  [words.p90, ({ figures }) => minutes(figures.p90Minutes), "number"],
  [words.within, ({ figures }) => percent(figures.shareWithinTarget), "number"],
  [words.waiting, ({ figures }) => number(figures.waiting), "number"],
];
const resolved = [words.resolve, ({ resolution }) => minutes(resolution.meanMinutes), "number"];

async function draw(view, { orgs }) {
  const nameOf = new Map(orgs.map(({ id, name }) => [id, name]));
  const asked = { from: month, orgId };
  const [groups, people] = await Promise.all([
    ask(`/reports/mtta?${query({ ...asked, by: "org,plan,priority" })}`),
    ask(`/reports/mtta?${query({ ...asked, by: "consultant" })}`),
  ]);
  const again = () => void draw(view, { orgs });
  view.replaceChildren(
    card(
      "mtta",
      words.mttaTitle,
      fill(words.asOf, here(groups.asOf)),
      [
        field(
          "month",
          words.month,
          choice(months(), month, (value) => ((month = value), again())),
        ),
        field(
          "client",
          words.client,
          choice([["", words.allClients], ...nameOf], orgId, (value) => ((orgId = value), again())),
        ),
        h(
          "a",
          { class: "button brand", href: `/reports/mtta.csv?${query(asked)}`, download: true },
          words.csv,
        ),
      ],
      groups.rows.length === 0
        ? h("p", { class: "empty" }, words.noFigures)
        : table(
            words.mttaTitle,
            [
              [
                words.client,
                ({ by }) =>
                  h(
                    "div",
                    {},
                    h("a", { href: clientLink(by.org) }, nameOf.get(by.org) ?? by.org),
                    h(
                      "small",
                      {},
                      h("a", { href: `/reports/${encodeURIComponent(by.org)}/${month}` }, words.report),
                    ),
                  ),
              ],
              [words.plan, ({ by }) => by.plan],
              [words.priority, ({ by }) => by.priority],
              ...measured,
              [words.budget, ({ figures }) => budget(figures)],
              [words.forecast, ahead],
              resolved,
            ],
            groups.rows,
          ),
    ),
    card(
      "mtta-people",
      words.consultantTitle,
      fill(words.asOf, here(people.asOf)),
      null,
      table(
        words.consultantTitle,
        [[words.consultant, ({ by }) => by.consultant ?? words.nobody], ...measured, resolved],
        people.rows,
      ),
    ),
  );
}

/** The current month of one client, by priority. */
export async function monthFigures(orgId) {
  const [[from, name]] = months(1);
  const found = await ask(`/reports/mtta?${query({ from, orgId, by: "plan,priority" })}`);
  return card(
    "mtta-client",
    `${words.clientPage.figures}: ${name}`,
    fill(words.asOf, here(found.asOf)),
    null,
    found.rows.length === 0
      ? h("p", { class: "empty" }, words.noFigures)
      : table(
          words.clientPage.figures,
          [
            [words.priority, ({ by }) => `${by.priority} · ${by.plan}`],
            // the report of the month has the rest
            ...measured.filter(([label]) => label !== words.median && label !== words.p90),
            [words.budget, ({ figures }) => budget(figures)],
            [words.forecast, ahead],
          ],
          found.rows,
        ),
  );
}

export const mtta = { show: draw };
