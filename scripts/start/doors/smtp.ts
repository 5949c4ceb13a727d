// A mail server that takes everything, for the page that plays the client. npm start brings no library for it.
import { once } from "node:events";
import { createServer, type AddressInfo, type Socket } from "node:net";

export interface TakenMail {
  to: string[];
  id: string;
  subject: string;
  text: string;
}

/** @returns where it listens */
export async function takeMail(take: (mail: TakenMail) => void): Promise<string> {
  const server = createServer((socket) => speak(socket, take));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function speak(socket: Socket, take: (mail: TakenMail) => void): void {
  let held = "";
  let to: string[] = [];
  let inMail = false;
  const say = (line: string) => socket.write(`${line}\r\n`);
  socket.setEncoding("latin1").on("error", () => {});
  say("220 localhost ESMTP");
  socket.on("data", (more: string) => {
    held += more;
    for (;;) {
      const end = inMail ? held.indexOf("\r\n.\r\n") : held.indexOf("\r\n");
      if (end < 0) return;
      const said = held.slice(0, end);
      held = held.slice(end + (inMail ? 5 : 2));
      if (inMail) {
        take({ to, ...readMail(said.replace(/^\.\./gm, ".")) });
        [inMail, to] = [false, []];
        say("250 taken");
      } else if (/^DATA$/i.test(said)) {
        inMail = true;
        say("354 go on");
      } else if (/^QUIT$/i.test(said)) {
        say("221 bye");
        socket.end();
      } else {
        const address = /^RCPT TO:\s*<([^>]+)>/i.exec(said)?.[1];
        if (address !== undefined) to.push(address);
        say("250 ok");
      }
    }
  });
}

const utf8 = (latin1: string) => Buffer.from(latin1, "latin1").toString("utf8");
const unfolded = (head: string) => head.replace(/\r\n[ \t]+/g, " ");
const header = (head: string, name: string) =>
  new RegExp(`^${name}:\\s*(.*)$`, "im").exec(unfolded(head))?.[1]?.trim() ?? "";

function readMail(raw: string): Omit<TakenMail, "to"> {
  const head = raw.split("\r\n\r\n", 1)[0]!;
  return {
    id: header(head, "message-id"),
    subject: worded(header(head, "subject")),
    text: textOf(raw).trim(),
  };
}

/** The first part that is plain text. */
function textOf(part: string): string {
  const end = part.indexOf("\r\n\r\n");
  const [head, body] = [part.slice(0, end), part.slice(end + 4)];
  const type = header(head, "content-type");
  const boundary = /boundary="?([^";]+)/i.exec(type)?.[1];
  if (boundary !== undefined)
    return (
      body
        .split(`--${boundary}`)
        .slice(1, -1)
        .map((one) => textOf(one.replace(/^\r\n/, "")))
        .find(Boolean) ?? ""
    );
  if (type !== "" && !/^text\/plain/i.test(type)) return "";
  const encoding = header(head, "content-transfer-encoding").toLowerCase();
  if (encoding === "base64") return Buffer.from(body, "base64").toString("utf8");
  return utf8(encoding === "quoted-printable" ? unquoted(body.replace(/=\r\n/g, "")) : body);
}

const unquoted = (text: string) =>
  text.replace(/=([0-9A-F]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));

/** A header's words beyond ASCII. */
const worded = (text: string) =>
  text
    .replace(/\?=\s+=\?/g, "?==?")
    .replace(/=\?utf-8\?([bq])\?([^?]*)\?=/gi, (_, how: string, word: string) =>
      how.toLowerCase() === "b"
        ? Buffer.from(word, "base64").toString("utf8")
        : utf8(unquoted(word.replaceAll("_", " "))),
    );
