/** A mail that somebody wrote to the provider's inbox, read from its own text. */
import { createHash } from "node:crypto";
import { convert } from "html-to-text";
import PostalMime, { type Email } from "postal-mime";
import type { Incoming, IncomingFile, IncomingMessage } from "./door.ts";

/** The tag in a subject that leads an answer to its conversation, where a relay has changed our Message-ID. */
export const subjectTag = (conversationId: number) => `[S-${conversationId}]`;
const tagIn = (subject: string) => /\[S-(\d{1,15})\]/.exec(subject)?.[1];

const automaticSubject =
  /^(respuesta autom[aá]tica|autorespuesta|fuera de (la )?oficina|automatic reply|auto(matic)?[- ]?reply|out of office|autoreply)\b/i;
/** Larger ones are left out of the store, and the case says so. */
const largestFile = 10 * 1024 * 1024;

/**
 * @param takenAt when the inbox took it, ms
 * @param ours the address that the service writes from
 */
export async function incomingMail(raw: Buffer, takenAt: number, ours: string): Promise<Incoming[]> {
  const mail = await PostalMime.parse(raw, { forceRfc822Attachments: true });
  const bounce = bounceOf(mail, takenAt);
  if (bounce !== null) return bounce;
  const from = mail.from?.address?.toLowerCase();
  if (from === undefined || from === "") return [];
  const subject = mail.subject ?? "";
  const ids = idsIn(`${mail.references ?? ""} ${mail.inReplyTo ?? ""}`);
  const tag = tagIn(subject);
  const text = textOf(mail);
  const hash = createHash("sha256")
    .update(JSON.stringify([from, subject, mail.date ?? "", text]))
    .digest("hex");
  const id = idsIn(mail.messageId ?? "")[0] ?? `<${hash}@no-id>`;
  return [
    {
      // an id alone is not safe: a person who knows it could pass another mail off as this one
      ...{ is: "message", key: `email:${id}:${hash.slice(0, 16)}`, takenAt, shown: from },
      from: [{ kind: "email", value: from }],
      thread: [...ids.toReversed(), ...(tag === undefined ? [] : [`#${tag}`])],
      names: [id],
      to: { lane: from, inReplyTo: id, references: [...ids, id].slice(-20), subject: plainSubject(subject) },
      subject: plainSubject(subject),
      text: folded(text),
      files: filesOf(mail),
      ...unreadAs(mail, from, ours),
    },
  ];
}

const idsIn = (text: string) => [...new Set(text.match(/<[^<>\s]+>/g) ?? [])];
const header = (mail: Email, name: string) =>
  mail.headers
    .find(({ key }) => key === name)
    ?.value.trim()
    .toLowerCase();

/**
 * The inbox's own server is the one that wrote at the top. It can write several of these headers. The others came with
 * the mail, and their author can have planted them.
 */
function isForged(mail: Email): boolean {
  const results = mail.headers
    .filter(({ key }) => key === "authentication-results")
    .map(({ value }) => value.trim().toLowerCase());
  const serverOf = (result: string) => result.split(/[;\s]/, 1)[0];
  return results
    .filter((result) => serverOf(result) === serverOf(results[0]!))
    .some((result) => /\bdmarc\s*=\s*fail\b/.test(result.replace(/\([^)]*\)|"[^"]*"/g, "")));
}

/** Mail servers write what they found at the top, so the first of each header is the inbox's own. */
function unreadAs(mail: Email, from: string, ours: string): Pick<IncomingMessage, "automatic"> {
  if (isForged(mail)) return { automatic: "forged" };
  if (/^yes\b/.test(header(mail, "x-spam-flag") ?? header(mail, "x-spam-status") ?? ""))
    return { automatic: "spam" };
  return isAutomatic(mail, from, ours) ? { automatic: "automatic" } : {};
}

/** By what RFC 3834 and mail programs say. `X-Auto-Response-Suppress` alone says nothing: people's mails have it too. */
function isAutomatic(mail: Email, from: string, ours: string): boolean {
  const auto = header(mail, "auto-submitted");
  const returns = header(mail, "return-path");
  return (
    (auto !== undefined && !auto.startsWith("no")) ||
    /^(bulk|list|junk|auto_reply)/.test(header(mail, "precedence") ?? "") ||
    ["list-id", "x-autoreply", "x-autorespond", "x-compromiso-key"].some(
      (name) => header(mail, name) !== undefined,
    ) ||
    returns === "<>" ||
    /^(mailer-daemon|postmaster)@/.test(from) ||
    from === ours.toLowerCase() ||
    automaticSubject.test(mail.subject ?? "")
  );
}

/** A bounce says which of our mails did not arrive. One that is only delayed is on its way. */
function bounceOf(mail: Email, at: number): Incoming[] | null {
  const report = mail.attachments.find(({ mimeType }) => mimeType === "message/delivery-status");
  if (report === undefined) return null;
  const said = textIn(report.content);
  const original = mail.attachments.find(({ mimeType }) =>
    ["text/rfc822-headers", "message/rfc822"].includes(mimeType),
  );
  const about = original === undefined ? "" : textIn(original.content);
  const [messageId] = idsIn(/^message-id:\s*(.+)$/im.exec(about)?.[1] ?? "");
  const outboxKey = /^x-compromiso-key:\s*(\S+)/im.exec(about)?.[1] ?? null;
  if (!/^action:\s*failed/im.test(said) || messageId === undefined) return [];
  const status = /^status:\s*(\S+)/im.exec(said)?.[1] ?? "";
  const why = /^diagnostic-code:\s*(.+)$/im.exec(said)?.[1] ?? "";
  return [{ is: "status", messageId, outboxKey, status: "failed", at, reason: `${status} ${why}`.trim() }];
}

const textIn = (content: ArrayBuffer | Uint8Array | string) =>
  typeof content === "string" ? content : Buffer.from(content as Uint8Array).toString("utf8");

function textOf(mail: Email): string {
  if (mail.text !== undefined && mail.text.trim() !== "") return mail.text.trim();
  if (mail.html === undefined) return "";
  return convert(mail.html, {
    wordwrap: false,
    selectors: [
      ...["h1", "h2", "h3"].map((selector) => ({ selector, options: { uppercase: false } })),
      { selector: "table", format: "dataTable", options: { uppercaseHeaderCells: false } },
      { selector: "img", format: "skip" },
    ],
  }).trim();
}

const quoteBegins = [
  /^(El|On) .{5,120}(escribió|wrote):\s*$/m,
  /^-{2,}\s*(Mensaje original|Original Message)\s*-{2,}\s*$/im,
  /^\*?(De|From):\*?\s.+\n(\s*\n)?\*?(Enviado|Enviado el|Sent|Fecha|Date):\*?\s/m,
];

/** The quoted mail goes below a line. Nothing is cut: a supposed quote may be the author's own words. */
export function folded(text: string): string {
  const at = Math.min(...quoteBegins.map((pattern) => pattern.exec(text)?.index ?? Infinity));
  if (!Number.isFinite(at) || text.slice(0, at).trim() === "") return text;
  return `${text.slice(0, at).trimEnd()}\n\n⋯ ⋯ ⋯\n${text.slice(at)}`;
}

/** Without the marks of answers and forwards, and without our tag. */
const plainSubject = (subject: string) =>
  subject
    .replace(/\[S-\d+\]/g, "")
    .replace(/^(\s*(re|rv|fw|fwd|enc|aw)\s*:)+/i, "")
    .trim();

const isPicture = (type: string) => type.startsWith("image/");

const filesOf = (mail: Email): IncomingFile[] =>
  mail.attachments.map(({ filename, mimeType, content, disposition, contentId, related }) => {
    const bytes = typeof content === "string" ? Buffer.from(content) : Buffer.from(content as Uint8Array);
    const hash = createHash("sha256").update(bytes).digest("hex");
    return {
      // a logo that comes with every answer is one file
      id: hash,
      name: filename ?? `${hash.slice(0, 8)}.${mimeType.split("/")[1] ?? "bin"}`,
      type: mimeType,
      ...(isPicture(mimeType) && contentId && (related || disposition === "inline") ? { inline: true } : {}),
      source: bytes.length > largestFile ? { tooLarge: bytes.length } : { base64: bytes.toString("base64") },
    };
  });
