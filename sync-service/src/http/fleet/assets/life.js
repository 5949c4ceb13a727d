// What an operator does with a client: check, test notice, go live, pause, suspend, another plan, offboard.
import { ask } from "./ask.js";
import { card, h, pill, table } from "./dom.js";
import { findingsTable, refusals } from "./findings.js";
import { agreement, input, labelled, valuesOf, working } from "./form.js";
import { planChange } from "./plan-change.js";
import { fill, language, words } from "./setup.js";
import { because } from "./why.js";

const w = words.life;

/** @param done called after a change, with what to tell */
export function actionsOf(one, done) {
  const path = `/orgs/${encodeURIComponent(one.id)}`;
  const panel = h("div", { class: "panel", "aria-live": "polite" });
  const close = () => {
    panel.replaceChildren();
    delete panel.dataset.open;
  };
  const show = (...content) => {
    panel.dataset.open = "";
    panel.replaceChildren(...content);
    panel.querySelector("input, select, button")?.focus();
  };
  const refuse = (error) => {
    panel.querySelector(".notice.error")?.remove();
    panel.dataset.open = "";
    panel.prepend(refusals(error));
  };
  const button = (label, onclick, kind = "button") =>
    h("button", { class: kind, type: "button", onclick }, label);
  const cancel = () => button(w.cancel, close);

  /** Asks before something changes; with `agreed`, who agreed to it. */
  const asking = (label, told, address, said, agreed = false) =>
    button(label, () => {
      const form = h(
        "form",
        {
          onsubmit: (event) => {
            event.preventDefault();
            void working(form.querySelector("[type=submit]"), label, async () => {
              try {
                await ask(`${path}/${address}`, agreed ? valuesOf(form) : {});
                await done(said);
              } catch (error) {
                refuse(error);
              }
            });
          },
        },
        h("h3", {}, label),
        h("p", {}, told),
        agreed ? h("div", { class: "controls" }, agreement(address)) : null,
        h(
          "div",
          { class: "actions" },
          h("button", { class: "button brand", type: "submit" }, agreed ? label : w.confirm),
          cancel(),
        ),
      );
      show(form);
    });

  // a refresh that comes meanwhile must not take the panel away
  const hold = () => (panel.dataset.open = "");
  const doctor = button(w.doctor, () => {
    hold();
    return working(doctor, w.doctoring, async () => {
      try {
        const { findings } = await ask(`${path}/doctor`, {});
        show(
          h("h3", {}, w.found),
          findingsTable(w.found, findings),
          h("div", { class: "actions" }, cancel()),
        );
      } catch (error) {
        refuse(error);
      }
    });
  });
  const test = button(w.testNotice, () => {
    hold();
    return working(test, w.testing, async () => {
      try {
        const { notices } = await ask(`${path}/test-notice`, {});
        show(
          h("h3", {}, w.tested),
          table(
            w.tested,
            [
              [words.channelName, ({ label }) => label[language]],
              [words.clientPage.address, ({ address }) => address, "reason"],
              [
                words.casePage.arrived,
                ({ arrived, reason }) =>
                  h(
                    "div",
                    {},
                    pill(arrived ? "good" : "bad", arrived ? w.arrived : w.failed),
                    reason === null ? null : h("div", { class: "said" }, ...because(reason, words.deadOther)),
                  ),
                "reason",
              ],
            ],
            notices,
          ),
          h("div", { class: "actions" }, cancel()),
        );
      } catch (error) {
        refuse(error);
      }
    });
  });
  const suspended = one.contracts.some(({ holds }) => holds === "suspended");
  return card(
    "client-actions",
    w.title,
    w.hint,
    null,
    h(
      "div",
      { class: "body" },
      h(
        "div",
        { class: "actions first" },
        doctor,
        test,
        one.dryRun ? asking(w.goLive, w.goLiveAsk, "go-live", w.live) : null,
        one.status === "active"
          ? asking(w.pause, w.pauseAsk, "pause", w.paused)
          : asking(w.resume, w.resumed, "resume", w.resumed),
        button(w.changePlan, () => {
          hold();
          void planChange(one, path, { show, refuse, cancel, done });
        }),
        suspended
          ? asking(w.unsuspend, w.unsuspendAsk, "unsuspend", w.contractSaid, true)
          : asking(w.suspend, w.suspendAsk, "suspend", w.contractSaid, true),
        button(w.end, () => show(...offboarding(one, path, { refuse, cancel, done }))),
      ),
      panel,
    ),
  );
}

function offboarding(one, path, { refuse, cancel, done }) {
  const send = (form, address, body, said, label) =>
    working(form.querySelector("[type=submit]"), label, async () => {
      try {
        await ask(`${path}/${address}`, body());
        await done(said, address === "forget");
      } catch (error) {
        refuse(error);
      }
    });
  const ends = h(
    "form",
    {
      onsubmit: (event) => {
        event.preventDefault();
        const never = event.submitter?.name === "never";
        void send(
          ends,
          "end",
          () => {
            const { endsOn, ...agreed } = valuesOf(ends);
            return { ...agreed, endsOn: never ? null : (endsOn ?? null) };
          },
          w.ended,
          w.endApply,
        );
      },
    },
    h("h3", {}, w.endStep),
    h(
      "div",
      { class: "controls" },
      labelled("end-on", w.endsOn, input("endsOn", { type: "date" })),
      agreement("end"),
    ),
    h(
      "div",
      { class: "actions" },
      h("button", { class: "button brand", type: "submit" }, w.endApply),
      one.contracts.some(({ holds, endsOn }) => holds !== "past" && endsOn !== null)
        ? h("button", { class: "button", type: "submit", name: "never" }, w.endNever)
        : null,
    ),
  );
  const forget = h(
    "form",
    {
      onsubmit: (event) => {
        event.preventDefault();
        void send(forget, "forget", () => valuesOf(forget), fill(w.forgotten, one.name), w.forget);
      },
    },
    h("h3", {}, w.forgetStep),
    h("p", {}, w.forgetHint),
    h(
      "div",
      { class: "controls" },
      labelled(
        "forget-name",
        fill(w.forgetName, one.name),
        input("name", { required: true, autocomplete: "off" }),
      ),
    ),
    h("div", { class: "actions" }, h("button", { class: "button danger", type: "submit" }, w.forget)),
  );
  return [
    h("h3", {}, w.end),
    h("p", { class: "quiet" }, w.endHint),
    ends,
    h("h3", {}, w.exportStep),
    h("p", {}, w.exportHint),
    h(
      "div",
      { class: "actions" },
      h("a", { class: "button", href: `${path}/export.jsonl.gz`, download: true }, w.export),
    ),
    forget,
    h("div", { class: "actions" }, cancel()),
  ];
}
