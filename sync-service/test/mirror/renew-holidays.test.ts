import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { readPolicy } from "c/slaEngine";
import { renewHolidays } from "../../src/mirror/renew-holidays.ts";
import { OrgConnection } from "../../src/orgs/connection.ts";
import { useCorrections } from "../../src/orgs/holiday-corrections.ts";
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

    // a decree of the year: a correction reaches contracts that know that year already, and is told like a new year
    const folder = mkdtempSync(join(tmpdir(), "corrections-"));
    try {
      const rules = (list: object[]) =>
        writeFileSync(join(folder, "ar.json"), JSON.stringify({ country: "AR", calendars: { AR: list } }));
      const law = "Decreto 9/2027";
      rules([
        { close: [`${year + 1}-03-17`, `${year + 1}-01-01`], name: "Puente", law },
        { open: "07-09", law },
      ]);
      useCorrections(folder);
      await renew();
      await renew();
      const corrected = (await known())!;
      expect(corrected.recorded).toBe(corrected.version);
      expect(corrected.version).not.toBe(after.version);
      expect(corrected.holidaysKnown).toEqual(after.holidaysKnown);
      expect(told).toHaveLength(2);
      expect(told[1]).toMatchObject({
        closed: [`${year + 1}-03-17 Puente`],
        opened: [1, 2, 3].map((later) => `${year + later}-07-09 Día de la Independencia`),
      });
      const [last] = await readAudit(store.db, { limit: 1 });
      expect(last).toMatchObject({
        action: "contract.holidays",
        detail: { closed: [`${year + 1}-03-17 Puente`] },
      });
    } finally {
      const none = join(folder, "none");
      mkdirSync(none);
      useCorrections(none);
      rmSync(folder, { recursive: true });
    }
  });
});
