/** The admin API as a reliability test uses it, on a served org with its REST, identity and streams. */
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { eventsOf, selectForCapture } from "../../src/events/index.ts";
import { visibilityFor } from "../../src/events/delivery/deliver.ts";
import { startLocalOrgs, type LocalOrgHost } from "../../src/index.ts";
import type { Caller, Org } from "../../src/org/types.ts";

let host: LocalOrgHost;
let org: Org;
let admin: Caller;
let token: string;

beforeEach(async () => {
  host = await startLocalOrgs({
    orgs: [
      {
        name: "acme",
        label: "Acme",
        language: "en_US",
        timeZone: "UTC",
        users: [
          {
            username: "admin@acme.example",
            name: "Ada Acme",
            email: "a@acme.example",
            profile: "System Administrator",
          },
          {
            username: "sync@acme.example",
            name: "Sync Acme",
            email: "s@acme.example",
            profile: "Standard User",
          },
        ],
      },
    ],
  });
  org = host.orgs.get("acme") as Org;
  const user = [...org.rows("User")].find((row) => row.Username === "admin@acme.example");
  admin = { userId: user?.Id ?? "", api: "rest/68.0", client: "tests" };
  token = org.sessions.open(admin.userId, "tests").token;
  selectForCapture(org, ["Case"]);
});
afterEach(() => host.close());

interface State {
  active: string[];
  error: string;
  done: string;
  users: object[];
}

/** Of the many shapes REST answers have, what these tests look at. */
interface Answer {
  id: string;
  records: { Id: string }[];
  DailyDeliveredPlatformEvents: object;
}

async function faults(method: string, path = "", body?: object) {
  const response = await fetch(`${org.instanceUrl}/_local/faults${path}`, {
    method,
    headers: { "content-type": "application/json", accept: "application/json" },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  return { status: response.status, body: (await response.json()) as State };
}
const act = (action: string, body: object = {}) => faults("POST", `/actions/${action}`, body);

async function rest(method: string, path: string, body?: object) {
  const response = await fetch(`${org.instanceUrl}/services/data/v68.0${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  const text = await response.text();
  return { status: response.status, body: text ? (JSON.parse(text) as Answer) : undefined };
}

function changeTypes(): string[] {
  const bus = eventsOf(org);
  const topic = bus?.channels.topic("/data/CaseChangeEvent");
  if (!bus || !topic) throw new Error("No events.");
  const { events } = bus.read(topic, bus.earliest(), 100, visibilityFor(org, admin.userId));
  return events.map(({ event }) => (event.kind === "change" ? event.header.changeType : event.name));
}

test("settings are told, set, checked and put back", async () => {
  const fresh = await faults("GET");
  expect(fresh.body).toMatchObject({
    org: { name: "acme" },
    active: [],
    faults: { latency: 0, retention: 259_200_000 },
  });
  const set = await faults("PATCH", "", { latency: 5, streams: { stalled: true, loseNext: 2 } });
  expect(set.body.active).toEqual(["Stall streams", "Lose the next", "Delay every API call by"]);
  expect(org.faults.streams).toMatchObject({ stalled: true, loseNext: 2 });
  for (const [wrong, said] of [
    [{ latncy: 1 }, "There is no fault latncy"],
    [{ latency: -1 }, "latency is a whole number of ms from 0"],
    [{ streams: { stalled: "yes" } }, "streams.stalled is true or false"],
    [{ latency: 9, streams: { nope: 1 } }, "There is no fault streams.nope"],
  ] as const) {
    const refused = await faults("PATCH", "", wrong);
    expect(refused.status).toBe(400);
    expect(refused.body.error).toContain(said);
  }
  expect(org.faults.latency).toBe(5);
  expect((await faults("DELETE")).body.active).toEqual([]);
  expect((await act("no-such-thing")).body.error).toContain("There are: drop-streams");
});

test("calls fail, rows are locked, limits are spent, tokens end, and each ends by itself or is undone", async () => {
  const { body: created } = await rest("POST", "/sobjects/Case", { Subject: "x" });
  const path = `/sobjects/Case/${created?.id}`;

  await act("fail-calls", { match: "PATCH /services/data", status: 500, errorCode: "UNKNOWN_EXCEPTION" });
  expect(await rest("PATCH", path, { Subject: "y" })).toMatchObject({
    status: 500,
    body: [{ errorCode: "UNKNOWN_EXCEPTION" }],
  });
  expect((await rest("PATCH", path, { Subject: "y" })).status).toBe(204);

  await act("lock-rows", { ids: [created?.id] });
  expect((await rest("PATCH", path, { Subject: "z" })).body).toMatchObject([
    { errorCode: "UNABLE_TO_LOCK_ROW" },
  ]);
  expect((await rest("PATCH", path, { Subject: "z" })).status).toBe(204);

  await act("api-limit", { used: org.limits.max() });
  expect(await rest("GET", path)).toMatchObject({
    status: 403,
    body: [{ errorCode: "REQUEST_LIMIT_EXCEEDED" }],
  });
  await act("api-limit", { used: 0 });
  await act("delivered-limit", { max: 100, used: 40 });
  expect((await rest("GET", "/limits")).body?.DailyDeliveredPlatformEvents).toEqual({
    Max: 100,
    Remaining: 60,
  });

  await act("delivered-limit", { max: 0 });
  await act("api-limit", { max: 1, used: 1 });
  expect((await faults("GET")).body.active).toEqual(["API requests spent", "Delivered events spent"]);
  const normal = { apiRequests: { used: 0, max: 100_000 }, deliveredEvents: { used: 0, max: 50_000 } };
  expect((await faults("DELETE")).body).toMatchObject({ active: [], limits: normal });

  await act("expire-tokens");
  expect(await rest("GET", path)).toMatchObject({ status: 401, body: [{ errorCode: "INVALID_SESSION_ID" }] });
});

test("a call is carried out and its answer lost", async () => {
  await act("lose-answers", { match: "POST /services/data/v68.0/sobjects/Case" });
  await expect(rest("POST", "/sobjects/Case", { Subject: "Written, unheard" })).rejects.toThrow(
    "fetch failed",
  );
  expect([...org.rows("Case")].map(({ Subject }) => Subject)).toEqual(["Written, unheard"]);
  expect((await rest("POST", "/sobjects/Case", { Subject: "Heard" })).status).toBe(201);
});

test("a call is never answered, and the next one is", async () => {
  await act("hang-calls", { match: "GET /services/data/v68.0/limits" });
  const ask = () =>
    fetch(`${org.instanceUrl}/services/data/v68.0/limits`, {
      headers: { authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(500),
    });
  await expect(ask()).rejects.toThrow("timeout");
  expect((await ask()).status).toBe(200);
});

test("records go, come back and merge with the events they have in Salesforce, or without events", async () => {
  const insert = (Subject: string) =>
    org.execute(admin, [{ op: "insert", object: "Case", fields: { Subject } }])[0]?.id ?? "";
  const [one, two, three] = [insert("one"), insert("two"), insert("three")];
  expect(changeTypes()).toEqual(["CREATE", "CREATE", "CREATE"]);
  await act("hard-delete", { object: "Case", ids: [one] });
  expect(changeTypes()).toHaveLength(3);
  const { body: all } = await rest("GET", "/queryAll?q=SELECT+Id+FROM+Case");
  expect(all?.records.map(({ Id }) => Id)).not.toContain(one);
  await act("merge", { object: "Case", masterId: two, loserIds: [three] });
  expect(changeTypes().slice(3).toSorted()).toEqual(["DELETE", "UPDATE"]);
  await act("undelete", { object: "Case", ids: [three] });
  expect(changeTypes().slice(5)).toEqual(["UNDELETE"]);
});

test("a user is deactivated and comes back", async () => {
  const { body } = await act("user", { username: "sync@acme.example", isActive: false });
  expect(body.done).toBe("sync@acme.example is deactivated and signed out.");
  expect(body.users).toContainEqual(
    expect.objectContaining({ username: "sync@acme.example", isActive: false }),
  );
  await act("user", { username: "sync@acme.example", isActive: true });
  expect((await act("user", { username: "nobody" })).status).toBe(400);
  const frozen = await act("freeze", { username: "sync@acme.example", isFrozen: true });
  expect(frozen.body.done).toBe("sync@acme.example is frozen and cannot sign in.");
  await act("freeze", { username: "sync@acme.example", isFrozen: false });
});

test("the clock and the retention follow", async () => {
  await faults("PATCH", "", { clockOffset: 3_600_000 });
  expect(org.now() - Date.now()).toBeGreaterThan(3_500_000);
  org.execute(admin, [{ op: "insert", object: "Case", fields: { Subject: "old" } }]);
  expect(changeTypes()).toHaveLength(1);
  await faults("PATCH", "", { retention: 0 });
  expect(changeTypes()).toEqual([]);
});

test("a browser gets the page", async () => {
  const response = await fetch(`${org.instanceUrl}/_local/faults`, { headers: { accept: "text/html" } });
  expect(response.headers.get("content-type")).toContain("text/html");
  const html = await response.text();
  expect(html).toContain("<h1>Faults</h1>");
  for (const [, asset] of html.matchAll(/(?:href|src)="(\/_local[^"]+)"/g)) {
    expect((await fetch(org.instanceUrl + asset)).status).toBe(200);
  }
});
