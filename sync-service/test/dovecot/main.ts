// npm run dovecot: see --help.
import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { startListeners } from "../../src/intake/listeners.ts";
import { openStore } from "../../src/store/open.ts";
import { systemWorld } from "../../src/world.ts";
import { until } from "../orgs/org-world.ts";
import { dovecot, password } from "./server.ts";

new Command("npm run dovecot")
  .description(
    "Reads an inbox of a real Dovecot 2.3 (Debian: dovecot-imapd): mails as they come, read ones, a restart, another " +
      "UIDVALIDITY, a folder that is not there, a wrong password, and 500 mails at once. Each mail has to come in once.",
  )
  .allowExcessArguments(false)
  .parse();
if (!/^2\.3/.test(spawnSync("dovecot", ["--version"], { encoding: "utf8" }).stdout ?? "")) {
  console.error("npm run dovecot: Dovecot 2.3 is not installed here.");
  process.exit(2);
}
const work = mkdtempSync(join(tmpdir(), "compromiso-dovecot-"));
chmodSync(work, 0o755);
const server = await dovecot(work);
const store = await openStore({ file: join(work, "store.sqlite") });
const secrets: Record<string, string> = { PASSWORD: password, WRONG: "wrong" };
const listen = (secret: string, folders: string[]) =>
  startListeners({
    ...{ db: store.db, wake() {}, clicked: async () => {} },
    world: { ...systemWorld, variable: (name) => secrets[name] },
    config: {
      email: {
        ...{ server: { env: "PASSWORD" }, from: "soporte@consultora.example" },
        inbox: {
          ...{ host: "127.0.0.1", port: server.port, secure: false, plaintext: true, user: "soporte" },
          ...{ password: { env: secret }, folders },
        },
      },
    } as never,
  });
let count = 0;
const mail = (subject: string) =>
  [
    ...["From: Martina <martina@austral.example>", `Subject: ${subject}`],
    ...[`Message-ID: <d${count++}@austral.example>`, "Content-Type: text/plain; charset=utf-8", "", subject],
  ].join("\r\n");
const subjects = async () =>
  (await store.db.selectFrom("intakes").select("message").orderBy("id").execute()).map(
    ({ message }) => (JSON.parse(message) as { subject: string }).subject,
  );
const came = (subject: string) => until(async () => (await subjects()).includes(subject), subject);
const did = (what: string, began: number) =>
  console.log(`${String(Date.now() - began).padStart(6)} ms  ${what}`);
const now = Date.now;

server.deliver(mail("older than the service"));
server.start();
let began = now();
const listeners = listen("PASSWORD", ["INBOX", "Clientes"]);
try {
  const first = () => store.db.selectFrom("door_positions").select("place").executeTakeFirst();
  await until(async () => (await first()) !== undefined, "the first look");
  did("the first look", began);
  began = now();
  server.deliver(mail("uno"));
  await came("uno");
  did("a mail by IDLE", began);
  began = now();
  server.deliver(mail("leído"), true);
  await came("leído");
  did("a mail that somebody has read", began);
  await until(
    () => listeners.troubled().some(({ reason }) => /has no folder Clientes/.test(reason)),
    "the folder",
  );
  did("a folder that is not there is named", began);
  began = now();
  await server.stop();
  server.deliver(mail("durante el corte"));
  server.start();
  await came("durante el corte");
  did("a mail that came while the server was away", began);
  began = now();
  await server.stop();
  server.forgetNumbers();
  server.deliver(mail("con otros números"));
  server.start();
  await came("con otros números");
  did("a mail under another UIDVALIDITY", began);
  began = now();
  for (let n = 0; n < 500; n++) server.deliver(mail(`masa ${n}`));
  await until(
    async () => (await subjects()).filter((subject) => subject.startsWith("masa")).length >= 500,
    "500 mails",
    120_000,
  );
  did("500 mails at once", began);
  began = now();
  const wrong = listen("WRONG", ["INBOX"]);
  await until(() => wrong.troubled().some(({ reason }) => /refuses the sign-in/.test(reason)), "the refusal");
  await wrong.stop();
  did("a wrong password is told", began);
  const all = await subjects();
  const twice = all.filter((subject, at) => all.indexOf(subject) !== at);
  const right = twice.length === 0 && all.length === 504 && !all.includes("older than the service");
  console.log(
    right ? "504 mails came in, each once." : `Wrong: ${all.length} mails, twice: ${twice.join(", ")}`,
  );
  process.exitCode = right ? 0 : 1;
} finally {
  await listeners.stop();
  await store.close();
  await server.stop();
  rmSync(work, { recursive: true, force: true });
}
