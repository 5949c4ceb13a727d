import { createHash } from "node:crypto";
import type { Mailer } from "../runtime.ts";
import type { Kysely } from "kysely";
import { z } from "zod";
import { titleOf } from "../messages/message.ts";
import { reportText, reportTitle } from "../messages/report-message.ts";
import type { Talk } from "../messages/talk.ts";
import { secretRef } from "../secrets.ts";
import type { Database } from "../store/schema.ts";
import {
  correctionByNews,
  defineChannel,
  isReport,
  isTalk,
  noticeIn,
  saysNothing,
  type Delivery,
  type Outcome,
} from "./channel.ts";
import { noticeHtml, noticeText, reportHtml } from "./email-body.ts";
import { refusedKnock } from "./door.ts";
import { shown } from "./http.ts";
import { incomingMail, subjectTag } from "./mail-in.ts";
import { inboxSchema, readFolder } from "./mail-inbox.ts";
import { oauthSchema, tokenSource } from "./oauth.ts";
import { mailFile } from "./files.ts";
import { isFromMailService } from "./signatures.ts";

/** The wait before the next attempt if a mail server says "not now", for example because of a greylist. */
const putOffFor = 5 * 60_000;

/** Email by SMTP. The Message-ID comes from the item's key, so that mail programs can recognise a repeat. */
export const email = defineChannel({
  name: "email",
  label: { es: "Correo", en: "Email" },
  planChannel: "Email",
  account: z.strictObject({
    /** `smtp://user:password@host:587` or `smtps://…`. It is a secret because it holds the password. */
    server: secretRef,
    from: z.string().min(3),
    replyTo: z.email().optional(),
    /** For servers that take no password, both ways. `server` is then `smtp://user@host:587`. */
    oauth: oauthSchema.optional(),
    /** An inbox that the service reads itself, over IMAP. */
    inbox: inboxSchema.optional(),
    /** Signs the mails that a mail service posts to `/email/webhooks`. Without it, nobody can write in this way. */
    webhookSecret: secretRef.optional(),
  }),
  address: { key: "email", schema: z.email(), contact: "email", ownLane: false },
  place: null,
  settings: {},
  reports: true,
  trouble: "everybody",
  tells: ["notice.email"],
  ended: saysNothing,
  corrected: correctionByNews,
  door: {
    files: () => mailFile,
    open({ account, secret }) {
      if (account.webhookSecret === undefined) return null;
      const shared = secret(account.webhookSecret);
      const ours = addressIn(account.from);
      return async ({ method, path, header, body, now }) => {
        if (path !== "/webhooks" || method !== "POST") return refusedKnock(404);
        if (
          !isFromMailService(
            shared,
            header("x-compromiso-signature"),
            header("x-compromiso-timestamp"),
            body,
            now,
          )
        )
          return refusedKnock();
        return { status: 202, incoming: await incomingMail(body, now, ours) };
      };
    },
    listen({ account: { inbox, oauth, from }, secret, request, clock, ...parts }) {
      if (inbox === undefined) return [];
      const signIn = {
        password: inbox.password === undefined ? null : secret(inbox.password),
        token: oauth === undefined ? null : tokenSource(oauth, { secret, request, now: () => clock.now() }),
      };
      return inbox.folders.map((folder) =>
        readFolder(inbox, folder, addressIn(from), signIn, { ...parts, clock }),
      );
    },
  },

  create({ account, secret, clock, contact, mailer, db, request }) {
    const server = secret(account.server);
    const token = account.oauth && tokenSource(account.oauth, { secret, request, now: () => clock.now() });
    const domain = /@([^>\s]+)/.exec(account.from)?.[1] ?? "localhost";
    // opened for the first mail, because many services never send one
    let transport: Mailer | null = null;
    const close = () => {
      // a silent server would keep the pool's few connections busy for ten minutes
      transport?.close({ force: true });
      transport = null;
    };
    return {
      batch: 10,
      render: (item) => ({
        from: account.from,
        ...(account.replyTo ? { replyTo: account.replyTo } : {}),
        messageId: `<${createHash("sha256").update(item.key).digest("hex").slice(0, 40)}@${domain}>`,
        headers: {
          // this header asks automatic responders not to answer: such an answer must never count as a person's
          "Auto-Submitted": "auto-generated",
          "X-Auto-Response-Suppress": "All",
          "X-Compromiso-Key": item.key,
        },
        ...(isTalk(item) ? answerIn(item.payload) : contentOf(item, clock.now())),
      }),
      async send(mail: { messageId: string }, item, signal): Promise<Outcome> {
        // before it goes: its answer may be here before this is over
        if (isTalk(item)) await nameMail(db, mail.messageId, item);
        const address = isTalk(item)
          ? (item.payload.to as MailAddress).lane
          : isReport(item)
            ? item.payload.address
            : noticeIn(item).address;
        const to = address === "contact" ? await contact(item, "email") : address;
        if (typeof to !== "string") return to;
        transport ??= mailer(server, token);
        signal.addEventListener("abort", close, { once: true });
        try {
          const { messageId, rejected } = (await transport.sendMail({ ...mail, to })) as {
            messageId: string;
            rejected: unknown[];
          };
          if (rejected.length > 0) return { is: "dead", reason: `The server refused the address ${to}.` };
          return { is: "delivered", receipt: { messageId } };
        } catch (error) {
          return troubleOf(error as SmtpError);
        } finally {
          signal.removeEventListener("abort", close);
        }
      },
      close,
    };
  },
});

const addressIn = (from: string) => /([^<\s]+@[^>\s]+)/.exec(from)?.[1] ?? from;

interface MailAddress {
  lane: string;
  inReplyTo: string;
  references: string[];
  subject: string;
}

function answerIn(talk: Talk): { subject: string; text: string; inReplyTo: string; references: string[] } {
  const { inReplyTo, references, subject } = talk.to as MailAddress;
  const tag = talk.conversationId === null ? "" : ` ${subjectTag(talk.conversationId)}`;
  return {
    subject: `Re: ${subject}${tag}`,
    // a mail has nothing to tap
    text: talk.text,
    inReplyTo,
    references,
  };
}

async function nameMail(
  db: Kysely<Database>,
  messageId: string,
  item: Delivery & { payload: Talk },
): Promise<void> {
  const { conversationId } = item.payload;
  if (conversationId === null) return;
  await db
    .insertInto("conversation_names")
    .values({ channel: "email", name: messageId, org_id: item.orgId, conversation_id: conversationId })
    .onConflict((c) => c.doNothing())
    .execute();
}

type SmtpError = Error & { code?: string; responseCode?: number; command?: string };

function troubleOf(error: SmtpError): Outcome {
  const reason = `SMTP: ${shown(error.message)}`;
  const { responseCode: code, command = "" } = error;
  // these commands fail because of the address or the content; earlier commands fail because of the server
  const aboutTheMessage =
    command.startsWith("RCPT") ||
    command === "DATA" ||
    error.code === "EENVELOPE" ||
    error.code === "EMESSAGE";
  if (!aboutTheMessage) return { is: "unavailable", reason };
  // 421 means that the server is closing, so the message is not the cause
  if (code === 421) return { is: "unavailable", reason };
  if (code !== undefined && code >= 400 && code < 500) return { is: "later", reason, after: putOffFor };
  // without a code from the server, our own mailer refused the address or the content
  if (code !== undefined || error.code === "EENVELOPE" || error.code === "EMESSAGE")
    return { is: "dead", reason };
  return { is: "unavailable", reason };
}

function contentOf(
  item: Delivery,
  at: number,
): { subject: string; text: string; html: string; attachments?: object[] } {
  if (isReport(item)) {
    const report = item.payload;
    return {
      subject: reportTitle(report),
      text: reportText(report),
      html: reportHtml(report),
      ...(report.about === "month"
        ? {
            attachments: [
              {
                filename: report.pdf.name,
                content: report.pdf.base64,
                encoding: "base64",
                contentType: "application/pdf",
              },
            ],
          }
        : {}),
    };
  }
  const notice = noticeIn(item);
  return {
    subject: titleOf(notice, notice.language),
    text: noticeText(notice, at),
    html: noticeHtml(notice, at),
  };
}
