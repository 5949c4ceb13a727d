/** A client's words as public comments of the service's user: who wrote, when, and a tag that tells a repeat. */
import { createHash } from "node:crypto";
import type { Text } from "c/slaEngine";

/** Salesforce counts a comment in bytes. Some room is left for the first line. */
const longestComment = 4_000;

export interface Written {
  key: string;
  kind: string;
  by: string;
  channel: Text;
  /** In words. */
  at: string;
  language: "es" | "en";
  text: string;
}

const did: Record<string, Text> = {
  message: { es: "escribió", en: "wrote" },
  note: { es: "Respuesta automática de", en: "Automatic answer of" },
  edit: { es: "cambió su mensaje", en: "changed their message" },
  deletion: { es: "borró su mensaje", en: "deleted their message" },
};

/** The tag of a comment; "" for a comment of somebody else. */
export const tagOf = (body: string): string => /^.*\[#([0-9a-f]{12}(?: \d+\/\d+)?)\]/.exec(body)?.[1] ?? "";

export function commentsOf({ key, kind, by, channel, at, language, text }: Written): string[] {
  const tag = createHash("sha256").update(`${kind}:${key}`).digest("hex").slice(0, 12);
  const verb = (did[kind] ?? did["message"]!)[language];
  const who = kind === "note" ? `${verb} ${by}` : `${by} ${verb}`;
  const head = (part: string) => `${who} (${channel[language]}, ${at}) [#${tag}${part}]`;
  const room = longestComment - Buffer.byteLength(head(" 00/00")) - 4;
  const parts = cut(text.replace(/\r\n?/g, "\n"), room);
  if (parts.length === 0) return [head("")];
  return parts.map((one, n) => `${head(parts.length === 1 ? "" : ` ${n + 1}/${parts.length}`)}\n\n${one}`);
}

/** Cuts at most so many bytes a part, between characters. */
function cut(text: string, most: number): string[] {
  const parts: string[] = [];
  let part = "";
  let bytes = 0;
  for (const character of text) {
    // Salesforce keeps a line break as two characters
    const size = character === "\n" ? 2 : Buffer.byteLength(character);
    if (bytes + size > most) {
      parts.push(part);
      [part, bytes] = ["", 0];
    }
    part += character;
    bytes += size;
  }
  return part === "" ? parts : [...parts, part];
}
