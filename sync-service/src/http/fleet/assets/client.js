// The page of one client: contract, people, channels, health, queue, month, and what was done with it.
import { ask, query } from "./ask.js";
import { auditTable } from "./audit.js";
import { columns as healthColumns, stateOf } from "./clients.js";
import { channelsOf, peopleOf } from "./client-people.js";
import { card, facts, h, outside, pill, table } from "./dom.js";
import { actionsOf } from "./life.js";
import { months, monthFigures } from "./mtta.js";
import { showWaiting, stopTimers } from "./queue.js";
import { day, fill, here, language, number, role, words } from "./setup.js";
import { why } from "./why.js";

const w = words.clientPage;
const said = (text) => text[language];
const list = (all) =>
  h(
    "ul",
    { class: "sentences" },
    all.map((one) => h("li", {}, one)),
  );

const tones = { now: "good", later: "", past: "", suspended: "risk" };

const contractOf = (contract) =>
  h(
    "section",
    { class: "contract" },
    h("h3", {}, said(contract.plan), " ", pill(tones[contract.holds], w.holds[contract.holds])),
    contract.problem === null
      ? null
      : h("div", { class: "notice error" }, ...why("contract", contract.problem)),
    facts([
      [w.since, contract.startsOn === null ? "—" : day(contract.startsOn)],
      [w.until, contract.endsOn === null ? w.openEnded : day(contract.endsOn)],
      [w.zone, `${said(contract.place)} (${contract.timeZone})`],
      [
        w.holidays,
        h(
          "span",
          {},
          said(contract.holidays.name) || "—",
          contract.holidaysKnownTo === null
            ? null
            : h("small", {}, fill(w.holidaysKnown, day(contract.holidaysKnownTo))),
        ),
      ],
      [w.businessDay, w.businessDays[contract.businessDay] ?? null],
    ]),
    contract.holds === "past" || contract.promises.length === 0
      ? null
      : table(
          said(contract.plan),
          [
            [words.priority, ({ priority }) => said(priority)],
            [w.promise, ({ target }) => said(target)],
            [w.hours, ({ hours }) => said(hours), "reason"],
          ],
          contract.promises,
        ),
    contract.holds === "past"
      ? null
      : h(
          "p",
          { class: "quiet pad" },
          `${w.channelsOfPlan}: ${contract.channels
            .map(({ name, priorities }) =>
              priorities.length === 0 ? said(name) : `${said(name)} (${fill(w.only, priorities.join(", "))})`,
            )
            .join(", ")}.`,
        ),
  );

const contracts = ({ contracts: all, specialHours }) =>
  card(
    "client-contract",
    w.contract,
    null,
    null,
    h(
      "div",
      { class: "body" },
      all.length === 0 ? h("p", { class: "empty" }, w.noContract) : all.map(contractOf),
      specialHours.length === 0
        ? null
        : [
            h("h3", {}, w.special),
            list(
              specialHours.map(
                ({ name, open, from, to, part, orderedBy }) =>
                  `${name}: ${open ? w.more : w.less}, ${from.replace("T", " ")} – ${to.replace("T", " ")}${
                    part === null ? "" : `, ${fill(w.eachDay, part)}`
                  }. ${w.orderedBy}: ${orderedBy}.`,
              ),
            ),
          ],
    ),
  );

const health = (org) =>
  card(
    "client-health",
    w.health,
    null,
    null,
    h("div", { class: "body" }, facts(healthColumns.slice(1).map(([label, cell]) => [label, cell(org)]))),
  );

function queue(id) {
  const rows = h("ol", { class: "queue" });
  const none = h("p", { class: "empty", hidden: true }, words.noCases);
  const load = async () => {
    const { asOf, cases } = await ask(`/fleet/cases?${query({ orgId: id, limit: 10 })}`);
    showWaiting(rows, cases, asOf);
    none.hidden = cases.length > 0;
  };
  return {
    load,
    element: card(
      "client-queue",
      w.queue,
      words.casesHint,
      h("a", { class: "button", href: `#cases?${query({ orgId: id })}` }, w.allCases),
      rows,
      none,
    ),
  };
}

const trail = (entries, nameOf) =>
  card(
    "client-trail",
    w.trail,
    words.auditHint,
    null,
    entries.length === 0 ? h("p", { class: "empty" }, w.noTrail) : auditTable(w.trail, entries, nameOf),
  );

export const client = {
  async show(view, fleet, [id]) {
    const path = encodeURIComponent(id);
    const [one, { entries }, figures] = await Promise.all([
      ask(`/orgs/${path}`),
      ask(`/audit?${query({ orgId: id, limit: 50 })}`),
      monthFigures(id),
    ]);
    const org = fleet.orgs.find((each) => each.id === id);
    const [tone, label] = stateOf(org ?? { status: one.status, stream: one.status });
    const waiting = queue(id);
    await waiting.load();
    // somebody has opened an action while this was fetched
    if (view.querySelector("[data-open]") !== null) return one.name;
    /** After a change the page says so, and shows the client as it is now. */
    const done = async (told, gone = false) => {
      fleet.say(told);
      view.querySelector("[data-open]")?.removeAttribute("data-open");
      if (gone) location.hash = "#clients";
      else await client.show(view, fleet, [id]);
    };
    view.replaceChildren(
      ...[
        card(
          "client",
          one.name,
          one.contracts
            .filter(({ holds }) => holds === "now")
            .map(({ plan }) => said(plan))
            .join(", "),
          [
            h("a", { class: "button", href: `/reports/${path}/${months(1)[0][0]}` }, w.month),
            outside(one.url, w.open),
          ],
          h(
            "div",
            { class: "body" },
            facts(
              [
                [words.health, pill(tone, label)],
                [w.onboarded, here(one.onboardedAt, true)],
                [w.user, one.username],
                [w.events, w.transports[one.transport] ?? one.transport],
                [w.intake, one.intakeRule ?? w.noIntake],
              ],
              "facts highlights",
            ),
            one.dryRun ? h("p", { class: "notice" }, fill(w.dryRunTold, number(one.withheld))) : null,
          ),
        ),
        role === "operator" ? actionsOf(one, done) : null,
        h(
          "div",
          { class: "columns" },
          h("div", {}, waiting.element, figures, contracts(one), peopleOf(one, done)),
          h("div", {}, org === undefined ? null : health(org), channelsOf(one)),
        ),
        trail(entries, new Map([[one.id, one.name]])),
      ].filter((part) => part !== null),
    );
    return one.name;
  },
  leave: stopTimers,
};
