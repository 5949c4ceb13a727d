/** What is wrong with an input, in Spanish: the page shows it beside the field. */
import type { z } from "zod";

/** The reasons that our schemas give themselves. */
const own: Record<string, string> = {
  "not a Slack id such as C0123456789": "un identificador de Slack, como C0123456789",
  "not the name of a workflow such as leads": "el nombre de un flujo de Teams, como leads",
  "not a phone number such as +5491122334455": "un teléfono con código de país, como +5491122334455",
  "not the id of a Salesforce user": "el identificador de un usuario de Salesforce",
  "not the 18-character id of a Salesforce user":
    "el identificador de 18 caracteres de un usuario de Salesforce",
  "not a country code such as AR": "un código de país, como AR",
  "not a name such as lead": "un nombre como lead: letras y números, y la primera letra minúscula",
  "not the name of an environment variable": "el nombre de una variable de entorno, en mayúsculas",
  "a time such as 13:00": "una hora, como 13:00",
  "must be later than from, or the day has no closed part": "tiene que ser después del comienzo",
  "a date, or a time such as 2026-12-04T18:00": "una fecha, o una hora como 2026-12-04T18:00",
  "needs https://, unless it is on this machine": "una dirección https://, o una de esta misma máquina",
  "no control characters": "sin caracteres de control",
};

const formats: Record<string, string> = {
  email: "una dirección de correo, como ana@empresa.com",
  url: "una dirección completa, como https://empresa.com",
  date: "una fecha, como 2026-12-04",
  datetime: "un instante, como 2026-12-04T18:00:00Z",
  regex: "no tiene la forma esperada",
};

const kinds: Record<string, string> = {
  string: "un texto",
  number: "un número",
  int: "un número entero",
  boolean: "sí o no",
  array: "una lista",
  object: "un objeto",
  record: "un objeto",
};

/** What counts for a size: characters of a text, items of a list, or the number itself. */
const sized = (origin: string, size: number | bigint, one: string) =>
  origin === "string"
    ? `tiene que tener ${one} ${size} caracteres`
    : origin === "array" || origin === "set"
      ? `tiene que tener ${one} ${size}`
      : `tiene que ser ${one} ${size}`;

/** @param given the value at the place of the fault */
export function inSpanish(issue: z.core.$ZodIssue, given: unknown): string {
  const said = own[issue.message];
  if (said !== undefined) return said;
  if (given === undefined) return "falta";
  switch (issue.code) {
    case "invalid_type":
      return `tiene que ser ${kinds[issue.expected] ?? "otra cosa"}`;
    case "too_small":
      return issue.origin === "string" && Number(issue.minimum) === 1
        ? "no puede quedar vacío"
        : sized(issue.origin, issue.minimum, issue.inclusive === false ? "más de" : "al menos");
    case "too_big":
      return sized(issue.origin, issue.maximum, issue.inclusive === false ? "menos de" : "como mucho");
    case "invalid_format":
      return formats[issue.format] ?? formats["regex"]!;
    case "invalid_value":
      return `uno de estos: ${issue.values.map(String).join(", ")}`;
    case "invalid_key":
      return inSpanish(issue.issues[0]!, given);
    default:
      return "no es un valor que este campo acepte";
  }
}

export function keyInSpanish(key: string | null, known: readonly string[]): string {
  if (key !== null) return `esta clave no existe. ¿Quisiste decir ${key}?`;
  return known.length === 0
    ? "esta clave no existe"
    : `esta clave no existe. Las claves son: ${known.join(", ")}`;
}
