// What the API refused, said at the fields that it concerns.
import { h } from "./dom.js";
import { refusals } from "./findings.js";
import { language } from "./setup.js";
import { withQuote } from "./why.js";

function clear(form) {
  for (const old of form.querySelectorAll(".fault")) old.remove();
  for (const control of form.querySelectorAll("[aria-invalid]")) sound(control);
  form.querySelector(":scope > .notice.error")?.remove();
}
function sound(control) {
  control.removeAttribute("aria-invalid");
  const kept = control
    .getAttribute("aria-describedby")
    ?.split(" ")
    .filter((id) => !id.endsWith("-fault"));
  if (kept?.length) control.setAttribute("aria-describedby", kept.join(" "));
  else control.removeAttribute("aria-describedby");
}

/** The control of a path, or of the nearest path above it. */
function controlOf(at, path) {
  for (let parts = path.replace(/^body\./, "").split("."); parts.length > 0; parts = parts.slice(0, -1)) {
    const control = at.get(parts.join("."));
    if (control) return control;
  }
  return null;
}

/**
 * @param at the control of each path
 * @param summary stands above the form when each fault has its field
 */
export function faultsAtFields(form, error, at, summary) {
  clear(form);
  const lost = [];
  let first = null;
  for (const fault of error.faults ?? []) {
    const control = controlOf(at, fault.path);
    if (control === null) {
      lost.push(fault);
      continue;
    }
    first ??= control;
    const said = `${control.id}-fault`;
    control.setAttribute("aria-invalid", "true");
    control.setAttribute(
      "aria-describedby",
      [control.getAttribute("aria-describedby"), said].filter(Boolean).join(" "),
    );
    control.after(
      h("div", { id: said, class: "fault" }, language === "es" ? withQuote(fault.es) : fault.reason),
    );
    control.addEventListener("input", () => (document.getElementById(said)?.remove(), sound(control)), {
      once: true,
    });
  }
  form.prepend(
    first === null || lost.length > 0
      ? refusals(Object.assign(error, { faults: lost }))
      : h("div", { class: "notice error", role: "alert" }, summary),
  );
  (first ?? form.querySelector(".notice.error")).scrollIntoView({ block: "center" });
  first?.focus();
}
