import { h } from "./dom.js";
import { fill, instantIn, language, minutes, ticking, timeIn, words } from "./setup.js";

let shown = [];
let received = 0;

export const caseLink = ({ orgId, caseId }) =>
  `#case/${encodeURIComponent(orgId)}/${encodeURIComponent(caseId)}`;
export const clientLink = (orgId) => `#client/${encodeURIComponent(orgId)}`;

const kindOf = (left, one) =>
  left <= 0 ? "overdue" : !one.open ? "closed" : one.status === "At Risk" ? "atRisk" : "running";
const marks = { overdue: "⚠", atRisk: "◔", running: "●", closed: "❚❚" };

/** What a clock shows so many ms after it was read. Closed coverage does not count. */
function reading(one, passed, now) {
  let left = one.remaining;
  let open = one.open;
  const change = one.changesAt;
  if (open) {
    left -= change !== null && now >= change ? Math.max(0, passed - (now - change)) : passed;
    if (change !== null && now >= change) open = false;
  } else if (change !== null && now >= change) {
    left -= now - change;
    open = true;
  }
  return { left, open };
}

function tick() {
  const passed = performance.now() - received;
  for (const { one, asOf, row, clock, said } of shown) {
    const now = asOf + passed;
    const { left, open } = reading(one, passed, now);
    const kind = kindOf(left, { ...one, open });
    if (row.className !== kind) row.className = kind;
    const waits = !open && left > 0 && one.changesAt !== null;
    const text = waits ? fill(words.opens, timeIn(one.changesAt, one.changesOffset)) : ticking(left);
    if (clock.textContent !== text) clock.textContent = text;
    const state =
      kind === "closed" ? words.outside : (words.status[left <= 0 ? "Breached" : one.status] ?? one.status);
    const label = `${marks[kind]} ${state}`;
    if (said.textContent !== label) said.textContent = label;
  }
}
setInterval(tick, 1000);

function rowOf(one, asOf) {
  const clock = h("b", { role: "timer" });
  const said = h("span");
  // rows of several places stand beside each other: each names its own
  const due = fill(
    one.remaining < 0 ? words.wasDue : words.due,
    `${instantIn(one.dueAt, one.dueOffset)} (${one.place[language]})`,
  );
  const row = h(
    "li",
    {},
    h("span", { class: "bar" }),
    h(
      "div",
      {},
      h(
        "a",
        { class: "subject", href: caseLink(one) },
        h("b", {}, one.caseNumber ?? "—"),
        one.subject ?? words.casePage.noSubject,
      ),
      h(
        "span",
        { class: "meta" },
        [one.priority, one.client, one.plan, due].join(" · "),
        one.needsQuote ? [" ", h("span", { class: "pill risk" }, words.quote)] : null,
        one.channelNotCovered ? [" ", h("span", { class: "pill" }, words.channel)] : null,
      ),
    ),
    h("div", { class: "clock" }, clock, said),
  );
  return { one, asOf, row, clock, said };
}

function endedRow(one) {
  const at =
    one.endedAt === null ? null : `${instantIn(one.endedAt, one.endedOffset)} (${one.place[language]})`;
  const how =
    at === null
      ? words.notCovered
      : one.acknowledgedBy === null
        ? fill(words.endedAt, at)
        : fill(words.ackedBy, one.acknowledgedBy, at);
  const late = one.status === "Acknowledged Late" || one.status === "Breached";
  const covered = one.status !== "Not Covered";
  return h(
    "li",
    { class: late ? "overdue" : covered ? "ended" : "closed" },
    h("span", { class: "bar" }),
    h(
      "div",
      {},
      h(
        "a",
        { class: "subject", href: caseLink(one) },
        h("b", {}, one.caseNumber ?? "—"),
        one.subject ?? words.casePage.noSubject,
      ),
      h("span", { class: "meta" }, [one.priority, one.client, one.plan, how].filter(Boolean).join(" · ")),
    ),
    h(
      "div",
      { class: "clock" },
      h("b", {}, one.elapsed === null ? "—" : minutes(one.elapsed / 60_000)),
      h("span", {}, `${late ? "⚠" : covered ? "✓" : "○"} ${words.status[one.status] ?? one.status}`),
    ),
  );
}

/** Shows these waiting cases in the list, with timers that run. Only one list runs at a time. */
export function showWaiting(list, cases, asOf) {
  received = performance.now();
  shown = cases.map((one) => rowOf(one, asOf));
  tick();
  list.replaceChildren(...shown.map(({ row }) => row));
}
export function stopTimers() {
  shown = [];
}
/** Shows cases that do not wait. */
export const endedQueue = (cases) => h("ol", { class: "queue" }, cases.map(endedRow));
