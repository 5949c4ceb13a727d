// A real SMTP server that keeps what it accepts, parsed.
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { simpleParser, type ParsedMail } from "mailparser";
import { SMTPServer } from "smtp-server";

export async function mailWire() {
  const mails: ParsedMail[] = [];
  const refuses = new Map<string, { responseCode: number; message: string }>();
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS"],
    logger: false,
    onRcptTo({ address }, _session, callback) {
      const refusal = refuses.get(address);
      callback(refusal === undefined ? null : Object.assign(new Error(refusal.message), refusal));
    },
    onData(stream, _session, callback) {
      simpleParser(stream).then((mail) => {
        mails.push(mail);
        callback();
      }, callback);
    },
  });
  // a client that is killed in the middle of a mail breaks the connection, and nothing more
  server.on("error", () => {});
  server.listen(0, "127.0.0.1");
  await once(server.server, "listening");
  return {
    url: `smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}`,
    mails,
    refuses,
    close: () => new Promise<void>((closed) => server.close(() => closed())),
  };
}
