// The form of a client's people and channels. It says each fault at its field, and saves nothing before all are gone.
import { ask } from "./ask.js";
import { h } from "./dom.js";
import { faultsAtFields } from "./faults.js";
import { findingsTable } from "./findings.js";
import { input, labelled, select, working } from "./form.js";
import { personRow, readerRow, recipientRow, saidBy, workflow } from "./people-rows.js";
import { fill, words } from "./setup.js";

const w = words.people;
const text = { autocomplete: "off", spellcheck: "false" };

const group = (title, hint, ...content) =>
  h(
    "section",
    { class: "group" },
    h("h3", {}, title),
    hint ? h("p", { class: "quiet" }, hint) : null,
    content,
  );
const controls = (...all) => h("div", { class: "controls" }, all);

/** Rows that can be added and taken away. */
function rows(make, entries, add, fresh) {
  const list = h("div", { class: "people" });
  const legend = () => fill(w.nth, list.children.length + 1);
  for (const entry of entries) list.append(make(entry, legend()));
  const button = h("button", { class: "button", type: "button" }, add);
  button.addEventListener("click", () => {
    list.append(make(fresh(), legend()));
    list.lastElementChild.querySelector("select, input").focus();
  });
  return { list, element: [list, h("div", { class: "actions" }, button)] };
}

/** @param now what readClientPeople answers */
function fieldsOf(now) {
  const recipients = rows(
    ([role, to], legend) => recipientRow(role, to, now, legend),
    Object.entries(now.recipients).flatMap(([role, some]) => some.map((to) => [role, to])),
    w.add,
    () => ["lead", {}],
  );
  const readers = rows(readerRow, now.monthReport?.to ?? [], w.reportAdd, () => ({}));
  const who = rows(
    (person, legend) => personRow(person, now, legend),
    now.people,
    w.whoAdd,
    () => ({}),
  );
  const { doors, escalation } = now;
  const single = {
    language: select("language", Object.entries(words.clientPage.languages), now.language),
    slackChannel: input("slackChannel", { ...text, value: now.slackChannel ?? "" }),
    contacts: input("contacts", { ...text, value: doors?.contacts ?? "" }),
    country: input("country", { ...text, value: doors?.country ?? "AR", maxlength: 2 }),
    onCall: input("onCall", { ...text, value: doors?.onCall.join(", ") ?? "" }),
    escalateTo: select(
      "escalateTo",
      Object.entries(w.escalations),
      escalation === null ? "nobody" : "queue" in escalation ? "queue" : "user",
    ),
    escalation: input("escalation", { ...text, value: escalation?.queue ?? escalation?.user ?? "" }),
  };
  const teams = workflow("teamsWorkflow", w.teamsWorkflow, now.teamsWorkflows, now.teamsWorkflow);
  single.teamsWorkflow = teams.querySelector("input, select");
  const element = [
    h("p", { class: "quiet" }, w.hint),
    controls(labelled("people-client-language", w.clientLanguage, single.language)),
    group(words.clientPage.recipients, null, recipients.element),
    group(
      w.places,
      w.placesHint,
      controls(labelled("people-slack", w.slackChannel, single.slackChannel, w.slackHint), teams),
    ),
    group(w.report, null, readers.element),
    group(
      w.doors,
      null,
      controls(
        labelled("people-contacts", w.contacts, single.contacts, w.contactsHint),
        labelled("people-country", w.country, single.country),
        labelled("people-on-call", w.onCall, single.onCall, w.onCallHint),
      ),
    ),
    group(w.who, w.whoHint, who.element),
    group(
      w.escalation,
      null,
      controls(
        labelled("people-escalate-to", w.escalateTo, single.escalateTo),
        labelled("people-escalation", w.escalationName, single.escalation, w.escalationHint),
      ),
    ),
    h("p", { class: "quiet" }, w.byCommand),
  ];
  return { element, read: () => read({ recipients, readers, who, single }) };
}

/** The change that the form asks for, and which control says which part of it. */
function read({ recipients, readers, who, single }) {
  const at = new Map();
  const controlsOf = (path, fieldset) => {
    at.set(path, fieldset.querySelector("input, select"));
    for (const control of fieldset.querySelectorAll("input, select"))
      at.set(`${path}.${control.name}`, control);
  };
  const value = (name) => single[name].value.trim();
  const byRole = {};
  for (const fieldset of recipients.list.children) {
    const { role, ...to } = saidBy(fieldset);
    (byRole[role] ??= []).push(to);
    controlsOf(`recipients.${role}.${byRole[role].length - 1}`, fieldset);
  }
  const listed = (list, path) =>
    [...list.children].map((fieldset, n) => {
      controlsOf(`${path}.${n}`, fieldset);
      return saidBy(fieldset);
    });
  const to = listed(readers.list, "monthReport.to");
  for (const name of ["language", "slackChannel", "teamsWorkflow", "escalation"]) at.set(name, single[name]);
  for (const name of ["contacts", "country", "onCall"]) at.set(`doors.${name}`, single[name]);
  for (const name of ["queue", "user"]) at.set(`escalation.${name}`, single.escalation);
  const onCall = value("onCall")
    .split(",")
    .map((one) => one.trim())
    .filter((one) => one !== "");
  const wantsDoors = value("contacts") !== "" || onCall.length > 0;
  return {
    at,
    change: {
      language: value("language"),
      recipients: byRole,
      slackChannel: value("slackChannel") || null,
      teamsWorkflow: value("teamsWorkflow") || null,
      monthReport: to.length === 0 ? null : { to },
      doors: wantsDoors
        ? { contacts: value("contacts"), country: value("country").toUpperCase() || undefined, onCall }
        : null,
      people: listed(who.list, "people"),
      escalation: value("escalateTo") === "nobody" ? null : { [value("escalateTo")]: value("escalation") },
    },
  };
}

/**
 * @param close puts the page back as it was
 * @param done called after a change, with what to tell
 */
export async function peopleForm(one, close, done) {
  const path = `/orgs/${encodeURIComponent(one.id)}/people`;
  const now = await ask(path);
  const fields = fieldsOf(now);
  const save = h("button", { class: "button brand", type: "submit" }, w.save);
  const cancel = h("button", { class: "button", type: "button" }, w.cancel);
  cancel.addEventListener("click", close);
  const form = h("form", { novalidate: true }, fields.element, h("div", { class: "actions" }, save, cancel));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const { at, change } = fields.read();
    void working(save, w.saving, async () => {
      try {
        const { findings } = await ask(path, { revision: now.revision, ...change });
        const missing = findings.filter(({ is }) => is !== "ok");
        if (missing.length === 0) return await done(w.saved);
        const close = h("button", { class: "button brand", type: "button" }, w.close);
        close.addEventListener("click", () => void done(w.saved));
        form.replaceChildren(
          h("p", { class: "notice", role: "status" }, w.stillMissing),
          findingsTable(w.stillMissing, missing),
          h("div", { class: "actions" }, close),
        );
        close.focus();
      } catch (error) {
        faultsAtFields(form, error, at, w.look);
      }
    });
  });
  return form;
}
