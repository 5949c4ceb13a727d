// The processes of `npm start`. Each writes its own log. They stop together, so that no process stays behind.
import { spawn, type ChildProcess } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Mendable } from "./cleanly.ts";
import { places, root } from "./places.ts";

const running = new Map<string, ChildProcess>();
let stopping = false;

function logOf(name: string): string {
  mkdirSync(places.logs, { recursive: true });
  return join(places.logs, `${name}.log`);
}

const tail = (file: string) => readFileSync(file, "utf8").trimEnd().split("\n").slice(-6).join("\n    ");

function inLog(
  name: string,
  args: string[],
  env: NodeJS.ProcessEnv,
  ipc: boolean,
  folder = root,
): ChildProcess {
  const out = openSync(logOf(name), "a");
  try {
    // The child ends when this channel closes, so it ends even if its parent is killed.
    return spawn(process.execPath, args, {
      cwd: folder,
      env,
      stdio: ipc ? ["ignore", out, out, "ipc"] : ["ignore", out, out],
      // Ctrl-C must reach only this process, which then stops the others in order.
      detached: true,
    });
  } finally {
    closeSync(out);
  }
}

/** Starts a long-running process and waits for its message `{ ready: true, … }`. */
export function start<Ready extends { ready: true }>(
  name: string,
  args: string[],
  env: NodeJS.ProcessEnv = {},
): Promise<Ready> {
  const child = inLog(name, args, { ...process.env, ...env }, true);
  running.set(name, child);
  let isReady = false;
  return new Promise((resolve, reject) => {
    child.on("message", (message) => {
      if (!(message as Ready).ready) return;
      isReady = true;
      resolve(message as Ready);
    });
    child.on("exit", (code, signal) => {
      running.delete(name);
      const ended = `${name} ended (${signal ?? `code ${code}`}).\n    ${tail(logOf(name))}\n  log: ${logOf(name)}`;
      reject(new Mendable(ended));
      if (!stopping && isReady) onLoss?.(name, ended);
    });
  });
}

let onLoss: ((name: string, why: string) => void) | undefined;
/** Registers a listener for the end of a long-running process. */
export function whenLost(listener: (name: string, why: string) => void): void {
  onLoss = listener;
}

/** Runs a command to its end. @throws Mendable with the last lines of its output if it fails */
export async function run(
  name: string,
  args: string[],
  env: NodeJS.ProcessEnv = {},
  folder = root,
): Promise<void> {
  const child = inLog(name, args, { ...process.env, ...env }, false, folder);
  running.set(name, child);
  const code = await new Promise<number | null>((resolve) => child.on("exit", resolve));
  running.delete(name);
  if (code !== 0 && !stopping)
    throw new Mendable(`${name} failed.\n    ${tail(logOf(name))}\n  log: ${logOf(name)}`);
}

function signal(child: ChildProcess, name: NodeJS.Signals): void {
  try {
    process.kill(-child.pid!, name); // the whole group, because a command may have children
  } catch {
    // the process has ended already
  }
}

/** Stops all processes, the newest first. Each has 10 s to end; then it is killed. */
export async function stopAll(): Promise<void> {
  stopping = true;
  for (const child of [...running.values()].reverse()) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    signal(child, "SIGTERM");
    const patience = setTimeout(() => signal(child, "SIGKILL"), 10_000);
    await ended;
    clearTimeout(patience);
  }
}
