// Two PostgreSQL servers that Patroni keeps as primary and synchronous standby, etcd, and HAProxy before them: the
// parts as Debian ships them.
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { chownSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { until } from "../orgs/org-world.ts";

const bin = "/usr/lib/postgresql/15/bin";
const commands = ["etcd", "patroni", "haproxy"];

/** What this machine lacks, in a sentence. null: all parts are there. */
export function missingParts(): string | null {
  const found = (name: string) => spawnSync("sh", ["-c", `command -v ${name}`]).status === 0;
  const missing = [...commands.filter((name) => !found(name)), ...(existsSync(bin) ? [] : ["PostgreSQL 15"])];
  if (missing.length === 0) return null;
  return `${missing.join(", ")} is missing. On Debian 12: apt install postgresql-15 patroni etcd-server haproxy`;
}

/** PostgreSQL refuses to run as root. */
const owner = () => {
  if (process.getuid?.() !== 0) return {};
  const id = (flag: string) => Number(spawnSync("id", [flag, "postgres"], { encoding: "utf8" }).stdout);
  return { uid: id("-u"), gid: id("-g") };
};

interface Server {
  name: string;
  port: number;
  rest: number;
  patroni: ChildProcess | null;
}

export class Cluster {
  readonly #folder: string;
  readonly #port: number;
  readonly #servers: readonly Server[];
  readonly #others: ChildProcess[] = [];

  private constructor(folder: string, port: number) {
    this.#folder = folder;
    this.#port = port;
    this.#servers = ["one", "two"].map((name, n) => ({
      ...{ name, port: port + 3 + n, rest: port + 5 + n, patroni: null },
    }));
  }

  /** @param port the first of eight ports that are free */
  static async start(port: number): Promise<Cluster> {
    const folder = mkdtempSync(join(tmpdir(), "compromiso-failover-"));
    const { uid, gid } = owner();
    if (uid !== undefined) chownSync(folder, uid, gid!);
    const cluster = new Cluster(folder, port);
    await cluster.#start();
    return cluster;
  }

  /** HAProxy's address, with a database. */
  url(database = "postgres"): string {
    return `postgres://postgres:secret@127.0.0.1:${this.#port + 2}/${database}`;
  }

  /** The name of the primary, as Patroni says. null: no server is the primary now. */
  async primary(): Promise<string | null> {
    for (const { name, rest } of this.#servers)
      if (await answers(`http://127.0.0.1:${rest}/primary`)) return name;
    return null;
  }

  /** Kills a server and its Patroni at once, as when its machine dies. */
  kill(name: string): void {
    const server = this.#named(name);
    server.patroni?.kill("SIGKILL");
    server.patroni = null;
    const pid = Number(readFileSync(join(this.#folder, name, "postmaster.pid"), "utf8").split("\n")[0]);
    process.kill(pid, "SIGKILL");
  }

  /** Brings a server back. Resolves when it is the synchronous standby again. */
  async revive(name: string): Promise<void> {
    this.#patroni(this.#named(name));
    await this.#synchronous();
  }

  async close(): Promise<void> {
    for (const { name, patroni } of this.#servers) if (patroni !== null) this.kill(name);
    for (const child of this.#others) child.kill("SIGKILL");
    await until(
      async () => this.#others.every(({ exitCode, signalCode }) => exitCode !== null || signalCode !== null),
      "the end of the cluster",
      60_000,
    );
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }

  #named = (name: string): Server => this.#servers.find((one) => one.name === name)!;

  async #start(): Promise<void> {
    const etcd = `http://127.0.0.1:${this.#port}`;
    const peer = `http://127.0.0.1:${this.#port + 1}`;
    this.#others.push(
      this.#run("etcd", [
        ...["--name", "etcd", "--data-dir", join(this.#folder, "etcd")],
        ...["--listen-client-urls", etcd, "--advertise-client-urls", etcd, "--listen-peer-urls", peer],
        ...["--initial-advertise-peer-urls", peer, "--initial-cluster", `etcd=${peer}`],
      ]),
    );
    await until(async () => await answers(`${etcd}/health`), "etcd", 60_000);
    this.#patroni(this.#servers[0]!);
    await until(async () => (await this.primary()) !== null, "a primary", 120_000);
    this.#patroni(this.#servers[1]!);
    await this.#synchronous();
    const config = join(this.#folder, "haproxy.cfg");
    writeFileSync(config, proxyConfig(this.#port + 2, this.#servers));
    this.#others.push(this.#run("haproxy", ["-f", config]));
  }

  #synchronous = () =>
    until(
      async () => {
        for (const { rest } of this.#servers)
          if (await answers(`http://127.0.0.1:${rest}/synchronous`)) return true;
        return false;
      },
      "a synchronous standby",
      180_000,
    );

  #patroni(server: Server): void {
    const file = join(this.#folder, `${server.name}.yml`);
    writeFileSync(file, JSON.stringify(patroniConfig(this.#folder, this.#port, server)));
    mkdirSync(join(this.#folder, "log"), { recursive: true });
    server.patroni = this.#run("patroni", [file]);
  }

  #run(command: string, args: string[]): ChildProcess {
    return spawn(command, args, { ...owner(), cwd: this.#folder, stdio: "ignore" });
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(2_000) })).ok;
  } catch {
    return false;
  }
}

const patroniConfig = (folder: string, etcd: number, { name, port, rest }: Server) => ({
  scope: "compromiso",
  name,
  restapi: { listen: `127.0.0.1:${rest}`, connect_address: `127.0.0.1:${rest}` },
  etcd3: { host: `127.0.0.1:${etcd}` },
  bootstrap: {
    dcs: {
      ...{ ttl: 20, loop_wait: 5, retry_timeout: 5, synchronous_mode: true },
      postgresql: {
        use_pg_rewind: true,
        parameters: { synchronous_commit: "remote_apply", max_connections: 100 },
      },
    },
    initdb: [{ encoding: "UTF8" }, "data-checksums"],
  },
  postgresql: {
    ...{ listen: `127.0.0.1:${port}`, connect_address: `127.0.0.1:${port}`, bin_dir: bin },
    data_dir: join(folder, name),
    pgpass: join(folder, `${name}.pgpass`),
    pg_hba: [
      "local all all trust",
      "host all all 127.0.0.1/32 trust",
      "host replication all 127.0.0.1/32 trust",
    ],
    parameters: { unix_socket_directories: folder },
    authentication: {
      superuser: { username: "postgres", password: "secret" },
      replication: { username: "replicator", password: "secret" },
      rewind: { username: "postgres", password: "secret" },
    },
  },
});

const proxyConfig = (port: number, servers: readonly Server[]) => `
global
  maxconn 500
defaults
  mode tcp
  timeout connect 2s
  timeout client 1h
  timeout server 1h
listen primary
  bind 127.0.0.1:${port}
  option httpchk GET /primary
  http-check expect status 200
  default-server inter 1s fall 2 rise 1 on-marked-down shutdown-sessions
${servers.map((one) => `  server ${one.name} 127.0.0.1:${one.port} check port ${one.rest}`).join("\n")}
`;
