// How fast do changes come in?
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openStore, type Store } from "../src/store/open.ts";
import { benchmark, someOf, stores, wholeNumber } from "../../scripts/bench/command.ts";
import { newFolder, startServer, stopServer } from "../test/postgres/server.ts";
import { cpuTime } from "./ingest/cpu.ts";
import { memory } from "./ingest/memory.ts";
import { bareRows, eventsOf, ingest, mirrorAlone, onboard, withClocks } from "./ingest/rates.ts";
import { apiRequests } from "./ingest/requests.ts";

const options = benchmark(
  "ingest",
  "Changes a second from the bytes of the event to the commit, beside the bare rows as the limit; what changes cost an org in API requests; what the service holds in memory.",
)
  .addOption(someOf("--parts <parts>", "what to measure", ["rates", "requests", "memory"] as const))
  .option("--changes <n>", "how many, for the rates", wholeNumber, 20_000)
  .addOption(stores())
  .option("--requests <n>", "how many changes, for the API requests", wholeNumber, 400)
  .option("--orgs <n>", "how many orgs, for the memory", wholeNumber, 100)
  .option("--cases <n>", "how many open cases in all of them, for the memory", wholeNumber, 100_000)
  .option("--json", "the figures as JSON alone")
  .parse()
  .opts<{
    parts: string[];
    changes: number;
    stores: string[];
    requests: number;
    orgs: number;
    cases: number;
    json?: true;
  }>();
const { changes, parts } = options;
const warm = 5_000;

const rates: Record<string, unknown>[] = [];
for (const kind of parts.includes("rates") ? options.stores : []) {
  const encoded = eventsOf(changes);
  const folder = kind === "sqlite" ? mkdtempSync(join(tmpdir(), "compromiso-bench-")) : await newFolder();
  const url = kind === "postgres" ? await startServer(folder) : null;
  const measure = async (what: string, work: () => Promise<unknown>) => {
    const before = cpuTime(url && folder);
    const began = performance.now();
    await work();
    const seconds = (performance.now() - began) / 1000;
    const after = cpuTime(url && folder);
    const each = (total: number) => Math.round(total / changes);
    rates.push({
      ...{ store: kind, what, changes, "changes/s": Math.round(changes / seconds) },
      "CPU µs/change": each(after.own - before.own),
      "server's": after.server === null ? null : each(after.server - before.server!),
    });
  };
  const withStore = async (name: string, work: (store: Store) => Promise<void>) => {
    const store = await openStore(
      url === null ? { file: join(folder, `${name}.sqlite`) } : { databaseUrl: url },
    );
    await onboard(store);
    await work(store).finally(() => store.close());
  };
  try {
    // a service that has run for a while: its frequent code has been compiled
    await withStore(
      "before",
      async (store) => void (await ingest(store, encoded.slice(0, warm), withClocks)),
    );
    await withStore("mirror", async (store) => {
      let batches: string[][] = [];
      await measure("mirror alone", async () => (batches = await ingest(store, encoded, mirrorAlone)));
      await measure("bare rows", await bareRows(store, batches));
    });
    await withStore("whole", (store) =>
      measure("with clocks and outbox", () => ingest(store, encoded, withClocks)),
    );
  } finally {
    if (url !== null) await stopServer(folder);
    else rmSync(folder, { recursive: true, force: true });
  }
}
const requests = parts.includes("requests") ? await apiRequests(options.requests) : [];
const held = parts.includes("memory")
  ? await memory(options.orgs, Math.ceil(options.cases / options.orgs))
  : [];
if (options.json) console.log(JSON.stringify({ rates, requests, memory: held }));
else for (const rows of [rates, requests, held]) if (rows.length > 0) console.table(rows);
