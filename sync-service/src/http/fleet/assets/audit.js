import { ask } from "./ask.js";
import { card, h, table } from "./dom.js";
import { here, words } from "./setup.js";

/** A value as a person reads it: nothing, a word, or a list of words. */
const said = (value) =>
  value === null || value === undefined || value === ""
    ? "—"
    : typeof value === "boolean"
      ? value
        ? words.yes
        : words.no
      : Array.isArray(value)
        ? value.map(said).join(", ")
        : typeof value === "object"
          ? lines(value).join("; ")
          : String(value);

const labelOf = (key) => words.auditKeys[key] ?? key;
/** The command line names itself in English. */
const actorOf = (actor) =>
  actor.replace(/^someone(?= \()/, words.someone).replace("(command line)", `(${words.commandLine})`);

/** What was done, a line each: `plan: Silver → Gold`. */
function lines(detail) {
  return Object.entries(detail).flatMap(([key, value]) => {
    if (key === "changes" || key === "body" || key === "answer") return lines(value ?? {});
    if (value !== null && typeof value === "object" && "before" in value && "after" in value)
      return [`${labelOf(key)}: ${said(value.before)} → ${said(value.after)}`];
    return [`${labelOf(key)}: ${said(value)}`];
  });
}

/** Who did what, a line each. */
export const auditTable = (title, entries) =>
  table(
    title,
    [
      [words.when, ({ at }) => here(at)],
      [words.who, ({ actor }) => actorOf(actor)],
      [words.what, ({ action }) => words.actions[action] ?? action],
      [words.detail, ({ detail }) => lines(detail).join(" · ") || "—", "reason"],
    ],
    entries,
  );

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
          : auditTable(words.auditTitle, entries),
      ),
    );
  },
};
