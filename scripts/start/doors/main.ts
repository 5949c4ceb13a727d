// The process that plays the client's side of Slack, WhatsApp and mail. It ends when its parent ends.
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { writers } from "./people.ts";
import {
  mail,
  slackAnswered,
  slackClick,
  slackCommand,
  slackMessage,
  slackSubmitted,
  slackTs,
  whatsAppMessage,
  type SlackForm,
} from "./requests.ts";
import { doorsPort } from "./secrets.ts";
import { takeMail } from "./smtp.ts";

type ChannelName = "slack" | "whatsapp" | "mail";
interface Said {
  n: number;
  channel: ChannelName;
  /** The client's address in the channel. */
  who: string;
  mine: boolean;
  text: string;
  at: number;
  /** Slack's thread, the mail's subject. */
  thread: string | null;
  id: string;
  /** `form`: it opens a form. */
  choices: { id: string; title: string; description?: string; form?: boolean }[];
}
/** The forms that the service opened, by what asked for them, and then by their own ids. */
const forms = new Map<string, SlackForm>();
const said: Said[] = [];
const keep = (one: Omit<Said, "n" | "at">) => void said.push({ ...one, n: said.length, at: Date.now() });

interface Answer {
  status?: number;
  json?: unknown;
  file?: [name: string, type: string];
}

const file = (name: string, type: string) => (): Answer => ({ file: [name, type] });
const pages: Record<string, (query: URLSearchParams) => Answer> = {
  "/": file("page.html", "text/html"),
  "/page.js": file("page.js", "text/javascript"),
  "/form.js": file("form.js", "text/javascript"),
  "/page.css": file("page.css", "text/css"),
  "/people": () => ({ json: writers }),
  "/said": (query) => {
    const after = Number(query.get("after") ?? -1);
    return { json: said.filter(({ n }) => n > after) };
  },
};

/** The client writes, or taps a choice. */
async function write(body: string): Promise<Answer> {
  const { channel, who, text, thread, subject, choice, id } = JSON.parse(body) as Record<
    string,
    string | null
  >;
  const from = writerOf(who!);
  const base = { channel: channel as ChannelName, who: who!, mine: true, text: text!, choices: [] };
  let status: number;
  if (channel === "slack" && choice)
    status = await slackClick(from, { value: choice, ts: id!, thread: thread! });
  else if (channel === "slack") {
    const ts = slackTs();
    status = await slackMessage(from, text!, ts, thread ?? null);
    keep({ ...base, id: ts, thread: thread ?? ts });
  } else if (channel === "whatsapp") {
    keep({ ...base, id: randomUUID(), thread: null });
    status = await whatsAppMessage(from, text!, choice ?? undefined);
  } else {
    const messageId = `<${randomUUID()}@${from.email.split("@")[1]}>`;
    const answers = said.filter((one) => one.who === who && one.thread === subject).map((one) => one.id);
    keep({ ...base, id: messageId, thread: subject! });
    status = await mail(from, { subject: subject!, text: text!, id: messageId, answers });
  }
  return { status: status < 300 ? 204 : 502 };
}

const writerOf = (who: string) => writers.find((one) => [one.slackUser, one.phone, one.email].includes(who))!;

/** The client opens Slack's form, answers a question on it, or sends it. The answer is the form as it is then. */
async function fillIn(body: string): Promise<Answer> {
  const { who, does, form, value, id, thread, text } = JSON.parse(body) as {
    who: string;
    does: "open" | "answer" | "send";
    form?: SlackForm;
  } & Partial<Record<"value" | "id" | "thread" | "text", string>>;
  const from = writerOf(who);
  const name = form?.id ?? randomUUID();
  const status = await (does === "send"
    ? slackSubmitted(from, form!)
    : does === "answer"
      ? slackAnswered(from, form!)
      : value === undefined
        ? slackCommand(from, text ?? "", name)
        : slackClick(from, { value, action: "open_case", ts: id!, thread: thread! }, name));
  return status < 300 ? { json: does === "send" ? null : (forms.get(name) ?? null) } : { status: 502 };
}

// Slack's web API, as far as the service uses it
function slackApi(method: string, body: string): object {
  const form = Object.fromEntries(new URLSearchParams(body));
  if (method === "users.info") {
    const person = writers.find(({ slackUser }) => slackUser === form["user"]);
    return person === undefined
      ? { ok: false, error: "user_not_found" }
      : { ok: true, user: { id: person.slackUser, profile: { email: person.email } } };
  }
  const name = form["trigger_id"] ?? form["view_id"];
  if (/^views\.(open|update)$/.test(method) && name !== undefined) {
    const view = { ...(JSON.parse(form["view"]!) as SlackForm), id: name };
    forms.set(name, view);
    return { ok: true, view };
  }
  if (method !== "chat.postMessage") return { ok: true };
  const channel = form["channel"]!;
  const ts = slackTs();
  const thread = form["thread_ts"] ?? ts;
  const blocks = JSON.parse(form["blocks"] ?? "[]") as {
    type: string;
    elements?: { type: string; action_id?: string; value?: string; text?: { text: string } }[];
  }[];
  const asked = said.findLast((one) => one.channel === "slack" && one.thread === thread);
  const who = asked?.who ?? writers.find(({ slackChannel }) => slackChannel === channel)?.slackUser;
  if (who !== undefined)
    keep({
      ...{ channel: "slack", who, mine: false, text: form["text"]!, id: ts, thread },
      choices: blocks
        .filter(({ type }) => type === "actions")
        .flatMap(({ elements }) => elements ?? [])
        .flatMap(({ value, text, action_id: action }) =>
          value === undefined
            ? []
            : [{ id: value, title: text?.text ?? value, form: action === "open_case" }],
        ),
    });
  return { ok: true, channel, ts };
}

// WhatsApp's Cloud API: one number writes to many
function whatsAppApi(text: string): object {
  const body = JSON.parse(text) as {
    to: string;
    type: string;
    text?: { body: string };
    template?: { components: { parameters: { text: string }[] }[] };
    interactive?: { body: { text: string }; action: { sections: { rows: Said["choices"] }[] } };
  };
  const id = `wamid.${randomUUID()}`;
  const shown =
    body.text?.body ??
    body.interactive?.body.text ??
    body.template?.components[0]?.parameters.map((one) => one.text).join("\n") ??
    "";
  keep({
    ...{ channel: "whatsapp", who: body.to, mine: false, text: shown, id, thread: null },
    choices: body.interactive?.action.sections.flatMap(({ rows }) => rows) ?? [],
  });
  return { messaging_product: "whatsapp", messages: [{ id }] };
}

const smtp = await takeMail(({ to, id, subject, text }) => {
  for (const who of to)
    keep({
      ...{ channel: "mail", who, mine: false, text, id, choices: [] },
      thread: subject.replace(/^Re: /, "").replace(/ \[S-\d+\]$/, ""),
    });
});

async function answer(method: string, url: URL, body: string): Promise<Answer> {
  if (method === "GET") return pages[url.pathname]?.(url.searchParams) ?? { status: 404 };
  if (url.pathname === "/write") return write(body);
  if (url.pathname === "/form") return fillIn(body);
  const called = /^\/slack\/api\/([a-zA-Z.]+)$/.exec(url.pathname)?.[1];
  if (called !== undefined) return { json: slackApi(called, body) };
  return /^\/whatsapp\/\d+\/messages$/.test(url.pathname) ? { json: whatsAppApi(body) } : { status: 404 };
}

const server = createServer(async (request, response) => {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  const url = new URL(request.url!, "http://here");
  const {
    status = 200,
    json,
    file: page,
  } = await answer(request.method!, url, Buffer.concat(parts).toString("utf8")).catch(
    (error: Error): Answer => ({ status: 500, json: { error: error.message } }),
  );
  const type = page?.[1] ?? "application/json";
  response.writeHead(status, { "content-type": `${type}; charset=utf-8` });
  if (page !== undefined) response.end(readFileSync(join(import.meta.dirname, page[0])));
  else response.end(json === undefined ? "" : JSON.stringify(json));
});
server.listen(doorsPort, "127.0.0.1");
await once(server, "listening");
for (const name of ["SIGTERM", "SIGINT", "disconnect"] as const) process.on(name, () => process.exit(0));
process.send?.({ ready: true, smtp });
