// Case changes in a local org while the service is killed with -9 and its streams are broken: in the end the mirror
// is equal to the org, and each change was applied once.
import { fork, type ChildProcess } from "node:child_process";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { openStore } from "../../src/store/open.ts";
import { startWorld, until } from "../orgs/org-world.ts";
import { newPlace, type StoreKind } from "../places.ts";
import { differencesOf } from "../mirror/following.ts";

export interface Soak {
  changes: number;
  kills: number;
  breaks: number;
  seed: number;
  store: StoreKind;
  transport: "pubsub" | "cometd";
  /** ms between changes, on average */
  pace: number;
  say?(line: string): void;
}

export interface Soaked {
  changes: number;
  kills: number;
  breaks: number;
  differences: string[];
  /** Facts more or fewer than changes, in words. */
  miscounted: string[];
  seconds: number;
}

/** mulberry32: the same seed, the same run. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

export async function soak({
  changes,
  kills,
  breaks,
  seed,
  store: kind,
  transport,
  pace,
  say = () => {},
}: Soak): Promise<Soaked> {
  const began = Date.now();
  const random = seeded(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  const world = await startWorld(["austral"], { transport });
  const org = world.orgs[0]!;
  const { place, forget } = await newPlace(kind);
  let child: ChildProcess | null = null;
  const start = async () => {
    const started = fork(
      join(import.meta.dirname, "follower.ts"),
      [JSON.stringify(place), JSON.stringify(org.entry)],
      {
        execArgv: ["--disable-warning=ExperimentalWarning"],
        env: { ...process.env, NODE_OPTIONS: "" },
      },
    );
    child = started;
    await new Promise<void>((resolve, reject) => {
      started.once("message", () => resolve());
      started.once("exit", (code) => reject(new Error(`the follower ended with ${code}`)));
    });
  };
  const kill = async () => {
    const dying = child!;
    const gone = new Promise((resolve) => dying.once("exit", resolve));
    dying.kill("SIGKILL");
    await gone;
  };
  try {
    await start();
    const cases: string[] = [];
    /** Facts that there must be in the end: case and kind → how many. */
    const expected = new Map<string, number>();
    const expect = (id: string, fact: string) =>
      expected.set(`${id} ${fact}`, (expected.get(`${id} ${fact}`) ?? 0) + 1);
    const next: Record<string, number> = {};
    const change = () => {
      if (cases.length < 20 || random() < 0.1) {
        const id = org.open("martina");
        cases.push(id);
        return expect(id, "created");
      }
      const id = pick(cases);
      const n = (next[id] = (next[id] ?? 0) + 1);
      switch (Math.floor(random() * 4)) {
        case 0:
          org.change("martina", id, { Subject: `Subject ${n}` });
          return;
        case 1:
          org.change("camila", id, {
            Status:
              local(id)["Status"] === "New"
                ? "Working"
                : local(id)["Status"] === "Working"
                  ? "Escalated"
                  : "New",
          });
          return expect(id, "status");
        case 2:
          org.change("martina", id, {
            Support_Priority__c: `P${(Number(String(local(id)["Support_Priority__c"]).slice(1)) % 4) + 1}`,
          });
          return expect(id, "priority");
        default:
          org.change("camila", id, {
            OwnerId: local(id)["OwnerId"] === org.id("camila") ? org.id("bruno") : org.id("camila"),
          });
          return expect(id, "owner");
      }
    };
    const local = (id: string) => org.local.row("Case", id)!;
    let made = 0;
    let killed = 0;
    const making = (async () => {
      for (; made < changes; made++) {
        change();
        await wait(random() * pace * 2);
        // no faster than the process dies, so that it dies among changes to the end
        while (made * (kills + 1) > changes * (killed + 1)) await wait(pace);
      }
    })();
    const length = changes * pace;
    const breaking = (async () => {
      for (let n = 0; n < breaks; n++) {
        await wait((random() * length * 2) / Math.max(1, breaks));
        org.local.faults.dropStreams();
      }
    })();
    for (let n = 0; n < kills; n++) {
      await wait(Math.min(3_000, (random() * length * 2) / Math.max(1, kills)));
      await kill();
      killed++;
      await start();
      if (n % 10 === 9) say(`${n + 1} kills, ${made} changes`);
    }
    await Promise.all([making, breaking]);

    const store = await openStore(place);
    try {
      const equal = async () => (await differencesOf(store, org)).length === 0;
      await until(equal, "equality", 120_000).catch(() => {});
      const differences = await differencesOf(store, org);
      const counted = await store.db
        .selectFrom("facts")
        .select(({ fn }) => ["case_id", "kind", fn.countAll<number>().as("n")])
        .groupBy(["case_id", "kind"])
        .execute();
      const found = new Map(counted.map((row) => [`${row.case_id} ${row.kind}`, Number(row.n)]));
      const miscounted = [...new Set([...expected.keys(), ...found.keys()])].flatMap((key) =>
        found.get(key) === expected.get(key)
          ? []
          : [`${key}: ${found.get(key) ?? 0} for ${expected.get(key) ?? 0}`],
      );
      return {
        changes: made,
        kills,
        breaks,
        differences,
        miscounted,
        seconds: Math.round((Date.now() - began) / 1000),
      };
    } finally {
      await store.close();
    }
  } finally {
    if (child !== null) await kill();
    await world.close();
    await forget();
  }
}
