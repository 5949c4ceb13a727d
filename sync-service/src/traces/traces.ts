/**
 * OpenTelemetry traces of a case change: its arrival, the store's transaction, the steps decided after it, and each
 * message sent. They are off unless somebody asks for them; then the libraries are loaded.
 */
import type { Attributes, Context, Link, Span } from "@opentelemetry/api";
import { z } from "zod";
import type { Delivery, Outcome } from "../channels/channel.ts";
import type { FiredStep } from "../clocks/fired-step.ts";
import type { StoredBatch } from "../mirror/org-mirror.ts";
import type { World } from "../runtime.ts";

export const tracesConfig = z.strictObject({
  url: z
    .url({ protocol: /^https?$/ })
    .describe("where spans go by OTLP over HTTP, such as http://127.0.0.1:4318/v1/traces"),
  ratio: z.number().min(0).max(1).default(1).describe("the share of changes that is traced"),
});
export type TracesConfig = z.infer<typeof tracesConfig>;

export interface Traces {
  /** Changes that one transaction stored. */
  stored(batch: StoredBatch): void;
  fired(steps: readonly FiredStep[]): void;
  settled(item: Delivery, outcome: Outcome): void;
  stop(): Promise<void>;
}

const noTraces: Traces = { stored() {}, fired() {}, settled() {}, async stop() {} };
/** The cases whose latest change is remembered here. A step of any other case begins a trace of its own. */
const remembered = 10_000;

/** @returns traces that cost nothing, unless the configuration or the usual variables name a receiver */
export async function startTraces(
  config: TracesConfig | null,
  world: Pick<World, "clock" | "variable">,
  version: string,
): Promise<Traces> {
  const variables = ["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT"];
  const off = world.variable("OTEL_SDK_DISABLED") === "true";
  if (off || (config === null && variables.every((name) => !world.variable(name)))) return noTraces;
  const [api, { BatchSpanProcessor, ParentBasedSampler, TraceIdRatioBasedSampler, TracerProvider }] =
    await Promise.all([import("@opentelemetry/api"), import("@opentelemetry/sdk-trace")]);
  const { defaultResource, resourceFromAttributes } = await import("@opentelemetry/resources");
  const { OTLPTraceExporter } = await import("@opentelemetry/exporter-trace-otlp-http");
  const provider = new TracerProvider({
    resource: defaultResource().merge(
      resourceFromAttributes({
        "service.name": world.variable("OTEL_SERVICE_NAME") ?? "compromiso",
        "service.version": version,
      }),
    ),
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(config?.ratio ?? 1) }),
    spanProcessors: [
      new BatchSpanProcessor({
        exporter: new OTLPTraceExporter(config === null ? {} : { url: config.url }),
        scheduledDelayMillis: 1_000,
      }),
    ],
  });
  const tracer = provider.getTracer("compromiso", version);
  const { SpanKind, SpanStatusCode, ROOT_CONTEXT, trace } = api;

  /** By case: where its next span hangs. The oldest is forgotten first. */
  const latest = new Map<string, Context>();
  const keyOf = (orgId: string, caseId: string) => `${orgId}/${caseId}`;
  const remember = (key: string, span: Span) => {
    latest.delete(key);
    latest.set(key, trace.setSpan(ROOT_CONTEXT, span));
    if (latest.size > remembered) latest.delete(latest.keys().next().value!);
  };
  interface Part {
    name: string;
    from: number;
    to: number;
    kind?: number;
    attributes: Attributes;
    links?: Link[];
  }
  const draw = (
    parent: Context,
    { name, from, to, kind = SpanKind.INTERNAL, attributes, links = [] }: Part,
  ): Span => {
    // the corrected clock may step back between two moments
    const span = tracer.startSpan(name, { startTime: from, kind, attributes, links }, parent);
    span.end(Math.max(from, to));
    return span;
  };
  const caseOf = (orgId: string, caseId: string) => ({
    "compromiso.org": orgId,
    "compromiso.case": caseId,
  });

  return {
    stored({ changes, touched, arrivedAt, began }) {
      const now = world.clock.now();
      for (const change of changes) {
        if (!touched.has(change.caseId)) continue;
        const key = keyOf(change.orgId, change.caseId);
        const where = caseOf(change.orgId, change.caseId);
        const before = trace.getSpanContext(latest.get(key) ?? ROOT_CONTEXT);
        const root = draw(ROOT_CONTEXT, {
          ...{ name: "case change", from: arrivedAt, to: now, kind: SpanKind.CONSUMER },
          attributes: {
            ...where,
            "compromiso.change": change.kind,
            "compromiso.transaction": change.transactionKey,
            "compromiso.committed_at": new Date(change.commitTimestamp).toISOString(),
          },
          links: before === undefined ? [] : [{ context: before }],
        });
        const parent = trace.setSpan(ROOT_CONTEXT, root);
        draw(parent, { name: "store", from: Math.max(began, arrivedAt), to: now, attributes: where });
        remember(key, root);
      }
    },
    fired(steps) {
      const now = world.clock.now();
      for (const { orgId, caseId, cycle, step, outcome, dueAt, decidedAt } of steps) {
        const key = keyOf(orgId, caseId);
        const span = draw(latest.get(key) ?? ROOT_CONTEXT, {
          ...{ name: `decide ${step}`, from: decidedAt, to: now },
          attributes: {
            ...caseOf(orgId, caseId),
            ...{ "compromiso.cycle": cycle, "compromiso.step": step, "compromiso.outcome": outcome },
            "compromiso.late_ms": decidedAt - dueAt,
          },
        });
        remember(key, span);
      }
    },
    settled(item, outcome) {
      if (item.caseId === null) return;
      const channel = item.destination.split(":", 1)[0]!;
      const span = tracer.startSpan(
        `send ${channel}`,
        {
          startTime: item.createdAt,
          kind: SpanKind.PRODUCER,
          attributes: {
            ...caseOf(item.orgId, item.caseId),
            ...{ "compromiso.key": item.key, "compromiso.kind": item.kind },
            ...{ "compromiso.attempt": item.attempts + 1, "compromiso.outcome": outcome.is },
          },
        },
        latest.get(keyOf(item.orgId, item.caseId)) ?? ROOT_CONTEXT,
      );
      if (outcome.is !== "delivered") span.setStatus({ code: SpanStatusCode.ERROR, message: outcome.is });
      span.end(Math.max(item.createdAt, world.clock.now()));
    },
    // what the receiver does not take within its time is lost, and the service ends all the same
    stop: () => provider.shutdown().catch(() => {}),
  };
}
