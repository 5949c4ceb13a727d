// A follower of a local org, with the questions that tests ask: is the mirror equal, what is it told?
import type { Fact } from "c/slaEngine";
import { recomputeClocks } from "../../src/clocks/recompute.ts";
import { OrgFollower, streams } from "../../src/mirror/follow.ts";
import { defaultPeriods, type Periods } from "../../src/mirror/periods.ts";
import { caseFieldNames, caseValues } from "../../src/case/fields.ts";
import { OrgConnection } from "../../src/orgs/connection.ts";
import type { Org } from "../../src/orgs/org.ts";
import { Registry } from "../../src/orgs/registry.ts";
import type { OrgTrouble } from "../../src/orgs/trouble.ts";
import {
  silentLog,
  systemClock,
  systemTimers,
  type Log,
  type Timers,
  type WallClock,
} from "../../src/runtime.ts";
import type { Store } from "../../src/store/open.ts";
import { until, type TestOrg } from "../orgs/org-world.ts";

export interface Following {
  follower: OrgFollower;
  stopped: OrgTrouble[];
  /** Waits until mirror and org hold the same cases with the same values. */
  equal(within?: number): Promise<void>;
  /** How mirror and org differ now, in words. */
  differences(): Promise<string[]>;
  told(caseId: string): Promise<string[]>;
  stop(): Promise<void>;
}

export async function startFollowing(
  store: Store,
  org: TestOrg,
  more: {
    entry?: Partial<Org>;
    periods?: Partial<Periods>;
    clock?: WallClock;
    timers?: Timers;
    log?: Log;
    within?: number;
    streams?: typeof streams;
  } = {},
): Promise<Following> {
  const entry = { ...org.entry, ...more.entry };
  await new Registry(store.db).save(entry);
  const clock = more.clock ?? systemClock;
  const stopped: OrgTrouble[] = [];
  const follower = new OrgFollower({
    store,
    connection: new OrgConnection(entry, clock, { within: more.within }),
    recompute: recomputeClocks,
    wake: () => {},
    runtime: { clock, timers: more.timers ?? systemTimers, random: () => 0, log: more.log ?? silentLog },
    periods: { ...defaultPeriods, ...more.periods },
    streams: more.streams ?? streams,
    onStop: async (trouble) => void stopped.push(trouble),
  });
  follower.start();
  const following: Following = {
    follower,
    stopped,
    differences: () => differencesOf(store, org),
    async equal(within = 60_000) {
      try {
        await until(async () => (await following.differences()).length === 0, "equality", within);
      } catch (error) {
        throw new Error(
          `${(error as Error).message}: ${JSON.stringify(await following.differences(), null, 1)}; ${JSON.stringify(follower.health)}`,
          { cause: error },
        );
      }
    },
    async told(caseId) {
      const rows = await store.db
        .selectFrom("facts")
        .select("fact")
        .where("org_id", "=", entry.id)
        .where("case_id", "=", caseId)
        .orderBy("at")
        .orderBy("commit_number")
        .orderBy("sequence_number")
        // as the rules order facts of one commit
        .orderBy((eb) => eb("kind", "!=", "created"))
        .execute();
      return rows
        .map(({ fact }) => JSON.parse(fact) as Fact)
        .map((f) => `${f.kind} by ${f.by.role}${f.inferred ? ", inferred" : ""}`);
    },
    stop: () => follower.stop(),
  };
  return following;
}

export async function differencesOf(store: Store, { local, entry }: TestOrg): Promise<string[]> {
  const held = new Map(
    (await store.db.selectFrom("cases").selectAll().where("org_id", "=", entry.id).execute()).map((row) => [
      row.id,
      row,
    ]),
  );
  const found: string[] = [];
  for (const row of local.rows("Case")) {
    const mirrored = held.get(row.Id);
    held.delete(row.Id);
    if (row["Support_Contract__c"] == null) {
      if (mirrored?.contract_id != null) found.push(`${row.Id} is still held as ours`);
      continue;
    }
    if (mirrored === undefined) {
      if (row["IsDeleted"] !== true) found.push(`${row.Id} is missing`);
      continue;
    }
    if ((mirrored.is_deleted === 1) !== (row["IsDeleted"] === true)) found.push(`${row.Id}: deletion`);
    const is = JSON.parse(mirrored.fields) as Record<string, unknown>;
    const should = caseValues(row) as Record<string, unknown>;
    for (const field of caseFieldNames)
      if (
        field in should &&
        (is[field] ?? null) !== (should[field] ?? null) &&
        !(is[field] == null && should[field] === false)
      )
        found.push(`${row.Id}.${field}: ${String(is[field])} for ${String(should[field])}`);
  }
  for (const [id, row] of held)
    if (row.is_deleted === 0 && row.contract_id !== null) found.push(`${id} is not in the org`);
  return found;
}
