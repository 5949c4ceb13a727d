// Keeps the page as the org is: reads the admin API every two seconds, writes what is set at once.
const REFRESH_MS = 2000;
const api = "/_local/faults";
const byId = (id) => document.getElementById(id);

async function call(method, path = "", body = undefined) {
  const response = await fetch(api + path, {
    method,
    headers: { accept: "application/json", "content-type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error ?? `The org answered ${response.status}.`);
  return answer;
}

function say(text, failed = false) {
  const said = byId("said");
  said.textContent = text;
  said.classList.toggle("failed", failed);
  said.hidden = false;
}

async function attempt(work, done) {
  try {
    const state = await work();
    show(state);
    say(done ?? state.done);
  } catch (error) {
    say(error.message, true);
  }
}

function valueAt(faults, path) {
  return path.split(".").reduce((value, key) => value?.[key], faults);
}

/** Nobody's half-written entry is overwritten. */
const untouched = (element) => element !== document.activeElement;

function show(state) {
  const { active } = state;
  const status = byId("status");
  const summary =
    active.length === 0 ? "Behaves like Salesforce" : `${active.length} active: ${active.join(", ")}`;
  if (status.textContent !== summary) status.textContent = summary;
  status.classList.toggle("misbehaves", active.length > 0);
  for (const input of document.querySelectorAll("[data-path]")) {
    const value = valueAt(state.faults, input.dataset.path);
    if (input.type === "checkbox") input.checked = value;
    else if (untouched(input)) input.value = value / Number(input.dataset.scale);
  }
  for (const form of document.querySelectorAll("[data-limit]")) {
    const limit = state.limits[form.dataset.limit];
    form.hidden = !limit;
    if (!limit || form.contains(document.activeElement)) continue;
    form.elements.namedItem("used").value = limit.used;
    form.elements.namedItem("max").value = limit.max;
  }
  options(
    "channels",
    state.channels.map((channel) => [channel, channel]),
  );
  options(
    "users",
    state.users.map(({ username, isActive }) => [username, isActive ? username : `${username} (inactive)`]),
  );
  byId("clock").textContent = state.org.now.replace("T", " ").replace("Z", " UTC");
}

function options(from, entries) {
  for (const select of document.querySelectorAll(`[data-from="${from}"]`)) {
    const wanted = JSON.stringify(entries);
    if (select.dataset.entries === wanted) continue;
    const chosen = select.value;
    select.dataset.entries = wanted;
    select.replaceChildren(...entries.map(([value, label]) => new Option(label, value)));
    if (chosen) select.value = chosen;
    select.disabled = entries.length === 0;
  }
}

function nested(path, value) {
  return path.split(".").reduceRight((inner, key) => ({ [key]: inner }), value);
}

for (const input of document.querySelectorAll("[data-path]")) {
  input.addEventListener("change", () => {
    if (input.type !== "checkbox" && (!input.value || !input.reportValidity())) return;
    const value =
      input.type === "checkbox"
        ? input.checked
        : Math.round(Number(input.value) * Number(input.dataset.scale));
    const label = document.querySelector(`label[for="${input.id}"]`).textContent;
    const told = input.type === "checkbox" ? (value ? "on" : "off") : input.value;
    void attempt(() => call("PATCH", "", nested(input.dataset.path, value)), `${label}: ${told}`);
  });
}

for (const form of document.querySelectorAll("form.action")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void attempt(() => call("POST", `/actions/${form.dataset.action}`, inputOf(form)));
  });
}

/** The admin API's names: lists of ids, an answer's two halves, numbers and truths as such. */
function inputOf(form) {
  const input = {};
  for (const [name, value] of new FormData(form)) {
    if (name === "ids" || name === "loserIds") input[name] = value.split(/[\s,]+/).filter(Boolean);
    else if (["times", "used", "max"].includes(name)) input[name] = Number(value);
    else if (name === "answer")
      [input.status, input.errorCode] = [Number(value.split(" ")[0]), value.split(" ")[1]];
    else if (name === "isActive" || name === "isFrozen") input[name] = value === "true";
    else input[name] = value;
  }
  return input;
}

byId("reset").addEventListener("click", () => {
  void attempt(() => call("DELETE"), "The org behaves like Salesforce again.");
});

async function refresh() {
  try {
    show(await call("GET", "/state"));
  } catch {
    byId("status").textContent = "The org does not answer.";
    byId("status").classList.add("misbehaves");
  }
  setTimeout(refresh, REFRESH_MS);
}
await refresh();
