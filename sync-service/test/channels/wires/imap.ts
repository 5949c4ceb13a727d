// A small IMAP server: what a client needs to sign in, open a folder, search, fetch and wait for news.
import { once } from "node:events";
import { createServer, type AddressInfo, type Socket } from "node:net";

export interface HeldMail {
  uid: number;
  raw: string;
  at: number;
  flags: string;
}

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const internalDate = (at: number) => {
  const date = new Date(at);
  return `"${String(date.getUTCDate()).padStart(2, " ")}-${months[date.getUTCMonth()]}-${date.getUTCFullYear()} ${date.toISOString().slice(11, 19)} +0000"`;
};

export async function imapWire() {
  const box = { uidValidity: 77, uidNext: 1, mails: [] as HeldMail[] };
  /** The tokens and passwords that it takes. */
  const takes = new Set(["secret"]);
  const signIns: string[] = [];
  const sockets = new Set<Socket>();
  const told = new Set<() => void>();

  function serve(socket: Socket): void {
    sockets.add(socket);
    socket.setEncoding("latin1").on("error", () => {});
    const say = (line: string): void => void socket.write(`${line}\r\n`, "latin1");
    let held = "";
    let waiting: string | null = null;
    /** The tag of a sign-in whose words come in a line of their own. */
    let asked: string | null = null;
    let counted = 0;
    const count = () => {
      counted = box.mails.length;
      say(`* ${counted} EXISTS`);
    };
    const exists = () => {
      if (waiting !== null) count();
    };
    told.add(exists);
    socket.on("close", () => {
      sockets.delete(socket);
      told.delete(exists);
    });
    say("* OK [CAPABILITY IMAP4rev1 IDLE SASL-IR AUTH=PLAIN AUTH=XOAUTH2] ready");
    socket.on("data", (more: string) => {
      held += more;
      for (let end = held.indexOf("\r\n"); end >= 0; end = held.indexOf("\r\n")) {
        const line = held.slice(0, end);
        held = held.slice(end + 2);
        if (waiting !== null) {
          say(`${waiting} OK IDLE ended`);
          waiting = null;
        } else if (asked !== null) {
          signIn(asked, Buffer.from(line, "base64").toString());
          asked = null;
        } else {
          const [tag = "", name = "", ...rest] = line.split(" ");
          answer(tag, name.toUpperCase(), rest.join(" "));
        }
      }
    });

    function answer(tag: string, name: string, rest: string): void {
      const ok = (text = "done") => say(`${tag} OK ${text}`);
      if (name === "CAPABILITY") say("* CAPABILITY IMAP4rev1 IDLE SASL-IR AUTH=PLAIN AUTH=XOAUTH2");
      if (name === "LOGIN") return signIn(tag, rest);
      if (name === "AUTHENTICATE") {
        const given = rest.split(" ")[1];
        if (given !== undefined) return signIn(tag, Buffer.from(given, "base64").toString());
        asked = tag;
        return void socket.write("+ \r\n");
      }
      if (name === "LIST") say('* LIST (\\HasNoChildren) "/" INBOX');
      if (name === "SELECT" || name === "EXAMINE") {
        count();
        say("* FLAGS (\\Seen)");
        say(`* OK [UIDVALIDITY ${box.uidValidity}] x`);
        say(`* OK [UIDNEXT ${box.uidNext}] x`);
        return ok(name === "EXAMINE" ? "[READ-ONLY] done" : "done");
      }
      if (name === "IDLE") {
        waiting = tag;
        say("+ idling");
        // what came since the last command
        if (counted !== box.mails.length) count();
        return;
      }
      if (name === "UID") return uid(tag, rest);
      if (name === "LOGOUT") {
        say("* BYE");
        ok();
        return void socket.end();
      }
      ok();
    }

    function signIn(tag: string, given: string): void {
      signIns.push(given);
      const right = [...takes].some((one) => given.includes(one));
      say(right ? `${tag} OK signed in` : `${tag} NO [AUTHENTICATIONFAILED] Invalid credentials`);
    }

    function uid(tag: string, rest: string): void {
      const [verb = "", ...words] = rest.split(" ");
      if (verb.toUpperCase() === "SEARCH") {
        const from = /UID (\d+):\*/.exec(rest)?.[1];
        const last = box.mails.at(-1)?.uid ?? 0;
        // `11:*` names the last mail even where it has a lower number
        const found = box.mails.filter(
          (mail) => from === undefined || mail.uid >= Math.min(Number(from), last),
        );
        say(`* SEARCH ${found.map((mail) => mail.uid).join(" ")}`.trimEnd());
      } else {
        const at = box.mails.findIndex((mail) => mail.uid === Number(words[0]));
        const mail = box.mails[at];
        if (mail !== undefined) {
          const raw = Buffer.from(mail.raw, "utf8").toString("latin1");
          say(
            `* ${at + 1} FETCH (UID ${mail.uid} FLAGS (${mail.flags}) INTERNALDATE ${internalDate(mail.at)} BODY[]<0> {${raw.length}}\r\n${raw})`,
          );
        }
      }
      say(`${tag} OK done`);
    }
  }

  const server = createServer(serve);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    box,
    takes,
    signIns,
    receive(raw: string, at = Date.now(), flags = "") {
      box.mails.push({ uid: box.uidNext++, raw, at, flags });
      for (const tell of told) tell();
    },
    /** The same mails under other numbers. */
    renumber() {
      box.uidValidity++;
      box.mails.forEach((mail, n) => (mail.uid = n + 1));
      box.uidNext = box.mails.length + 1;
    },
    hangUp() {
      for (const socket of sockets) socket.destroy();
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((closed) => server.close(() => closed()));
    },
  };
}
