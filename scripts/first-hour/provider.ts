// The provider's side of the first hour: onboards the org by the commands of docs/operate.md, and serves it.
import { execFile, spawn, type ChildProcess } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { promisify } from "node:util";
import { Connection } from "jsforce";
import type { Org } from "@compromiso/local-org";
import { root } from "../start/places.ts";

const slaSync = join(root, "sync-service/bin/sla-sync.js");

export class Provider {
  readonly #given: { work: string; org: Org; pubsub: string; username: string };
  readonly #config: string;
  #service: ChildProcess | undefined;

  constructor(given: { work: string; org: Org; pubsub: string; username: string }) {
    this.#given = given;
    this.#config = join(given.work, "service.json");
    writeFileSync(
      this.#config,
      JSON.stringify({ store: { file: "store.sqlite" }, http: { port: 0 }, every: { intake: 1 } }),
    );
  }

  #sla(...args: string[]) {
    return promisify(execFile)(process.execPath, [slaSync, ...args, "--config", this.#config]);
  }

  /** @param token of the administrator, who reads the consumer key in Setup and sends it */
  async onboard(token: string): Promise<void> {
    const { org, pubsub, username, work } = this.#given;
    const admin = new Connection({ instanceUrl: org.instanceUrl, accessToken: token, version: "66.0" });
    const { consumerKey } = (await admin.metadata.read(
      "ExtlClntAppGlobalOauthSettings" as never,
      "Support_Sync_glbloauth",
    )) as { consumerKey: string };
    await this.#sla(
      ...["orgs", "add", "--id", "austral", "--name", "Austral Retail", "--instance-url", org.instanceUrl],
      ...["--username", username, "--client-id", consumerKey, "--key-file", join(work, "sync.key")],
      ...["--plan", "gold", "--intake", "Origin = 'Email'"],
      ...["--pubsub-endpoint", pubsub, "--insecure-plaintext"],
    );
    this.#service = spawn(process.execPath, [slaSync, "serve", "--config", this.#config], {
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
  }

  async deadlineWritten(subject: string): Promise<boolean> {
    for (let left = 300; left > 0; left--) {
      const written = [...this.#given.org.rows("Case")].find((row) => row["Subject"] === subject);
      if (written?.["SLA_Ack_Due_At__c"]) return true;
      await wait(100);
    }
    return false;
  }

  /** The doctor signs in anew; what else it finds is not about the org. */
  async letIn(): Promise<boolean> {
    const doctor = ["orgs", "doctor", "austral", "--json"];
    const { stdout } = await this.#sla(...doctor).catch((error: { stdout: string }) => error);
    const findings = JSON.parse(stdout) as { check: string; is: string; says: string }[];
    const signIn = findings.find(({ check }) => check === "sign-in");
    if (signIn?.is !== "ok") console.log(stdout);
    return signIn?.is === "ok";
  }

  async stop(): Promise<void> {
    const service = this.#service;
    if (service === undefined || service.exitCode !== null) return;
    const ended = new Promise((resolve) => service.once("exit", resolve));
    service.kill("SIGTERM");
    await ended;
  }
}
