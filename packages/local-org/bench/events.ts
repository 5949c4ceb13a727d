// How many events a second does the local org take and send?
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as grpc from "@grpc/grpc-js";
import { protoFile } from "@compromiso/pubsub-api";
import { loadSync } from "@grpc/proto-loader";
import avro from "avsc";
import { benchmark, wholeNumber } from "../../../scripts/bench/command.ts";
import { eventsOf, selectForCapture } from "../src/events/index.ts";
import { openEventLog } from "../src/events/log.ts";
import { startLocalOrgs, type Caller, type Org } from "../src/index.ts";

const { events: total } = benchmark(
  "events",
  "Events per second: committed and captured, replayed over Pub/Sub (credit of 100, decoded), pushed over CometD; and how " +
    "long it takes to open what was kept.",
)
  .option("--events <n>", "how many", wholeNumber, 20_000)
  .parse()
  .opts<{ events: number }>();
const BATCH = 200;
const TOPIC = "/data/CaseChangeEvent";
const dataDir = mkdtempSync(join(tmpdir(), "bench-events-"));
const results: Record<string, number> = {};

async function timed(what: string, count: number, work: () => unknown): Promise<void> {
  const start = performance.now();
  await work();
  results[what] = Math.round((count * 1000) / (performance.now() - start));
}

const host = await startLocalOrgs({
  dataDir,
  orgs: [
    {
      name: "bench",
      label: "Bench",
      language: "en_US",
      timeZone: "UTC",
      users: [
        {
          username: "admin@bench.example",
          name: "Ada Bench",
          email: "a@b.example",
          profile: "System Administrator",
        },
      ],
    },
  ],
});
const org = host.orgs.get("bench") as Org;
const admin = [...org.rows("User")].find((row) => row.Username === "admin@bench.example");
const caller: Caller = { userId: admin?.Id ?? "", api: "rest/68.0", client: "bench" };
const token = org.sessions.open(caller.userId, "bench").token;
eventsOf(org)?.allocation.setMax(Number.MAX_SAFE_INTEGER);

const insertBatch = (from: number) =>
  org.execute(
    caller,
    Array.from({ length: BATCH }, (_, index) => ({
      op: "insert" as const,
      object: "Case",
      fields: {
        Subject: `Case ${from + index}`,
        Origin: "Web",
        Description: "What happened, in some words.",
      },
    })),
  );
const insertAll = () => {
  for (let made = 0; made < total; made += BATCH) insertBatch(made);
};

await timed("creates/s without capture", total, insertAll);
selectForCapture(org, ["Case"]);
await timed("creates/s captured", total, insertAll);

const proto = loadSync(protoFile, { defaults: true });
const { v1 } = grpc.loadPackageDefinition(proto).eventbus as unknown as {
  v1: { PubSub: grpc.ServiceClientConstructor };
};
const client = new v1.PubSub(host.pubsubEndpoint, grpc.credentials.createInsecure());
const metadata = new grpc.Metadata();
metadata.set("accesstoken", token);
metadata.set("instanceurl", org.instanceUrl);
metadata.set("tenantid", org.id);

interface Fetched {
  events: { event: { schemaId: string; payload: Buffer } }[];
  pendingNumRequested: number;
}

function overPubSub(wanted: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const call = client.Subscribe?.(metadata) as grpc.ClientDuplexStream<object, Fetched>;
    let got = 0;
    let type: avro.Type | undefined;
    const waiting: Buffer[] = [];
    call.on("error", (error: grpc.ServiceError) =>
      error.code === grpc.status.CANCELLED ? undefined : reject(error),
    );
    call.on("data", ({ events, pendingNumRequested }: Fetched) => {
      for (const { event } of events) {
        if (type) type.fromBuffer(event.payload);
        else waiting.push(event.payload);
      }
      const schemaId = events[0]?.event.schemaId;
      if (waiting.length > 0 && waiting.length === events.length && schemaId) {
        client.GetSchema?.({ schemaId }, metadata, (_error: unknown, schema: { schemaJson: string }) => {
          type = avro.Type.forSchema(JSON.parse(schema.schemaJson), { wrapUnions: false });
          for (const payload of waiting.splice(0)) type.fromBuffer(payload);
        });
      }
      got += events.length;
      if (got >= wanted) {
        call.cancel();
        resolve();
      } else if (pendingNumRequested === 0) call.write({ numRequested: 100 });
    });
    call.write({ topicName: TOPIC, replayPreset: 1, numRequested: 100 });
  });
}
await timed("events/s over Pub/Sub, replayed", total, () => overPubSub(total));

async function comet(messages: object[]): Promise<{ channel: string; clientId?: string }[]> {
  const response = await fetch(`${org.instanceUrl}/cometd/68.0`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `OAuth ${token}` },
    body: JSON.stringify(messages),
  });
  return (await response.json()) as { channel: string; clientId?: string }[];
}

async function overCometd(wanted: number): Promise<void> {
  const [shaken] = await comet([
    { channel: "/meta/handshake", version: "1.0", supportedConnectionTypes: ["long-polling"] },
  ]);
  const clientId = shaken?.clientId;
  await comet([
    { channel: "/meta/subscribe", clientId, subscription: TOPIC, ext: { replay: { [TOPIC]: -2 } } },
  ]);
  for (let got = 0; got < wanted;) {
    const messages = await comet([{ channel: "/meta/connect", clientId, connectionType: "long-polling" }]);
    got += messages.filter(({ channel }) => channel === TOPIC).length;
  }
  await comet([{ channel: "/meta/disconnect", clientId }]);
}
await timed("events/s over CometD, replayed", total, () => overCometd(total));

client.close();
await host.close();
const start = performance.now();
const log = openEventLog(join(dataDir, "bench", "events"));
results[`ms to open ${log.count()} kept events`] = Math.round(performance.now() - start);
log.close();
rmSync(dataDir, { recursive: true, force: true });

console.table(results);
console.log(JSON.stringify({ bench: "events", events: total, results }));
