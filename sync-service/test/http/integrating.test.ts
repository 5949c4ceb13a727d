/** What other programs use: the API's document, a client made from it, and the receiver of webhooks in the docs. */
import { execFile, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { webhook } from "../../src/channels/webhook.ts";
import type { Delivery } from "../../src/channels/channel.ts";
import { createApp } from "../../src/http/app.ts";
import { createMetrics } from "../../src/http/metrics.ts";
import { clockRoutes } from "../../src/http/routes/clocks.ts";
import { deadLetterRoutes } from "../../src/http/routes/dead-letters.ts";
import { fleetRoutes } from "../../src/http/routes/fleet.ts";
import { messageRoutes } from "../../src/http/routes/messages.ts";
import { reportRoutes } from "../../src/http/routes/reports.ts";
import { listen, type HttpServer } from "../../src/http/server.ts";
import { createToken } from "../../src/http/tokens.ts";
import { ReportThread } from "../../src/reports/thread.ts";
import { silentLog, systemClock, systemTimers } from "../../src/runtime.ts";
import { openStore, type Store } from "../../src/store/open.ts";
import { client, openCase } from "../clocks/world.ts";
import { newPlace } from "../stores.ts";

jest.setTimeout(120_000);
const run = promisify(execFile);
const { resolve } = createRequire(import.meta.url);
/** Without it, a child process would load this test runner's hooks. */
const environment = {
  ...process.env,
  NODE_OPTIONS: "",
  REDOCLY_TELEMETRY: "off",
  REDOCLY_SUPPRESS_UPDATE_NOTICE: "true",
};
const folder = mkdtempSync(join(tmpdir(), "compromiso-integrating-"));
const documentFile = join(folder, "openapi.json");
let store: Store;
let forget: () => Promise<void>;
let reports: ReportThread;
let http: HttpServer;
let token: string;
let caseId: string;

beforeAll(async () => {
  const made = await newPlace("sqlite");
  ({ forget } = made);
  store = await openStore(made.place);
  const { db } = store;
  reports = new ReportThread(store.place);
  const org = await client(db, { id: "austral", plan: "Platinum" });
  caseId = await openCase(db, org, 1001, Date.now());
  http = await listen(
    createApp({
      ...{ db, version: "1.2.3", perMinute: 100_000 },
      runtime: { clock: systemClock, timers: systemTimers, random: Math.random, log: silentLog },
      metrics: createMetrics({ reports, clock: systemClock }),
      routes: [
        ...deadLetterRoutes(db, systemClock, () => {}),
        ...messageRoutes(db),
        ...clockRoutes(db),
        ...reportRoutes(db, reports, systemClock),
        ...fleetRoutes(db, reports, systemClock, {
          health: () => new Map(),
          apiUse: () => null,
          troubled: () => [],
          clockOffset: () => 0,
        }),
      ],
    }),
    { host: "127.0.0.1", port: 0 },
  );
  ({ token } = await createToken(db, { name: "client", scopes: ["read"], expiresAt: null }, Date.now()));
  const answer = await fetch(`${http.url}/api/v1/openapi.json`, {
    headers: { authorization: `Bearer ${token}` },
  });
  writeFileSync(documentFile, await answer.text());
});
afterAll(async () => {
  await http.close();
  await reports.stop();
  await store.close();
  await forget();
  rmSync(folder, { recursive: true, force: true });
});

test("Redocly's linter finds nothing wrong with the API's document", async () => {
  const cli = join(dirname(resolve("@redocly/cli/package.json")), "bin/cli.js");
  const { stdout } = await run(process.execPath, [cli, "lint", documentFile, "--format=json"], {
    env: environment,
  });
  const { totals, problems } = JSON.parse(stdout.slice(stdout.indexOf("{"), stdout.lastIndexOf("}") + 1));
  expect(problems).toEqual([]);
  expect(totals).toMatchObject({ errors: 0, warnings: 0 });
});

test("a client that a generator makes from the document asks the running service", async () => {
  const made = join(folder, "client");
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  writeFileSync(
    join(folder, "make.js"),
    `import { createClient } from ${JSON.stringify(import.meta.resolve("@hey-api/openapi-ts"))};
    await createClient({
      input: ${JSON.stringify(documentFile)},
      output: { path: ${JSON.stringify(made)}, importFileExtension: ".ts" },
      plugins: ["@hey-api/client-fetch", "@hey-api/sdk", "@hey-api/typescript"],
      logs: { level: "silent" },
    });`,
  );
  await run(process.execPath, [join(folder, "make.js")], { env: environment, cwd: folder });
  writeFileSync(
    join(folder, "use.ts"),
    `import { client } from "./client/client.gen.ts";
    import { listWaitingCases, readClocks, retryDeadLetters } from "./client/sdk.gen.ts";
    client.setConfig({ baseUrl: ${JSON.stringify(http.url)}, auth: ${JSON.stringify(token)} });
    const waiting = await listWaitingCases({ query: { orgId: "austral" } });
    const clocks = await readClocks({ path: { orgId: "austral", caseId: ${JSON.stringify(caseId)} } });
    const refused = await retryDeadLetters({ body: { ids: [1] } });
    const wrong = await listWaitingCases({ query: { limit: -1 } });
    console.log(JSON.stringify([
      waiting.data?.cases[0]?.caseNumber, clocks.data?.clocks.length, refused.error, wrong.error,
    ]));`,
  );
  const { stdout } = await run(
    process.execPath,
    ["--disable-warning=ExperimentalWarning", join(folder, "use.ts")],
    { env: environment },
  );
  expect(JSON.parse(stdout)).toEqual([
    "00001001",
    1,
    expect.objectContaining({ status: 403, detail: expect.stringContaining("scope operate") }),
    expect.objectContaining({ status: 422, errors: [expect.objectContaining({ path: "query.limit" })] }),
  ]);
});

test("the receiver in the docs takes our webhooks once, and refuses forged, changed and old ones", async () => {
  const page = readFileSync(join(import.meta.dirname, "../../../docs/integrate.md"), "utf8");
  const receiver = /```js verifier\n([\s\S]*?)```/.exec(page)![1]!;
  expect(receiver.trim().split("\n").length).toBeLessThanOrEqual(20);
  mkdirSync(join(folder, "receiver"));
  writeFileSync(join(folder, "receiver/receiver.mjs"), receiver);
  const free = createServer().listen(0, "127.0.0.1");
  await once(free, "listening");
  const { port } = free.address() as AddressInfo;
  free.close();
  const child = spawn(process.execPath, [join(folder, "receiver/receiver.mjs")], {
    env: { ...environment, OPS_SECRET: "a secret of a test", PORT: String(port) },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let said = "";
  child.stdout.on("data", (text: Buffer) => (said += text.toString()));
  const url = `http://127.0.0.1:${port}`;
  while (
    !(await fetch(url)
      .then(() => true)
      .catch(() => false))
  )
    await new Promise((next) => setImmediate(next));

  /** Sends by the channel itself, at a time and with a secret. */
  const send = async (secret: string, now: number, change = (body: string) => body) => {
    const way = webhook.create!({
      secret: () => secret,
      settings: async () => ({ webhooks: [{ name: "ops", url, secret: { env: "X" } }] }),
      clock: { now: () => now },
      request: (to: string | URL, init?: RequestInit) =>
        fetch(to, { ...init, body: change(String(init!.body)) }),
    } as unknown as Parameters<NonNullable<typeof webhook.create>>[0]);
    const item = {
      key: "step/austral/500/1/breach",
      destination: "webhook:austral:ops",
      orgId: "austral",
      payload: { about: "step", caseNumber: "00001001" },
    } as unknown as Delivery;
    const body = (await way.render(item)) as string;
    return (await way.send(body, item, new AbortController().signal)).is;
  };
  const secret = "a secret of a test";
  expect(await send(secret, Date.now())).toBe("delivered");
  expect(await send(secret, Date.now())).toBe("delivered");
  expect(await send("another secret", Date.now())).not.toBe("delivered");
  expect(await send(secret, Date.now() - 6 * 60_000)).not.toBe("delivered");
  expect(await send(secret, Date.now(), (body) => body.replace("00001001", "00001002"))).not.toBe(
    "delivered",
  );
  child.kill();
  await new Promise((gone) => child.once("exit", gone));
  expect(said).toBe("sla.step 00001001\n");
});
