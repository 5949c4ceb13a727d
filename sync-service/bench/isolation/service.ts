// The service of a version, in a process of its own, with a mail server and a Slack that it sends to.
import { fork, type ChildProcess } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Receivers } from "./receivers.ts";

export interface Running {
  /** The file of its store. */
  store: string;
  stop(): Promise<void>;
}

/** Starts it as an operator does, and waits until it serves. */
export async function startVersion(root: string, folder: string): Promise<Running> {
  const receiving = fork(join(import.meta.dirname, "receivers.ts"), {
    execArgv: ["--disable-warning=ExperimentalWarning"],
    env: { ...process.env, NODE_OPTIONS: "" },
  });
  const { slack, mail } = (await said(receiving)) as Receivers;
  const config = join(folder, "config.json");
  const secret = { env: "BENCH_SLACK" };
  const settings = {
    ...{
      store: { file: "store.sqlite" },
      http: { port: 0 },
      log: { level: "error" },
      every: { contracts: 5 },
    },
    actions: {
      slack: { token: secret, signingSecret: secret, apiUrl: `${slack}/api/` },
      email: { server: { env: "BENCH_SMTP" }, from: "soporte@provider.example" },
    },
  };
  writeFileSync(config, JSON.stringify(settings));
  const service = fork(join(root, "sync-service/bin/sla-sync.js"), ["serve", "--config", config], {
    execArgv: ["--disable-warning=ExperimentalWarning"],
    env: { ...process.env, NODE_OPTIONS: "", BENCH_SLACK: "xoxb", BENCH_SMTP: mail },
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  await said(service);
  return {
    store: join(folder, "store.sqlite"),
    async stop() {
      // one that is held up by a policy would not hear a gentler word
      service.kill("SIGKILL");
      receiving.disconnect();
    },
  };
}

/** The first message of a process: it is ready. */
const said = (child: ChildProcess) =>
  new Promise<unknown>((is, failed) => {
    child.once("message", is);
    child.once("exit", (code) => failed(new Error(`the process ended with ${code}`)));
  });
