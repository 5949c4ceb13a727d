import { channelVerdict, type Policy } from "c/slaEngine";
import { channelNamed } from "../channels/registry.ts";
import { talkWords, type Language } from "../messages/talk.ts";

type Refused = Exclude<ReturnType<typeof channelVerdict>, { allowed: true }>;

/** Says why the plan does not take a message here, which plan does, and by which channels the client may write. */
export function refusalWords(
  policy: Policy,
  channel: string,
  priority: string,
  verdict: Refused,
  kept = true,
): (language: Language) => string {
  const { planChannel } = channelNamed(channel)!;
  const labelOf = (code: string, language: Language) =>
    policy.channelCatalogue.find((one) => one.code === code)?.label[language] ?? code;
  return (language) =>
    talkWords[verdict.reason](
      {
        channel: labelOf(planChannel!, language),
        kept,
        plan: policy.plan,
        with: verdict.plansWithIt,
        only: policy.channelCatalogue.find(({ code }) => code === planChannel)?.priorities ?? [],
        may: policy.channels
          .filter((code) => channelVerdict(policy, code, priority).allowed)
          .map((code) => labelOf(code, language)),
      },
      language,
    );
}
