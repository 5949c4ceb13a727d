// What the service holds in memory: a process of its own, many orgs followed, many cases waiting, no case due.
import { fork } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { Fact } from "c/slaEngine";
import { sql } from "kysely";
import { recomputeClocks } from "../../src/clocks/recompute.ts";
import { createToken } from "../../src/http/tokens.ts";
import { refreshContracts } from "../../src/mirror/contracts.ts";
import { OrgConnection } from "../../src/orgs/connection.ts";
import { Registry } from "../../src/orgs/registry.ts";
import { systemClock } from "../../src/runtime.ts";
import { insertMany } from "../../src/store/bulk.ts";
import { openStore, type Store } from "../../src/store/open.ts";
import { startWorld, type TestOrg } from "../../test/orgs/org-world.ts";

/** Watched for so long once every stream is open, ms. */
const watched = 30_000;
const port = 8199;

export interface MemoryRow {
  what: string;
  orgs: number;
  "open cases": number;
  "RSS MB": number;
  "heap MB": number;
  "CPU %": number | null;
}

/**
 * All orgs are one local org under as many names: each has its own connection, stream and rows. They are on a dry run,
 * since the org does not know the cases.
 */
export async function memory(orgs: number, casesEach: number): Promise<MemoryRow[]> {
  const folder = mkdtempSync(join(tmpdir(), "compromiso-bench-"));
  process.env["COMPROMISO_TEST_ORGS"] = join(folder, "templates");
  mkdirSync(process.env["COMPROMISO_TEST_ORGS"]);
  const world = await startWorld();
  const config = join(folder, "service.json");
  writeFileSync(
    config,
    JSON.stringify({ store: { file: "store.sqlite" }, http: { port }, log: { level: "error" } }),
  );
  const store = await openStore({ file: join(folder, "store.sqlite") });
  const { token } = await createToken(
    store.db,
    { name: "bench", scopes: ["metrics"], expiresAt: null },
    Date.now(),
  );
  await fill(store, world.orgs[0]!, orgs, casesEach);
  await store.close();
  const service = fork(join(import.meta.dirname, "../../bin/sla-sync.js"), ["serve", "--config", config], {
    execArgv: ["--disable-warning=ExperimentalWarning"],
    env: { ...process.env, NODE_OPTIONS: "", DATABASE_URL: undefined },
  });
  const gone = new Promise((resolve) => service.once("exit", resolve));
  try {
    await new Promise<void>((resolve, reject) => {
      service.once("message", () => resolve());
      service.once("exit", (code) => reject(new Error(`the service ended with ${code}`)));
    });
    const metrics = async () => {
      const answer = await fetch(`http://127.0.0.1:${port}/metrics`, {
        headers: { authorization: `Bearer ${token}` },
      });
      const text = await answer.text();
      return (name: string) =>
        [...text.matchAll(new RegExp(`^compromiso_${name}(?:{[^}]*})? ([-+.\\de]+)$`, "gm"))].reduce(
          (sum, [, value]) => sum + Number(value),
          0,
        );
    };
    let now = await metrics();
    for (let tries = 0; now("org_active") < orgs || now("stream_silence_seconds") === 0; tries++) {
      if (tries > 240) throw new Error(`${now("org_active")} of ${orgs} orgs are followed`);
      await wait(500);
      now = await metrics();
    }
    const row = (what: string, value: (name: string) => number, cpu: number | null): MemoryRow => ({
      ...{ what, orgs, "open cases": orgs * casesEach },
      "RSS MB": Math.round(value("process_resident_memory_bytes") / 1e6),
      "heap MB": Math.round(value("nodejs_heap_size_used_bytes") / 1e6),
      "CPU %": cpu,
    });
    const started = row("after the start", now, null);
    const before = now("process_cpu_seconds_total");
    await wait(watched);
    now = await metrics();
    const cpu = ((now("process_cpu_seconds_total") - before) / watched) * 1000 * 100;
    return [started, row("nothing due", now, Math.round(cpu * 10) / 10)];
  } finally {
    service.kill("SIGTERM");
    await gone;
    await world.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function fill(store: Store, org: TestOrg, orgs: number, casesEach: number): Promise<void> {
  const registry = new Registry(store.db);
  const now = Date.now();
  for (let n = 0; n < orgs; n++) {
    const id = `org${n}`;
    const entry = { ...org.entry, id, settings: { ...org.entry.settings, dryRun: true }, onboardedAt: now };
    await registry.save(entry);
    const read = { org_id: id, noticed_at: now, kind: "never read", detail: "", since: null };
    await store.db
      .insertInto("gaps")
      .values({ ...read, repaired_at: now })
      .execute();
    if (n === 0)
      await refreshContracts(store, new OrgConnection(entry, systemClock), recomputeClocks, systemClock);
    else {
      const row = await store.db.selectFrom("contracts").selectAll().where("org_id", "=", "org0").execute();
      await store.db
        .insertInto("contracts")
        .values(row.map((one) => ({ ...one, org_id: id })))
        .execute();
    }
    await openCases(store, id, org, casesEach, now);
  }
  await store.db.deleteFrom("outbox").execute();
  await store.db
    .updateTable("write_backs")
    .set({ written: sql`wanted` })
    .execute();
}

async function openCases(store: Store, orgId: string, org: TestOrg, count: number, now: number) {
  const ids = Array.from({ length: count }, (_, n) => `500${String(n).padStart(12, "0")}AAA`);
  const fact: Fact = {
    id: "created",
    at: Math.floor(now / 1000) * 1000,
    by: { userId: org.id("martina"), role: "requester" },
    ...({ kind: "created", status: "New", closed: false, priority: "P4", category: null } as const),
    ...({ channel: null, contractId: org.contractId, owner: "queue" } as const),
  };
  const fields = {
    ...{ Status: "New", OwnerId: org.id("camila"), Support_Contract__c: org.contractId },
    ...{ Subject: "The till prints nothing", CreatedById: org.id("martina"), CreatedDate: fact.at },
  };
  await store.db.transaction().execute(async (tx) => {
    await insertMany(
      tx,
      "cases",
      {
        ...({ org_id: "text", id: "text", case_number: "text", subject: "text", fields: "text" } as const),
        ...({ versions: "text", contract_id: "text", system_modstamp: "bigint" } as const),
        ...({ is_deleted: "integer", is_closed: "integer" } as const),
      },
      ids.map((id) => ({
        ...{ org_id: orgId, id, case_number: id.slice(7, 15), subject: fields.Subject },
        ...{ fields: JSON.stringify(fields), versions: "{}", contract_id: org.contractId },
        ...{ system_modstamp: fact.at, is_deleted: 0, is_closed: 0 },
      })),
    );
    await insertMany(
      tx,
      "facts",
      {
        ...({ org_id: "text", case_id: "text", id: "text", at: "bigint", commit_number: "bigint" } as const),
        ...({ sequence_number: "integer", kind: "text", fact: "text", received_at: "bigint" } as const),
      },
      ids.map((case_id) => ({
        ...{ org_id: orgId, case_id, id: fact.id, at: fact.at, commit_number: 0, sequence_number: 0 },
        ...{ kind: fact.kind, fact: JSON.stringify(fact), received_at: now },
      })),
    );
    await recomputeClocks(
      tx,
      ids.map((caseId) => ({ orgId, caseId })),
      now,
    );
  });
}
