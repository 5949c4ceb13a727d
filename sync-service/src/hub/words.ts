/** What the service answers to a consultant's command, in the language of its author. */
import type { Text } from "c/slaEngine";

export type Language = "es" | "en";
export const languageOf = (locale: string | null | undefined): Language =>
  locale?.startsWith("es") ? "es" : "en";

const many = {
  notConsultant: (name: string): Text => ({
    es: `${name} no tiene el conjunto de permisos Hub_Consultant, así que esta orden no cuenta.`,
    en: `${name} does not hold the permission set Hub_Consultant, so this command does not count.`,
  }),
  unknownCase: (): Text => ({
    es: "El servicio no conoce ese caso. No cambió nada.",
    en: "The service does not know that case. Nothing has changed.",
  }),
  notLinked: (): Text => ({
    es: "Este hub no atiende a ese cliente, o dejó de atenderlo. No se escribió nada en su org.",
    en: "This hub does not serve that client, or serves it no more. Nothing was written in the client's org.",
  }),
  anotherHub: (): Text => ({
    es: "El contrato del cliente nombra otro hub. No se escribió nada en su org.",
    en: "The client's contract names another hub. Nothing was written in the client's org.",
  }),
  gone: (): Text => ({
    es: "El cliente eliminó el caso. No cambió nada.",
    en: "The client deleted the case. Nothing has changed.",
  }),
  closed: (): Text => ({
    es: "El caso ya está cerrado.",
    en: "The case is closed already.",
  }),
  noReopening: (): Text => ({
    es: "Un caso cerrado lo reabre el cliente, o una persona en la org del cliente. No cambió nada.",
    en: "The client, or a person in the client's org, opens a closed case again. Nothing has changed.",
  }),
  meanwhile: (now: string): Text => ({
    es: `Mientras tanto el cliente lo dejó en ${now}. Mirá el caso y, si hace falta, repetí la orden.`,
    en: `Meanwhile the client's org has ${now}. Look at the case, and repeat the command if you still want it.`,
  }),
  reopened: (status: string): Text => ({
    es: `Mientras tanto el caso se reabrió o cambió de estado: ahora está en ${status}. No se cerró.`,
    en: `Meanwhile the case was opened again or moved: it is ${status} now. It was not closed.`,
  }),
  taken: (name: string): Text => ({
    es: `${name} lo tomó antes. No cambió nada.`,
    en: `${name} took it first. Nothing has changed.`,
  }),
  acknowledged: (name: string): Text => ({
    es: `${name} ya había acusado recibo. No cambió nada.`,
    en: `${name} had acknowledged it already. Nothing has changed.`,
  }),
  ended: (): Text => ({
    es: "El reloj del caso ya terminó. No cambió nada.",
    en: "The clock of the case has ended. Nothing has changed.",
  }),
  refused: (reason: string): Text => ({
    es: `La org del cliente no lo aceptó: ${reason}`,
    en: `The client's org did not accept it: ${reason}`,
  }),
  noClosedStatus: (): Text => ({
    es: "La org del cliente no tiene un estado que signifique cerrado.",
    en: "The client's org has no status that means closed.",
  }),
  emptyReply: (): Text => ({
    es: "La respuesta está vacía.",
    en: "The reply is empty.",
  }),
  tooLong: (most: string): Text => ({
    es: `La respuesta es demasiado larga: entra en ${most} comentarios como máximo.`,
    en: `The reply is too long: ${most} comments hold at most.`,
  }),
  unknownKind: (kind: string): Text => ({
    es: `El servicio no conoce la orden ${kind}.`,
    en: `The service does not know the command ${kind}.`,
  }),
  noFile: (): Text => ({
    es: "Ese archivo ya no está en el caso.",
    en: "That file is not on the case any more.",
  }),
  emptyFile: (name: string): Text => ({
    es: `${name} no tiene ningún byte.`,
    en: `${name} has no bytes.`,
  }),
  largeFile: (name: string): Text => ({
    es: `${name} es más grande que lo que este hub trae. Abrilo en la org del cliente.`,
    en: `${name} is larger than this hub fetches. Open it in the client's org.`,
  }),
  noRoom: (name: string): Text => ({
    es: `El hub no tiene lugar para ${name}. Se trae cuando haya lugar.`,
    en: `The hub has no room for ${name}. It is fetched when there is room.`,
  }),
  fileWaits: (name: string, reason: string): Text => ({
    es: `${name} todavía no llegó. Se vuelve a intentar solo. (${reason})`,
    en: `${name} has not arrived yet. It is tried again by itself. (${reason})`,
  }),
  away: (reason: string): Text => ({
    es: `La org del cliente no responde ahora. La orden espera y se cumple sola. (${reason})`,
    en: `The client's org does not answer now. The command waits and is carried out by itself. (${reason})`,
  }),
  stopped: (): Text => ({
    es: "El servicio no atiende ahora la org del cliente. La orden espera.",
    en: "The service does not serve the client's org now. The command waits.",
  }),
  pausedCase: (): Text => ({
    es: "El caso está en pausa. La orden espera.",
    en: "The case is paused. The command waits.",
  }),
  paused: (): Text => ({
    es: "El enlace con el cliente está en pausa. La orden espera.",
    en: "The link with the client is paused. The command waits.",
  }),
} as const;

export type Word = keyof typeof many;
export const inWords = (word: Word, language: Language, ...about: string[]): string =>
  (many[word] as (...of: string[]) => Text)(...about)[language];
