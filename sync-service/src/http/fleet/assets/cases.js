import { ask, query } from "./ask.js";
import { card, choice, field, h } from "./dom.js";
import { endedQueue, showWaiting, stopTimers } from "./queue.js";
import { fill, number, words } from "./setup.js";

const pageSize = 100;
const filters = { orgId: "", priority: "", state: "", text: "" };
/** States whose cases do not wait: another address lists them. */
const settled = ["ended", "notCovered"];
let offset = 0;
let list;
let others;
let pager;
let typing;

/** A search also finds cases that do not wait. Without a search you see them only if you ask for them. */
async function loadSettled() {
  const alone = settled.includes(filters.state);
  const wanted = alone ? [filters.state] : filters.state === "" && filters.text !== "" ? settled : [];
  others.hidden = wanted.length === 0;
  const { orgId, priority, text } = filters;
  const page = { offset: alone ? offset : 0, limit: alone ? pageSize : 20 };
  const found = await Promise.all(
    wanted.map((state) => ask(`/fleet/ended-cases?${query({ orgId, priority, text, state, ...page })}`)),
  );
  others.replaceChildren(
    ...found.flatMap(({ total, cases }, at) => {
      // a search says that nothing ended; that nothing lacks coverage is no news
      if (!alone && total === 0 && wanted[at] === "notCovered") return [];
      return [
        h(
          "h2",
          {},
          `${wanted[at] === "ended" ? words.endedTitle : words.notCoveredTitle} (${number(total)})`,
        ),
        cases.length === 0 ? h("p", { class: "empty" }, words.noEnded) : endedQueue(cases),
      ];
    }),
  );
  return alone ? found[0].total : 0;
}

async function load() {
  const focused = document.activeElement?.closest?.(".queue a")?.href;
  const settledTotal = await loadSettled();
  if (settled.includes(filters.state)) {
    stopTimers();
    list.hidden = list.nextElementSibling.hidden = true;
    focusOn(others, focused);
    return page(settledTotal);
  }
  const { asOf, total, cases } = await ask(`/fleet/cases?${query({ ...filters, offset, limit: pageSize })}`);
  if (cases.length === 0 && offset > 0) {
    offset = 0;
    return load();
  }
  const filtered = Object.values(filters).some((value) => value !== "");
  showWaiting(list, cases, asOf);
  list.hidden = cases.length === 0;
  list.nextElementSibling.hidden = cases.length > 0;
  list.nextElementSibling.textContent = filtered ? words.noMatch : words.noCases;
  focusOn(list, focused);
  focusOn(others, focused);
  page(total);
}

function focusOn(within, href) {
  if (href) [...within.querySelectorAll("a")].find((link) => link.href === href)?.focus();
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
  // the address keeps what is chosen, so that it can be sent to somebody or come back to
  const chosen = query(filters);
  history.replaceState(null, "", `#cases${chosen === "" ? "" : `?${chosen}`}`);
  void load();
}

export const cases = {
  async show(view, { orgs }, _path, chosen) {
    if (chosen !== null) {
      for (const name of Object.keys(filters)) filters[name] = chosen.get(name) ?? "";
      offset = 0;
    }
    list = h("ol", { class: "queue" });
    others = h("section", { class: "body", hidden: true });
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
                ...["overdue", "atRisk", "running", "ended", "notCovered"].map((state) => [
                  state,
                  words[state],
                ]),
              ],
              filters.state,
              (value) => filter("state", value),
            ),
          ),
        ],
        list,
        h("p", { class: "empty", hidden: true }),
        others,
        pager,
      ),
    );
    await load();
  },
  refresh: load,
  leave: stopTimers,
};
