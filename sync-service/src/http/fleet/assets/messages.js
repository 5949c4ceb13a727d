import { ask } from "./ask.js";
import { card, h, table } from "./dom.js";
import { here, words } from "./setup.js";

/** What clients wrote that opened no case, the newest first. */
export const messages = {
  async show(view, fleet) {
    const { messages: list } = await ask("/messages?state=refused&limit=200");
    const nameOf = new Map(fleet.orgs.map(({ id, name }) => [id, name]));
    view.replaceChildren(
      card(
        "messages",
        words.messagesTitle,
        words.messagesHint,
        null,
        list.length === 0
          ? h("p", { class: "empty" }, words.noMessages)
          : table(
              words.messagesTitle,
              [
                [words.when, ({ takenAt }) => here(takenAt)],
                [
                  words.sender,
                  ({ sender, channel }) =>
                    h("div", {}, sender, h("small", {}, words.doors[channel] ?? channel)),
                ],
                [words.client, ({ orgId }) => (orgId === null ? "—" : (nameOf.get(orgId) ?? orgId))],
                [words.reason, ({ why }) => words.refusals[why] ?? why ?? "—", "reason"],
                [
                  words.message,
                  ({ text }) => (text.length > 300 ? `${text.slice(0, 300)}…` : text),
                  "reason",
                ],
              ],
              list,
            ),
      ),
    );
  },
};
