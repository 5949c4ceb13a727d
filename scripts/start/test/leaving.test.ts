import { spawn } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { until } from "../../browser/waiting.ts";

const root = join(import.meta.dirname, "../../..");

const lives = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

test.each(["SIGTERM", "SIGKILL"] as const)(
  "a command leaves when %s ends the shell that npm ran it in",
  async (signal) => {
    // as npm does: a shell between, which passes no signal on
    const shell = spawn("sh", ["-c", "node scripts/pinned.js scripts/start/test/stays.js; true"], {
      cwd: root,
    });
    let said = "";
    shell.stdout.on("data", (chunk: Buffer) => (said += String(chunk)));
    await until("the command", async () => /pid \d+/.test(said), 30_000);
    const pid = Number(/pid (\d+)/.exec(said)![1]);
    expect(lives(pid)).toBe(true);
    shell.kill(signal);
    await until("its end", async () => !lives(pid), 10_000);
  },
  60_000,
);
