/** Makes an element. Text stays text. `on…` adds a listener; `null` and `false` leave an attribute out. */
export function h(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else element.setAttribute(key, value === true ? "" : String(value));
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== false));
  return element;
}

const paths = {
  cases: "M9 7V5a2 2 0 0 1 2-2h2a2 2 0 0 1 2 2v2M4 8h16v11H4zM4 13h16",
  clients: "M5 21V4h9v17M14 9h5v12M3 21h18M8 8h3M8 12h3M8 16h3",
  mtta: "M4 20V10M10 20V4M16 20v-8M21 20H3",
  dead: "M4 6h16v12H4zM4 7l8 6 8-6",
  messages: "M4 5h16v11H9l-5 4zM8 9h8M8 12h5",
  whatIf: "M4 8h13l-4-4M20 16H7l4 4",
  case: "M9 7V5a2 2 0 0 1 2-2h2a2 2 0 0 1 2 2v2M4 8h16v11H4zM4 13h16",
  client: "M5 21V4h9v17M14 9h5v12M3 21h18M8 8h3M8 12h3M8 16h3",
  add: "M12 5v14M5 12h14",
  audit: "M6 3h9l4 4v14H6zM9 12h7M9 16h7M9 8h3",
};
export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  for (const [key, value] of Object.entries({
    d: paths[name],
    fill: "none",
    stroke: "currentColor",
    "stroke-width": "1.8",
    "stroke-linecap": "round",
    "stroke-linejoin": "round",
  }))
    path.setAttribute(key, value);
  svg.append(path);
  return h("span", { class: `icon ${name}` }, svg);
}

export const card = (name, title, hint, tools, ...body) =>
  h(
    "section",
    { class: "card", "aria-labelledby": `${name}-title` },
    h(
      "header",
      {},
      icon(name.split("-")[0]),
      h(
        "div",
        {},
        h(name.includes("-") ? "h2" : "h1", { id: `${name}-title` }, title),
        hint ? h("p", {}, hint) : null,
      ),
      h("div", { class: "tools" }, tools),
    ),
    ...body,
  );

/**
 * @param columns [label, cell(row), kind]; the first column is the row's header
 * On a narrow screen every row becomes a list of labelled values.
 */
export const table = (caption, columns, rows, rowClass = () => null) =>
  h(
    "div",
    { class: "scroll", role: "region", "aria-label": caption, tabindex: 0 },
    h(
      "table",
      { class: "stack" },
      h("caption", { class: "hidden" }, caption),
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          columns.map(([label, , kind]) => h("th", { scope: "col", class: kind }, label)),
        ),
      ),
      h(
        "tbody",
        {},
        rows.map((row) =>
          h(
            "tr",
            { class: rowClass(row) },
            columns.map(([label, cell, kind], at) =>
              at === 0
                ? h("th", { scope: "row" }, cell(row))
                : h("td", { class: kind, "data-label": label }, cell(row)),
            ),
          ),
        ),
      ),
    ),
  );

export const field = (id, label, control) => {
  control.id = id;
  return h("div", {}, h("label", { for: id }, label), control);
};
export const choice = (options, value, onchange) =>
  h(
    "select",
    { onchange: (event) => onchange?.(event.target.value) },
    options.map(([key, label]) => h("option", { value: key, selected: key === value }, label)),
  );

/** Labels with their values. A value that is null is left out. */
export const facts = (pairs, name = "facts") =>
  h(
    "dl",
    { class: name },
    pairs
      .filter((pair) => pair !== null && pair[1] !== null && pair[1] !== undefined)
      .map(([label, value]) => h("div", {}, h("dt", {}, label), h("dd", {}, value))),
  );
export const pill = (tone, label) => h("span", { class: `pill ${tone}` }, label);
export const outside = (href, label) =>
  h("a", { class: "button", href, target: "_blank", rel: "noreferrer" }, label);
