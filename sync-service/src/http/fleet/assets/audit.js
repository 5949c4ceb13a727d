import { ask } from "./ask.js";
import { card, h, table } from "./dom.js";
import { day, fill, here, language, number, percent, words } from "./setup.js";

const w = words.trail;
/** Ids say nothing to a person: what they belong to is named beside them. */
const unsaid = new Set(["orgId", "id", "contract.id", "contracts"]);
const isChange = (value) =>
  value !== null && typeof value === "object" && "before" in value && "after" in value;

/** A key by its whole path, else by the last part of it. */
function labelOf(path) {
  const parts = path.split(".");
  const last = parts.at(-1);
  if (parts.length === 3 && path.startsWith("settings.recipients."))
    return fill(w.roleOf, words.clientPage.roles[last] ?? last);
  return w.keys[path] ?? w.keys[last] ?? last;
}

/** A value as a person reads it: nothing, a word, a date, or what a list holds. */
function said(value, path = "") {
  if (value === null || value === undefined || value === "") return "—";
  if (typeof value === "boolean") return value ? words.yes : words.no;
  if (typeof value === "number")
    return /At$/.test(path) ? here(value) : /share/i.test(path) ? percent(value) : number(value);
  if (Array.isArray(value))
    return value.length === 0
      ? "—"
      : path === "ids"
        ? number(value.length)
        : value.map((one) => said(one, path)).join(" / ");
  if (typeof value === "object") {
    if ("es" in value && "en" in value) return value[language];
    // a user of the org: the id says nothing to a person
    if (Object.keys(value).sort().join() === "id,name") return value.name ?? w.someUser;
    return lines(value, path === "settings.recipients" ? `${path}.` : "").join(", ") || words.all;
  }
  const text = String(value);
  if (/^\d{4}-\d\d-\d\d$/.test(text)) return day(text);
  // where a key lies on the machine is nobody's business here
  if (/File$/.test(path)) return text.split("/").at(-1);
  return w.values[text] ?? text;
}

/** The command line names itself in English. */
const actorOf = (actor) =>
  actor.replace(/^someone(?= \()/, words.someone).replace("(command line)", `(${words.commandLine})`);

/** What was done, a line each: `plan: Silver → Gold`. */
function lines(detail, path = "") {
  return Object.entries(detail).flatMap(([key, value]) => {
    const at = `${path}${key}`;
    if (unsaid.has(at)) return [];
    if (["changes", "body", "answer", "params", "query"].includes(at)) return lines(value ?? {});
    if (at === "contract" && value !== null && typeof value === "object") return lines(value, "contract.");
    if (at === "contact") return [labelOf(at)];
    if (isChange(value)) return [`${labelOf(at)}: ${said(value.before, at)} → ${said(value.after, at)}`];
    if (value === undefined || value === null) return [];
    return [`${labelOf(at)}: ${said(value, at)}`];
  });
}

/** What an entry tells beside its action. The client stands in front by name. */
function detailOf({ org, name, before, after, ...rest }, nameOf) {
  const moved = before === undefined ? [] : [`${said(before)} → ${said(after)}`];
  const client = org === undefined ? [] : [nameOf.get(org) ?? name ?? org];
  const own = org === undefined && name !== undefined ? lines({ name }) : [];
  return [...client, ...own, ...moved, ...lines(rest)].join(" · ") || "—";
}

/** Who did what, a line each. */
export const auditTable = (title, entries, nameOf = new Map()) =>
  table(
    title,
    [
      [words.when, ({ at }) => here(at)],
      [words.who, ({ actor }) => actorOf(actor)],
      [words.what, ({ action }) => words.actions[action] ?? action],
      [words.detail, ({ detail }) => detailOf(detail, nameOf), "reason"],
    ],
    entries,
  );

export const audit = {
  async show(view, { orgs }) {
    const nameOf = new Map(orgs.map(({ id, name }) => [id, name]));
    const { entries } = await ask("/audit?limit=200");
    view.replaceChildren(
      card(
        "audit",
        words.auditTitle,
        words.auditHint,
        null,
        entries.length === 0
          ? h("p", { class: "empty" }, words.noAudit)
          : auditTable(words.auditTitle, entries, nameOf),
      ),
    );
  },
};
