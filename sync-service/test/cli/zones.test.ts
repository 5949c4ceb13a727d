// `sla-sync zones` and `zones apply` against a real local org, with a folder of newer zone data.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, jest, test } from "@jest/globals";
import { Command } from "commander";
import { addZones } from "../../src/cli/zones.ts";
import { Registry } from "../../src/orgs/registry.ts";
import { openStore } from "../../src/store/open.ts";
import { useZones } from "../../src/zones/zones.ts";
import { startWorld, type TestOrg, type World } from "../orgs/org-world.ts";
import { writeZones } from "../zones/tzif-folder.ts";

jest.setTimeout(120_000);

const folder = mkdtempSync(join(tmpdir(), "compromiso-zones-command-"));
const data = mkdtempSync(join(tmpdir(), "compromiso-zones-data-"));
const config = join(folder, "service.json");
writeFileSync(config, JSON.stringify({ store: { file: "store.sqlite" } }));

let world: World;
let org: TestOrg;
beforeAll(async () => {
  world = await startWorld();
  org = world.orgs[0]!;
  const store = await openStore({ file: join(folder, "store.sqlite") });
  await new Registry(store.db).save(org.entry);
  await store.close();
}, 120_000);
afterEach(() => {
  useZones(null);
  jest.restoreAllMocks();
});
afterAll(async () => {
  await world.close();
  for (const each of [folder, data]) rmSync(each, { recursive: true, force: true });
});

/** Runs a command as it is typed; gives what it prints. */
async function sla(...words: string[]): Promise<string> {
  const printed = jest.spyOn(console, "log").mockImplementation(() => {});
  printed.mockClear();
  const program = new Command().exitOverride();
  addZones(program);
  await program.parseAsync([...words, "--config", config], { from: "user" });
  return printed.mock.calls.flat().join("\n");
}

const policy = () => {
  const row = [...org.local.rows("Support_Contract__c")].find(({ Id }) => Id === org.contractId)!;
  return JSON.parse(String(row["Policy__c"]));
};

test("zones says which data are in use and that every contract carries them", async () => {
  expect(await sla("zones")).toMatch(
    /^tz 20\d\d[a-z], from .*; Node's own data are [^]*No running clock would move\./,
  );
  const { contracts, moves } = JSON.parse(await sla("zones", "--json"));
  expect(contracts).toMatchObject([
    { org: org.entry.id, zone: "America/Argentina/Buenos_Aires", update: "", thisHost: "right" },
  ]);
  expect(moves).toEqual([]);
  expect(await sla("zones", "apply")).toMatch(/^Every contract carries the law of tz 20\d\d[a-z] already\.$/);
});

test("with a folder of newer data it shows the update and writes nothing; apply writes it, once", async () => {
  const before = policy();
  writeZones(data, "2099a", { "America/Argentina/Buenos_Aires": [-4, "<-04>4"] });
  const shown = JSON.parse(await sla("zones", "--folder", data, "--json"));
  expect(shown).toMatchObject({ version: "2099a", from: data });
  expect(shown.contracts).toMatchObject([{ law: before.zone.version, update: "→ 2099a", thisHost: "wrong" }]);
  expect(policy()).toEqual(before);

  const written = await sla("zones", "apply", "--folder", data);
  expect(written).toContain(
    `${org.contractId} America/Argentina/Buenos_Aires, ${before.zone.version} → tz 2099a`,
  );
  expect(policy().zone).toMatchObject({ version: "2099a", offset: -4 * 3600 });
  expect(policy().version).not.toBe(before.version);
  expect(await sla("zones", "apply", "--folder", data)).toMatch(/already\.$/);
});

test("a folder that is not there is refused in words", async () => {
  await expect(sla("zones", "--folder", join(data, "missing"))).rejects.toThrow(/there is no such folder/);
});
