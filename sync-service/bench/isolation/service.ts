// The service of a version, in a process of its own, with a mail server and a Slack that it sends to.
import { fork, type ChildProcess } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { mailWire } from "../../test/channels/wires/mail.ts";
import { serve } from "../../test/channels/wires/serve.ts";

export interface Running {
  /** The file of its store. */
  store: string;
  stop(): Promise<void>;
}

/** Starts it as an operator does, and waits until it serves. */
export async function startVersion(root: string, folder: string): Promise<Running> {
  const [slack, mail] = [await limitedSlack(), await mailWire()];
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
      slack: { token: secret, signingSecret: secret, apiUrl: `${slack.url}/api/` },
      email: { server: { env: "BENCH_SMTP" }, from: "soporte@provider.example" },
    },
  };
  writeFileSync(config, JSON.stringify(settings));
  const service = fork(join(root, "sync-service/bin/sla-sync.js"), ["serve", "--config", config], {
    execArgv: ["--disable-warning=ExperimentalWarning"],
    env: { ...process.env, NODE_OPTIONS: "", BENCH_SLACK: "xoxb", BENCH_SMTP: mail.url },
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  await ready(service);
  return {
    store: join(folder, "store.sqlite"),
    async stop() {
      // one that is held up by a policy would not hear a gentler word
      service.kill("SIGKILL");
      await Promise.all([slack.close(), mail.close()]);
    },
  };
}

const ready = (service: ChildProcess) =>
  new Promise<void>((is, failed) => {
    service.once("message", () => is());
    service.once("exit", (code) => failed(new Error(`the service ended with ${code}`)));
  });

/** Slack as it limits one channel, to which others post too: every second message gets 429 and 30 s of silence. */
async function limitedSlack() {
  let asked = 0;
  return serve(({ body }) => {
    const channel = new URLSearchParams(body).get("channel")!;
    if (channel === "C0STORM" && ++asked % 2 === 0)
      return { status: 429, headers: { "retry-after": "30" }, body: { ok: false, error: "ratelimited" } };
    return { body: { ok: true, channel, ts: "1700000000.000100" } };
  });
}
