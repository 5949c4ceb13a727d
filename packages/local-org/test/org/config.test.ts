import { expect, test } from "@jest/globals";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readConfig } from "../../src/config.ts";

function reading(config: unknown): string | ReturnType<typeof readConfig> {
  const folder = mkdtempSync(join(tmpdir(), "config-"));
  try {
    const file = join(folder, "orgs.json");
    writeFileSync(file, typeof config === "string" ? config : JSON.stringify(config));
    return readConfig(file);
  } catch (error) {
    return (error as Error).message.replaceAll(folder, "");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const user = { username: "a@b.example", name: "A B", email: "a@b.example", profile: "Standard User" };
const org = { name: "one", label: "One", language: "en_US", timeZone: "UTC", users: [user] };

test("a whole configuration is taken, its folders beside the file", () => {
  expect(reading({ orgs: [org], dataDir: "kept" })).toMatchObject({
    orgs: [org],
    dataDir: expect.stringMatching(/\/config-\w+\/kept$/),
  });
});

test("everything wrong is told at once, with its path", () => {
  expect(
    reading({
      orgs: [{ ...org, port: -1, label: "", users: [{ ...user, email: "" }], apps: [{ name: "x" }] }],
    }),
  ).toBe(
    [
      "/orgs.json is not a configuration:",
      "  orgs[0].label: text is needed",
      "  orgs[0].port: 0 to 65535",
      "  orgs[0].users[0].email: text is needed",
      "  orgs[0].apps[0].clientId: text is needed",
    ].join("\n"),
  );
  const settings = { externalClientApps: "no", translationLanguages: "es", historyFields: -1, ghost: 1 };
  expect(reading({ orgs: [{ ...org, settings }] })).toBe(
    [
      "/orgs.json is not a configuration:",
      "  orgs[0].settings.externalClientApps: true or false is needed",
      "  orgs[0].settings.translationLanguages: a list of texts is needed",
      "  orgs[0].settings.historyFields: a whole number of 0 or more is needed",
      "  orgs[0].settings.ghost: this key does not exist. The keys are: changeEventEntities, consumerSecretsInMetadata, externalClientApps, historyFields, integrationSeats, translationLanguages",
    ].join("\n"),
  );
  expect(reading({})).toBe("/orgs.json is not a configuration:\n  orgs: one or more are needed");
  expect(reading("{")).toMatch(/^\/orgs\.json cannot be read as JSON: /);
});

test("a key that does not exist is refused with its path, and with the one that was meant", () => {
  const app = { name: "x", clientId: "y", clientID: "z" };
  expect(
    reading({
      ...{ datadir: "kept", clock: 1, pubsubTls: { prot: 1 }, __proto: 1 },
      orgs: [
        { ...org, timezone: "UTC", users: [{ ...user, permisionSets: [] }], apps: [app] },
        { ...org, settings: { historyField: 1 } },
        null,
      ],
    }),
  ).toBe(
    [
      "/orgs.json is not a configuration:",
      "  datadir: this key does not exist. Did you mean dataDir?",
      "  clock: this key does not exist. The keys are: cacheDir, dataDir, host, orgs, pubsubPort, pubsubTls",
      "  __proto: this key does not exist. The keys are: cacheDir, dataDir, host, orgs, pubsubPort, pubsubTls",
      "  pubsubTls.prot: this key does not exist. Did you mean port?",
      "  orgs[0].timezone: this key does not exist. Did you mean timeZone?",
      "  orgs[0].users[0].permisionSets: this key does not exist. Did you mean permissionSets?",
      "  orgs[0].apps[0].clientID: this key does not exist. Did you mean clientId?",
      "  orgs[1].settings.historyField: this key does not exist. Did you mean historyFields?",
      "  orgs[2]: an object is needed",
    ].join("\n"),
  );
  expect(reading([])).toBe("/orgs.json is not a configuration:\n  an object is needed");
});
