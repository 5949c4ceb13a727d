// A real Dovecot of its own on a port of its own, with one maildir.
import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { chownSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { userInfo } from "node:os";
import { join } from "node:path";

const freePort = () =>
  new Promise<number>((resolve) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });

const idOf = (...args: string[]) => Number(execFileSync("id", args, { encoding: "utf8" }).trim());

export const password = "secret";

export async function dovecot(work: string) {
  const port = await freePort();
  const { uid, username } = userInfo();
  // Dovecot gives no mail to root
  const [owner, group] = uid === 0 ? [idOf("-u", "mail"), idOf("-g", "mail")] : [uid, userInfo().gid];
  const internal =
    uid === 0
      ? []
      : [
          `default_internal_user = ${username}`,
          `default_login_user = ${username}`,
          `default_internal_group = ${execFileSync("id", ["-gn"], { encoding: "utf8" }).trim()}`,
          ...["service anvil {", "  chroot =", "}"],
        ];
  const box = join(work, "mail");
  for (const folder of ["", "new", "cur", "tmp"]) mkdirSync(join(box, folder), { recursive: true });
  const own = (path: string) => uid === 0 && chownSync(path, owner, group);
  for (const folder of ["", "new", "cur", "tmp"]) own(join(box, folder));
  const config = join(work, "dovecot.conf");
  writeFileSync(
    config,
    [
      ...["protocols = imap", "listen = 127.0.0.1", "ssl = no", "disable_plaintext_auth = no"],
      ...[`base_dir = ${work}/run`, `log_path = ${work}/dovecot.log`, `mail_location = maildir:${box}`],
      ...internal,
      ...["first_valid_uid = 1", "mail_fsync = never"],
      ...["passdb {", "  driver = static", `  args = password=${password}`, "}"],
      ...["userdb {", "  driver = static", `  args = uid=${owner} gid=${group} home=${work}`, "}"],
      ...["service imap-login {", "  chroot =", "  inet_listener imap {", `    port = ${port}`, "  }"],
      ...["  inet_listener imaps {", "    port = 0", "  }", "}", ""],
    ].join("\n"),
  );
  let server: ChildProcess | null = null;
  let count = 0;
  return {
    port,
    start() {
      server = spawn("dovecot", ["-F", "-c", config], { stdio: ["ignore", "ignore", "inherit"] });
    },
    async stop() {
      if (server === null) return;
      const gone = new Promise((resolve) => server!.once("exit", resolve));
      server.kill("SIGTERM");
      await gone;
      server = null;
    },
    /** As a mail server delivers. @param read somebody has read it before the service looks */
    deliver(raw: string | Buffer, read = false) {
      const name = `${Date.now()}.M${count++}.here`;
      writeFileSync(join(box, "tmp", name), raw);
      own(join(box, "tmp", name));
      renameSync(join(box, "tmp", name), join(box, read ? "cur" : "new", read ? `${name}:2,S` : name));
    },
    /** The folder gets another UIDVALIDITY, and its mails other numbers. Stop it first. */
    forgetNumbers() {
      for (const file of [
        "dovecot-uidlist",
        "dovecot-uidvalidity",
        "dovecot.index",
        "dovecot.index.log",
        "dovecot.index.cache",
      ])
        rmSync(join(box, file), { force: true });
    },
  };
}
