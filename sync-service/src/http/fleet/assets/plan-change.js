// Another plan for a client: what it would move, what the client will see, and the change.
import { ask } from "./ask.js";
import { h, pill, table } from "./dom.js";
import { agreement, input, labelled, select, valuesOf, working } from "./form.js";
import { caseLink } from "./queue.js";
import { day, fill, instantIn, language, minutes, number, percent, words } from "./setup.js";

const w = words.life;
const said = (text) => text[language];
const when = ({ at, offset }) => instantIn(at, offset);
const list = (names) => names.map(said).join(", ");

const monthName = (month) =>
  new Intl.DateTimeFormat(language === "es" ? "es-AR" : "en", {
    month: "long",
    year: "numeric",
    timeZone: "UTC",
  }).format(Date.parse(`${month}-15T12:00:00Z`));

const inTime = ({ cases, meanMinutes, targetMinutes, shareWithinTarget }) =>
  cases === 0
    ? "—"
    : fill(w.inTime, percent(shareWithinTarget), minutes(meanMinutes), minutes(targetMinutes));

function previewOf(found, orgId) {
  const [before, after, from] = [said(found.plans.before), said(found.plans.after), day(found.from)];
  const moving = found.months.filter(({ moves }) => moves);
  return h(
    "div",
    { class: "preview" },
    h("h3", {}, fill(w.previewTitle, before, after, from)),
    h("p", { class: "quiet" }, w.previewHint),
    h("h3", {}, w.client),
    h(
      "ul",
      { class: "sentences" },
      w.clientTold.map((told) => h("li", {}, fill(told, before, after, from, said(found.place)))),
      found.channels.gained.length === 0 ? null : h("li", {}, fill(w.gained, list(found.channels.gained))),
      found.channels.lost.length === 0 ? null : h("li", {}, fill(w.lost, list(found.channels.lost))),
    ),
    table(
      w.promise,
      [
        [words.priority, ({ priority }) => said(priority)],
        [
          w.until,
          ({ before: had }) => (had === null ? "—" : `${said(had.target)} · ${said(had.hours)}`),
          "reason",
        ],
        [fill(w.then, from), ({ after: will }) => `${said(will.target)} · ${said(will.hours)}`, "reason"],
      ],
      found.promises,
    ),
    h("h3", {}, w.running),
    h(
      "p",
      {},
      found.runningCount === 0
        ? w.noneRunning
        : found.movedCount === 0
          ? fill(w.noneMoves, number(found.runningCount))
          : fill(w.someMove, number(found.movedCount), number(found.runningCount)),
    ),
    found.running.length === 0
      ? null
      : table(
          w.running,
          [
            [
              words.case,
              ({ caseId, caseNumber, subject }) =>
                h(
                  "div",
                  {},
                  h("a", { href: caseLink({ orgId, caseId }) }, caseNumber ?? words.casePage.noNumber),
                  h("small", {}, subject ?? words.casePage.noSubject),
                ),
            ],
            [words.priority, ({ priority }) => priority],
            [w.due, ({ dueAt }) => when(dueAt)],
            [
              w.newDue,
              ({ moves, newDueAt }) =>
                !moves
                  ? pill("good", w.stays)
                  : newDueAt === null
                    ? pill("bad", w.noClock)
                    : pill("risk", when(newDueAt)),
            ],
          ],
          found.running,
        ),
    h("h3", {}, w.months),
    h(
      "p",
      {},
      moving.length === 0
        ? fill(w.noMonthMoves, from)
        : fill(w.monthsMove, moving.map(({ month }) => monthName(month)).join(", ")),
    ),
    found.months.length === 0
      ? null
      : table(
          w.months,
          [
            [words.month, ({ month }) => monthName(month)],
            [words.count, ({ before: was }) => number(was.cases), "number"],
            [w.asItWas, ({ before: was }) => inTime(was), "reason"],
            [w.asIfAlways, ({ always }) => inTime(always), "reason"],
          ],
          found.months,
        ),
  );
}

/** Opens the form of a plan's change. Nothing is written before the preview was seen. */
export async function planChange(one, path, { show, refuse, cancel, done }) {
  let choices;
  try {
    choices = await ask("/fleet/client-choices");
  } catch (error) {
    return refuse(error);
  }
  const held = one.contracts.find(({ holds }) => holds !== "past");
  const plans = choices.plans.filter(({ name }) => said(name) !== (held ? said(held.plan) : null));
  const result = h("div", { "aria-live": "polite" });
  const apply = h(
    "button",
    { class: "button brand", type: "submit", name: "apply", disabled: true },
    w.apply,
  );
  const form = h(
    "form",
    {
      onsubmit: (event) => {
        event.preventDefault();
        void change();
      },
    },
    h("h3", {}, w.changePlan),
    h(
      "div",
      { class: "controls" },
      labelled(
        "change-plan",
        w.newPlan,
        select(
          "plan",
          plans.map(({ code, name }) => [code, said(name)]),
        ),
      ),
      labelled("change-from", w.from, input("from", { type: "date" }), w.fromHint),
      agreement("change"),
    ),
    h(
      "div",
      { class: "actions" },
      h(
        "button",
        { class: "button", type: "button", onclick: (event) => void preview(event.target) },
        w.preview,
      ),
      apply,
      cancel(),
    ),
  );
  // what was entered since the preview is not what was seen
  for (const control of form.querySelectorAll("[name=plan], [name=from]"))
    control.addEventListener("input", () => {
      apply.disabled = true;
      result.replaceChildren();
    });
  const preview = (button) =>
    working(button, w.previewing, async () => {
      const { plan, from } = valuesOf(form);
      try {
        const found = await ask(`${path}/plan-change/preview`, { plan, ...(from ? { from } : {}) });
        result.replaceChildren(previewOf(found, one.id));
        apply.disabled = false;
      } catch (error) {
        refuse(error);
      }
    });
  const change = () =>
    working(apply, w.apply, async () => {
      try {
        const { contract } = await ask(`${path}/plan-change`, valuesOf(form));
        await done(fill(w.planChanged, day(contract.startsOn)));
      } catch (error) {
        refuse(error);
      }
    });
  show(form, result);
}
