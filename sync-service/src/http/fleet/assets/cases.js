import { ask, query } from "./ask.js";
import { card, choice, field, h } from "./dom.js";
import { fill, instantIn, language, minutes, number, ticking, timeIn, words } from "./setup.js";

const pageSize = 100;
const filters = { orgId: "", priority: "", state: "", text: "" };
let offset = 0;
let shown = [];
let received = 0;
let list;
let endedList;
let pager;
let typing;

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
        { class: "subject", href: one.url, target: "_blank", rel: "noreferrer" },
        h("b", {}, one.caseNumber ?? "—"),
        one.subject ?? one.caseId,
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
  const at = `${instantIn(one.endedAt, one.endedOffset)} (${one.place[language]})`;
  const how =
    one.acknowledgedBy === null ? fill(words.endedAt, at) : fill(words.ackedBy, one.acknowledgedBy, at);
  const late = one.status === "Acknowledged Late" || one.status === "Breached";
  return h(
    "li",
    { class: late ? "overdue" : "ended" },
    h("span", { class: "bar" }),
    h(
      "div",
      {},
      h(
        "a",
        { class: "subject", href: one.url, target: "_blank", rel: "noreferrer" },
        h("b", {}, one.caseNumber ?? "—"),
        one.subject ?? one.caseId,
      ),
      h("span", { class: "meta" }, [one.priority, one.client, one.plan, how].join(" · ")),
    ),
    h(
      "div",
      { class: "clock" },
      h("b", {}, one.elapsed === null ? "—" : minutes(one.elapsed / 60_000)),
      h("span", {}, `${late ? "⚠" : "✓"} ${words.status[one.status] ?? one.status}`),
    ),
  );
}

/** A search also finds cases whose clock ended. Without a search you see them only if you ask for them. */
async function loadEnded() {
  const wanted = filters.state === "ended" || (filters.state === "" && filters.text !== "");
  endedList.hidden = !wanted;
  if (!wanted) return 0;
  const { orgId, priority, text } = filters;
  const alone = filters.state === "ended";
  const page = { offset: alone ? offset : 0, limit: alone ? pageSize : 20 };
  const { total, cases } = await ask(`/fleet/ended-cases?${query({ orgId, priority, text, ...page })}`);
  endedList.replaceChildren(
    h("h2", {}, `${words.endedTitle} (${number(total)})`),
    cases.length === 0
      ? h("p", { class: "empty" }, words.noEnded)
      : h("ol", { class: "queue" }, cases.map(endedRow)),
  );
  return total;
}

async function load() {
  const endedTotal = await loadEnded();
  const alone = filters.state === "ended";
  if (alone) {
    shown = [];
    list.hidden = list.nextElementSibling.hidden = true;
    return page(endedTotal);
  }
  const { asOf, total, cases } = await ask(`/fleet/cases?${query({ ...filters, offset, limit: pageSize })}`);
  if (cases.length === 0 && offset > 0) {
    offset = 0;
    return load();
  }
  received = performance.now();
  const focused = document.activeElement?.closest?.(".queue a")?.href;
  shown = cases.map((one) => rowOf(one, asOf));
  tick();
  const filtered = Object.values(filters).some((value) => value !== "");
  list.replaceChildren(...shown.map(({ row }) => row));
  list.hidden = cases.length === 0;
  list.nextElementSibling.hidden = cases.length > 0;
  list.nextElementSibling.textContent = filtered ? words.noMatch : words.noCases;
  if (focused) [...list.querySelectorAll("a")].find((link) => link.href === focused)?.focus();
  page(total);
}

function page(total) {
  pager.hidden = total <= pageSize;
  const [back, where, on] = pager.children;
  back.disabled = offset === 0;
  on.disabled = offset + pageSize >= total;
  where.textContent = fill(
    words.page,
    number(offset + 1),
    number(Math.min(total, offset + pageSize)),
    number(total),
  );
}

function turn(by) {
  offset = Math.max(0, offset + by);
  void load().then(() => document.getElementById("main").scrollIntoView());
}
function filter(name, value) {
  filters[name] = value;
  offset = 0;
  void load();
}

export const cases = {
  async show(view, { orgs }) {
    list = h("ol", { class: "queue" });
    endedList = h("section", { class: "body", hidden: true });
    pager = h(
      "div",
      { class: "pager", hidden: true },
      h("button", { class: "button", type: "button", onclick: () => turn(-pageSize) }, words.previous),
      h("span", { role: "status" }),
      h("button", { class: "button", type: "button", onclick: () => turn(pageSize) }, words.next),
    );
    const text = h("input", {
      type: "search",
      value: filters.text,
      maxlength: 100,
      oninput: (event) => {
        clearTimeout(typing);
        typing = setTimeout(() => filter("text", event.target.value), 250);
      },
    });
    view.replaceChildren(
      card(
        "cases",
        words.casesTitle,
        words.casesHint,
        [
          field("search", words.search, text),
          field(
            "client",
            words.client,
            choice(
              [["", words.allClients], ...orgs.map(({ id, name }) => [id, name])],
              filters.orgId,
              (value) => filter("orgId", value),
            ),
          ),
          field(
            "priority",
            words.priority,
            choice(
              [["", words.allPriorities], ...["P1", "P2", "P3", "P4"].map((code) => [code, code])],
              filters.priority,
              (value) => filter("priority", value),
            ),
          ),
          field(
            "state",
            words.state,
            choice(
              [
                ["", words.allStates],
                ...["overdue", "atRisk", "running", "ended"].map((state) => [state, words[state]]),
              ],
              filters.state,
              (value) => filter("state", value),
            ),
          ),
        ],
        list,
        h("p", { class: "empty", hidden: true }),
        endedList,
        pager,
      ),
    );
    await load();
  },
  refresh: load,
  /** Shows the cases of one state, whatever was chosen before. */
  only(state) {
    Object.assign(filters, { orgId: "", priority: "", state, text: "" });
    offset = 0;
    if (location.hash === "#cases") dispatchEvent(new HashChangeEvent("hashchange"));
  },
  leave() {
    shown = [];
  },
};
