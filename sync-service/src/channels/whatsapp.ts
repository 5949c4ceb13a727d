import type { Clock } from "../runtime.ts";
import type { Channel, Delivery, Outcome } from "../outbox/delivery.ts";
import { outcomeOf } from "../outbox/http-outcome.ts";
import { correctionOf, instantIn, timeLeftIn, titleOf, wordsIn } from "../notices/message.ts";
import type { Notice } from "../notices/notice.ts";

export interface WhatsAppAccount {
  apiUrl: string;
  phoneNumberId: string;
  token: string;
  template: string;
  languages: { es: string; en: string };
}

/** Cloud API's codes for "slow down": per number, per pair, per account. */
const slowDown = new Set([4, 80007, 130429, 131048, 131056]);
/** Of the account or the service, not of the message. */
const ofTheAccount = new Set([
  ...[0, 1, 2, 3, 10, 33, 190, 368],
  ...[131000, 131016, 131031, 131042, 131045, 133004, 133010],
]);

/** WhatsApp lets a business write first only by an approved template: its six parameters are the message. */
export function whatsAppChannel(
  account: WhatsAppAccount,
  clock: Clock,
  resolveNumber: (item: Delivery) => Promise<string | Outcome>,
): Channel {
  const url = new URL(`${account.phoneNumberId}/messages`, account.apiUrl);
  const send = async (item: Delivery, signal: AbortSignal): Promise<Outcome> => {
    const notice = item.payload as Notice;
    const { language } = notice;
    const w = wordsIn(language);
    const left =
      notice.about === "correction"
        ? correctionOf(notice, language)
        : timeLeftIn(notice, language, clock.now()).join(": ");
    const passed = notice.about === "step" ? notice.standsFor.map((label) => label[language]) : [];
    const parameters = [
      titleOf(notice, language),
      `${notice.caseNumber ?? w.noNumber}: ${notice.subject ?? w.noSubject}`,
      notice.client,
      instantIn(notice.dueAt, notice.timeZone, language),
      passed.length === 0 ? left : `${left}. ${w.standsFor}: ${passed.join(", ")}`,
      notice.caseUrl,
    ];
    const to = notice.to.whatsapp ?? (await resolveNumber(item));
    if (typeof to !== "string") return to;
    const response = await fetch(url, {
      method: "POST",
      headers: { authorization: `Bearer ${account.token}`, "content-type": "application/json" },
      body: JSON.stringify({
        messaging_product: "whatsapp",
        recipient_type: "individual",
        to: to.replace(/^\+/, ""),
        type: "template",
        // comes back in the delivery webhook, so that a message can be told from its repeat
        biz_opaque_callback_data: item.key.slice(0, 512),
        template: {
          name: account.template,
          language: { code: account.languages[language] },
          // the API refuses line breaks, tabs and runs of spaces in parameters
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
      }),
      signal,
    });
    const body = (await response.json().catch(() => ({}))) as {
      messages?: { id: string }[];
      error?: { code: number; message: string; error_data?: { details?: string } };
    };
    if (response.ok) return { is: "delivered", receipt: { id: body.messages?.[0]?.id } };
    const { error } = body;
    const outcome = outcomeOf(
      response,
      error ? `${error.code} ${error.error_data?.details ?? error.message}` : "",
      clock.now(),
    );
    if (
      error !== undefined &&
      outcome.is === "dead" &&
      (slowDown.has(error.code) || ofTheAccount.has(error.code))
    )
      return { is: "unavailable", reason: outcome.reason };
    return outcome;
  };
  return {
    batch: 10,
    linger: 0,
    deliver: (items, signal) => Promise.all(items.map((item) => send(item, signal))),
  };
}
