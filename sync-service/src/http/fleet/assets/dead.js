import { ask } from "./ask.js";
import { card, h, table } from "./dom.js";
import { caseLink, clientLink } from "./queue.js";
import { fill, here, language, role, words } from "./setup.js";
import { because } from "./why.js";

async function draw(view, fleet) {
  const { letters } = await ask("/dead-letters?limit=200");
  const nameOf = new Map(fleet.orgs.map(({ id, name }) => [id, name]));
  const retry = async (event, which) => {
    event.target.disabled = true;
    try {
      const { changed } = await ask("/dead-letters/retry", which);
      fleet.say(fill(words.retried, changed));
    } catch (error) {
      fleet.say(error.message);
    }
    await draw(view, fleet);
    document.getElementById("main").focus();
  };
  const operates = role === "operator";
  const button = (label, which) =>
    h(
      "button",
      {
        class: "button",
        type: "button",
        "data-key": JSON.stringify(which),
        onclick: (event) => retry(event, which),
      },
      label,
    );
  view.replaceChildren(
    card(
      "dead",
      words.deadTitle,
      operates ? null : words.viewerOnly,
      operates && letters.length > 1 ? button(words.retryAll, { all: {} }) : null,
      letters.length === 0
        ? h("p", { class: "empty" }, words.noDead)
        : table(
            words.deadTitle,
            [
              [words.client, ({ orgId }) => h("a", { href: clientLink(orgId) }, nameOf.get(orgId) ?? orgId)],
              [words.destination, ({ channel }) => channel[language]],
              [
                words.kind,
                ({ kind, orgId, caseId, caseNumber }) =>
                  h(
                    "div",
                    {},
                    words.kinds[kind] ?? words.kinds[kind.split(".")[0]] ?? kind,
                    caseId
                      ? h(
                          "small",
                          {},
                          h("a", { href: caseLink({ orgId, caseId }) }, `${words.case} ${caseNumber ?? "—"}`),
                        )
                      : null,
                  ),
              ],
              [words.reason, ({ reason }) => h("div", {}, ...because(reason, words.deadOther)), "reason"],
              [words.attempts, ({ attempts }) => String(attempts), "number"],
              [words.since, ({ createdAt }) => here(createdAt), "number"],
              ...(operates ? [[words.action, ({ id }) => button(words.retry, { ids: [id] })]] : []),
            ],
            letters,
          ),
    ),
  );
}

export const dead = { show: draw };
