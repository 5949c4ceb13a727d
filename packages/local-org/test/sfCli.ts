/** The real sf CLI, in a home of its own and off the network. */
import { spawn } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sfBinary, sfEnvironment } from "../../../scripts/start/sf.ts";

export interface Ran {
  code: number | null;
  stdout: string;
  /** Both outputs, as they came. */
  said: string;
}
export interface SfCli {
  home: string;
  run(args: string[], more?: { cwd?: string; env?: Record<string, string> }): Promise<Ran>;
}

/** @param environment for every run, over what keeps the CLI quiet; remove `home` when done */
export function newSfCli(environment: Record<string, string> = {}): SfCli {
  const home = mkdtempSync(join(tmpdir(), "sf-home-"));
  const quiet = {
    ...sfEnvironment,
    PATH: process.env.PATH,
    HOME: home,
    ...environment,
  };
  return {
    home,
    run: (args, { cwd = home, env = {} } = {}) =>
      new Promise((resolve, reject) => {
        const child = spawn(process.execPath, [sfBinary, ...args], { cwd, env: { ...quiet, ...env } });
        let stdout = "";
        let said = "";
        child.stdout.on("data", (chunk: Buffer) => {
          stdout += chunk.toString("utf8");
          said += chunk.toString("utf8");
        });
        child.stderr.on("data", (chunk: Buffer) => (said += chunk.toString("utf8")));
        child.on("error", reject);
        child.on("close", (code) => resolve({ code, stdout, said }));
      }),
  };
}
