// How fast do changes come in?
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import avsc from "avsc";
import { recomputeClocks } from "../src/clocks/recompute.ts";
import { Decoder } from "../src/events/pubsub/decode.ts";
import { apply } from "../src/mirror/apply.ts";
import type { RecomputeClocks } from "../src/mirror/types.ts";
import { policyFor, readCatalogue } from "../src/orgs/contract.ts";
import { openStore, type Store } from "../src/store/open.ts";
import { benchmark, stores, wholeNumber } from "../../scripts/bench/command.ts";
import { newFolder, startServer, stopServer } from "../test/postgres/server.ts";
import { contract, id, intake, judgement, org, orgId, user } from "../test/mirror/world.ts";

const options = benchmark(
  "ingest",
  "Changes a second from the bytes of the event to the commit, beside the bare rows as the limit.",
)
  .option("--changes <n>", "how many", wholeNumber, 20_000)
  .addOption(stores())
  .option("--json", "the figures as JSON alone")
  .parse()
  .opts<{ changes: number; stores: string[]; json?: true }>();
const { changes } = options;
/** Pub/Sub lets this many be outstanding: what one transaction takes in at most. */
const credit = 100;

const bitmap = { type: "array", items: "string" } as const;
const text = (name: string) => ({ name, type: ["null", "string"], default: null });
const fields = [
  "CaseNumber",
  "Subject",
  "Status",
  "Origin",
  "OwnerId",
  "ContactId",
  "CreatedById",
  "Support_Contract__c",
  "Support_Priority__c",
  "Support_Channel__c",
  "Service_Category__c",
];
const schema = {
  type: "record",
  name: "CaseChangeEvent",
  fields: [
    {
      name: "ChangeEventHeader",
      type: {
        type: "record",
        name: "ChangeEventHeader",
        fields: [
          { name: "entityName", type: "string" },
          { name: "recordIds", type: { type: "array", items: "string" } },
          {
            name: "changeType",
            type: { type: "enum", name: "ChangeType", symbols: ["CREATE", "UPDATE", "DELETE", "UNDELETE"] },
          },
          { name: "changeOrigin", type: "string" },
          { name: "transactionKey", type: "string" },
          { name: "sequenceNumber", type: "int" },
          { name: "commitTimestamp", type: "long" },
          { name: "commitNumber", type: "long" },
          { name: "commitUser", type: "string" },
          { name: "nulledFields", type: bitmap },
          { name: "diffFields", type: bitmap },
          { name: "changedFields", type: bitmap },
        ],
      },
    },
    ...fields.map(text),
    { name: "CreatedDate", type: ["null", "long"], default: null },
    { name: "LastModifiedDate", type: ["null", "long"], default: null },
  ],
} as const;
const type = avsc.Type.forSchema(schema as never);
const at = Date.parse("2026-11-23T13:00:00Z");

/** One in five opens a case; the others change status, owner, priority or subject of one that is there. */
function* events(): Generator<Buffer> {
  const bit = (...names: string[]) => [
    `0x${names.reduce((sum, name) => sum | (1 << (fields.indexOf(name) + 1)), 0).toString(16)}`,
  ];
  for (let n = 0; n < changes; n++) {
    const opens = n % 5 === 0;
    const number = opens ? n / 5 : (n * 7919) % Math.ceil((n + 1) / 5);
    const all = {
      CaseNumber: String(number),
      Subject: `Case ${number} of the benchmark`,
      Status: "New",
      Origin: "Web",
      OwnerId: id("00G", 1),
      ContactId: null,
      CreatedById: user.martina,
      Support_Contract__c: contract,
      Support_Priority__c: "P3",
      Support_Channel__c: "Portal",
      Service_Category__c: "Configuration",
    };
    const [changed, some] = [
      [["Status"], { Status: "Working" }],
      [["OwnerId"], { OwnerId: user.camila }],
      [["Support_Priority__c"], { Support_Priority__c: n % 2 ? "P1" : "P2" }],
      [["Subject"], { Subject: `Another subject ${n}` }],
    ][n % 4] as [string[], object];
    const empty = Object.fromEntries(fields.map((name) => [name, null]));
    yield type.toBuffer({
      ChangeEventHeader: {
        entityName: "Case",
        recordIds: [id("500", number)],
        changeType: opens ? "CREATE" : "UPDATE",
        changeOrigin: "com/salesforce/api/rest/68.0;client=Portal",
        transactionKey: `0004ed5f-7c1d-${n}`,
        sequenceNumber: 1,
        commitTimestamp: at + n,
        commitNumber: 10_000_000 + n,
        commitUser: n % 2 ? user.camila : user.martina,
        nulledFields: [],
        diffFields: [],
        changedFields: opens ? [] : bit(...changed),
      },
      ...empty,
      ...(opens ? all : some),
      CreatedDate: opens ? at + n : null,
      LastModifiedDate: at + n,
    });
  }
}
const encoded = [...events()];

async function ingest(store: Store, recompute: RecomputeClocks): Promise<number> {
  const decoder = new Decoder(async () => JSON.stringify(schema));
  const began = performance.now();
  for (let from = 0; from < encoded.length; from += credit) {
    const decoded = [];
    for (const payload of encoded.slice(from, from + credit))
      decoded.push(...(await decoder.decode(orgId, "s", payload)).changes);
    await apply(
      store,
      recompute,
      intake({
        changes: decoded,
        judgement,
        position: { channel: "c", position: String(from), transport: "pubsub" },
        now: at + from,
      }),
    );
  }
  return (changes / (performance.now() - began)) * 1000;
}

/** The same rows in the same transactions, a case's row as often as a change wrote it, and nothing else. */
async function bare(store: Store): Promise<number> {
  const { db } = store;
  const cases = await db.selectFrom("cases").selectAll().execute();
  const facts = await db.selectFrom("facts").selectAll().orderBy("commit_number").execute();
  const keys = await db.selectFrom("applied_changes").selectAll().execute();
  for (const table of ["cases", "facts", "applied_changes"] as const) await db.deleteFrom(table).execute();
  const perBatch = Math.ceil((facts.length * credit) / changes);
  const began = performance.now();
  for (let batch = 0; batch < changes / credit; batch++) {
    const written = Array.from({ length: credit }, (_, n) => cases[(batch * credit + n) % cases.length]!);
    const some = facts.slice(batch * perBatch, (batch + 1) * perBatch);
    await db.transaction().execute(async (tx) => {
      await tx
        .insertInto("cases")
        .values(written)
        .onConflict((c) =>
          c.columns(["org_id", "id"]).doUpdateSet((eb) => ({
            fields: eb.ref("excluded.fields"),
            versions: eb.ref("excluded.versions"),
            subject: eb.ref("excluded.subject"),
          })),
        )
        .execute();
      if (some.length > 0) await tx.insertInto("facts").values(some).execute();
      await tx
        .insertInto("applied_changes")
        .values(keys.slice(batch * credit, (batch + 1) * credit))
        .execute();
    });
  }
  return (changes / (performance.now() - began)) * 1000;
}

async function onboard({ db }: Store): Promise<void> {
  await db
    .insertInto("orgs")
    .values({ ...org, onboarded_at: at })
    .execute();
  const terms = {
    plan: "Gold",
    timeZone: "America/Argentina/Buenos_Aires",
    holidays: "AR",
    startsOn: null,
    endsOn: null,
  };
  const policy = policyFor(readCatalogue(), terms, at);
  await db
    .insertInto("contracts")
    .values({
      org_id: orgId,
      id: contract,
      plan: policy.plan,
      status: "Active",
      starts_on: "2026-01-01",
      ends_on: null,
      policy: JSON.stringify(policy),
      policy_version: policy.version,
      problem: null,
      updated_at: at,
    })
    .execute();
}

const rows: Record<string, unknown>[] = [];
for (const kind of options.stores) {
  const folder = kind === "sqlite" ? mkdtempSync(join(tmpdir(), "compromiso-bench-")) : await newFolder();
  const url = kind === "postgres" ? await startServer(folder) : null;
  try {
    const measure = async (name: string, run: (store: Store) => Promise<number>) => {
      const store = await openStore(
        url === null ? { file: join(folder, `${name}.sqlite`) } : { databaseUrl: url },
      );
      for (const table of [
        "orgs",
        "contracts",
        "cases",
        "facts",
        "applied_changes",
        "clocks",
        "outbox",
        "write_backs",
        "stream_positions",
      ] as const)
        await store.db.deleteFrom(table).execute();
      await onboard(store);
      const rate = await run(store);
      const limit = name === "mirror" ? await bare(store) : null;
      await store.close();
      return { rate: Math.round(rate), limit: limit && Math.round(limit) };
    };
    const mirror = await measure("mirror", (store) => ingest(store, async () => {}));
    const whole = await measure("whole", (store) => ingest(store, recomputeClocks));
    rows.push({
      store: kind,
      changes,
      "mirror/s": mirror.rate,
      "bare rows/s": mirror.limit,
      share: `${Math.round((mirror.rate / mirror.limit!) * 100)} %`,
      "with clocks/s": whole.rate,
      "rss MB": Math.round(process.memoryUsage().rss / 1e6),
    });
  } finally {
    if (url !== null) await stopServer(folder);
    else rmSync(folder, { recursive: true, force: true });
  }
}
if (options.json) console.log(JSON.stringify(rows));
else console.table(rows);
