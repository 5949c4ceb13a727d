/**
 * Installs each packed product into an empty folder outside the repository and runs what its README promises. It takes
 * minutes and needs the registry, so it is a command of its own.
 */
import { execFile, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Product } from "./products.ts";

type Packed = Partial<Record<Product["name"], string>>;

const run = async (folder: string, command: string, ...args: string[]): Promise<string> => {
  const { stdout } = await promisify(execFile)(command, args, { cwd: folder, maxBuffer: 1 << 26 });
  return stdout;
};

/** @throws Error naming the product that does not work once it is installed */
export async function tryProducts(packed: Packed): Promise<void> {
  const tries = {
    "local-org": tryLocalOrg,
    "local-lightning": tryLocalLightning,
    "sync-service": tryService,
  };
  for (const name of Object.keys(packed) as Product["name"][]) {
    const folder = mkdtempSync(join(tmpdir(), `${name}-`));
    try {
      writeFileSync(join(folder, "package.json"), '{ "private": true, "type": "module" }');
      // local-lightning stands on local-org, which no registry has yet
      const files = name === "local-lightning" ? [packed["local-org"] ?? missing()] : [];
      await install(folder, packed[name]!, ...files, ...(name === "local-org" ? ["jsforce@3.10.26"] : []));
      console.log(`${name}: ${await tries[name](folder)}`);
    } catch (error) {
      throw new Error(
        `${name} does not work once it is installed in ${folder}: ${(error as Error).message}`,
        {
          cause: error,
        },
      );
    }
    rmSync(folder, { recursive: true, force: true });
  }
}

function missing(): never {
  throw new Error("local-lightning needs local-org: pack both.");
}

const install = (folder: string, ...packages: string[]) =>
  run(folder, "npm", "install", "--no-audit", "--no-fund", "--loglevel=error", ...packages);

/** The first program of the README, as written there. */
export function quickStart(readme: string): string {
  const [, program] = /```js\n([\s\S]*?)```/.exec(readme) ?? [];
  if (program === undefined) throw new Error("its README has no program in ```js");
  return program;
}

async function tryLocalOrg(folder: string): Promise<string> {
  const readme = readFileSync(join(folder, "node_modules/@compromiso/local-org/README.md"), "utf8");
  writeFileSync(join(folder, "quick.js"), quickStart(readme));
  const said = await run(folder, process.execPath, "quick.js");
  if (!/00001\d+/.test(said)) throw new Error(`its quick start says ${JSON.stringify(said)}`);
  return `its quick start ran and answered jsforce: ${said.trim()}`;
}

async function tryLocalLightning(folder: string): Promise<string> {
  const [port, pubsub] = [await freePort(), await freePort()];
  const cli = join(folder, "node_modules/@compromiso/local-lightning/bin/local-lightning.js");
  return await withServer(
    folder,
    [cli, "--port", `${port}`, "--pubsub-port", `${pubsub}`, "--cache", "cache"],
    async () => {
      const origin = `http://127.0.0.1:${port}`;
      await answers(`${origin}/services/data`);
      const [, userId] =
        /name="userId" value="(\w{18})"/.exec(await (await fetch(`${origin}/`)).text()) ?? [];
      if (userId === undefined) throw new Error(`${origin}/ offers no user to sign in as`);
      const signedIn = await fetch(`${origin}/local/login`, {
        method: "POST",
        redirect: "manual",
        body: new URLSearchParams({ userId }),
      });
      const cookie = signedIn.headers
        .getSetCookie()
        .map((one) => one.split(";")[0])
        .join("; ");
      const page = await (await fetch(`${origin}/lightning/page/home`, { headers: { cookie } })).text();
      const [, module] = /"lwc":\s*"([^"]+)"/.exec(page) ?? [];
      if (module === undefined) throw new Error(`the page has no import map: ${page.slice(0, 500)}`);
      const engine = await fetch(new URL(module, origin), { headers: { cookie } });
      if (!engine.ok) throw new Error(`${module} answers ${engine.status}`);
      return `it served a page of ${page.length} bytes, and the engine it asks for`;
    },
  );
}

async function tryService(folder: string): Promise<string> {
  const cli = join(folder, "node_modules/@compromiso/sync-service/bin/sla-sync.js");
  const deadline = [
    "deadline",
    "--plan",
    "Gold",
    "--priority",
    "P1",
    "--opened",
    "2026-11-20T16:30",
    "--lang",
    "en",
  ];
  const said = await run(folder, process.execPath, cli, ...deadline);
  if (!said.includes("Fri 20 Nov 2026")) throw new Error(`it says ${said}`);
  const port = await freePort();
  const config = { store: { file: "store.sqlite" }, http: { port } };
  writeFileSync(join(folder, "config.json"), JSON.stringify(config));
  return await withServer(folder, [cli, "serve", "--config", "config.json"], async () => {
    const health = await answers(`http://127.0.0.1:${port}/healthz`);
    return `${said.split("\n")[1]}; /healthz answers ${health.status}`;
  });
}

/** Runs a server while `work` goes on, and stops it. */
async function withServer<T>(folder: string, args: string[], work: () => Promise<T>): Promise<T> {
  const child: ChildProcess = spawn(process.execPath, args, {
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  child.stdout?.on("data", (chunk) => (said += chunk));
  child.stderr?.on("data", (chunk) => (said += chunk));
  const ended = once(child, "exit").then(([code]) => {
    throw new Error(`it ended by itself (${code}): ${said}`);
  });
  ended.catch(() => {});
  try {
    return await Promise.race([work(), ended]);
  } finally {
    if (child.exitCode === null) {
      const gone = once(child, "exit");
      child.kill("SIGTERM");
      await gone;
    }
  }
}

/** Asks until a server answers. */
async function answers(url: string): Promise<Response> {
  for (const until = Date.now() + 60_000; ;)
    try {
      const response = await fetch(url);
      if (response.ok) return response;
      throw new Error(`${url} answers ${response.status}`);
    } catch (error) {
      if (Date.now() > until) throw error;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
