// What does one org's limited Slack channel, and its email that cannot be rendered, cost another org's notices?
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { percentile } from "c/slaReporting";
import { actionsConfig } from "../../src/channels/registry.ts";
import { sendersOf } from "../../src/lanes/senders.ts";
import type { Notice } from "../../src/messages/notice.ts";
import { Deliveries } from "../../src/outbox/deliveries.ts";
import { enqueue, type OutboxItem } from "../../src/outbox/outbox.ts";
import { silentLog, systemClock, systemTimers, type Runtime } from "../../src/runtime.ts";
import { openStore } from "../../src/store/open.ts";
import { mailWire } from "../../test/channels/wires/mail.ts";
import { serve } from "../../test/channels/wires/serve.ts";

const runtime: Runtime = { clock: systemClock, timers: systemTimers, random: Math.random, log: silentLog };
const apart = 250;

/** Slack as it limits: one message a second in a channel, else 429 and 30 s of silence in that channel. */
async function limitedSlack() {
  const freeAt = new Map<string, number>();
  return serve(({ body }) => {
    const channel = new URLSearchParams(body).get("channel")!;
    const now = Date.now();
    const limited = channel === "C0STORM" && now < (freeAt.get(channel) ?? 0);
    freeAt.set(channel, now + 1_000);
    if (limited) return { status: 429, headers: { "retry-after": "30" }, body: { ok: false } };
    return { body: { ok: true, channel, ts: "1700000000.000100" } };
  });
}

/** @returns how late the healthy org's notices were, ms from the decision to the delivery */
export async function noticesBeside(folder: string, troubled: boolean, count: number) {
  const [slack, mail] = [await limitedSlack(), await mailWire()];
  Object.assign(process.env, { BENCH_SLACK: "xoxb", BENCH_SMTP: mail.url });
  const store = await openStore({ file: join(folder, `notices-${troubled}.sqlite`) });
  const config = actionsConfig.parse({
    slack: {
      token: { env: "BENCH_SLACK" },
      signingSecret: { env: "BENCH_SLACK" },
      apiUrl: `${slack.url}/api/`,
    },
    email: { server: { env: "BENCH_SMTP" }, from: "soporte@provider.example" },
  });
  const senders = sendersOf(store.db, config, () => undefined, runtime);
  const deliveries = new Deliveries({ db: store.db, runtime, senders: senders.of, holder: "bench" });
  deliveries.start();
  const queue = async (...items: OutboxItem[]) => {
    await store.db.transaction().execute((tx) => enqueue(tx, items, Date.now(), () => false));
    deliveries.wake();
  };
  if (troubled) {
    await queue(...range(200).map((n) => notice("storm", "slack", `${n}`, "C0STORM")));
    // two that share the channel: what the pace of one service cannot know of
    await fetch(`${slack.url}/api/chat.postMessage`, { method: "POST", body: "channel=C0STORM" });
    await queue(
      ...range(50).map((n) => notice("odd", "email", `${n}`, "a@b.example", { priorityLabel: null })),
    );
  }
  for (const n of range(count)) {
    await queue(
      // to a place of its own each, so that its own pace is not measured
      notice("healthy", "slack", `${n}`, `C0HEALTHY${n}`),
      notice("healthy", "email", `${n}`, "lead@provider.example"),
    );
    await wait(apart);
  }
  await wait(2_000);
  const rows = await store.db.selectFrom("outbox").selectAll().where("org_id", "=", "healthy").execute();
  const lags = rows.map((row) => (row.delivered_at ?? Infinity) - row.created_at);
  await deliveries.stop();
  senders.close();
  await Promise.all([store.close(), slack.close(), mail.close()]);
  const ms = (share: number) => percentile(lags, share);
  const what = troubled ? "beside a limited Slack channel and mail that cannot be rendered" : "alone";
  return { what, notices: lags.length, "p50 ms": ms(50), "p99 ms": ms(99), "max ms": ms(100) };
}

const range = (count: number) => Array.from({ length: count }, (_, n) => n);

function notice(
  orgId: string,
  channel: "slack" | "email",
  n: string,
  address: string,
  change: object = {},
): OutboxItem {
  const now = Date.now();
  const caseId = `500${n.padStart(12, "0")}AAA`;
  const payload: Notice = {
    ...{ about: "step", orgId, client: orgId, caseId, caseNumber: n, subject: "x", cycle: 1, plan: "Gold" },
    ...{ caseUrl: "https://x.example", priority: "P1", priorityLabel: { es: "Crítico", en: "Critical" } },
    ...{ step: "breach", stepLabel: { es: "Incumplimiento", en: "Breach" }, standsFor: [], timeZone: "UTC" },
    ...{ startedAt: now, dueAt: now, stepAt: now, remaining: 0, readAt: now },
    ...{ address, language: "es", canAcknowledge: false },
    ...change,
  };
  const destination = channel === "slack" ? `slack:${orgId}:${address}` : `email:${orgId}`;
  return { key: `${channel}/${orgId}/${n}`, orgId, caseId, destination, kind: `notice.${channel}`, payload };
}
