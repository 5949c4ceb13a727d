// The doctor against a real local org: everything that would keep a message from arriving is named.
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { addOrgs } from "../../src/cli/orgs.ts";
import { actionsConfig } from "../../src/channels/registry.ts";
import { examine } from "../../src/doctor/doctor.ts";
import { tellingFindings } from "../../src/doctor/telling.ts";
import { OrgConnection } from "../../src/orgs/connection.ts";
import { Registry } from "../../src/orgs/registry.ts";
import { actionSettings } from "../../src/orgs/settings.ts";
import { systemClock } from "../../src/runtime.ts";
import { openStore } from "../../src/store/open.ts";
import { mailWire } from "../channels/wires/mail.ts";
import { policyOf } from "../clocks/world.ts";
import { startWorld, type World } from "../orgs/org-world.ts";

jest.setTimeout(120_000);
let world: World;
beforeAll(async () => {
  world = await startWorld();
}, 120_000);
afterAll(() => world.close());

process.env["TELLING_SECRET"] = "set";
const accounts = {
  slack: { token: { env: "TELLING_SECRET" }, signingSecret: { env: "TELLING_SECRET" } },
  email: { server: { env: "TELLING_SECRET" }, from: "soporte@example.com" },
  pagerDuty: { routingKey: { env: "TELLING_SECRET" } },
};
const wholeSettings = {
  slackChannel: "C0123456789",
  recipients: { lead: [{ email: "lead@example.com" }], manager: [{ email: "manager@example.com" }] },
};

async function says(
  given: { accounts?: object; settings?: object; plan?: string } = {},
): Promise<Record<string, string[]>> {
  const org = world.orgs[0]!;
  const found = await tellingFindings({
    policy: policyOf(given.plan ?? "Platinum"),
    settings: actionSettings.parse(given.settings ?? wholeSettings),
    accounts: actionsConfig.parse(given.accounts ?? accounts),
    connection: new OrgConnection(org.entry, systemClock),
  });
  const by: Record<string, string[]> = {};
  for (const { is, says: words } of found) (by[is] ??= []).push(words);
  return by;
}

test("steps that page without PagerDuty are faults, each named", async () => {
  const { pagerDuty: _, ...rest } = accounts;
  const { fault } = await says({ accounts: rest });
  expect(fault).toContainEqual(expect.stringMatching(/^step breach \(P1\) pages on-call, but PagerDuty/));
});

test("a plan without on-call needs no PagerDuty", async () => {
  const { pagerDuty: _, ...rest } = accounts;
  for (const plan of ["Silver", "Gold"]) {
    const { fault = [] } = await says({ accounts: rest, plan });
    expect([plan, fault.filter((words) => words.includes("on-call"))]).toEqual([plan, []]);
  }
});

test("steps that tell nobody are faults: no channel, or no recipient", async () => {
  const nothing = await says({ accounts: {}, settings: {} });
  expect(nothing["fault"]).toContainEqual(
    expect.stringMatching(/tells nobody: the org's settings name no recipient for lead, manager/),
  );
  expect(nothing["note"]).toContainEqual(expect.stringMatching(/tells only the case's owner/));
  expect(nothing["ok"]).toBeUndefined();
});

test("a queue, a user and an id that the org does not have are faults", async () => {
  const { fault } = await says({
    settings: {
      ...wholeSettings,
      escalation: { queue: "Support_Escalation" },
      recipients: { ...wholeSettings.recipients, lead: [{ salesforceUserId: "005000000000000AAA" }] },
    },
  });
  expect(fault).toContainEqual(expect.stringContaining("there is no queue Support_Escalation"));
  expect(fault).toContainEqual(expect.stringContaining("005000000000000AAA, who is not an active user"));
  const user = await says({ settings: { ...wholeSettings, escalation: { user: "nobody@nowhere.example" } } });
  expect(user["fault"]).toContainEqual(expect.stringContaining("no active user nobody@nowhere.example"));
});

test("a secret that is not set is a fault that names its place, never a value", async () => {
  const { fault } = await says({
    settings: {
      ...wholeSettings,
      webhooks: [{ name: "ops", url: "https://hooks.example", secret: { env: "OPS_SECRET_UNSET" } }],
      stepOverrides: [{ step: "breach", do: [{ type: "webhook", name: "ops" }] }],
    },
  });
  expect(fault).toContainEqual(
    expect.stringMatching(/^settings\.webhooks\.0\.secret: The environment variable OPS_SECRET_UNSET/),
  );
});

test("the doctor of an org looks at what its steps tell, and says that settings it cannot use send nothing", async () => {
  const { entry } = world.orgs[0]!;
  const told = async (settings: object) => {
    const org = { ...entry, settings: { ...entry.settings, ...settings } };
    const found = await examine(new OrgConnection(org, systemClock), {
      ...{ subscribe: async () => {}, now: () => systemClock.now(), onboarded: true },
      accounts: actionsConfig.parse({}),
    });
    return found.filter(({ check, is }) => check === "telling" && is === "fault").map(({ says }) => says);
  };
  expect(await told(wholeSettings)).toContainEqual(expect.stringMatching(/^step .* email/));
  expect(await told({ recipients: 5 })).toEqual([
    expect.stringMatching(/^Its settings cannot be used, so nothing is sent for it: recipients: /),
  ]);
});

test("where everybody can be reached, the doctor says so; a dry run is noted", async () => {
  const everybody = {
    settings: {
      ...wholeSettings,
      escalation: { user: world.orgs[0]!.entry.username },
    },
  };
  expect((await says(everybody))["fault"]).toBeUndefined();
  const dry = await says({ settings: { ...everybody.settings, dryRun: true } });
  expect(dry["note"]).toContainEqual(expect.stringContaining("dry run"));
});

test("a test notice arrives at each address, and the command says which did not", async () => {
  const mail = await mailWire();
  process.env["TELLING_SMTP"] = mail.url;
  const folder = mkdtempSync(join(tmpdir(), "compromiso-telling-"));
  const file = join(folder, "service.json");
  writeFileSync(
    file,
    JSON.stringify({
      store: { file: "store.sqlite" },
      actions: { email: { server: { env: "TELLING_SMTP" }, from: "soporte@example.com" } },
    }),
  );
  const store = await openStore({ file: join(folder, "store.sqlite") });
  const org = world.orgs[0]!.entry;
  const settings = {
    ...org.settings,
    recipients: { lead: [{ email: "lead@example.com", slack: "U0123456789" }] },
  };
  await new Registry(store.db).save({ ...org, settings } as typeof org);
  await store.close();
  const printed = jest.spyOn(console, "log").mockImplementation(() => {});
  const program = new Command();
  addOrgs(program);
  await program.parseAsync(["orgs", "test-notice", org.id, "--config", file], { from: "user" });
  const lines = printed.mock.calls.flat() as string[];
  printed.mockRestore();
  expect(lines).toContain("✓ email lead@example.com: delivered");
  expect(lines).toContain("✗ slack U0123456789: its channel is not configured");
  expect(process.exitCode).toBe(1);
  process.exitCode = 0;
  expect(mail.mails[0]).toMatchObject({ subject: expect.stringContaining("prueba") });
  await mail.close();
  rmSync(folder, { recursive: true, force: true });
});
