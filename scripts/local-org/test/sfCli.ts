/** The real sf CLI, in a home of its own and off the network. */
import { spawn } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const cli = join(import.meta.dirname, "../../../node_modules/@salesforce/cli/bin/run.js");

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
    PATH: process.env.PATH,
    HOME: home,
    SF_DISABLE_TELEMETRY: "true",
    SF_DISABLE_AUTOUPDATE: "true",
    SF_SKIP_NEW_VERSION_CHECK: "true",
    SF_USE_GENERIC_UNIX_KEYCHAIN: "true",
    SF_DISABLE_LOG_FILE: "true",
    SF_HIDE_RELEASE_NOTES: "true",
    SF_HIDE_RELEASE_NOTES_FOOTER: "true",
    SF_DNS_TIMEOUT: "1",
    SF_DOMAIN_RETRY: "0",
    ...environment,
  };
  return {
    home,
    run: (args, { cwd = home, env = {} } = {}) =>
      new Promise((resolve, reject) => {
        const child = spawn(process.execPath, [cli, ...args], { cwd, env: { ...quiet, ...env } });
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
