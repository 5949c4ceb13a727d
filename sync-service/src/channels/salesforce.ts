import { z } from "zod";
import { correctionByNews, defineChannel, saysNothing } from "./channel.ts";

/** The bell, the case's feed and its comments. The org's own lane sends them (`lanes/salesforce.ts`). */
export const salesforce = defineChannel({
  name: "salesforce",
  label: { es: "Salesforce", en: "Salesforce" },
  planChannel: "Portal",
  account: null,
  address: {
    key: "salesforceUserId",
    schema: z.string().regex(/^005[A-Za-z0-9]{12}([A-Za-z0-9]{3})?$/, "not the id of a Salesforce user"),
    contact: null,
    ownLane: false,
  },
  place: null,
  settings: {},
  reports: false,
  trouble: "lane",
  tells: ["notice.salesforce", "post.chatter", "comment"],
  ended: saysNothing,
  corrected: correctionByNews,
  door: null,
  create: null,
});
