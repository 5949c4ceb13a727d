import { channelVerdict, governing } from "c/slaEngine";
import type { Kysely } from "kysely";
import type { FormSubject, FormTerms, SenderAddress } from "../channels/door.ts";
import { channelNamed } from "../channels/registry.ts";
import { contractsOf } from "../clocks/contracts.ts";
import { talkWords } from "../messages/talk.ts";
import { categoryChoices, priorityChoices } from "../notices/choices.ts";
import { settingsOf } from "../orgs/settings.ts";
import type { Database } from "../store/schema.ts";
import { refusalWords } from "./refusals.ts";
import { alreadyAt, askingAt } from "./asked.ts";
import { whoIs } from "./who.ts";

/** What a form shows before sending: the promise of each priority, or why no case can be opened here. */
export async function formTerms(
  db: Kysely<Database>,
  channel: string,
  from: readonly SenderAddress[],
  now: number,
  about: FormSubject = { key: null, thread: null },
): Promise<FormTerms> {
  const who = await whoIs(db, from);
  const nothing = { draft: null, priorities: [], categories: [] };
  if (who.is !== "one") {
    const words = talkWords[who.is === "unknown" ? "unknown" : "several"];
    return { ...nothing, language: "es", refused: words("es") };
  }
  const org = await db
    .selectFrom("orgs")
    .select("settings")
    .where("id", "=", who.orgId)
    .executeTakeFirstOrThrow();
  const { language } = settingsOf(org.settings);
  const none = (refused: string): FormTerms => ({ ...nothing, language, refused });
  const asking = await askingAt(db, about.key, who.orgId);
  const already = asking ?? (await alreadyAt(db, channel, about.thread, who.orgId));
  if (asking === undefined && already !== undefined) return none(talkWords.alreadyOpen(already, language));
  // what a message asked for counts from that message
  const at = asking?.takenAt ?? now;
  const found = governing(await contractsOf(db, who.orgId), at);
  if ("notCovered" in found) return none(talkWords.noContract(language));
  const { compiled } = found.governing;
  const { policy } = compiled;
  const verdict = channelVerdict(policy, channelNamed(channel)!.planChannel, policy.defaultPriority);
  if (!verdict.allowed)
    return none(refusalWords(policy, channel, policy.defaultPriority, verdict, false)(language));
  return {
    language,
    refused: null,
    draft: asking?.text ?? null,
    priorities: priorityChoices(compiled, at, language),
    categories: categoryChoices(compiled, language),
  };
}
