import { createHash } from "node:crypto";
import nodemailer, { type Transporter } from "nodemailer";
import type { Clock } from "../runtime.ts";
import type { Channel, Delivery, Outcome } from "../outbox/delivery.ts";
import { noticeHtml, noticeText, reportHtml } from "./email-body.ts";
import { titleOf } from "../notices/message.ts";
import type { Notice } from "../notices/notice.ts";
import { reportText, reportTitle, type Report } from "../notices/report-message.ts";

export interface Mailbox {
  /** smtp:// or smtps:// */
  server: string;
  from: string;
  replyTo?: string | undefined;
}

/** Email by SMTP. The Message-ID is made of the effect's key: a repeat is recognised as the same message. */
export function emailChannel(
  mailbox: Mailbox,
  clock: Clock,
  resolveAddress: (item: Delivery) => Promise<string | Outcome>,
): Channel & { close(): void } {
  let transport: ReturnType<typeof connect> | null = null;
  const domain = /@([^>\s]+)/.exec(mailbox.from)?.[1] ?? "localhost";
  const send = async (item: Delivery): Promise<Outcome> => {
    const to = await resolveAddress(item);
    if (typeof to !== "string") return to;
    transport ??= connect(mailbox.server);
    try {
      const { messageId, rejected } = (await transport.sendMail({
        from: mailbox.from,
        ...(mailbox.replyTo ? { replyTo: mailbox.replyTo } : {}),
        to,
        messageId: `<${createHash("sha256").update(item.key).digest("hex").slice(0, 40)}@${domain}>`,
        headers: {
          // an answering machine must not answer, and its answer must never count as a person's
          "Auto-Submitted": "auto-generated",
          "X-Auto-Response-Suppress": "All",
          "X-Compromiso-Key": item.key,
        },
        ...contentOf(item, clock.now()),
      })) as { messageId: string; rejected: unknown[] };
      if (rejected.length > 0) return { is: "dead", reason: `The server refused the address ${to}.` };
      return { is: "delivered", receipt: { messageId } };
    } catch (error) {
      return troubleOf(error as SmtpError);
    }
  };
  const close = () => {
    // a server that says nothing would keep the pool's few connections for ten minutes
    transport?.close({ force: true });
    transport = null;
  };
  return {
    batch: 10,
    linger: 0,
    async deliver(items, signal) {
      signal.addEventListener("abort", close);
      try {
        return await Promise.all(items.map(send));
      } finally {
        signal.removeEventListener("abort", close);
      }
    },
    close,
  };
}

/** A few connections, kept open: only once something is to be sent. */
function connect(server: string) {
  const transport = nodemailer.createTransport({ url: server, pool: true, maxConnections: 3 } as object);
  // a connection that breaks while nothing is sent is opened anew with the next mail
  transport.on("error", () => {});
  return transport as Omit<Transporter, "close"> & { close(options: { force: boolean }): void };
}

type SmtpError = Error & { code?: string; responseCode?: number; command?: string };

function troubleOf(error: SmtpError): Outcome {
  const reason = `SMTP: ${error.message.replace(/\s+/g, " ").slice(0, 300)}`;
  const { responseCode: code, command = "" } = error;
  // refused by itself: the address or the content; anything before that is the server's own trouble
  const aboutTheMessage =
    command.startsWith("RCPT") ||
    command === "DATA" ||
    error.code === "EENVELOPE" ||
    error.code === "EMESSAGE";
  if (code !== undefined && code >= 500 && aboutTheMessage) return { is: "dead", reason };
  if (code !== undefined && code >= 400 && code < 500 && aboutTheMessage) return { is: "retry", reason };
  return { is: "unavailable", reason };
}

function contentOf(item: Delivery, at: number): { subject: string; text: string; html: string } {
  if (item.kind === "report.email") {
    const report = item.payload as Report;
    return { subject: reportTitle(report), text: reportText(report), html: reportHtml(report) };
  }
  const notice = item.payload as Notice;
  return {
    subject: titleOf(notice, notice.language),
    text: noticeText(notice, at),
    html: noticeHtml(notice, at),
  };
}
