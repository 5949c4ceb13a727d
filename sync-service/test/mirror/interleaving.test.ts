// Events, readings and deaths of the process in any interleaving, many of them within one second.
import { expect, test } from "@jest/globals";
import { apply } from "../../src/mirror/apply.ts";
import type { CaseSnapshot } from "../../src/mirror/snapshot.ts";
import type { CaseChange, RecomputeClocks } from "../../src/case/change.ts";
import { caseValues } from "../../src/case/fields.ts";
import type { Store } from "../../src/store/open.ts";
import { seeded } from "../soak/run.ts";
import { describeStores } from "../stores.ts";
import { ImaginedOrg } from "./imagined-org.ts";
import { intake, org as orgRow, user } from "./world.ts";

const ignore: RecomputeClocks = async () => {};

interface Pending {
  readings: { finish(): CaseSnapshot }[];
  /** Once the history is read, too. */
  snapshots: CaseSnapshot[] | null;
}

class Run {
  readonly org = new ImaginedOrg();
  readonly random: () => number;
  readonly #store: Store;
  /** How far events were taken, and from where they come again after a death. */
  #taken = 0;
  #done = 0;
  #late: CaseChange[] = [];
  #pending: Pending | null = null;
  readonly lost = new Set<CaseChange>();

  constructor(store: Store, seed: number) {
    this.#store = store;
    this.random = seeded(seed);
  }
  pick<T>(list: readonly T[]): T {
    return list[Math.floor(this.random() * list.length)]!;
  }

  happen(): void {
    const { org } = this;
    const ids = [...org.records.keys()];
    if (ids.length < 2 || this.random() < 0.05) {
      org.open();
      // first seen by whatever comes next
      if (this.random() < 0.2) this.lost.add(org.events.at(-1)!);
      return;
    }
    const caseId = this.pick(ids);
    const record = org.records.get(caseId)!;
    if (record.IsDeleted) return org.remove(caseId, true);
    if (this.random() < 0.06) return org.remove(caseId, false);
    const taking = this.random() < 0.2 ? Math.floor(this.random() * 1_500) : 0;
    // two values each, so that one comes back and back again within a second
    const other = (field: string, a: string, b: string) => ({ [field]: record[field] === a ? b : a });
    const fields = {
      ...(this.random() < 0.4 ? other("Support_Priority__c", "P1", "P2") : {}),
      ...(this.random() < 0.4 ? other("Status", "New", "Working") : {}),
      ...(this.random() < 0.3 ? other("OwnerId", user.camila, user.martina) : {}),
      // no history is kept of it
      ...(this.random() < 0.2 ? other("Support_Channel__c", "Email", "Portal") : {}),
      Subject: `Subject ${Math.floor(this.random() * 1e6)}`,
    };
    org.change(caseId, fields, this.pick([user.camila, user.camila, user.martina]), taking);
    if ("Support_Channel__c" in fields) return;
    // only the history tells: lost without a sign, or all but the sign
    if (this.random() < 0.03) this.lost.add(org.events.at(-1)!);
    else if (this.random() < 0.1) org.hideLast();
  }

  async deliver(atMost = Infinity): Promise<void> {
    const until = Math.min(this.org.events.length, this.#taken + Math.ceil(this.random() * atMost));
    const next = this.org.events.slice(this.#taken, until).filter((change) => !this.lost.has(change));
    const changes = [...this.#late, ...next];
    // the first of them may be overtaken by the others
    this.#late = changes.length > 1 && this.random() < 0.2 ? changes.splice(0, 1) : [];
    this.#taken = until;
    if (changes.length > 0) await this.#apply({ changes });
    // the position may lie behind what is stored, never ahead of it
    if (this.#late.length === 0 && this.random() < 0.5) this.#done = this.#taken;
  }
  async all(): Promise<void> {
    while (this.#taken < this.org.events.length || this.#late.length > 0) await this.deliver();
  }

  /** One step of a reading: asked, then answered with the history, then stored. */
  async read(): Promise<void> {
    if (this.#pending === null) {
      const ids = [...this.org.records.keys()].filter(() => this.random() < 0.6);
      this.#pending = { readings: ids.map((id) => this.org.read(id)), snapshots: null };
    } else if (this.#pending.snapshots === null)
      this.#pending.snapshots = this.#pending.readings.map((reading) => reading.finish());
    else {
      const { snapshots } = this.#pending;
      this.#pending = null;
      await this.#apply({ snapshots });
    }
  }
  async readAll(): Promise<void> {
    await this.#apply({ snapshots: [...this.org.records.keys()].map((id) => this.org.read(id).finish()) });
  }

  die(): void {
    this.#taken = this.#done;
    this.#late = [];
    this.#pending = null;
  }

  async #apply(given: { changes?: CaseChange[]; snapshots?: CaseSnapshot[] }): Promise<void> {
    // first seen by something else than its creation: read, as the mirror does
    const held = new Set((await this.#store.db.selectFrom("cases").select("id").execute()).map((c) => c.id));
    for (const change of given.changes ?? []) if (change.kind === "CREATE") held.add(change.caseId);
    const missing = new Set(
      (given.changes ?? []).filter((c) => c.kind === "GAP" || !held.has(c.caseId)).map((c) => c.caseId),
    );
    const arrivedAt = this.org.now;
    const snapshots = [
      ...(given.snapshots ?? []),
      ...[...missing].map((caseId) => this.org.read(caseId).finish()),
    ];
    const { undecided } = await apply(this.#store, ignore, intake({ ...given, snapshots, arrivedAt }));
    if (undecided.size === 0) return;
    const again = await apply(
      this.#store,
      ignore,
      intake({ snapshots: [...undecided].map((caseId) => this.org.read(caseId).finish()), arrivedAt }),
    );
    expect([...again.undecided]).toEqual([]);
  }
}

async function equal(run: Run, store: Store, seed: number): Promise<void> {
  const rows = await store.db.selectFrom("cases").selectAll().orderBy("id").execute();
  const mirror = rows.map((row) => ({
    id: row.id,
    deleted: row.is_deleted === 1,
    ...(JSON.parse(row.fields) as object),
  }));
  const org = [...run.org.records.values()].map((record) => ({
    id: record.Id,
    deleted: record.IsDeleted,
    ...caseValues(record),
  }));
  expect({ seed, mirror }).toEqual({ seed, mirror: org });
}

async function toldAsOften(run: Run, store: Store, seed: number): Promise<void> {
  const counted = await store.db
    .selectFrom("facts")
    .select(({ fn }) => ["case_id", "kind", fn.countAll<number>().as("n")])
    .groupBy(["case_id", "kind"])
    .execute();
  const told = Object.fromEntries(counted.map((row) => [`${row.case_id} ${row.kind}`, Number(row.n)]));
  expect({ seed, told }).toEqual({ seed, told: Object.fromEntries(run.org.happened) });
}

describeStores("whatever comes between", (open, kind) => {
  // more of them where a transaction costs least
  const runs = Number(process.env["INTERLEAVINGS"] ?? (kind === "sqlite" ? 60 : 15));

  test("the mirror ends equal to the org, and each change is told once", async () => {
    const store = await open();
    await store.db.insertInto("orgs").values(orgRow).execute();
    for (let seed = 1; seed <= runs; seed++) {
      for (const table of ["cases", "facts", "applied_changes"] as const)
        await store.db.deleteFrom(table).execute();
      const run = new Run(store, seed);
      for (let step = 0; step < 60; step++) {
        run.org.now += Math.floor(run.random() * run.random() * 500);
        const what = run.random();
        if (what < 0.45) run.happen();
        else if (what < 0.7) await run.deliver(4);
        else if (what < 0.97) await run.read();
        else run.die();
      }
      await run.all();
      if (run.lost.size === 0) await equal(run, store, seed);
      run.org.now += 1;
      await run.readAll();
      await equal(run, store, seed);
      await toldAsOften(run, store, seed);
    }
  });
});
