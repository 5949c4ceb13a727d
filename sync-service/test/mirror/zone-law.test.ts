import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readPolicy, type Fact } from "c/slaEngine";
import { movesOf } from "../../src/cli/zones.ts";
import { fireDue } from "../../src/clocks/firing.ts";
import { recomputeClocks } from "../../src/clocks/recompute.ts";
import { refreshContracts } from "../../src/mirror/contracts.ts";
import { outdatedLaws, renewLaws } from "../../src/mirror/zone-law.ts";
import { OrgConnection } from "../../src/orgs/connection.ts";
import { readCatalogue, writeContract } from "../../src/orgs/contract.ts";
import { Registry } from "../../src/orgs/registry.ts";
import { rereadZones, useZones } from "../../src/zones/zones.ts";
import { caseIdOf, clockOf, consultant, createdFact, learn, ledgerOf, outboxOf } from "../clocks/world.ts";
import { startWorld, type World } from "../orgs/org-world.ts";
import { describeStores } from "../stores.ts";
import { writeZones } from "../zones/tzif-folder.ts";

jest.setTimeout(120_000);

// whole seconds, as the org keeps them; an org and its callers have to agree on the time to sign in
let now = Math.floor(Date.now() / 1000) * 1000;
/** The next Tuesday's 00:00 in Greenwich: night in Winnipeg. */
const day = 86_400_000;
const tuesday = (Math.floor(now / day) + 1 + ((((5 - (Math.floor(now / day) + 1)) % 7) + 7) % 7)) * day;
const at = (time: string) => tuesday + Date.parse(`1970-01-01T${time}:00Z`);
let world: World;
const folder = mkdtempSync(join(tmpdir(), "compromiso-law-"));
beforeAll(async () => {
  world = await startWorld(["first", "second"], { clock: () => now });
}, 120_000);
afterAll(async () => {
  useZones(null);
  rmSync(folder, { recursive: true, force: true });
  await world.close();
});

let orgs = 0;
describeStores("the law of a zone that changes", (open) => {
  test("moves the clocks that run, with what was told, and no other", async () => {
    const store = await open();
    const org = world.orgs[orgs++]!;
    now = at("08:00");
    const clock = { now: () => now };
    const orgId = org.local.name;
    const connection = new OrgConnection(org.entry, clock);
    await new Registry(store.db).save(org.entry);
    const refresh = () => refreshContracts(store, connection, recomputeClocks, clock);

    // the law as the data had it, and a contract written by it
    writeZones(folder, "2026d", { "America/Winnipeg": [-6, "CST6"] });
    useZones(folder);
    const terms = {
      ...org.entry.settings.contract!,
      plan: "Silver",
      timeZone: "America/Winnipeg",
      holidays: "none",
    };
    await writeContract(connection, readCatalogue(), terms, clock);
    await refresh();

    await store.db
      .insertInto("people")
      .values({
        ...{
          org_id: orgId,
          user_id: consultant.userId!,
          name: consultant.name!,
          email: "carla@provider.example",
        },
        ...{ is_consultant: 1, is_active: 1, is_automation: 0, consultant_until: null, read_at: 0 },
      })
      .execute();
    const opened = async (number: number, when: number, facts: Fact[] = []): Promise<string> => {
      const caseId = caseIdOf(number);
      const created = createdFact(orgId, when, { contractId: org.contractId });
      await store.db
        .insertInto("cases")
        .values({
          ...{
            org_id: orgId,
            id: caseId,
            case_number: `0000${number}`,
            subject: null,
            fields: JSON.stringify({ OwnerId: consultant.userId }),
            versions: "{}",
          },
          ...{ contract_id: org.contractId, system_modstamp: now, is_deleted: 0, is_closed: 0 },
        })
        .execute();
      await learn(store.db, orgId, caseId, [created, ...facts], now);
      return caseId;
    };
    now = at("19:30");
    const waiting = await opened(1, at("08:30"));
    const ended = await opened(2, at("08:30"), [
      {
        id: "ack",
        kind: "acknowledgement",
        via: "field",
        at: at("16:00"),
        by: consultant,
      },
    ]);
    const breached = await opened(3, at("08:31"));
    const over = await opened(4, at("08:32"), [
      { id: "late", kind: "acknowledgement", via: "field", at: at("19:20"), by: consultant },
    ]);
    const due = async (id: string) => (await clockOf(store.db, id)).due_at;
    const cases = [waiting, ended, breached, over];
    const dues = () => Promise.all(cases.map(due));
    expect(await dues()).toEqual(cases.map(() => at("19:00")));
    const told = async (id: string) =>
      (await outboxOf(store.db, "notice.email"))
        .filter(({ key }) => key.includes(id))
        .map(({ payload }) => JSON.parse(payload))
        .map(({ about, step }) => (about === "correction" ? `correction of ${step}` : step));
    const breachOf = async (id: string) =>
      (await ledgerOf(store.db, id)).find(({ step }) => step === "breach");
    await fireDue(store.db, at("19:30"));
    expect(await clockOf(store.db, breached)).toMatchObject({ status: "Breached" });
    expect(await told(breached)).toEqual(["breach"]);
    // the notices reach their people before the law is known
    await store.db.updateTable("outbox").set({ state: "delivered" }).execute();
    const lateLedger = await ledgerOf(store.db, over);

    // newer data: Winnipeg is an hour to the west of them
    writeZones(folder, "2026e", { "America/Winnipeg": [-7, "MST7"] });
    rereadZones();
    const { contracts } = await refresh();
    const outdated = outdatedLaws(contracts, now);
    expect(outdated).toMatchObject([{ had: "2026d", policy: { zone: { version: "2026e" } } }]);
    // the command tells the moves before it applies the law
    const moves = await movesOf(store.db, orgId, outdated, now);
    expect(moves.map(({ caseId }) => caseId).sort()).toEqual([waiting, breached].sort());
    for (const move of moves) expect(move).toMatchObject({ dueBefore: at("19:00"), dueAfter: at("20:00") });
    expect(await due(waiting)).toBe(at("19:00"));

    await renewLaws(connection, contracts, now);
    expect((await refresh()).changed).toBe(1);
    // those that run move; those that ended do not, met or late
    expect(await dues()).toEqual([at("20:00"), at("19:00"), at("20:00"), at("19:00")]);
    expect(await clockOf(store.db, over)).toMatchObject({ status: "Acknowledged Late" });
    expect(await ledgerOf(store.db, over)).toEqual(lateLedger);
    // by the new law the breach has not come yet: its row stays, superseded, and one correction goes out
    expect(await clockOf(store.db, breached)).toMatchObject({ status: "At Risk" });
    expect(await breachOf(breached)).toMatchObject({ outcome: "acted", superseded_at: now });
    expect(await told(breached)).toEqual(["breach", "correction of breach"]);
    const { explanation } = JSON.parse((await clockOf(store.db, waiting)).clock);
    expect(explanation.lawChanges).toMatchObject([{ version: "2026e", dueAfter: at("20:00") }]);

    // when it does come, it is told once, and nothing is corrected again
    await store.db.updateTable("outbox").set({ state: "delivered" }).execute();
    now = at("20:00");
    await fireDue(store.db, now);
    expect(await told(breached)).toEqual(["breach", "correction of breach", "breach"]);
    expect(await breachOf(breached)).toMatchObject({ due_at: at("20:00"), superseded_at: null });

    // once is enough: the record carries the law now, and the next round finds nothing to do
    expect(await renewLaws(connection, (await refresh()).contracts, now)).toEqual([]);
    const row = [...org.local.rows("Support_Contract__c")].find(({ Id }) => Id === org.contractId)!;
    const read = readPolicy(String(row["Policy__c"]));
    expect(read).toMatchObject({ policy: { zone: { version: "2026e" }, version: row["Policy_Version__c"] } });
  });
});
