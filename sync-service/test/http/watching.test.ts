/** The alert rules, the dashboard and the runbook belong together: each name in one stands in the others. */
import { describe, expect, test } from "@jest/globals";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createMetrics } from "../../src/http/metrics.ts";
import { systemClock } from "../../src/runtime.ts";

const root = join(import.meta.dirname, "../../..");
const read = (path: string) => readFileSync(join(root, path), "utf8");

/** The metrics that the service tells, with their labels. A histogram has a bucket, a sum and a count. */
const { registry } = createMetrics({
  reports: { storedCounts: () => Promise.reject(new Error("no store is needed to name the metrics")) },
  clock: systemClock,
});
const metrics = new Map<string, string[]>();
for (const { name, labelNames, type } of registry.getMetricsAsArray() as unknown as {
  name: string;
  labelNames: string[];
  type: string;
}[])
  for (const ending of type === "histogram" ? ["_bucket", "_sum", "_count"] : [""])
    metrics.set(name + ending, ["job", "instance", ...(ending === "_bucket" ? ["le"] : []), ...labelNames]);

const rules = read("deploy/prometheus/rules.yml")
  .split(/^ +- alert: /m)
  .slice(1)
  .map((text) => ({
    name: text.split("\n", 1)[0]!,
    expr: /^ +expr: (.+)$/m.exec(text)?.[1] ?? "",
    severity: /severity: (\w+)/.exec(text)?.[1],
    summary: /^ +summary: (.+)$/m.exec(text)?.[1] ?? "",
    runbook: /^ +runbook_url: (.+)$/m.exec(text)?.[1],
  }));
const headings = [...read("docs/runbook.md").matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);

interface Panel {
  id: number;
  type: string;
  title: string;
  datasource: { type: string; uid: string };
  gridPos: { x: number; y: number; w: number; h: number };
  fieldConfig: { defaults: { unit?: string }; overrides: unknown[] };
  targets?: { refId: string; expr: string; legendFormat?: string }[];
  panels?: Panel[];
}
const dashboard = JSON.parse(read("deploy/grafana/dashboards/compromiso.json")) as {
  uid: string;
  schemaVersion: number;
  panels: Panel[];
};
const panels = dashboard.panels.flatMap((panel) => [panel, ...(panel.panels ?? [])]);

/** What a PromQL expression names that the service does not tell. */
function unknownIn(expr: string): string[] {
  const named = [...expr.matchAll(/\b(compromiso_\w+)(?:\{([^}]*)\})?/g)];
  const labels = named.flatMap(([, name]) => metrics.get(name!) ?? []);
  const grouped = [...expr.matchAll(/\b(?:by|without) \(([^)]*)\)/g)].flatMap(([, list]) =>
    list!.split(/, */),
  );
  return [
    ...named.filter(([, name]) => !metrics.has(name!)).map(([, name]) => name!),
    ...named.flatMap(([, name, selector]) =>
      [...(selector ?? "").matchAll(/(\w+) *(?:=~|!=|!~|=)/g)]
        .filter(([, label]) => !metrics.get(name!)?.includes(label!))
        .map(([, label]) => `${name} has no label ${label}`),
    ),
    ...grouped.filter((label) => named.length > 0 && !labels.includes(label)),
  ];
}

describe("watching the service", () => {
  test("unknownIn finds a wrong metric, a wrong label and a wrong group", () => {
    expect(unknownIn("max(compromiso_gone) == 1")).toEqual(["compromiso_gone"]);
    expect(unknownIn('sum by (planet) (compromiso_org_state{mood="bad"})')).toEqual([
      "compromiso_org_state has no label mood",
      "planet",
    ]);
  });

  test.each(rules.map((rule) => [rule.name, rule] as const))("%s asks for metrics that exist", (_, rule) => {
    expect(rule.expr).not.toBe("");
    expect(unknownIn(rule.expr)).toEqual([]);
    expect(["critical", "warning"]).toContain(rule.severity);
    const labels = [...rule.summary.matchAll(/\$labels\.(\w+)/g)].map(([, label]) => label!);
    for (const label of labels) expect(rule.expr).toMatch(new RegExp(`by \\([^)]*\\b${label}\\b`));
  });

  test("each alert leads to its page in the runbook, and the runbook has no other page", () => {
    expect(headings.sort()).toEqual(rules.map(({ name }) => name).sort());
    for (const { name, runbook } of rules) expect(runbook).toBe(`docs/runbook.md#${name.toLowerCase()}`);
  });

  test("each panel of the dashboard asks for metrics that exist", () => {
    const asked = panels.flatMap(({ targets }) => targets ?? []);
    expect(asked.length).toBeGreaterThan(10);
    expect(asked.flatMap(({ expr }) => unknownIn(expr))).toEqual([]);
    for (const { expr, legendFormat } of asked)
      for (const [, label] of (legendFormat ?? "").matchAll(/\{\{(\w+)\}\}/g))
        expect(expr).toMatch(new RegExp(`by \\([^)]*\\b${label}\\b|^[a-z_]+$`));
  });

  test("the dashboard has the structure that Grafana publishes: places, kinds, sources and queries", () => {
    expect(dashboard).toMatchObject({ uid: "compromiso", schemaVersion: expect.any(Number) });
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    const taken = new Set<string>();
    for (const { title, type, datasource, gridPos, targets = [], fieldConfig } of panels) {
      expect([title, ["stat", "timeseries"]]).toEqual([title, expect.arrayContaining([type])]);
      expect(datasource).toEqual({ type: "prometheus", uid: "prometheus" });
      expect(fieldConfig).toMatchObject({ defaults: expect.any(Object), overrides: expect.any(Array) });
      expect(new Set(targets.map(({ refId }) => refId)).size).toBe(targets.length);
      const { x, y, w, h } = gridPos;
      expect(x + w).toBeLessThanOrEqual(24);
      for (let column = x; column < x + w; column++)
        for (let row = y; row < y + h; row++) {
          const cell = `${column}/${row}`;
          expect([title, cell, taken.has(cell)]).toEqual([title, cell, false]);
          taken.add(cell);
        }
    }
    // the source that the panels name is the one that is provisioned
    expect(read("deploy/grafana/provisioning/datasources/prometheus.yaml")).toContain("uid: prometheus");
  });

  const here = (command: string) => spawnSync(command, ["--version"], { stdio: "ignore" }).status === 0;
  const run = (command: string, ...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(command, args, { cwd: root, encoding: "utf8" });
    return { status, said: stdout + stderr };
  };
  test("each alert has a test of promtool, which passes where promtool is installed", () => {
    const tested = [...read("deploy/prometheus/rules.test.yml").matchAll(/^ {2}- name: (\w+)$/gm)];
    expect(tested.map(([, name]) => name).sort()).toEqual(rules.map(({ name }) => name).sort());
    if (!here("promtool")) return;
    expect(run("promtool", "test", "rules", "deploy/prometheus/rules.test.yml")).toMatchObject({ status: 0 });
    expect(
      run("promtool", "check", "config", "--syntax-only", "deploy/prometheus/prometheus.yml"),
    ).toMatchObject({
      status: 0,
    });
  });

  test("systemd has nothing to say about the unit, and rates it 1.3 or better, where systemd is installed", () => {
    if (!here("systemd-analyze")) return;
    const folder = mkdtempSync(join(tmpdir(), "compromiso-unit-"));
    // the program that the unit starts is this Node, wherever it is
    const file = join(folder, "compromiso.service");
    writeFileSync(file, read("deploy/systemd/compromiso.service").replace("/usr/bin/node", process.execPath));
    // a misspelt key only warns, so every word counts
    expect(run("systemd-analyze", "verify", file)).toEqual({ status: 0, said: "" });
    const { said } = run("systemd-analyze", "security", "--offline=true", file);
    expect(Number(/exposure level[^:]*: ([\d.]+)/.exec(said)![1])).toBeLessThanOrEqual(1.3);
    rmSync(folder, { recursive: true });
  });
});
