import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import fc from "fast-check";
import { z } from "zod";
import { apiRoutes } from "../../src/http/api-routes.ts";
import { createApp } from "../../src/http/app.ts";
import { createMetrics } from "../../src/http/metrics.ts";
import { listen, type HttpServer } from "../../src/http/server.ts";
import { createToken, revokeToken, type Scope } from "../../src/http/tokens.ts";
import { readCatalogue } from "../../src/orgs/contract.ts";
import { ReportThread } from "../../src/reports/thread.ts";
import { silentLog, systemClock, systemTimers } from "../../src/runtime.ts";
import type { Store } from "../../src/store/open.ts";
import { at, client, openCase } from "../clocks/world.ts";
import { describeStores } from "../stores.ts";

type Schema = Parameters<typeof z.fromJSONSchema>[0];

// a machine that has other things to do is slow, not wrong
jest.setTimeout(60_000);

describeStores("the HTTP face", (open) => {
  let store: Store;
  let http: HttpServer;
  let reports: ReportThread;
  let caseId: string;
  let woken = 0;
  const tokens: Partial<Record<Scope | "none" | "all", string>> = {};
  beforeAll(async () => {
    store = await open();
    const { db } = store;
    reports = new ReportThread(store.place);
    const org = await client(db);
    caseId = await openCase(db, org, 1, at("2026-11-25T10:00:00"));
    await db.updateTable("outbox").set({ state: "dead", last_error: "refused" }).execute();
    const runtime = { clock: systemClock, timers: systemTimers, random: Math.random, log: silentLog };
    const routes = apiRoutes({
      ...{ store, runtime, reports, accounts: {}, catalogue: () => readCatalogue(), keys: null },
      wake: () => woken++,
      sources: {
        health: () => new Map(),
        apiUse: () => null,
        troubled: () => [],
        clockOffset: () => 0,
      },
    });
    const app = createApp({
      db,
      runtime,
      metrics: createMetrics({ reports, clock: systemClock }),
      version: "1.2.3",
      routes,
      perMinute: 100_000,
    });
    http = await listen(app, { host: "127.0.0.1", port: 0 });
    const token = async (scopes: Scope[]) =>
      (await createToken(db, { name: "test", scopes, expiresAt: null }, 0)).token;
    tokens.read = await token(["read"]);
    tokens.operate = await token(["operate"]);
    tokens.metrics = await token(["metrics"]);
    tokens.all = await token(["read", "operate", "metrics"]);
  });
  afterAll(async () => {
    await http.close();
    await reports.stop();
  });

  const ask = async (path: string, { as, ...init }: RequestInit & { as?: string | undefined } = {}) => {
    const headers = new Headers(init.headers);
    if (as !== undefined) headers.set("authorization", `Bearer ${as}`);
    const response = await fetch(http.url + path, { ...init, headers });
    const text = await response.text();
    return {
      status: response.status,
      type: response.headers.get("content-type"),
      headers: response.headers,
      text,
    };
  };
  const document = async () =>
    JSON.parse((await ask("/api/v1/openapi.json", { as: tokens.all })).text) as {
      openapi: string;
      paths: Record<
        string,
        Record<
          string,
          {
            description: string;
            parameters: { name: string; in: string; schema: object }[];
            requestBody?: object;
            responses: Record<string, { content: Record<string, { schema: Schema }> }>;
          }
        >
      >;
      components: { schemas: { Problem: Schema } };
    };
  const json = { "content-type": "application/json" };

  test("health is open; everything else is refused without a token, with a problem in words", async () => {
    expect((await ask("/healthz")).status).toBe(200);
    expect((await ask("/readyz")).text).toBe('{"status":"ready"}');
    const { paths } = await document();
    const addresses = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => [method, path]),
    );
    expect(addresses.length).toBeGreaterThan(4);
    for (const [method, path] of [...addresses, ["get", "/metrics"], ["get", "/api/v1/openapi.json"]])
      for (const as of [undefined, "cmp_wrong", "Basic", "cmp_" + "x".repeat(500)]) {
        const answer = await ask(path!.replace(/\{\w+\}/g, "1"), { method: method!.toUpperCase(), as });
        expect([answer.status, answer.type]).toEqual([401, "application/problem+json; charset=utf-8"]);
      }
    const nowhere = await ask("/api/v1/nowhere", { as: tokens.all });
    expect([nowhere.status, nowhere.type]).toEqual([404, "application/problem+json; charset=utf-8"]);
  });

  test("a token does what its scopes say, until it expires or is revoked", async () => {
    const retry = { method: "POST", headers: json, body: '{"ids":[1]}' };
    expect((await ask("/api/v1/dead-letters", { as: tokens.metrics })).status).toBe(403);
    expect((await ask("/api/v1/dead-letters/retry", { ...retry, as: tokens.read })).status).toBe(403);
    expect((await ask("/metrics", { as: tokens.read })).status).toBe(403);
    expect((await ask("/metrics", { as: tokens.metrics })).text).toContain(
      'compromiso_outbox_effects{destination="salesforce:acme",state="dead"} 1',
    );
    const { token: old } = await createToken(
      store.db,
      { name: "old", scopes: ["read"], expiresAt: Date.now() - 1 },
      0,
    );
    expect((await ask("/api/v1/dead-letters", { as: old })).status).toBe(401);
    const { id, token } = await createToken(store.db, { name: "gone", scopes: ["read"], expiresAt: null }, 0);
    expect((await ask("/api/v1/dead-letters", { as: token })).status).toBe(200);
    await revokeToken(store.db, id, Date.now());
    expect((await ask("/api/v1/dead-letters", { as: token })).status).toBe(401);
    const kept = JSON.stringify(await store.db.selectFrom("api_tokens").selectAll().execute());
    expect(kept).not.toContain(token.slice(4));
  });

  test("dead letters are listed, shown and retried; a case's clocks are read with their ledger", async () => {
    const { letters } = JSON.parse(
      (await ask("/api/v1/dead-letters?orgId=acme", { as: tokens.read })).text,
    ) as { letters: { id: number }[] };
    expect(letters).toEqual([expect.objectContaining({ reason: "refused", caseId })]);
    const one = await ask(`/api/v1/dead-letters/${letters[0]!.id}`, { as: tokens.read });
    expect(JSON.parse(one.text)).toMatchObject({
      kind: "case.fields",
      payload: { fields: { SLA_Status__c: "Running" } },
    });
    const retried = await ask("/api/v1/dead-letters/retry", {
      method: "POST",
      headers: json,
      body: JSON.stringify({ ids: [letters[0]!.id] }),
      as: tokens.operate,
    });
    expect([retried.status, retried.text, woken > 0]).toEqual([200, '{"changed":1}', true]);
    const clocks = await ask(`/api/v1/orgs/acme/cases/${caseId}/clocks`, { as: tokens.read });
    expect(JSON.parse(clocks.text)).toMatchObject({
      clocks: [{ cycle: 1, status: "Running", plan: "Silver", steps: [] }],
    });
    expect(
      (await ask(`/api/v1/orgs/acme/cases/${caseId.replace("1A", "2A")}/clocks`, { as: tokens.read })).status,
    ).toBe(404);
  });

  test("input is refused with every fault and its path; too large and malformed bodies too", async () => {
    const post = (body: string, headers: Record<string, string> = json) =>
      ask("/api/v1/dead-letters/retry", { method: "POST", headers, body, as: tokens.all });
    const wrong = await ask("/api/v1/dead-letters?limit=0&after=x", { as: tokens.all });
    expect([wrong.status, JSON.parse(wrong.text).errors.map((e: { path: string }) => e.path)]).toEqual([
      422,
      ["query.after", "query.limit"],
    ]);
    // a key that does not exist, in any body: where it is, and which one was meant
    const misspelt = await ask("/api/v1/orgs/acme/plan-change", {
      method: "POST",
      headers: json,
      body: '{"plan":"gold","agredBy":"Ana"}',
      as: tokens.all,
    });
    expect([misspelt.status, JSON.parse(misspelt.text).errors]).toEqual([
      422,
      expect.arrayContaining([
        {
          path: "body.agredBy",
          reason: "this key does not exist. Did you mean agreedBy?",
          es: "esta clave no existe. ¿Quisiste decir agreedBy?",
        },
      ]),
    ]);
    expect((await post("{")).status).toBe(400);
    expect((await post('{"all":{"orgId":"a\\u0000b"}}')).status).toBe(422);
    expect((await ask("/api/v1/fleet/cases?orgId=a%00b", { as: tokens.all })).status).toBe(422);
    expect((await post("[]")).status).toBe(422);
    expect((await post(JSON.stringify({ ids: Array.from({ length: 60_000 }, () => 1) }))).status).toBe(413);
    expect((await post("ids=1", { "content-type": "application/x-www-form-urlencoded" })).status).toBe(415);
    expect((await ask("/healthz")).headers.get("x-powered-by")).toBeNull();
    expect((await ask("/healthz")).headers.get("content-security-policy")).toContain("default-src 'self'");
  });

  test("a key that does not exist is refused with its path and the nearest one, in queries and bodies at every depth", async () => {
    const faults = async (path: string, body?: object) => {
      const sent = body && { method: "POST", headers: json, body: JSON.stringify(body) };
      const { status, text } = await ask(path, { as: tokens.all, ...sent });
      const { errors } = JSON.parse(text) as { errors?: { path: string; reason: string }[] };
      return [status, ...(errors ?? []).map(({ path: at, reason }) => `${at}: ${reason}`)];
    };
    const missing = (nearest: string) => `this key does not exist. Did you mean ${nearest}?`;
    expect(await faults("/api/v1/fleet/cases?orgID=acme")).toEqual([422, `query.orgID: ${missing("orgId")}`]);
    expect(await faults("/api/v1/fleet?org=acme")).toEqual([422, "query.org: this key does not exist"]);
    for (const what of ["retry", "discard"]) {
      expect(await faults(`/api/v1/dead-letters/${what}`, { idz: [1] })).toContain(
        `body.idz: ${missing("ids")}`,
      );
      expect(await faults(`/api/v1/dead-letters/${what}`, { all: { orgid: "acme" } })).toEqual([
        422,
        `body.all.orgid: ${missing("orgId")}`,
      ]);
    }
    const label = { es: "a", en: "a" };
    const whatIf = (alternative: object) =>
      faults("/api/v1/orgs/acme/what-if", { from: "2026-11", alternative });
    expect(await whatIf({ timezone: "UTC", weekly: { mond: [] } })).toEqual([
      422,
      `body.alternative.weekly.mond: ${missing("mon")}`,
      `body.alternative.timezone: ${missing("timeZone")}`,
    ]);
    expect(await whatIf({ steps: [{ name: "a", at: "50%", label, dos: [], do: [] }] })).toEqual([
      422,
      `body.alternative.steps.0.dos: ${missing("do")}`,
    ]);
    const step = (action: object) => whatIf({ steps: [{ name: "a", at: "50%", label, do: [action] }] });
    expect((await step({ type: "page", severty: "error" }))[1]).toContain(
      `steps[0].do[0].severty: a: ${missing("severity")}`,
    );
    expect((await step({ type: "reassign", to: { queu: "x" } }))[1]).toContain(
      `steps[0].do[0].to.queu: a: ${missing("queue")}`,
    );
  });

  test("another method is refused with those that there are; so is what is nested without end, and who asks too often", async () => {
    for (const [method, path, allowed] of [
      ["DELETE", "/api/v1/fleet", "GET, HEAD"],
      ["OPTIONS", "/api/v1/fleet", "GET, HEAD"],
      ["GET", "/api/v1/orgs/acme/what-if", "POST"],
      ["PUT", "/healthz", "GET, HEAD"],
      ["POST", "/metrics", "GET, HEAD"],
    ] as const) {
      const answer = await ask(path, { method });
      expect([answer.status, answer.type, answer.headers.get("allow")]).toEqual([
        405,
        "application/problem+json; charset=utf-8",
        allowed,
      ]);
    }
    const nested = `${"[".repeat(40_000)}${"]".repeat(40_000)}`;
    const step = `{"name":"a","at":"50%","label":{"es":"a","en":"a"},"do":[{"type":"writeBack","x":${nested}}]}`;
    const deep = await ask("/api/v1/orgs/acme/what-if", {
      method: "POST",
      headers: json,
      body: `{"from":"2026-11","alternative":{"steps":[${step}]}}`,
      as: tokens.all,
    });
    expect([deep.status, JSON.parse(deep.text).detail]).toEqual([
      422,
      "The body of this request is nested more than 32 deep.",
    ]);
    const runtime = { clock: systemClock, timers: systemTimers, random: Math.random, log: silentLog };
    const strict = await listen(
      createApp({
        db: store.db,
        runtime,
        metrics: createMetrics({ reports, clock: systemClock }),
        version: "1.2.3",
        routes: [],
        perMinute: 2,
      }),
      { host: "127.0.0.1", port: 0 },
    );
    const answers = [];
    for (let n = 0; n < 3; n++) answers.push(await fetch(`${strict.url}/api/v1/fleet`));
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 429]);
    expect(answers[2]!.headers.get("content-type")).toBe("application/problem+json; charset=utf-8");
    expect(Number(answers[2]!.headers.get("retry-after"))).toBeGreaterThan(0);
    await strict.close();
  });

  test("whatever is sent to whichever address, the service answers as its document says, and does not fail", async () => {
    const { openapi, paths, components } = await document();
    expect(openapi).toBe("3.1.0");
    const promised = new Map<Schema, z.ZodType>();
    const schemaOf = (schema: Schema) => {
      // a reference inside the document
      const target = (schema as { $ref?: string }).$ref === undefined ? schema : components.schemas.Problem;
      if (!promised.has(target)) promised.set(target, z.fromJSONSchema(target));
      return promised.get(target)!;
    };
    const answered = new Set<number>();
    const operations = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
    );
    const text = fc.oneof(
      fc.string({ maxLength: 40 }),
      fc.constantFrom("0", "-1", "9".repeat(30), "NaN", "../..", "%00", "acme", "'; drop table"),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...operations),
        fc.array(text, { minLength: 6, maxLength: 6 }),
        fc.json(),
        async ({ path, method, operation }, words, body) => {
          let n = 0;
          const filled = path.replace(/\{\w+\}/g, () => encodeURIComponent(words[n++]!) || "x");
          const query = new URLSearchParams(
            operation.parameters
              .filter((p) => p.in === "query")
              .map((p): [string, string] => [p.name, words[n++ % 6]!]),
          );
          const answer = await ask(`${filled}?${query}`, {
            method: method.toUpperCase(),
            as: tokens.all,
            ...(operation.requestBody ? { headers: json, body } : {}),
          });
          expect(Object.keys(operation.responses)).toContain(String(answer.status));
          const [[type, { schema }]] = Object.entries(operation.responses[answer.status]!.content) as [
            [string, { schema: Schema }],
          ];
          expect(answer.type).toBe(`${type}; charset=utf-8`);
          schemaOf(schema).parse(JSON.parse(answer.text));
          answered.add(answer.status);
        },
      ),
      { numRuns: 150 },
    );
    // also what it gives when it is asked for what there is
    for (const path of [
      "/api/v1/fleet",
      "/api/v1/fleet/cases",
      "/api/v1/fleet/ended-cases",
      "/api/v1/fleet/choices",
      "/api/v1/fleet/client-choices",
      "/api/v1/audit",
      "/api/v1/dead-letters",
      "/api/v1/reports/mtta?from=2026-11&by=org,plan,priority,month,consultant",
    ]) {
      const { get } = paths[path.split("?")[0]!]!;
      const answer = await ask(path, { as: tokens.all });
      expect([path, answer.status]).toEqual([path, 200]);
      schemaOf(get!.responses[200]!.content["application/json"]!.schema).parse(JSON.parse(answer.text));
    }
    expect(answered).toContain(422);
  });
});
