/** The alert rules, the dashboard and the runbook belong together: each name in one stands in the others. */
import { describe, expect, test } from "@jest/globals";
import { readFileSync } from "node:fs";
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
  title: string;
  targets?: { expr: string; legendFormat?: string }[];
  panels?: Panel[];
}
const dashboard = JSON.parse(read("deploy/grafana/dashboards/compromiso.json")) as { panels: Panel[] };
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
});
