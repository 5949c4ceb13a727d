import { ask } from "./ask.js";
import { card, choice, field, h, table } from "./dom.js";
import { months } from "./mtta.js";
import { caseLink } from "./queue.js";
import { fill, here, instantIn, language, minutes, number, percent, plans, words } from "./setup.js";

const chosen = { orgId: "", plan: "", from: "", to: "", timeZone: "", holidays: "" };

/** Before → after, in a colour that says whether it is better for the client. */
function versus(read, show, better) {
  return ({ actual, alternative }) => {
    const [before, after] = [read(actual), read(alternative)];
    if (before === after) return show(after);
    const tone =
      better === 0 || before === null || after === null
        ? null
        : Math.sign(after - before) === better
          ? "better"
          : "worse";
    return h("span", {}, `${show(before)} → `, h("span", { class: tone }, show(after)));
  };
}
const columns = [
  [words.priority, ({ priority }) => priority ?? words.total],
  [words.count, ({ actual }) => number(actual.cases), "number"],
  [words.met, versus((s) => s.met, number, 1), "number"],
  [words.missed, versus((s) => s.missed, number, -1), "number"],
  [words.waiting, versus((s) => s.waiting, number, 0), "number"],
  [words.mean, versus((s) => s.meanMinutes, minutes, 0), "number"],
  [words.target, versus((s) => s.targetMinutes, minutes, 0), "number"],
  [words.withinShare, versus((s) => s.shareWithinTarget, percent, 1), "number"],
  [words.budget, versus((s) => (s.meanMinutes === null ? null : s.budgetMinutes), minutes, 1), "number"],
  [words.steps, versus((s) => s.steps, number, 0), "number"],
  [words.pages, versus((s) => s.paged, number, 0), "number"],
  [words.refusedChannel, versus((s) => s.channelNotCovered, number, -1), "number"],
];
const changedColumns = [
  [
    words.case,
    ({ caseNumber, caseId }) =>
      h("a", { href: caseLink({ orgId: chosen.orgId, caseId }) }, caseNumber ?? words.casePage.noNumber),
  ],
  [words.subject, ({ subject }) => subject ?? "—", "reason"],
  [words.priority, ({ priority }) => priority],
  [words.actual, ({ actual }) => sideOf(actual)],
  [words.alternative, ({ alternative }) => sideOf(alternative)],
];
const sideOf = ({ status, dueAt, dueOffset, paged }) =>
  h(
    "div",
    {},
    words.status[status] ?? status,
    h(
      "small",
      {},
      dueAt === null ? "" : fill(words.due, instantIn(dueAt, dueOffset)),
      paged ? ` · ${words.pages}` : "",
    ),
  );

/** The lists of zones and calendars. They do not change while the page is open. */
let lists;
const listOf = (id, options) =>
  h(
    "datalist",
    { id },
    options.map(([value, label]) => h("option", { value, label })),
  );

export const whatIf = {
  refresh: null,
  async show(view, { orgs }) {
    const known = months(24);
    chosen.orgId ||= orgs[0]?.id ?? "";
    chosen.plan ||= plans[0] ?? "";
    chosen.from ||= known[0][0];
    chosen.to ||= known[0][0];
    const result = h("div", { "aria-live": "polite" });
    const bound = (name, control) => {
      control.addEventListener("change", () => (chosen[name] = control.value.trim()));
      return control;
    };
    const { zones, holidays } = await (lists ??= ask("/fleet/choices"));
    const refuse = (text) => result.replaceChildren(h("p", { class: "notice error", role: "alert" }, text));
    const compare = async (event) => {
      event?.preventDefault();
      const has = (list, key, value) =>
        value === "" || list.some((one) => one[key].toLowerCase() === value.toLowerCase());
      if (!has(zones, "name", chosen.timeZone)) return refuse(fill(words.noZone, chosen.timeZone));
      if (chosen.holidays !== "none" && !has(holidays, "code", chosen.holidays))
        return refuse(fill(words.noCalendar, chosen.holidays));
      const { orgId, from, to, ...alternative } = chosen;
      result.replaceChildren(h("p", { class: "quiet" }, words.comparing));
      try {
        const found = await ask(`/orgs/${encodeURIComponent(orgId)}/what-if`, {
          from,
          to,
          alternative: Object.fromEntries(Object.entries(alternative).filter(([, value]) => value !== "")),
        });
        const months = known
          .filter(([month]) => month === from || month === to)
          .map(([, name]) => name)
          .reverse();
        const title = [
          orgs.find(({ id }) => id === orgId)?.name,
          `${found.plans.actual.join(", ")} → ${found.plans.alternative.join(", ")}`,
          months.join(" – "),
        ].join(" · ");
        result.replaceChildren(
          card(
            "whatIf-result",
            title,
            fill(words.asOf, here(found.asOf)),
            null,
            found.rows[0].priority === null && found.rows[0].actual.cases === 0
              ? h("p", { class: "empty" }, words.noFigures)
              : table(title, columns, found.rows, ({ priority }) => (priority === null ? "total" : null)),
          ),
          card(
            "whatIf-changed",
            fill(words.changed, number(found.changedCount)),
            null,
            null,
            found.changed.length === 0 ? null : table(words.tabs.cases, changedColumns, found.changed),
          ),
        );
      } catch (error) {
        refuse(error.message);
      }
    };
    view.replaceChildren(
      card(
        "whatIf",
        words.whatIfTitle,
        words.whatIfHint,
        null,
        h(
          "form",
          { class: "body tools", onsubmit: compare },
          field(
            "client",
            words.client,
            bound(
              "orgId",
              choice(
                orgs.map(({ id, name }) => [id, name]),
                chosen.orgId,
              ),
            ),
          ),
          field(
            "plan",
            words.plan,
            bound(
              "plan",
              choice(
                plans.map((plan) => [plan, plan]),
                chosen.plan,
              ),
            ),
          ),
          field("from", words.from, bound("from", choice(known, chosen.from))),
          field("to", words.to, bound("to", choice(known, chosen.to))),
          field(
            "zone",
            words.timeZone,
            bound(
              "timeZone",
              h("input", { placeholder: words.asContract, value: chosen.timeZone, list: "zones" }),
            ),
          ),
          listOf(
            "zones",
            zones.map(({ name, place }) => [name, place[language]]),
          ),
          field(
            "holidays",
            words.holidays,
            bound(
              "holidays",
              h("input", { placeholder: words.asContract, value: chosen.holidays, list: "calendars" }),
            ),
          ),
          listOf(
            "calendars",
            holidays.map(({ code, name }) => [code, name[language]]),
          ),
          h("button", { class: "button brand", type: "submit" }, words.compare),
        ),
      ),
      result,
    );
  },
};
