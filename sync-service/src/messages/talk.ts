/** What the service writes into a client's conversation. */
import type { Text } from "c/slaEngine";

export type Language = keyof Text;

/** A choice that the client can make with one tap: it comes back with `id`. */
export interface TalkChoice {
  id: string;
  title: string;
  description?: string;
}

export interface Talk {
  about: "talk";
  /** null: an answer to somebody who has no conversation. */
  conversationId: number | null;
  /** Where to, in the channel's own form. */
  to: object;
  language: Language;
  subject: string | null;
  text: string;
  /** It says that a person has taken the case up. */
  acknowledges?: true;
  choices?: { question: string; list: readonly TalkChoice[] };
  /** Offers the form for the message with this key. */
  form?: string;
}

export interface Promised {
  caseNumber: string | null;
  /** In words; null: nothing is promised. */
  due: string | null;
}

const named = (caseNumber: string | null, language: Language) =>
  caseNumber === null
    ? { es: "tu caso", en: "your case" }[language]
    : { es: `el caso ${caseNumber}`, en: `case ${caseNumber}` }[language];
const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

const nothingOpened = (kept: boolean): Text =>
  kept
    ? {
        es: "No abrimos ningún caso, y tu mensaje quedó guardado.",
        en: "We opened no case, and your message is kept.",
      }
    : { es: "Acá no podés abrir un caso.", en: "You cannot open a case here." };

/** The sentences, by occasion. Automation's words acknowledge nothing, so they promise and do not say "seen". */
export const talkWords = {
  opened: ({ caseNumber, due }: Promised, language: Language) =>
    ({
      es: `Recibimos tu mensaje y abrimos ${named(caseNumber, "es")}. ${due === null ? "Tu contrato no fija un plazo para este caso." : `Una persona de nuestro equipo lo toma a más tardar el ${due}.`} Seguí por acá: lo que escribas queda en el caso.`,
      en: `We have your message and opened ${named(caseNumber, "en")}. ${due === null ? "Your contract sets no deadline for this case." : `A person of our team takes it up by ${due} at the latest.`} Go on here: what you write is kept on the case.`,
    })[language],
  /** Asks for the form. Without it the case opens by itself, so the words say when. */
  asksForm: (priority: string, minutes: number, language: Language) =>
    ({
      es: `Tocá el botón para abrir el caso: elegís el impacto y ves hasta cuándo lo toma una persona antes de enviarlo. Si no, en ${minutes} minutos lo abrimos con tu mensaje, como ${priority}.`,
      en: `Tap the button to open the case: you choose the impact and see by when a person takes it up before you send it. If you do not, we open it with your message in ${minutes} minutes, as ${priority}.`,
    })[language],
  openCase: (language: Language) => ({ es: "Abrir un caso", en: "Open a case" })[language],
  alreadyOpen: ({ caseNumber }: Pick<Promised, "caseNumber">, language: Language) =>
    ({
      es: `Acá ya está ${named(caseNumber, "es")}. Lo que escribas en el hilo queda en el caso.`,
      en: `This is ${named(caseNumber, "en")} already. What you write in the thread is kept on the case.`,
    })[language],
  reopened: ({ caseNumber, due }: Promised, language: Language) =>
    ({
      es: `Reabrimos ${named(caseNumber, "es")}.${due === null ? "" : ` Una persona de nuestro equipo lo toma a más tardar el ${due}.`}`,
      en: `We reopened ${named(caseNumber, "en")}.${due === null ? "" : ` A person of our team takes it up by ${due} at the latest.`}`,
    })[language],
  moved: ({ caseNumber, due }: Promised, language: Language) =>
    ({
      es: `${capital(named(caseNumber, "es"))} tiene un plazo nuevo: ${due}.`,
      en: `${capital(named(caseNumber, "en"))} has a new deadline: ${due}.`,
    })[language],
  acknowledged: (by: string | null, { caseNumber }: Promised, language: Language) =>
    ({
      es: `${by ?? "Alguien del equipo"} tomó ${named(caseNumber, "es")}.`,
      en: `${by ?? "Someone on the team"} has taken up ${named(caseNumber, "en")}.`,
    })[language],
  closed: ({ caseNumber }: Promised, language: Language) =>
    ({
      es: `Cerramos ${named(caseNumber, "es")}. Si escribís acá en los próximos 14 días, se reabre.`,
      en: `We closed ${named(caseNumber, "en")}. If you write here within 14 days, it opens again.`,
    })[language],
  comment: (by: string, text: string) => `${by}: ${text}`,
  unknown: (language: Language) =>
    ({
      es: "No reconocemos a quién pertenece esta dirección, así que no abrimos ningún caso. Pedile al administrador de Salesforce de tu empresa que la agregue a tu contacto, o abrí el caso desde tu Salesforce.",
      en: "We do not know whose address this is, so we opened no case. Ask your company's Salesforce administrator to add it to your contact, or open the case from your Salesforce.",
    })[language],
  whoAreYou: (names: readonly string[], language: Language) => {
    const list = names.map((name, n) => `${n + 1}. ${name}`).join("\n");
    return {
      es: `Esta dirección figura en más de un contacto, y no queremos adivinar. ¿Quién sos? Respondé con el número, y abrimos el caso.\n${list}`,
      en: `This address is on more than one contact, and we do not want to guess. Who are you? Answer with the number, and we open the case.\n${list}`,
    }[language];
  },
  whoQuestion: { es: "¿Quién sos?", en: "Who are you?" },
  several: (language: Language) =>
    ({
      es: "Esta dirección figura en más de un contacto, y no queremos adivinar, así que no abrimos ningún caso. Abrilo desde tu Salesforce, y pedile a tu administrador que deje la dirección en un solo contacto.",
      en: "This address is on more than one contact, and we do not want to guess, so we opened no case. Open it from your Salesforce, and ask your administrator to leave the address on one contact.",
    })[language],
  noContract: (language: Language) =>
    ({
      es: "Tu empresa no tiene hoy un contrato de soporte vigente, así que no abrimos ningún caso. Tu mensaje quedó guardado.",
      en: "Your company has no support contract in force today, so we opened no case. Your message is kept.",
    })[language],
  notInPlan: (
    {
      channel,
      plan,
      with: plansWithIt,
      may,
      kept,
    }: { channel: string; plan: string; with: readonly string[]; may: readonly string[]; kept: boolean },
    language: Language,
  ) =>
    ({
      es: `Tu plan ${plan} no incluye ${channel}${plansWithIt.length === 0 ? "" : `; ${plansWithIt.length === 1 ? "lo incluye" : "lo incluyen"} ${plansWithIt.join(" y ")}`}. ${nothingOpened(kept).es} Podés usar: ${may.join(", ")}.`,
      en: `Your plan ${plan} does not include ${channel}${plansWithIt.length === 0 ? "" : `; ${plansWithIt.join(" and ")} ${plansWithIt.length === 1 ? "does" : "do"}`}. ${nothingOpened(kept).en} You can use: ${may.join(", ")}.`,
    })[language],
  notForPriority: (
    {
      channel,
      only,
      may,
      kept,
    }: { channel: string; only: readonly string[]; may: readonly string[]; kept: boolean },
    language: Language,
  ) =>
    ({
      es: `${channel} es para casos ${only.join(", ")}. ${nothingOpened(kept).es} Podés usar: ${may.join(", ")}.`,
      en: `${channel} is for ${only.join(", ")} cases. ${nothingOpened(kept).en} You can use: ${may.join(", ")}.`,
    })[language],
} as const;
