import { z } from "zod";
import { correctionOf, instantIn, timeLeftIn, titleOf, wordsIn } from "../messages/message.ts";
import type { Notice } from "../messages/notice.ts";
import { secretRef } from "../secrets.ts";
import { correctionByNews, defineChannel, noticeIn, saysNothing, type Outcome } from "./channel.ts";
import { notFrom, outcomeOf, retryAfter, shown } from "./http.ts";

/** Cloud API's codes for "slow down", for one recipient. */
const slowDownForOne = new Set([131048, 131056]);
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

  create({ account, secret, clock, contact, request }) {
    const token = secret(account.token);
    const url = new URL(`${account.phoneNumberId}/messages`, account.apiUrl);
    return {
      batch: 10,
      render(item) {
        const notice = noticeIn(item);
        return {
          name: account.template,
          language: { code: account.languages[notice.language] },
          // the API refuses line breaks, tabs and runs of spaces in parameters
          components: [
            {
              type: "body",
              parameters: parametersOf(notice, clock.now()).map((text) => ({
                type: "text",
                text: text.replace(/\s+/g, " ").slice(0, 1024),
              })),
            },
          ],
        };
      },
      async send(template: object, item, signal): Promise<Outcome> {
        const { address } = noticeIn(item);
        const to = address === "contact" ? await contact(item, "phone") : address;
        if (typeof to !== "string") return to;
        const response = await request(url, {
          method: "POST",
          headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
          body: JSON.stringify({
            messaging_product: "whatsapp",
            recipient_type: "individual",
            to: to.replace(/^\+/, ""),
            type: "template",
            // the delivery webhook returns it, so that a receiver can recognise a repeat
            biz_opaque_callback_data: item.key.slice(0, 512),
            template,
          }),
          signal,
        });
        const said = await response.text();
        const body = answerIn(said);
        // the API answers JSON with an id or an error; anything else comes from a proxy on the way
        if (body === null) return notFrom("WhatsApp", response, clock.now());
        if (response.ok && body.messages?.[0]?.id !== undefined)
          return { is: "delivered", receipt: { id: body.messages[0].id } };
        const { error } = body;
        const after = retryAfter(response.headers, clock.now());
        const wait = after === undefined ? {} : { after };
        const reason = `HTTP ${response.status}: ${shown(`${error?.code} ${error?.error_data?.details ?? error?.message}`)}`;
        const code = error?.code ?? -1;
        if (slowDownForOne.has(code)) return { is: "later", reason, after: after ?? recipientWaits };
        if (slowDownForAll.has(code) || ofTheAccount.has(code)) return { is: "unavailable", reason, ...wait };
        const outcome = outcomeOf(
          response,
          `${code} ${error?.error_data?.details ?? error?.message}`,
          clock.now(),
          url,
        );
        // all orgs share one number, so its limit stops every org
        if (outcome.is === "limited") return { ...outcome, is: "unavailable" };
        return outcome.is === "delivered" ? { is: "dead", reason } : outcome;
      },
    };
  },
});

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
