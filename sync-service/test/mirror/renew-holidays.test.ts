import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { readPolicy } from "c/slaEngine";
import { renewHolidays } from "../../src/mirror/renew-holidays.ts";
import { OrgConnection } from "../../src/orgs/connection.ts";
import { readContracts } from "../../src/orgs/contract.ts";
import { readAudit } from "../../src/audit/audit.ts";
import { startWorld, type World } from "../orgs/org-world.ts";
import { describeStores } from "../stores.ts";

jest.setTimeout(120_000);

// the org and its callers agree on the time, so that a new year can begin for both
const start = Math.floor(Date.now() / 1000) * 1000;
let now = start;
let world: World;
beforeAll(async () => {
  world = await startWorld(["first", "second"], { clock: () => now });
}, 120_000);
afterAll(() => world.close());

let orgs = 0;
describeStores("a new year", (open) => {
  test("brings the holidays of one more year into the contract, once, and says which", async () => {
    now = start;
    const store = await open();
    const org = world.orgs[orgs++]!;
    const connection = new OrgConnection(org.entry, { now: () => now });
    const told: object[] = [];
    const log = { info: (detail: object) => void told.push(detail), error: () => undefined };
    const renew = async () =>
      renewHolidays(store, connection, await readContracts(connection), {
        clock: { now: () => now },
        log: log as never,
      });
    const known = async () => {
      const [record] = await readContracts(connection);
      const read = readPolicy(record!.Policy__c);
      return "policy" in read ? { ...read.policy, recorded: record!.Policy_Version__c } : null;
    };

    const before = (await known())!;
    await renew();
    expect(told).toEqual([]);

    const year = new Date(now).getUTCFullYear();
    now = Date.UTC(year + 1, 0, 2, 12);
    await renew();
    await renew();
    const after = (await known())!;
    expect(after.holidaysKnown.to).toBe(`${year + 3}-12-31`);
    expect(after.recorded).toBe(after.version);
    expect(after.version).not.toBe(before.version);
    expect(after.targets).toEqual(before.targets);
    expect(told).toHaveLength(1);
    expect(told[0]).toMatchObject({
      org: org.local.name,
      closed: expect.arrayContaining([`${year + 3}-07-09 Día de la Independencia`]),
      opened: [],
    });
    const [entry] = await readAudit(store.db, { limit: 1 });
    expect(entry).toMatchObject({ actor: "service", action: "contract.holidays" });
  });
});
