import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import type { Fact } from "c/slaEngine";
import { contractsOf } from "../../src/clocks/contracts.ts";
import { recomputeClocks } from "../../src/clocks/recompute.ts";
import { refreshContracts } from "../../src/mirror/contracts.ts";
import { OrgConnection } from "../../src/orgs/connection.ts";
import { readCatalogue, writeContract } from "../../src/orgs/contract.ts";
import { Registry } from "../../src/orgs/registry.ts";
import type { Store } from "../../src/store/open.ts";
import { caseIdOf, clockOf, createdFact, learn } from "../clocks/world.ts";
import { startWorld, type World } from "../orgs/org-world.ts";
import { describeStores } from "../stores.ts";

jest.setTimeout(120_000);

// whole seconds, as the org keeps them; an org and its callers have to agree on the time to sign in
let now = Math.floor(Date.now() / 1000) * 1000;
let world: World;
beforeAll(async () => {
  world = await startWorld(["first", "second"], { clock: () => now });
}, 120_000);
afterAll(() => world.close());

let orgs = 0;
describeStores("a contract that changes", (open) => {
  let store: Store;
  beforeAll(async () => {
    store = await open();
  });

  test("governs only the clocks that start afterwards", async () => {
    const org = world.orgs[orgs++]!;
    const clock = { now: () => now };
    const connection = new OrgConnection(org.entry, clock);
    await new Registry(store.db).save(org.entry);
    const refresh = async () => (await refreshContracts(store, connection, recomputeClocks, clock)).changed;
    const versions = () => store.db.selectFrom("contract_versions").selectAll().orderBy("from_at").execute();
    const caseOpened = async (number: number): Promise<string> => {
      const extra: Partial<Fact & { kind: "created" }> = { contractId: org.contractId };
      const caseId = caseIdOf(number);
      await learn(store.db, org.local.name, caseId, [createdFact(org.local.name, now, extra)], now);
      await store.db
        .insertInto("cases")
        .values({
          ...{ org_id: org.local.name, id: caseId, case_number: null, subject: null, fields: "{}" },
          ...{
            versions: "{}",
            contract_id: org.contractId,
            system_modstamp: now,
            is_deleted: 0,
            is_closed: 0,
          },
        })
        .execute();
      return caseId;
    };
    const later = (minutes: number) => void (now += minutes * 60_000);

    await refresh();
    // a contract that never changed needs no versions
    expect(await versions()).toEqual([]);
    const first = await caseOpened(1);
    const promised = await clockOf(store.db, first);
    expect(promised.status).toBe("Running");

    later(10);
    const catalogue = readCatalogue();
    catalogue.plans.find(({ code }) => code === "Silver")!.commitments[0]!.target = { hours: 1 };
    await writeContract(connection, catalogue, org.entry.settings.contract!, clock);
    const written = now;
    later(5);
    expect(await refresh()).toBe(1);
    expect((await versions()).map(({ from_at }) => from_at)).toEqual([0, written]);
    expect(await clockOf(store.db, first)).toMatchObject({ due_at: promised.due_at, status: "Running" });
    const second = await caseOpened(2);
    expect((await clockOf(store.db, second)).target_ms).toBe(3_600_000);

    // damaged in the org, its version as it was: what writes it anew for the doctor does, once
    const damage = { Policy__c: "{}", Time_Zone__c: "Mars/Olympus" };
    org.as("sync", { op: "update", object: "Support_Contract__c", id: org.contractId, fields: damage });
    const write = async () =>
      (await writeContract(connection, catalogue, org.entry.settings.contract!, clock)).did;
    expect([await write(), await write()]).toEqual(["updated", "nothing"]);
    expect(await refresh()).toBe(0);

    later(5);
    org.as("sync", {
      op: "update",
      object: "Support_Contract__c",
      id: org.contractId,
      fields: { Status__c: "Suspended" },
    });
    later(5);
    expect(await refresh()).toBe(1);
    expect(await refresh()).toBe(0);
    for (const running of [first, second]) expect((await clockOf(store.db, running)).status).toBe("Running");
    const third = await caseOpened(3);
    expect(await clockOf(store.db, third)).toMatchObject({ status: "Not Covered", due_at: null });

    const [contract] = await contractsOf(store.db, org.local.name);
    expect(contract!.history!.map(({ status }) => status)).toEqual(["Active", "Active", "Suspended"]);
    expect(contract!.history!.at(-1)!.policy).toBe(contract!.policy);
  });
});
