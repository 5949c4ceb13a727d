import { channelVerdict, governing } from "c/slaEngine";
import type { Kysely } from "kysely";
import type { FormTerms, SenderAddress } from "../channels/door.ts";
import { channelNamed } from "../channels/registry.ts";
import { contractsOf } from "../clocks/contracts.ts";
import { talkWords } from "../messages/talk.ts";
import { categoryChoices, priorityChoices } from "../notices/choices.ts";
import { settingsOf } from "../orgs/settings.ts";
import type { Database } from "../store/schema.ts";
import { refusalWords } from "./refusals.ts";
import { whoIs } from "./who.ts";

/** What a form shows before sending: the promise of each priority, or why no case can be opened here. */
export async function formTerms(
  db: Kysely<Database>,
  channel: string,
  from: readonly SenderAddress[],
  now: number,
): Promise<FormTerms> {
  const who = await whoIs(db, from);
  if (who.is !== "one")
    return { language: "es", refused: talkWords[who.is]("es"), priorities: [], categories: [] };
  const org = await db
    .selectFrom("orgs")
    .select("settings")
    .where("id", "=", who.orgId)
    .executeTakeFirstOrThrow();
  const { language } = settingsOf(org.settings);
  const none = (refused: string): FormTerms => ({ language, refused, priorities: [], categories: [] });
  const found = governing(await contractsOf(db, who.orgId), now);
  if ("notCovered" in found) return none(talkWords.noContract(language));
  const { compiled } = found.governing;
  const { policy } = compiled;
  const verdict = channelVerdict(policy, channelNamed(channel)!.planChannel, policy.defaultPriority);
  if (!verdict.allowed) return none(refusalWords(policy, channel, policy.defaultPriority, verdict)(language));
  return {
    language,
    refused: null,
    priorities: priorityChoices(compiled, now, language),
    categories: categoryChoices(compiled, language),
  };
}
