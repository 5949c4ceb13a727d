import { promises, type CompiledPolicy } from "c/slaEngine";
import { instantIn } from "../messages/message.ts";
import type { Language, TalkChoice } from "../messages/talk.ts";

/** What each priority would promise now, as choices of one tap. */
export const priorityChoices = (compiled: CompiledPolicy, now: number, language: Language): TalkChoice[] => {
  const due = new Map(promises(compiled, now, null).map((one) => [one.priority, one.due]));
  return compiled.policy.priorities.map(({ code, label }) => ({
    id: `priority:${code}`,
    title: `${code} ${label[language]}`,
    description: `${untilWords[language]} ${instantIn(due.get(code)!, compiled.policy.timeZone, language)}`,
  }));
};
const untilWords = { es: "Hasta el", en: "By" };

/** The categories, with those that are quoted named as such. */
export const categoryChoices = (
  { policy: { categories } }: CompiledPolicy,
  language: Language,
): TalkChoice[] =>
  categories.map(({ code, label, covered }) => ({
    id: `category:${code}`,
    title: label[language],
    ...(covered ? {} : { description: { es: "Se cotiza aparte", en: "Quoted separately" }[language] }),
  }));

export const priorityQuestion = { es: "¿Qué impacto tiene?", en: "What is the impact?" };
export const categoryQuestion = { es: "¿De qué se trata?", en: "What is it about?" };
