import { ask } from "./ask.js";
import { card, h, table } from "./dom.js";
import { here, words } from "./setup.js";

export const audit = {
  async show(view) {
    const { entries } = await ask("/audit?limit=200");
    view.replaceChildren(
      card(
        "audit",
        words.auditTitle,
        words.auditHint,
        null,
        entries.length === 0
          ? h("p", { class: "empty" }, words.noAudit)
          : table(
              words.auditTitle,
              [
                [words.when, ({ at }) => here(at)],
                [words.who, ({ actor }) => actor],
                [words.what, ({ action }) => words.actions[action] ?? action],
                [
                  words.detail,
                  ({ detail }) => (Object.keys(detail).length === 0 ? "—" : JSON.stringify(detail)),
                  "reason",
                ],
              ],
              entries,
            ),
      ),
    );
  },
};
