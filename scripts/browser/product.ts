// The product under test. It runs the program of `npm start` with its own home folder and its own ports.
import { execFile, spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const root = join(import.meta.dirname, "../..");

/** Finds a row of free ports, because the product uses base … base + 10. @returns the base */
async function freePorts(): Promise<number> {
  const free = (port: number) =>
    new Promise<boolean>((resolve) => {
      const probe = createServer();
      probe.once("error", () => resolve(false));
      probe.listen(port, "127.0.0.1", () => probe.close(() => resolve(true)));
    });
  for (let base = 20_000 + (process.pid % 2000) * 20; base < 65_000; base += 20)
    if ((await Promise.all([0, 1, 2, 3, 4, 5, 10].map((offset) => free(base + offset)))).every(Boolean))
      return base;
  throw new Error("no free ports");
}

export interface Product {
  home: string;
  port: number;
  org(id: keyof typeof offset): string;
  environment: NodeJS.ProcessEnv;
  /** The product's output so far. */
  output(): string;
  /** Starts the product and resolves when it is ready. After a stop it starts again with the same data. */
  start(): Promise<void>;
  /** Ends the product as Ctrl-C does. @returns its exit code */
  stop(): Promise<number | null>;
  /** Sends a signal to the sync service's process. */
  signalService(signal: NodeJS.Signals): Promise<void>;
  /** Ends the product, even in the middle of a start, and deletes its folder. */
  remove(): Promise<void>;
}

const offset = { silver: 1, gold: 2, platinum: 3, hub: 5 };
const orgAt = (port: number, id: keyof typeof offset) => `http://127.0.0.1:${port + offset[id]}`;

/** A product that somebody else has started, and will stop. */
export const runningProduct = (home: string, port: number): Product => {
  const notOurs = () => Promise.reject(new Error("this product was started elsewhere"));
  return {
    home,
    port,
    environment: { ...process.env, COMPROMISO_HOME: home, COMPROMISO_PORT: String(port) },
    org: (id) => orgAt(port, id),
    output: () => "",
    start: notOurs,
    stop: notOurs,
    signalService: notOurs,
    remove: notOurs,
  };
};

/** Makes a product without starting it, so that a test can remove it even if the start takes too long. */
export async function newProduct(...options: string[]): Promise<Product> {
  const home = mkdtempSync(join(tmpdir(), "compromiso-"));
  const port = await freePorts();
  const environment = {
    ...process.env,
    NODE_OPTIONS: "",
    COMPROMISO_HOME: home,
    COMPROMISO_CACHE: join(root, ".local/cache"),
    COMPROMISO_PORT: String(port),
  };
  let child: ChildProcess | undefined;
  let output = "";
  const start = () =>
    new Promise<void>((resolve, reject) => {
      output = "";
      const started = spawn(process.execPath, [join(root, "scripts/start/main.ts"), ...options], {
        cwd: root,
        env: environment,
      });
      child = started;
      const read = (chunk: Buffer) => {
        output += chunk;
        if (/Ready in/.test(output)) resolve();
      };
      started.stdout.on("data", read);
      started.stderr.on("data", read);
      started.on("exit", (code) => reject(new Error(`npm start ended with ${code}:\n${output}`)));
    });
  const stop = () =>
    new Promise<number | null>((resolve) => {
      if (!child || child.exitCode !== null) return resolve(child?.exitCode ?? null);
      child.once("exit", resolve);
      child.kill("SIGINT");
    });
  return {
    home,
    port,
    environment,
    org: (id) => orgAt(port, id),
    output: () => output,
    start,
    stop,
    async signalService(signal) {
      const { stdout } = await run("pgrep", ["-f", `sla-sync.js serve --config ${home}`]);
      for (const pid of stdout.trim().split("\n")) process.kill(Number(pid), signal);
    },
    async remove() {
      await stop();
      rmSync(home, { recursive: true, force: true });
    },
  };
}
