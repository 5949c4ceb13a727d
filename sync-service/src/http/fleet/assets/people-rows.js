// The rows of the form of a client's people: somebody who hears of steps, a reader of the report, who is who.
import { h } from "./dom.js";
import { checkbox, input, labelled, select } from "./form.js";
import { fill, words } from "./setup.js";

const w = words.people;
const roles = words.clientPage.roles;
const text = { autocomplete: "off", spellcheck: "false" };
let made = 0;
/** Each control has an id of its own, since a row can stand there twice. */
const id = (name) => `people-${name}-${made++}`;

const languages = (chosen) =>
  labelled(
    id("language"),
    w.language,
    select("language", [["", w.sameLanguage], ...Object.entries(words.clientPage.languages)], chosen ?? ""),
  );
/** The org's users by their names. One who is not on the list any more stays chosen. */
const users = (name, label, all, chosen, first) =>
  labelled(
    id(name),
    label,
    select(
      name,
      [
        ...(first === undefined ? [] : [["", first]]),
        ...all.map((user) => [user.id, user.name]),
        ...(chosen && !all.some((user) => user.id === chosen) ? [[chosen, w.unlisted]] : []),
      ],
      chosen ?? "",
    ),
  );
const field = (name, label, value, attributes = {}, hint = undefined) =>
  labelled(id(name), label, input(name, { ...text, value: value ?? "", ...attributes }), hint);

/** A Teams workflow of the configuration, or a name where the configuration has none yet. */
export const workflow = (name, label, all, chosen) =>
  all.length === 0
    ? field(name, label, chosen)
    : labelled(
        id(name),
        label,
        select(
          name,
          [["", "—"], ...[...new Set([...all, ...(chosen ? [chosen] : [])])].map((one) => [one, one])],
          chosen ?? "",
        ),
      );

/** A row that can be taken away. */
function row(kind, legend, controls) {
  const fieldset = h(
    "fieldset",
    { class: "somebody", "data-kind": kind },
    h("legend", {}, legend),
    h("div", { class: "controls" }, controls),
  );
  const remove = h(
    "button",
    { class: "button", type: "button", "aria-label": fill(w.removeNamed, legend) },
    w.remove,
  );
  remove.addEventListener("click", () => {
    const next = fieldset.nextElementSibling ?? fieldset.previousElementSibling;
    fieldset.dispatchEvent(new Event("input", { bubbles: true }));
    fieldset.remove();
    next?.querySelector("select, input, button")?.focus();
  });
  fieldset.append(h("div", { class: "actions" }, remove));
  return fieldset;
}

export function recipientRow(role, to, { users: all, teamsWorkflows }, legend) {
  const known = Object.entries(roles).filter(([name]) => name !== "owner" && name !== "requester");
  const { email, slack, teams, whatsapp, salesforceUserId, contact } = to;
  return row("recipient", legend, [
    labelled(
      id("role"),
      words.clientPage.role,
      select("role", roles[role] === undefined ? [...known, [role, role]] : known, role),
    ),
    field("name", words.name, to.name, { maxlength: 120 }),
    field("email", w.addresses.email, email, { type: "email" }),
    field("slack", w.addresses.slack, slack, {}, w.slackHint),
    workflow("teams", w.addresses.teams, teamsWorkflows, teams),
    field("whatsapp", w.addresses.whatsapp, whatsapp, { type: "tel" }, w.phoneHint),
    users("salesforceUserId", w.addresses.salesforceUserId, all, salesforceUserId, w.nobody),
    languages(to.language),
    checkbox(id("contact"), "contact", w.caseContact, contact === true),
  ]);
}

export const readerRow = (to, legend) =>
  row("reader", legend, [
    field("name", words.name, to.name, { maxlength: 120 }),
    field("email", w.addresses.email, to.email, { type: "email", required: true }),
    languages(to.language),
  ]);

export const personRow = (person, { users: all }, legend) =>
  row("who", legend, [
    users("salesforceUserId", w.user, all, person.salesforceUserId),
    field("slackUserId", w.slackUser, person.slackUserId, {}, w.slackUserHint),
    field("pagerDuty", w.pagerDuty, person.pagerDuty),
    field("bridge", w.bridge, person.bridge),
  ]);

/** What a row says, without what is empty. */
export function saidBy(fieldset) {
  const said = {};
  for (const { name, type, value, checked } of fieldset.querySelectorAll("input, select"))
    if (type === "checkbox") {
      if (checked) said[name] = true;
    } else if (value.trim() !== "") said[name] = value.trim();
  return said;
}
