// One request to an org: bounded in time, counted each time it is made, never sent elsewhere.
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { OrgConnection } from "../../src/orgs/connection.ts";
import { needsPerson, type OrgTrouble } from "../../src/orgs/trouble.ts";
import { systemClock } from "../../src/runtime.ts";
import { startWorld, until, type TestOrg, type World } from "./org-world.ts";

jest.setTimeout(120_000);

let world: World;
let org: TestOrg;
let connection: OrgConnection;
beforeAll(async () => {
  world = await startWorld();
  org = world.orgs[0]!;
}, 120_000);
afterAll(() => world.close());
beforeEach(() => {
  connection = new OrgConnection(org.entry, systemClock, { within: 1_000 });
});
afterEach(() => {
  org.local.faults.reset();
});

const failing = (match: string, more: object) =>
  org.local.faults.failNext.push({
    ...{ match, status: 503, errorCode: "SERVER_UNAVAILABLE", message: "Busy", times: 1 },
    ...more,
  });
const cases = () => connection.query("SELECT Id FROM Case LIMIT 1");
/** What the org and the budget say that the work cost. */
async function costOf(
  work: () => Promise<unknown>,
): Promise<{ org: number; budget: number; error: Error | null }> {
  await connection.session();
  const before = { org: org.local.limits.used(), budget: connection.budget.used() };
  const error = await work().then(
    () => null,
    (failed: Error) => failed,
  );
  return {
    org: org.local.limits.used() - before.org,
    budget: connection.budget.used() - before.budget,
    error,
  };
}

test.each([
  ["a query", "/query", cases],
  ["a description", "/describe", () => connection.describe("Case")],
  [
    "a write",
    "PATCH",
    () =>
      connection.use((c) =>
        c
          .sobject("Support_Contract__c")
          .update({ Id: org.contractId, Synced_At__c: new Date().toISOString() }),
      ),
  ],
])("%s that is not answered fails by its deadline, and the next is answered", async (_what, match, work) => {
  await connection.session();
  failing(match, { hang: true });
  await expect(work()).rejects.toMatchObject({
    kind: "unavailable",
    message: expect.stringMatching(/has not answered (GET|PATCH) .* within 1 s/),
  });
  await work();
});

test("a sign-in that is not answered fails by its deadline", async () => {
  failing("/oauth2/token", { hang: true });
  await expect(cases()).rejects.toMatchObject({
    kind: "unavailable",
    message: expect.stringContaining("within 1 s"),
  });
  await cases();
});

test("a busy server is asked once more, and each request that the org saw is one that the budget counts", async () => {
  failing("/query", { times: 10 });
  const cost = await costOf(cases);
  expect(cost.error).toMatchObject({ kind: "unavailable" });
  // the local org fails a call before it counts it
  expect(10 - org.local.faults.failNext[0]!.times).toBe(2);
  expect(cost.budget).toBe(2);
});

test("what passes by itself costs two requests and no trouble; a write is made once", async () => {
  failing("/query", {});
  expect(await costOf(cases)).toEqual({ org: 1, budget: 2, error: null });
  failing("PATCH", { times: 10 });
  const write = () =>
    connection.use((c) => c.sobject("Support_Contract__c").update({ Id: org.contractId, Plan__c: "Silver" }));
  const cost = await costOf(write);
  expect(cost).toMatchObject({ budget: 1, error: { kind: "unavailable" } });
});

test("work that is given up on ends its request", async () => {
  await connection.session();
  failing("PATCH", { hang: true });
  const given = new AbortController();
  const writing = connection.use(
    (c) => c.sobject("Support_Contract__c").update({ Id: org.contractId, Plan__c: "Silver" }),
    given.signal,
  );
  await until(() => org.local.faults.failNext.length === 0, "the request");
  given.abort();
  await expect(writing).rejects.toMatchObject({ kind: "unavailable" });
});

describe("readings that begin at the same moment", () => {
  const users = "SELECT Id FROM User LIMIT 1";
  const together = (...soql: string[]) =>
    connection.together(() => Promise.allSettled(soql.map((one) => connection.query(one))));

  test("are one request, with five queries at most", async () => {
    expect(await costOf(() => together(users, users, users, users, users))).toMatchObject({
      org: 1,
      budget: 1,
    });
    expect(await costOf(() => together(...Array<string>(6).fill(users)))).toMatchObject({
      org: 2,
      budget: 2,
    });
    const described = () =>
      connection.together(() => Promise.all([connection.describe("Case"), connection.query(users)]));
    expect(await costOf(described)).toEqual({ org: 1, budget: 1, error: null });
  });

  test("fail each for itself, with its own reason", async () => {
    const answers = await together(users, "SELECT SLA_Status__c FROM User", users);
    expect(answers).toMatchObject([
      { status: "fulfilled", value: [{ Id: expect.any(String) }] },
      { status: "rejected", reason: { kind: "packageGone" } },
      { status: "fulfilled" },
    ]);
  });

  test("are asked once more when the server was busy", async () => {
    failing("/composite", {});
    const cost = await costOf(() => together(users, users));
    expect(cost).toEqual({ org: 1, budget: 2, error: null });
  });
});

describeServer("an org that", [
  [
    "sends a request elsewhere keeps the token to itself",
    (_request, response) => void response.writeHead(302, { location: "https://elsewhere.example/" }).end(),
    /elsewhere\.example, where it does not go with its token/,
  ],
  [
    "is not asked because a sign-in page of the network answers counts as away",
    (_request, response) =>
      void response
        .writeHead(200, { "content-type": "text/html" })
        .end("<!DOCTYPE html><html>Sign in</html>"),
    /^Another server on the way answered instead of the org: a page with HTTP 200 from 127/,
  ],
  [
    "is not asked because something on the way answers in plain text counts as away",
    (_request, response) =>
      void response.writeHead(200, { "content-type": "text/plain" }).end("Sign in to the network"),
    /^Another server on the way answered instead of the org/,
  ],
  [
    "answers without end is cut off by the deadline",
    (_request, response) => {
      response.writeHead(200, { "content-type": "application/json" });
      const drip = setInterval(() => response.write(" "), 20);
      response.on("close", () => clearInterval(drip));
    },
    /has not answered GET .* within 1 s/,
  ],
]);

function describeServer(name: string, cases: [string, RequestListener, RegExp][]): void {
  test.each(cases)(`${name} %s`, async (_what, answer, said) => {
    const server: Server = createServer(answer).listen(0, "127.0.0.1");
    try {
      await until(() => server.listening);
      await connection.session();
      const { port } = server.address() as AddressInfo;
      const asking = connection.use((c) => c.request(`http://127.0.0.1:${port}/services/data`));
      await expect(asking).rejects.toThrow(said);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });
}

test.each(["GET", "POST"] as const)(
  "the second request that fetch makes by itself after a 421 is counted, for a %s",
  async (method) => {
    let asked = 0;
    const server = createServer((_request, response) => {
      asked++;
      response.writeHead(421, { "content-type": "application/json" }).end("[]");
    }).listen(0, "127.0.0.1");
    try {
      await until(() => server.listening);
      await connection.session();
      const before = connection.budget.used();
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/services/data`;
      const body = method === "POST" ? { body: "{}" } : {};
      await expect(connection.use((c) => c.request({ method, url, ...body }))).rejects.toThrow();
      expect({ asked, counted: connection.budget.used() - before }).toEqual({ asked: 2, counted: 2 });
    } finally {
      server.closeAllConnections();
      server.close();
    }
  },
);

test.each([
  [403, "<!DOCTYPE html><html>The proxy asks for a sign-in</html>"],
  [404, ""],
  [407, "Proxy Authentication Required"],
  [200, "<!DOCTYPE html><html>Sign in to the network</html>"],
])("something on the way that answers a sign-in with HTTP %s stops no org", async (status, text) => {
  const server = createServer((_request, response) => void response.writeHead(status).end(text)).listen(
    0,
    "127.0.0.1",
  );
  try {
    await until(() => server.listening);
    const loginUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const error: unknown = await new OrgConnection({ ...org.entry, loginUrl }, systemClock)
      .session()
      .catch((failed: unknown) => failed);
    expect(needsPerson.has((error as OrgTrouble).kind)).toBe(false);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});

test("an assertion that was signed too long ago is signed once more before the org counts as shut", async () => {
  let asked = 0;
  // the first assertion is an hour old: the machine stood still after signing
  const clock = { now: () => systemClock.now() - (asked++ === 0 ? 3_600_000 : 0) };
  await expect(new OrgConnection(org.entry, clock).session()).resolves.toMatchObject({ orgId: org.local.id });
  expect(asked).toBeGreaterThan(1);
});
