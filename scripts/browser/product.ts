// The product under test: `npm start`'s own program, in a home and on ports of its own.
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = join(import.meta.dirname, "../..");

/** The first of a run of free ports: the product takes base … base + 10. */
async function freePorts(): Promise<number> {
  const free = (port: number) =>
    new Promise<boolean>((resolve) => {
      const probe = createServer();
      probe.once("error", () => resolve(false));
      probe.listen(port, "127.0.0.1", () => probe.close(() => resolve(true)));
    });
  for (let base = 20_000 + (process.pid % 2000) * 20; base < 65_000; base += 20)
    if ((await Promise.all([0, 1, 2, 3, 10].map((offset) => free(base + offset)))).every(Boolean))
      return base;
  throw new Error("no free ports");
}

export interface Product {
  home: string;
  port: number;
  org(id: "silver" | "gold" | "platinum"): string;
  environment: NodeJS.ProcessEnv;
  /** What it has printed so far. */
  output(): string;
  /** Ends it as Ctrl-C would; resolves to its exit code. */
  stop(): Promise<number | null>;
  /** Starts it again on the same data. */
  again(): Promise<void>;
  remove(): Promise<void>;
}

export async function startProduct(): Promise<Product> {
  const home = mkdtempSync(join(tmpdir(), "compromiso-"));
  const port = await freePorts();
  const environment = {
    ...process.env,
    NODE_OPTIONS: "",
    COMPROMISO_HOME: home,
    COMPROMISO_CACHE: join(root, ".local/cache"),
    COMPROMISO_PORT: String(port),
  };
  let child: ChildProcess;
  let output = "";
  const up = () =>
    new Promise<void>((resolve, reject) => {
      output = "";
      child = spawn(process.execPath, [join(root, "scripts/start/main.ts")], { cwd: root, env: environment });
      const read = (chunk: Buffer) => {
        output += chunk;
        if (/Ready in/.test(output)) resolve();
      };
      child.stdout!.on("data", read);
      child.stderr!.on("data", read);
      child.on("exit", (code) => reject(new Error(`npm start ended with ${code}:\n${output}`)));
    });
  const stop = () =>
    new Promise<number | null>((resolve) => {
      if (child.exitCode !== null) return resolve(child.exitCode);
      child.once("exit", resolve);
      child.kill("SIGINT");
    });
  const offset = { silver: 1, gold: 2, platinum: 3 };
  await up().catch((error) => {
    rmSync(home, { recursive: true, force: true });
    throw error;
  });
  return {
    home,
    port,
    environment,
    org: (id) => `http://127.0.0.1:${port + offset[id]}`,
    output: () => output,
    stop,
    again: up,
    async remove() {
      await stop();
      rmSync(home, { recursive: true, force: true });
    },
  };
}
