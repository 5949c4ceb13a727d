// Cases that arrive without the form come under the contract by the org's intake rule.
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { takeIn } from "../../src/mirror/intake.ts";
import { OrgConnection } from "../../src/orgs/connection.ts";
import { readCatalogue, writeContract } from "../../src/orgs/contract.ts";
import { Registry } from "../../src/orgs/registry.ts";
import { systemClock } from "../../src/runtime.ts";
import { openStore } from "../../src/store/open.ts";
import { startWorld, until, type TestOrg, type World } from "../orgs/org-world.ts";
import { clockOf } from "../clocks/world.ts";
import { newPlace } from "../places.ts";
import { describeStores } from "../stores.ts";
import { startFollowing } from "./following.ts";

let world: World;
let org: TestOrg;
beforeAll(async () => {
  world = await startWorld();
  org = world.orgs[0]!;
  // Gold from tomorrow on: its record is there today
  await writeContract(
    new OrgConnection(org.entry, systemClock),
    readCatalogue(),
    { ...org.entry.settings.contract!, plan: "Gold" },
    systemClock,
  );
}, 120_000);
afterAll(() => world.close());

const recordOf = (id: string) => [...org.local.rows("Case")].find((row) => row.Id === id)!;
const contractOf = (id: string) => recordOf(id)["Support_Contract__c"];

describeStores("an intake rule", (open) => {
  test("puts matching cases under the contract as of their creation, and leaves the rest alone", async () => {
    const store = await open();
    const matching = () => org.open("martina", { Origin: "Email", Support_Contract__c: null });
    const ours = matching();
    const foreign = org.open("martina", { Origin: "Phone", Support_Contract__c: null });
    const following = await startFollowing(store, org, {
      entry: { intakeRule: "Origin IN ('Email')", onboardedAt: org.local.now() - 3_600_000 },
      periods: { intake: 100 },
    });
    await until(() => contractOf(ours) !== null, "the contract on what matches");
    expect(contractOf(ours)).toBe(org.contractId);
    await following.equal();
    expect(await clockOf(store.db, ours)).toMatchObject({
      contract_id: org.contractId,
      plan: "Silver",
      started_at: Math.floor(Number(recordOf(ours)["CreatedDate"]) / 1000) * 1000,
    });

    // taken away by a person, it stays away; one that comes later is taken in by the same look
    org.change("martina", ours, { Support_Contract__c: null });
    await following.follower.reconcile({ since: null, reason: "asked" });
    const later = matching();
    await until(() => contractOf(later) !== null, "the contract on the later one");
    expect([contractOf(ours), contractOf(foreign)]).toEqual([null, null]);

    // saved before the last look, by a transaction that was long in committing
    org.local.faults.clockOffset = -5 * 60_000;
    const late = matching();
    org.local.faults.clockOffset = 0;
    await until(() => contractOf(late) !== null, "the contract on the one that came late");
    await following.stop();
  });
});

test("counts matching cases on a dry run, and puts them under the contract when it ends", async () => {
  const { place, forget } = await newPlace("sqlite");
  const store = await openStore(place);
  const entry = { ...org.entry, intakeRule: "Origin = 'Other'" };
  await new Registry(store.db).save(entry);
  const connection = new OrgConnection(entry, systemClock);
  const matching = org.open("martina", { Origin: "Other", Support_Contract__c: null });
  // looks overlap by a minute
  let now = org.local.now();
  const look = (dryRun: boolean) => {
    now += 120_000;
    return takeIn(store, connection, org.contractId, now, () => {}, dryRun);
  };
  expect([await look(true), await look(true)]).toEqual([1, 0]);
  expect(contractOf(matching)).toBeNull();
  expect([await look(false), await look(false)]).toEqual([1, 0]);
  expect(contractOf(matching)).toBe(org.contractId);
  await store.close();
  await forget();
});
