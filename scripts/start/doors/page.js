// The page on which a newcomer plays a client in Slack, WhatsApp and mail.
import { showForm } from "./form.js";

const words = {
  es: {
    title: "El cliente escribe",
    who: "Escribe",
    mail: "Correo",
    send: "Enviar",
    message: "Mensaje",
    subject: "Asunto",
    newThread: "Mención nueva a @soporte",
    inThread: "En el hilo",
    other: "empezar otro",
    service: "Soporte",
    plan: (p) =>
      `${p.label} tiene el plan ${p.plan}. Lo que escribas abre un caso en su Salesforce; lo que responda un consultor aparece acá.`,
    failed: "El servicio no lo tomó. Probá de nuevo.",
  },
  en: {
    title: "The client writes",
    who: "Writing",
    mail: "Mail",
    send: "Send",
    message: "Message",
    subject: "Subject",
    newThread: "A new mention of @soporte",
    inThread: "In the thread",
    other: "begin another",
    service: "Support",
    plan: (p) =>
      `${p.label} is on the ${p.plan} plan. What you write opens a case in its Salesforce; what a consultant answers appears here.`,
    failed: "The service did not take it. Try again.",
  },
};
const language = new URLSearchParams(location.search).get("lang") === "en" ? "en" : "es";
const w = words[language];
document.documentElement.lang = language;
document.title = `Compromiso · ${w.title}`;
for (const node of document.querySelectorAll("[data-word]")) node.textContent = w[node.dataset.word];

const people = await (await fetch("/people")).json();
const select = document.querySelector("#who");
for (const [at, person] of people.entries()) {
  const option = new Option(`${person.name} · ${person.label} (${person.plan})`, String(at));
  select.append(option);
}
const wanted = new URLSearchParams(location.search).get("client");
const first = people.findIndex(({ client }) => client === (wanted ?? "platinum"));
select.value = String(Math.max(0, first));
const me = () => people[Number(select.value)];
const address = { slack: "slackUser", whatsapp: "phone", mail: "email" };

const all = [];
let thread = null;
const time = new Intl.DateTimeFormat(language === "es" ? "es-AR" : "en-GB", {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hourCycle: "h23",
});

async function write(body) {
  const response = await fetch("/write", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!response.ok) alert(w.failed);
  await look();
}

/** Slack's form, which the service fills with what the client is promised. */
async function openForm(about) {
  const who = me().slackUser;
  const ask = async (body) => {
    const response = await fetch("/form", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ who, ...body }),
    });
    if (!response.ok) alert(w.failed);
    return response.ok ? response.json() : null;
  };
  const form = await ask({ does: "open", ...about });
  if (form === null) return;
  await showForm(document.querySelector("dialog"), form, ask);
  await look();
}
document.querySelector("#command").addEventListener("click", () => openForm({}));

function item(one) {
  const node = document.createElement("li");
  node.classList.toggle("mine", one.mine);
  node.classList.toggle("reply", one.channel === "slack" && one.id !== one.thread);
  const small = document.createElement("small");
  const about = one.channel === "mail" ? ` · ${one.thread}` : "";
  small.textContent = `${one.mine ? me().name : w.service} · ${time.format(one.at)}${about}`;
  node.append(small, one.text);
  if (one.choices.length > 0) {
    const box = document.createElement("div");
    box.className = "choices";
    for (const { id, title, description } of one.choices) {
      const button = document.createElement("button");
      button.textContent = description ? `${title} · ${description}` : title;
      button.addEventListener("click", () =>
        one.choices.some(({ form }) => form)
          ? openForm({ value: id, id: one.id, thread: one.thread })
          : write({
              channel: one.channel,
              who: one.who,
              choice: id,
              text: title,
              thread: one.thread,
              id: one.id,
            }),
      );
      box.append(button);
    }
    node.append(box);
  }
  return node;
}

function show() {
  document.querySelector("#plan").textContent = w.plan(me());
  for (const section of document.querySelectorAll("section")) {
    const { channel } = section.dataset;
    const list = section.querySelector("ol");
    const mine = all.filter((one) => one.channel === channel && one.who === me()[address[channel]]);
    list.replaceChildren(...mine.map(item));
    list.scrollTop = list.scrollHeight;
  }
  const into = document.querySelector(".into");
  into.replaceChildren(thread === null ? w.newThread : `${w.inThread} `);
  if (thread === null) return;
  const other = document.createElement("button");
  other.type = "button";
  other.textContent = w.other;
  other.addEventListener("click", () => {
    thread = null;
    show();
  });
  into.append(other);
}

let last = -1;
async function look() {
  const more = await (await fetch(`/said?after=${last}`)).json();
  if (more.length === 0) return;
  last = more.at(-1).n;
  all.push(...more);
  show();
}

for (const section of document.querySelectorAll("section")) {
  const { channel } = section.dataset;
  const form = section.querySelector("form");
  const text = form.querySelector("textarea");
  const subject = form.querySelector("input");
  text.setAttribute("aria-label", w.message);
  text.placeholder = w.message;
  if (subject) {
    subject.setAttribute("aria-label", w.subject);
    subject.placeholder = w.subject;
  }
  form.querySelector("button:not([type])").textContent = w.send;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const said = text.value;
    text.value = "";
    await write({
      channel,
      who: me()[address[channel]],
      text: said,
      thread,
      subject: subject?.value ?? null,
    });
    if (channel === "slack") {
      thread =
        all.findLast((one) => one.channel === "slack" && one.mine && one.who === me().slackUser)?.thread ??
        null;
      show();
    }
  });
}
select.addEventListener("change", () => {
  thread = null;
  show();
});
show();
await look();
setInterval(look, 300);
