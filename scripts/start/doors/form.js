// Draws a form of Slack's Block Kit, as far as the service uses it.
const make = (name, properties = {}, ...inside) => {
  const node = Object.assign(document.createElement(name), properties);
  node.append(...inside);
  return node;
};
let count = 0;

/** One choice of a group, with what is said of it. */
function choice(type, name, { text, value, description }, checked) {
  const input = make("input", { type, name, value, checked, id: `choice-${count++}` });
  const words = make("span", {}, text.text);
  if (description) words.append(make("small", {}, description.text));
  return make("label", { htmlFor: input.id }, input, words);
}

const draw = {
  plain_text_input({ multiline, initial_value: value = "", max_length: most }, label, required) {
    const input = multiline
      ? make("textarea", { rows: 3, value, required })
      : make("input", { value, required });
    if (most) input.maxLength = most;
    return [make("label", {}, label, input), () => ({ value: input.value })];
  },
  radio_buttons({ options, initial_option: first }, label, required) {
    const name = `radio-${count++}`;
    const box = make("fieldset", {}, make("legend", {}, label));
    for (const one of options) box.append(choice("radio", name, one, one.value === first?.value));
    for (const input of box.querySelectorAll("input")) input.required = required;
    const picked = () => box.querySelector("input:checked")?.value;
    return [box, () => ({ selected_option: options.find(({ value }) => value === picked()) ?? null })];
  },
  checkboxes({ options }, label) {
    const box = make("fieldset", {}, make("legend", {}, label));
    for (const one of options) box.append(choice("checkbox", `box-${count++}`, one, false));
    const ticked = () => [...box.querySelectorAll("input:checked")].map(({ value }) => value);
    return [box, () => ({ selected_options: options.filter(({ value }) => ticked().includes(value)) })];
  },
  static_select({ options }, label, required) {
    const select = make("select", { required }, new Option("—", ""));
    for (const { text, value } of options) select.append(new Option(text.text, value));
    return [
      make("label", {}, label, select),
      () => ({ selected_option: options.find(({ value }) => value === select.value) ?? null }),
    ];
  },
};

/**
 * Shows the form until it is sent or closed.
 * @param ask tells the service what happened on it, and answers the form as it is then
 */
export async function showForm(dialog, first, ask) {
  let form = first;
  const drawn = new Map();
  const entered = () => {
    const values = {};
    for (const [block, { action, read }] of drawn)
      if (form.blocks.some(({ block_id: id }) => id === block)) values[block] = { [action]: read() };
    return { ...form, state: { values } };
  };
  const closed = new Promise((resolve) => dialog.addEventListener("close", resolve, { once: true }));
  const box = make("form", { method: "dialog" });
  const title = make("h2", { id: "form-title" }, form.title.text);
  const bar = make("div", { className: "buttons" });
  const close = make("button", { type: "button" }, form.close.text);
  close.addEventListener("click", () => dialog.close());
  bar.append(close);
  if (form.submit) bar.append(make("button", {}, form.submit.text));

  /** A block that has its name as before keeps what was entered. */
  function show() {
    const nodes = form.blocks.map((block, at) => {
      if (block.type === "section") return make("p", {}, block.text.text);
      const id = block.block_id ?? String(at);
      const known = drawn.get(id);
      const hint = block.hint?.text ?? "";
      if (known) {
        known.hint.textContent = hint;
        return known.node;
      }
      const { element, label, optional = false } = block;
      const [inner, read] = draw[element.type](element, label.text, !optional);
      const small = make("small", { className: "hint" }, hint);
      const node = make("div", {}, inner, small);
      if (block.dispatch_action)
        node.addEventListener("change", async () => {
          form = (await ask({ does: "answer", form: entered() })) ?? form;
          show();
        });
      drawn.set(id, { action: element.action_id, read, node, hint: small });
      return node;
    });
    box.replaceChildren(title, ...nodes, bar);
  }
  show();
  box.addEventListener("submit", async (event) => {
    event.preventDefault();
    await ask({ does: "send", form: entered() });
    dialog.close();
  });
  dialog.replaceChildren(box);
  dialog.showModal();
  await closed;
}
