import { z } from "zod";
import { isPage } from "../http-request.ts";
import { correctionOf, endingOf, linesOf, titleOf, wordsIn } from "../messages/message.ts";
import { clockKey, type Notice } from "../messages/notice.ts";
import { reportText, reportTitle, type Report } from "../messages/report-message.ts";
import { secretRef } from "../secrets.ts";
import { correctionByNews, defineChannel, isReport, noticeIn, type Outcome } from "./channel.ts";
import { notFrom, outcomeOf } from "./http.ts";

/** Microsoft Teams, by a workflow that posts a webhook's content into a chat or channel. People cannot answer there. */
export const teams = defineChannel({
  name: "teams",
  label: { es: "Microsoft Teams", en: "Microsoft Teams" },
  // a workflow belongs to the provider's tenant
  planChannel: null,
  account: z.strictObject({
    /** The workflows' addresses, by names that you choose. An address is a secret, because anybody can post with it. */
    workflows: z.record(z.string().regex(/^[a-z][a-z0-9-]*$/), secretRef),
  }),
  address: {
    key: "teams",
    schema: z.string().regex(/^[a-z][a-z0-9-]*$/, "not the name of a workflow such as leads"),
    contact: null,
    ownLane: true,
  },
  place: "teamsWorkflow",
  settings: {},
  reports: true,
  trouble: "everybody",
  tells: ["notice.teams"],
  // Teams cannot change a sent message, so each place gets one more that says who acknowledged
  ended: (sent, { because }) =>
    [...new Map(sent.map((of) => [of.destination, of])).values()].map((of) => ({
      of,
      key: `ended/${clockKey(of.news)}/${of.destination}`,
      kind: "notice.teams",
      payload: { ...of.news, about: "ended", because },
    })),
  corrected: correctionByNews,
  door: null,

  create({ account, secret, clock, request }) {
    const urls = new Map(Object.entries(account.workflows).map(([name, ref]) => [name, secret(ref)]));
    return {
      batch: 1,
      pace: 1_000,
      render: (item) => cardOf(isReport(item) ? reportIn(item.payload) : newsIn(noticeIn(item), clock.now())),
      async send(card: object, item, signal): Promise<Outcome> {
        const { address } = item.payload as { address: string };
        const url = urls.get(address);
        if (url === undefined)
          return { is: "dead", reason: `The configuration has no Teams workflow called ${address}.` };
        const response = await request(url, {
          method: "POST",
          headers: { "content-type": "application/json", "idempotency-key": item.key },
          body: JSON.stringify(card),
          signal,
        });
        const said = await response.text();
        return isPage(said)
          ? notFrom("Teams", response, clock.now())
          : outcomeOf(response, said, clock.now(), url);
      },
    };
  },
});

interface Card {
  title: string;
  texts: string[];
  facts: [label: string, value: string][];
  open?: { title: string; url: string };
}

function newsIn(notice: Notice, at: number): Card {
  const { language } = notice;
  return {
    title: titleOf(notice, language),
    texts: [
      ...(notice.about === "correction" ? [correctionOf(notice, language)] : []),
      ...(notice.about === "ended" && notice.because ? [endingOf(notice, notice.because)] : []),
    ],
    facts: linesOf(notice, language, at),
    open: { title: wordsIn(language).openCase, url: notice.caseUrl },
  };
}

const reportIn = (report: Report): Card => ({
  title: reportTitle(report),
  texts: [reportText(report)],
  facts: [],
});

/** Escapes Markdown, because cards read it and a client's text must not become a link. */
const escape = (text: string) => text.replace(/[\\[\]()*_`~<>#]/g, "\\$&").slice(0, 2_000);

const cardOf = ({ title, texts, facts, open }: Card) => ({
  type: "message",
  attachments: [
    {
      contentType: "application/vnd.microsoft.card.adaptive",
      content: {
        $schema: "http://adaptivecards.io/schemas/adaptive-card.json",
        type: "AdaptiveCard",
        version: "1.4",
        body: [
          { type: "TextBlock", size: "Medium", weight: "Bolder", wrap: true, text: escape(title) },
          ...texts.map((text) => ({ type: "TextBlock", wrap: true, text: escape(text) })),
          ...(facts.length === 0
            ? []
            : [
                {
                  type: "FactSet",
                  facts: facts.map(([name, value]) => ({ title: name, value: escape(value) })),
                },
              ]),
        ],
        actions: open === undefined ? [] : [{ type: "Action.OpenUrl", ...open }],
      },
    },
  ],
});
