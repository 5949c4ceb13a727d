// The simulator leaves locks out, so pairs of the service's transactions meet on a real PostgreSQL, in many orders.
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import type { Fact } from "c/slaEngine";
import { fireDue } from "../../src/clocks/firing.ts";
import { recomputeClocks } from "../../src/clocks/recompute.ts";
import { leaseFor, Leases, underLease } from "../../src/mirror/leases.ts";
import { rememberLook } from "../../src/mirror/places.ts";
import { retryDeadLetters } from "../../src/outbox/dead-letters.ts";
import { enqueue } from "../../src/outbox/outbox.ts";
import { prune } from "../../src/outbox/prune.ts";
import { tellArrivals } from "../../src/outbox/told.ts";
import { openStore, type Store } from "../../src/store/open.ts";
import { at, client, consultant, factRow, openCase } from "../clocks/world.ts";
import { newPlace } from "../places.ts";
import { Orders, type Work } from "./orders.ts";

jest.setTimeout(240_000);

let store: Store;
let orders: Orders;
let forget: () => Promise<void>;
beforeAll(async () => {
  const made = await newPlace("postgres");
  forget = made.forget;
  store = await openStore(made.place);
  orders = new Orders((made.place as { databaseUrl: string }).databaseUrl);
  await orders.open();
});
afterAll(async () => {
  await orders.close();
  await store.close();
  await forget();
});

const now = at("2026-11-25T14:00:00");
const on = (db: Store["db"]): Store => ({ ...store, db });
const leases = (holder: string, when = now): ((db: Store["db"]) => Leases) => {
  return (db) => new Leases(on(db), { now: () => when }, holder);
};
const item = (key: string) => ({
  ...{ key, orgId: "acme", caseId: null, destination: "webhook:acme/desk", kind: "webhook", payload: {} },
});

const tables = [
  ...(["leases", "clocks", "steps", "facts", "write_backs", "stream_positions", "outbox"] as const),
];
/** All that is left, in an order of its own. */
async function left(): Promise<string[]> {
  const lines: string[] = [];
  for (const table of tables)
    for (const { id: _id, ...row } of (await store.db.selectFrom(table).selectAll().execute()) as Record<
      string,
      unknown
    >[])
      lines.push(`${table} ${JSON.stringify(row)}`);
  return lines.sort();
}
async function clear(): Promise<void> {
  for (const table of [...tables, "cases", "contracts", "people", "orgs"] as const)
    await store.db.deleteFrom(table).execute();
  await client(store.db);
}

const held = { holder: "a", token: 1 };
const taken = async () => void (await leases("a")(store.db).take("acme"));
const expired = now + leaseFor + 1;
const dueCases = async () => {
  for (const n of [1, 2]) await openCase(store.db, "acme", n, at("2026-11-25T10:00:00"));
};
const caseId = "500000000000001AAA";
/** As the mirror does it: under the lease of the org. */
const acknowledged: Work = (db) =>
  underLease(on(db), "acme", held, async (tx) => {
    const fact: Fact = {
      ...{ id: "status", at: at("2026-11-25T10:30:00"), by: consultant, kind: "status" },
      ...{ status: "Working", closed: false },
    };
    await tx
      .insertInto("facts")
      .values(factRow("acme", caseId, fact, now))
      .execute();
    await recomputeClocks(tx, [{ orgId: "acme", caseId }], now);
  });
const dead = async () => {
  await store.db.transaction().execute((tx) => enqueue(tx, [item("one"), item("two")], now, () => false));
  await store.db.updateTable("outbox").set({ state: "dead", last_error: "HTTP 400" }).execute();
};

/** `COMPROMISO_ORDERS=all` tries every order of this kind; without it, some of a long transaction's. */
const all = process.env["COMPROMISO_ORDERS"] === "all";
const strideOf = (steps: number) => (all ? 1 : Math.ceil(steps / 6));
const betweenOf = (steps: number) =>
  all ? Array.from({ length: steps }, (_, n) => n + 1) : new Set([Math.ceil(steps / 2), steps]);

interface Pair {
  name: string;
  before: () => Promise<void>;
  works: [Work, Work];
  /** What the service does next anyway: what one transaction skipped, because another held it, is found again. */
  after?: () => Promise<unknown>;
}
const nothing = async () => {};
const pairs: Pair[] = [
  {
    name: "two instances take a free lease",
    before: nothing,
    works: [(db) => leases("a")(db).take("acme"), (db) => leases("b")(db).take("acme")],
  },
  {
    name: "two instances take a lease that has run out",
    before: taken,
    works: [(db) => leases("b", expired)(db).take("acme"), (db) => leases("c", expired)(db).take("acme")],
  },
  {
    name: "a holder renews what another instance takes",
    before: taken,
    works: [
      (db) => leases("a", expired)(db).renew([{ orgId: "acme", ...held }]),
      (db) => leases("b", expired)(db).take("acme"),
    ],
  },
  {
    name: "a holder releases what another instance takes",
    before: taken,
    works: [
      (db) => leases("a")(db).release({ orgId: "acme", ...held }),
      (db) => leases("b", expired)(db).take("acme"),
    ],
  },
  {
    name: "a holder writes while another instance takes its lease and writes",
    before: taken,
    works: [
      (db) => rememberLook(on(db), "acme", held, "look", 1).catch(() => {}),
      async (db) => {
        const lease = await leases("b", expired)(db).take("acme");
        if (lease !== null) await rememberLook(on(db), "acme", lease, "look", 2);
      },
    ],
  },
  {
    name: "two instances decide the same steps",
    before: dueCases,
    works: [(db) => fireDue(db, now), (db) => fireDue(db, now)],
  },
  {
    name: "a step is decided while an acknowledgement arrives",
    before: async () => {
      await taken();
      await dueCases();
    },
    works: [(db) => fireDue(db, now), acknowledged],
    after: () => fireDue(store.db, now),
  },
  {
    name: "two instances queue the same effect",
    before: nothing,
    works: [
      (db) => db.transaction().execute((tx) => enqueue(tx, [item("one"), item("two")], now, () => false)),
      (db) => db.transaction().execute((tx) => enqueue(tx, [item("two"), item("three")], now, () => false)),
    ],
  },
  {
    name: "two people retry the same dead letters",
    before: dead,
    works: [(db) => retryDeadLetters(db, { all: {} }, now), (db) => retryDeadLetters(db, { all: {} }, now)],
  },
  {
    name: "dead letters are retried while old ones are pruned",
    before: dead,
    works: [(db) => retryDeadLetters(db, { all: {} }, now), (db) => prune(db, 0, now + 100 * 86_400_000)],
  },
  {
    name: "steps are decided while old effects are pruned",
    before: async () => {
      await dueCases();
      await dead();
    },
    works: [(db) => fireDue(db, now), (db) => prune(db, 0, now + 100 * 86_400_000)],
  },
  {
    name: "two lanes tell on a case who was told",
    before: async () => {
      await dueCases();
      await fireDue(store.db, now);
    },
    works: [(db) => tellArrivals(db, [told("email")], now), (db) => tellArrivals(db, [told("slack")], now)],
  },
];
const told = (channel: string) => ({
  ...{ key: `step/acme/${caseId}/1/warning/${channel}`, kind: `notice.${channel}`, orgId: "acme", caseId },
});

describe("two transactions together leave the same as one after the other", () => {
  test.each(pairs)("$name", async ({ before, works, after = nothing }) => {
    const prepare = async () => {
      await clear();
      await before();
    };
    const serial: string[] = [];
    const steps: number[] = [];
    for (const first of [0, 1] as const) {
      await prepare();
      steps[first] = await orders.run(works, first, Infinity, 0);
      await after();
      serial.push(JSON.stringify(await left()));
    }
    for (const first of [0, 1] as const)
      for (let taken = 1; taken < steps[first]!; taken += strideOf(steps[first]!))
        for (const between of betweenOf(steps[1 - first]!)) {
          await prepare();
          await orders.run(works, first, taken, between);
          await after();
          const is = JSON.stringify(await left());
          if (!serial.includes(is)) expect([first, taken, between, is]).toEqual(serial);
        }
  });
});
