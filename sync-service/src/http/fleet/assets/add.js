// The page that adds a client: what is to be entered, the check with each finding and its mend, and the start.
import { ask } from "./ask.js";
import { card, h, table } from "./dom.js";
import { findingsTable, refusals } from "./findings.js";
import { checkbox, input, labelled, select, suggestions, valuesOf, working } from "./form.js";
import { clientLink } from "./queue.js";
import { day, fill, language, role, words } from "./setup.js";

const w = words.onboarding;
const said = (text) => text[language];

function entryOf(form) {
  const { plan, timeZone, holidays, startsOn, endsOn, ...given } = valuesOf(form);
  const { lead, manager, client, report, plaintext, dryRun, ...rest } = given;
  const recipients = Object.fromEntries(
    Object.entries({ lead, manager, client })
      .filter(([, email]) => email !== undefined)
      .map(([each, email]) => [each, [{ email }]]),
  );
  return {
    ...rest,
    contract: {
      plan,
      timeZone,
      holidays,
      ...(startsOn === undefined ? {} : { startsOn }),
      ...(endsOn === undefined ? {} : { endsOn }),
    },
    ...(Object.keys(recipients).length === 0 ? {} : { recipients }),
    ...(report === undefined ? {} : { monthReport: { to: [{ email: report }] } }),
    ...(plaintext === undefined ? {} : { plaintext: true }),
    dryRun: dryRun !== undefined,
  };
}

const group = (title, hint, ...controls) =>
  h(
    "fieldset",
    {},
    h("legend", {}, title),
    hint ? h("p", { class: "quiet" }, hint) : null,
    h("div", { class: "controls" }, controls),
  );

/** How the service signs in, and the file of the key or the secret by its name. */
function signInBy(keys) {
  if (keys.length === 0) return h("p", { class: "notice" }, w.noKeys);
  const flow = select("flow", Object.entries(w.flows), "jwt");
  const key = labelled(
    "add-key",
    w.keyOf.jwt,
    select(
      "key",
      keys.map((name) => [name, name]),
    ),
  );
  flow.addEventListener("change", () => (key.querySelector("label").textContent = w.keyOf[flow.value]));
  return [labelled("add-flow", w.flow, flow, w.flowHint), key];
}

function formOf({ plans, keys }, { zones, holidays }, onsubmit) {
  const text = { autocomplete: "off", spellcheck: "false" };
  const email = { type: "email", autocomplete: "off" };
  return h(
    "form",
    { class: "body", onsubmit },
    group(
      w.org,
      w.orgHint,
      labelled(
        "add-id",
        w.id,
        input("id", { ...text, required: true, pattern: "[a-z0-9][a-z0-9\\-]*", maxlength: 41 }),
        w.idHint,
      ),
      labelled("add-name", w.name, input("name", { autocomplete: "off", required: true, maxlength: 200 })),
      labelled(
        "add-url",
        w.instanceUrl,
        input("instanceUrl", {
          ...text,
          type: "url",
          required: true,
          placeholder: "https://…my.salesforce.com",
        }),
      ),
      labelled("add-user", w.username, input("username", { ...text, required: true })),
      labelled("add-client", w.clientId, input("clientId", { ...text, required: true })),
      signInBy(keys),
      labelled(
        "add-transport",
        w.transport,
        select("transport", Object.entries(words.clientPage.transports)),
      ),
      labelled("add-endpoint", w.endpoint, input("pubsubEndpoint", text), w.endpointHint),
      checkbox("add-plaintext", "plaintext", w.plaintext, false),
    ),
    group(
      w.contract,
      null,
      labelled(
        "add-plan",
        words.plan,
        select(
          "plan",
          plans.map(({ code, name }) => [code, said(name)]),
        ),
      ),
      labelled(
        "add-zone",
        words.timeZone,
        input("timeZone", {
          ...text,
          list: "add-zones",
          required: true,
          value: "America/Argentina/Buenos_Aires",
        }),
      ),
      suggestions(
        "add-zones",
        zones.map(({ name, place }) => [name, said(place)]),
      ),
      labelled(
        "add-holidays",
        words.holidays,
        input("holidays", { ...text, list: "add-calendars", required: true, value: "AR" }),
      ),
      suggestions(
        "add-calendars",
        holidays.map(({ code, name }) => [code, said(name)]),
      ),
      labelled("add-from", w.from, input("startsOn", { type: "date" }), w.fromHint),
      labelled("add-to", w.to, input("endsOn", { type: "date" }), w.toHint),
      labelled("add-intake", w.intake, input("intakeRule", text), w.intakeHint),
    ),
    group(
      w.people,
      w.peopleHint,
      labelled("add-lead", w.lead, input("lead", email)),
      labelled("add-manager", w.manager, input("manager", email)),
      labelled("add-contact", w.client, input("client", email)),
      labelled("add-slack", w.slackChannel, input("slackChannel", text), w.slackHint),
      labelled("add-report", w.report, input("report", email)),
      labelled(
        "add-language",
        w.pageLanguage,
        select("language", [
          ["es", w.spanish],
          ["en", w.english],
        ]),
      ),
    ),
    checkbox("add-dry", "dryRun", w.dryRun, true),
    h("div", { class: "actions" }, h("button", { class: "button brand", type: "submit" }, w.check)),
  );
}

function resultOf({ ready, findings, install, contract }, go) {
  return card(
    "add-result",
    w.result,
    null,
    ready ? go : null,
    h("p", { class: `notice inside ${ready ? "well" : "error"}` }, ready ? w.ready : w.notReady),
    findingsTable(w.result, findings),
    install === null
      ? null
      : [
          h("h3", { class: "inside" }, w.install),
          findingsTable(w.install, install.findings),
          h("p", { class: "inside" }, fill(w.manifests, install.manifests.join(", "))),
        ],
    contract === null
      ? null
      : [
          h("h3", { class: "inside" }, w.would),
          h(
            "p",
            { class: "inside" },
            fill(w.wouldTold, w.did[contract.did], said(contract.plan), day(contract.startsOn)),
          ),
          table(
            w.would,
            [
              [words.priority, ({ priority }) => said(priority)],
              [words.clientPage.promise, ({ target }) => said(target)],
              [words.clientPage.hours, ({ hours }) => said(hours), "reason"],
            ],
            contract.promises,
          ),
        ],
  );
}

export const add = {
  // a refresh would take away what somebody has typed
  refresh: null,
  async show(view, fleet) {
    if (role !== "operator") {
      view.replaceChildren(card("add", w.title, null, null, h("p", { class: "empty" }, w.viewerOnly)));
      return w.title;
    }
    const [choices, lists] = await Promise.all([ask("/fleet/client-choices"), ask("/fleet/choices")]);
    const result = h("div", { "aria-live": "polite" });
    const form = formOf(choices, lists, (event) => {
      event.preventDefault();
      void check();
    });
    const check = async () => {
      const entry = entryOf(form);
      await working(form.querySelector("[type=submit]"), w.checking, async () => {
        try {
          const found = await ask("/fleet/check-client", entry);
          const go = h("button", { class: "button brand", type: "button" }, w.go);
          go.addEventListener("click", () => start(go, entry));
          result.replaceChildren(resultOf(found, go));
        } catch (error) {
          result.replaceChildren(refusals(error));
        }
      });
      result.scrollIntoView({ block: "nearest" });
    };
    // what was entered since the check is not what was checked
    form.addEventListener("input", () => result.replaceChildren());
    const start = (button, entry) =>
      working(button, w.going, async () => {
        try {
          await ask("/fleet/add-client", entry);
          fleet.say(fill(w.added, entry.name));
          location.hash = clientLink(entry.id);
        } catch (error) {
          result.prepend(refusals(error));
        }
      });
    view.replaceChildren(card("add", w.title, w.hint, null, form), result);
    return w.title;
  },
};
