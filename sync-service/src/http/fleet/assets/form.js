import { h } from "./dom.js";
import { words } from "./setup.js";

const w = words.life;

/** A labelled control. The hint belongs to it, so that a screen reader says both. */
export function labelled(id, label, control, hint) {
  control.id = id;
  if (hint) control.setAttribute("aria-describedby", `${id}-hint`);
  return h(
    "div",
    { class: "control" },
    h("label", { for: id }, label),
    control,
    hint ? h("small", { id: `${id}-hint`, class: "quiet" }, hint) : null,
  );
}
export const input = (name, attributes = {}) => h("input", { name, ...attributes });
export const select = (name, options, chosen, attributes = {}) =>
  h(
    "select",
    { name, ...attributes },
    options.map(([value, label]) => h("option", { value, selected: value === chosen }, label)),
  );
export const checkbox = (id, name, label, checked) =>
  h(
    "label",
    { class: "check", for: id },
    h("input", { type: "checkbox", id, name, checked }),
    h("span", {}, label),
  );
/** A choice among many, by typing. */
export const suggestions = (id, options) =>
  h(
    "datalist",
    { id },
    options.map(([value, label]) => h("option", { value, label })),
  );

/** The name of the person who agreed, and what they agreed to. */
export const agreement = (id) => [
  labelled(
    `${id}-by`,
    w.agreedBy,
    input("agreedBy", { required: true, maxlength: 120, autocomplete: "off" }),
  ),
  labelled(`${id}-note`, w.note, input("note", { maxlength: 500, autocomplete: "off" }), w.noteHint),
];

/** What a form says, without what is empty. */
export const valuesOf = (form) =>
  Object.fromEntries(
    [...new FormData(form)]
      .map(([name, value]) => [name, String(value).trim()])
      .filter(([, value]) => value !== ""),
  );

/** Runs the work of a button, which says so and takes no second press meanwhile. */
export async function working(button, label, work) {
  const before = button.textContent;
  button.disabled = true;
  button.textContent = label;
  try {
    return await work();
  } finally {
    button.disabled = false;
    button.textContent = before;
  }
}
