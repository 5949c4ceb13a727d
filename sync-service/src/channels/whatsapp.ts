import type { Kysely } from "kysely";
import { z } from "zod";
import { correctionOf, instantIn, timeLeftIn, titleOf, wordsIn } from "../messages/message.ts";
import type { Notice } from "../messages/notice.ts";
import { secretRef } from "../secrets.ts";
import type { Talk } from "../messages/talk.ts";
import type { Database } from "../store/schema.ts";
import {
  correctionByNews,
  defineChannel,
  isTalk,
  noticeIn,
  saysNothing,
  type Outcome,
  type Parts,
} from "./channel.ts";
import { notFrom, outcomeOf, retryAfter, shown } from "./http.ts";
import { whatsAppFile } from "./files.ts";
import { whatsAppDoor } from "./whatsapp-door.ts";

/** Cloud API's codes for "slow down", for one recipient. */
const slowDownForOne = new Set([131048, 131056]);
/** In development, the API knows only numbers of its list, and spells some without the digit that it gives them with. */
const notInList = 131030;
const slowDownForAll = new Set([4, 80007, 130429]);
/** Cloud API's codes for trouble of the account or the service. The message is not the cause. */
const ofTheAccount = new Set([
  ...[0, 1, 2, 3, 10, 33, 190, 368],
  ...[131000, 131016, 131031, 131042, 131045, 133004, 133010],
]);
/** The wait before the next message to a recipient, in ms, if the API says that messages come too fast. */
const recipientWaits = 60_000;

/** WhatsApp. A business may write first only with an approved template, so the message is the template's six parameters. */
export const whatsApp = defineChannel({
  name: "whatsapp",
  label: { es: "WhatsApp", en: "WhatsApp" },
  planChannel: "WhatsApp",
  account: z.strictObject({
    token: secretRef,
    phoneNumberId: z.string().regex(/^\d+$/, "not the id of a WhatsApp phone number"),
    /** The name of an approved template with six text parameters: title, case, client, due, time left, link. */
    template: z.string().min(1),
    /** Verifies Meta's webhooks, with the words that it shows at first. Without both, clients cannot write in. */
    appSecret: secretRef.optional(),
    verifyToken: secretRef.optional(),
    /** The name of an approved utility template with one text parameter, the case: it asks for a message after the 24 hours of a chat. */
    talkTemplate: z.string().min(1).optional(),
    languages: z.strictObject({ es: z.string(), en: z.string() }).default({ es: "es_AR", en: "en" }),
    apiUrl: z.url().default("https://graph.facebook.com/v23.0/"),
  }),
  address: {
    key: "whatsapp",
    /** E.164, because WhatsApp asks for it. */
    schema: z.string().regex(/^\+[1-9]\d{6,14}$/, "not a phone number such as +5491122334455"),
    contact: "phone",
    ownLane: false,
  },
  place: null,
  settings: {},
  reports: false,
  trouble: "everybody",
  tells: ["notice.whatsapp"],
  ended: saysNothing,
  corrected: correctionByNews,
  door: {
    listen: null,
    files: ({ account, secret, request }) => whatsAppFile(secret(account.token), account.apiUrl, request),
    open({ account, secret }) {
      if (account.appSecret === undefined || account.verifyToken === undefined) return null;
      return whatsAppDoor({ appSecret: secret(account.appSecret), verifyToken: secret(account.verifyToken) });
    },
  },

  create({ account, secret, clock, contact, db, request }) {
    const token = secret(account.token);
    const ask = { token, apiUrl: account.apiUrl, request, now: () => clock.now() };
    return {
      batch: 10,
      render(item) {
        if (isTalk(item)) return talkOf(db, item.payload, account, clock.now());
        const notice = noticeIn(item);
        return {
          phoneId: account.phoneNumberId,
          body: templateOf(
            account.template,
            account.languages[notice.language],
            parametersOf(notice, clock.now()),
          ),
        };
      },
      async send({ phoneId, body, asksIn }: Outgoing, item, signal): Promise<Outcome> {
        if (asksIn !== undefined) {
          const asked = await post(ask, phoneId, body, `${item.key}/ask`, signal);
          // a template that was edited or paused must not cost the answer: it waits all the same
          if (asked.is !== "delivered" && asked.is !== "dead") return asked;
          await db
            .updateTable("conversations")
            .set(({ ref }) => ({ asked_since: ref("heard_at") }))
            .where("org_id", "=", item.orgId)
            .where("id", "=", asksIn)
            .execute();
          return asked.is === "dead"
            ? {
                is: "held",
                reason: `${shut.reason} The template that asks for it was refused: ${asked.reason}`,
              }
            : shut;
        }
        if (isTalk(item)) return post(ask, phoneId, body, item.key, signal);
        const { address } = noticeIn(item);
        const to = address === "contact" ? await contact(item, "phone") : address;
        if (typeof to !== "string") return to;
        return post(ask, phoneId, { to: to.replace(/^\+/, ""), ...body }, item.key, signal);
      },
    };
  },
});

interface Outgoing {
  phoneId: string;
  body: object;
  /** The conversation whose author this asks to write again. */
  asksIn?: number;
}
const shut: Extract<Outcome, { is: "held" }> = {
  is: "held",
  reason: "The 24 hours of this chat are over. It goes out when the client writes.",
};

/** An approved template. The API refuses line breaks, tabs and runs of spaces in its parameters. */
const templateOf = (name: string, code: string, parameters: readonly string[]) => ({
  type: "template",
  template: {
    name,
    language: { code },
    components: [
      {
        type: "body",
        parameters: parameters.map((text) => ({
          type: "text",
          text: text.replace(/\s+/g, " ").slice(0, 1024),
        })),
      },
    ],
  },
});

/** Free text goes only within so long of the client's last message; some is left for the way, ms. */
const freeFor = 24 * 3_600_000 - 60_000;
const longestText = 4_096;

interface ChatAddress {
  phoneId: string;
  to: string | null;
  recipient: string | null;
}

async function talkOf(
  db: Kysely<Database>,
  talk: Talk,
  account: { talkTemplate?: string | undefined; languages: { es: string; en: string } },
  now: number,
): Promise<Outgoing | Outcome> {
  const { phoneId, to, recipient } = talk.to as ChatAddress;
  const whom = to === null ? { recipient } : { to };
  const heard =
    talk.conversationId === null
      ? undefined
      : await db
          .selectFrom("conversations")
          .leftJoin("cases", (join) =>
            join
              .onRef("cases.org_id", "=", "conversations.org_id")
              .onRef("cases.id", "=", "conversations.case_id"),
          )
          .select(["heard_at", "shut_since", "asked_since", "case_number"])
          .where("conversations.id", "=", talk.conversationId)
          .executeTakeFirst();
  const isShut = heard && (now - heard.heard_at > freeFor || heard.shut_since === heard.heard_at);
  if (isShut) {
    // once, however many answers wait
    if (account.talkTemplate === undefined || heard.asked_since === heard.heard_at) return shut;
    const parameters = [heard.case_number ?? "…"];
    const asking = templateOf(account.talkTemplate, account.languages[talk.language], parameters);
    return { phoneId, body: { ...whom, ...asking }, asksIn: talk.conversationId! };
  }
  if (talk.choices === undefined)
    return { phoneId, body: { ...whom, type: "text", text: { body: talk.text.slice(0, longestText) } } };
  const { question, list } = talk.choices;
  return {
    phoneId,
    body: {
      ...whom,
      type: "interactive",
      interactive: {
        type: "list",
        body: { text: talk.text.slice(0, 1024) },
        action: {
          button: question.slice(0, 20),
          sections: [
            {
              title: question.slice(0, 24),
              rows: list.slice(0, 10).map(({ id, title, description }) => ({
                id: id.slice(0, 200),
                title: title.slice(0, 24),
                ...(description ? { description: description.slice(0, 72) } : {}),
              })),
            },
          ],
        },
      },
    },
  };
}

interface Asking {
  token: string;
  apiUrl: string;
  request: Parts<unknown, unknown>["request"];
  now(): number;
}

async function post(
  { token, apiUrl, request, now }: Asking,
  phoneId: string,
  message: object,
  key: string,
  signal: AbortSignal,
  again = true,
): Promise<Outcome> {
  const url = new URL(`${phoneId}/messages`, apiUrl);
  const response = await request(url, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify({
      messaging_product: "whatsapp",
      recipient_type: "individual",
      // the delivery webhook returns it, so that a receiver can recognise a repeat
      biz_opaque_callback_data: key.slice(0, 512),
      ...message,
    }),
    signal,
  });
  const said = await response.text();
  const body = answerIn(said);
  // the API answers JSON with an id or an error; anything else comes from a proxy on the way
  if (body === null) return notFrom("WhatsApp", response, now());
  if (response.ok && body.messages?.[0]?.id !== undefined)
    return { is: "delivered", receipt: { id: body.messages[0].id } };
  const { error } = body;
  const after = retryAfter(response.headers, now());
  const wait = after === undefined ? {} : { after };
  const reason = `HTTP ${response.status}: ${shown(`${error?.code} ${error?.error_data?.details ?? error?.message}`)}`;
  const code = error?.code ?? -1;
  const other = otherSpelling((message as { to?: string }).to ?? "");
  if (code === notInList && again && other !== null)
    return post({ token, apiUrl, request, now }, phoneId, { ...message, to: other }, key, signal, false);
  if (slowDownForOne.has(code)) return { is: "later", reason, after: after ?? recipientWaits };
  if (slowDownForAll.has(code) || ofTheAccount.has(code)) return { is: "unavailable", reason, ...wait };
  const outcome = outcomeOf(response, `${code} ${error?.error_data?.details ?? error?.message}`, now(), url);
  // all orgs share one number, so its limit stops every org
  if (outcome.is === "limited") return { ...outcome, is: "unavailable" };
  return outcome.is === "delivered" ? { is: "dead", reason } : outcome;
}

/** The same mobile of Argentina, Mexico or Brazil with or without the digit that only some write. */
function otherSpelling(to: string): string | null {
  const [, code = "", rest = ""] = /^(54|52|55)(\d+)$/.exec(to) ?? [];
  const digit = { "54": "9", "52": "1", "55": "9" }[code];
  if (digit === undefined) return null;
  const at = code === "55" ? 2 : 0;
  if (rest.length === 11 && rest[at] === digit) return code + rest.slice(0, at) + rest.slice(at + 1);
  return rest.length === 10 ? code + rest.slice(0, at) + digit + rest.slice(at) : null;
}

interface Answer {
  messages?: { id?: string }[];
  error?: { code: number; message: string; error_data?: { details?: string } };
}
function answerIn(said: string): Answer | null {
  try {
    const answer = JSON.parse(said) as Answer | null;
    return answer?.messages !== undefined || answer?.error !== undefined ? answer : null;
  } catch {
    return null;
  }
}

function parametersOf(notice: Notice, at: number): string[] {
  const { language } = notice;
  const w = wordsIn(language);
  const left =
    notice.about === "correction"
      ? correctionOf(notice, language)
      : timeLeftIn(notice, language, at).join(": ");
  const passed = notice.about === "step" ? notice.standsFor.map((label) => label[language]) : [];
  return [
    titleOf(notice, language),
    `${notice.caseNumber ?? w.noNumber}: ${notice.subject ?? w.noSubject}`,
    notice.client,
    instantIn(notice.dueAt, notice.timeZone, language),
    passed.length === 0 ? left : `${left}. ${w.standsFor}: ${passed.join(", ")}`,
    notice.caseUrl,
  ];
}
