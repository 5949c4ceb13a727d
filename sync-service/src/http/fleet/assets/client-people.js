// The people and the channels on a client's page, and how an operator changes them.
import { card, h, pill, table } from "./dom.js";
import { refusals } from "./findings.js";
import { working } from "./form.js";
import { peopleForm } from "./people-form.js";
import { fill, here, language, number, role, words } from "./setup.js";

const w = words.clientPage;
const said = (text) => text[language];
const list = (all) =>
  h(
    "ul",
    { class: "sentences" },
    all.map((one) => h("li", {}, one)),
  );

const addresses = ({ by }) =>
  h(
    "div",
    {},
    by.map(({ channel, address }) =>
      h("small", {}, `${said(channel)}: ${address === "contact" ? w.contact : address}`),
    ),
  );

/** @param done called after a change, with what to tell */
export function peopleOf(one, done) {
  const { consultants, recipients, doors, monthReport } = one;
  const body = h(
    "div",
    { class: "body" },
    h("h3", {}, w.consultants),
    consultants.length === 0
      ? h("p", { class: "notice" }, w.noConsultants)
      : list(
          consultants.map(({ name, email, until }) =>
            [name, email, until === null ? null : fill(w.permissionUntil, here(until))]
              .filter(Boolean)
              .join(" · "),
          ),
        ),
    h("h3", {}, w.recipients),
    recipients.length === 0
      ? h("p", { class: "quiet" }, w.noRecipients)
      : table(
          w.recipients,
          [
            [words.name, ({ name, role }) => name ?? w.roles[role] ?? role],
            [w.role, ({ role }) => w.roles[role] ?? role],
            [w.address, addresses, "reason"],
            [words.pageLanguage, ({ language: spoken }) => w.languages[spoken] ?? spoken],
          ],
          recipients,
        ),
    h("h3", {}, w.doors),
    h("p", {}, doors === null ? w.noDoors : fill(w.doorsTold, number(doors.senders), doors.contacts)),
    monthReport.length === 0 ? null : [h("h3", {}, w.monthReport), list(monthReport)],
  );
  const change = h("button", { class: "button", type: "button" }, words.people.change);
  change.addEventListener("click", () => {
    const before = [...body.childNodes];
    const close = () => {
      body.replaceChildren(...before);
      delete body.dataset.open;
      change.hidden = false;
      change.focus();
    };
    // a refresh that comes meanwhile must not take the form away
    body.dataset.open = "";
    void working(change, words.people.opening, async () => {
      try {
        body.replaceChildren(await peopleForm(one, close, done));
        change.hidden = true;
        body.querySelector("select, input, button")?.focus();
      } catch (error) {
        close();
        body.prepend(refusals(error));
      }
    });
  });
  return card("client-people", w.people, null, role === "operator" ? change : null, body);
}

export const channelsOf = ({ channels: all }) =>
  card(
    "client-channels",
    w.channels,
    null,
    null,
    h(
      "ul",
      { class: "rows" },
      all.map(({ name, configured, place, recipients }) =>
        h(
          "li",
          {},
          h("b", {}, said(name)),
          pill(configured ? "good" : "", configured ? w.configured : w.notConfigured),
          place === null && recipients === 0
            ? null
            : h(
                "small",
                {},
                [place === null ? null : `${w.usualPlace}: ${place}`, `${w.toldByIt}: ${number(recipients)}`]
                  .filter(Boolean)
                  .join(" · "),
              ),
        ),
      ),
    ),
  );
