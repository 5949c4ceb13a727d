// Prometheus and Alertmanager with the rules of `deploy`, their times divided, and who hears of each alert.
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { until } from "../orgs/org-world.ts";

const rulesFile = join(import.meta.dirname, "../../../deploy/prometheus/rules.yml");

/** The first of these programs that is installed. */
export const installed = (...names: string[]): string | null =>
  names.find((name) => spawnSync(name, ["--version"], { stdio: "ignore" }).status === 0) ?? null;

/**
 * The rules with shorter times: how long each must hold, the thresholds of 60 and 900 seconds, and the window of the
 * steps' lateness. All else is as it ships.
 */
export const fasterRules = (rules: string, faster: number): string =>
  rules
    .replace("[10m]", "[1m]")
    .replace(
      /(^ +for: )(\d+)m$/gm,
      (_, start: string, minutes: string) => `${start}${Math.ceil((Number(minutes) * 60) / faster)}s`,
    )
    .replace(
      /(_seconds\) > )(60|900)$/gm,
      (_, start: string, seconds: string) => start + String(Number(seconds) / faster),
    );

export const alertNames = (): string[] =>
  [...readFileSync(rulesFile, "utf8").matchAll(/- alert: (\w+)/g)].map(([, name]) => name!);

/** A port that is free now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((listening) => server.once("listening", listening));
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return port;
}

/** Whether the Prometheus at this port has a sample of the service. */
async function scraped(port: number): Promise<boolean> {
  const answer = await fetch(`http://127.0.0.1:${port}/api/v1/query?query=up%3D%3D1`)
    .then((response) => response.json())
    .catch(() => null);
  return ((answer as { data?: { result?: unknown[] } } | null)?.data?.result?.length ?? 0) > 0;
}

export interface Watchers {
  /** Whether Alertmanager said that the alert fires, and has not said that it is resolved. */
  fires(alert: string): boolean;
  close(): Promise<void>;
}

/** Starts both, watching the service on this port. */
export async function startWatchers(
  { prometheus, alertmanager }: { prometheus: string; alertmanager: string },
  { folder, port, token, faster }: { folder: string; port: number; token: string; faster: number },
): Promise<Watchers> {
  const [own, theirs] = [await freePort(), await freePort()];
  const state = new Map<string, { alert: string; firing: boolean }>();
  const hearing: Server = createServer((request, response) => {
    let body = "";
    request.on("data", (part: Buffer) => (body += part.toString()));
    request.on("end", () => {
      const { alerts } = JSON.parse(body) as {
        alerts: { status: string; fingerprint: string; labels: { alertname: string } }[];
      };
      for (const { status, fingerprint, labels } of alerts)
        state.set(fingerprint, { alert: labels.alertname, firing: status === "firing" });
      response.end();
    });
  }).listen(0, "127.0.0.1");
  await new Promise((listening) => hearing.once("listening", listening));
  const heard = `http://127.0.0.1:${(hearing.address() as AddressInfo).port}/`;

  writeFileSync(join(folder, "rules.yml"), fasterRules(readFileSync(rulesFile, "utf8"), faster));
  writeFileSync(join(folder, "token"), token);
  writeFileSync(
    join(folder, "prometheus.yml"),
    `global: { scrape_interval: 1s, evaluation_interval: 1s }
rule_files: [rules.yml]
alerting: { alertmanagers: [{ static_configs: [{ targets: ["127.0.0.1:${theirs}"] }] }] }
scrape_configs:
  - job_name: compromiso
    authorization: { credentials_file: ${join(folder, "token")} }
    static_configs: [{ targets: ["127.0.0.1:${port}"] }]
`,
  );
  writeFileSync(
    join(folder, "alertmanager.yml"),
    `route: { receiver: here, group_by: ["..."], group_wait: 0s, group_interval: 1s, repeat_interval: 4h }
receivers: [{ name: here, webhook_configs: [{ url: "${heard}" }] }]
`,
  );
  const run = (command: string, ...args: string[]): ChildProcess =>
    spawn(command, args, { cwd: folder, stdio: "ignore" });
  const children = [
    run(
      alertmanager,
      "--config.file=alertmanager.yml",
      `--storage.path=${join(folder, "alertmanager")}`,
      `--web.listen-address=127.0.0.1:${theirs}`,
      "--cluster.listen-address=",
    ),
    run(
      prometheus,
      "--config.file=prometheus.yml",
      `--storage.tsdb.path=${join(folder, "prometheus")}`,
      `--web.listen-address=127.0.0.1:${own}`,
    ),
  ];
  await until(() => scraped(own), "the first scrape", 60_000);
  return {
    fires: (alert) => [...state.values()].some((one) => one.alert === alert && one.firing),
    async close() {
      await Promise.all(
        children.map((child) => {
          const gone = new Promise((resolve) => child.once("exit", resolve));
          child.kill();
          return child.exitCode === null ? gone : undefined;
        }),
      );
      hearing.closeAllConnections();
      await new Promise((closed) => hearing.close(closed));
    },
  };
}
