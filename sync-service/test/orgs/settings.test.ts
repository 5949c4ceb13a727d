import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { readCatalogue } from "../../src/orgs/contract.ts";
import { actionsOf } from "../../src/notices/step-items.ts";
import { explanationOf } from "../../src/case/sla-fields.ts";
import { enteredFaults } from "../../src/orgs/entered-settings.ts";
import { overrideProblems, settingsOf } from "../../src/orgs/settings.ts";
import { stepProblems } from "../../src/orgs/step-actions.ts";
import { retryAfter } from "../../src/channels/http.ts";
import { computeClocks } from "c/slaEngine";
import { at, catalogue, contractOf, createdFact, policyOf } from "../clocks/world.ts";

test("the shipped catalogue's steps are ones that can be carried out", () => {
  expect(stepProblems(catalogue.steps)).toEqual([]);
});

test("every fault of a step list and of an org's settings is told with its path", () => {
  const steps = [
    { name: "warning", do: [{ type: "notify", roles: [], channels: ["fax"] }] },
    { name: "breach", do: [{ type: "writeBack" }, { type: "explode" }] },
  ];
  expect(stepProblems(steps).map(({ path }) => path)).toEqual([
    "steps[0].do[0].roles",
    "steps[0].do[0].channels.0",
    "steps[1].do[1].type",
  ]);
  const faults = enteredFaults({
    recipients: { lead: [{ slack: "#general" }, { email: "nobody" }] },
    webhooks: [{ name: "ops", url: "https://x.example", secret: "in clear" }],
    stepOverrides: [{ step: "breach", do: [{ type: "page", severity: "loud" }] }],
  });
  expect(faults.map(({ path }) => path)).toEqual([
    "recipients.lead.0.slack",
    "recipients.lead.1.email",
    "webhooks.0.secret",
    "stepOverrides.0.do.0.severity",
  ]);
});

test("a key that does not exist is refused, with its path and the key that was meant", () => {
  const faults = enteredFaults({
    langauge: "en",
    zzz: 1,
    contract: { plan: "Gold", timeZone: "UTC", holidays: "AR", holliday: "AR" },
    webhooks: [{ name: "ops", url: "https://x.example", secret: { env: "OPS" }, metod: "PUT" }],
    recipients: { lead: [{ emial: "a@b.example" }] },
    stepOverrides: [{ step: "breach", do: [{ type: "page", severty: "error" }] }],
  });
  const said = Object.fromEntries(faults.map(({ path, reason }) => [path, reason]));
  expect(said["langauge"]).toBe("this key does not exist. Did you mean language?");
  expect(said["zzz"]).toMatch(/^this key does not exist\. The keys are: apiShare, /);
  expect(said["contract.holliday"]).toContain("Did you mean holidays?");
  expect(said["webhooks.0.metod"]).toContain("The keys are: name, secret, url");
  expect(said["recipients.lead.0.emial"]).toContain("Did you mean email?");
  expect(said["stepOverrides.0.do.0.severty"]).toContain("Did you mean severity?");
  expect(faults).toHaveLength(6);
  const [inStep] = stepProblems([{ name: "breach", do: [{ type: "page", severty: "error" }] }]);
  expect(inStep).toEqual({
    path: "steps[0].do[0].severty",
    reason: "breach: this key does not exist. Did you mean severity?",
  });
});

test("a catalogue with a key that does not exist is refused whole", () => {
  const file = join(mkdtempSync(join(tmpdir(), "compromiso-catalogue-")), "plans.json");
  const plans = structuredClone(catalogue) as unknown as {
    plans: Record<string, unknown>[];
    setps?: unknown;
  };
  plans.setps = [];
  plans.plans[0]!["chanels"] = [];
  writeFileSync(file, JSON.stringify(plans));
  let problems: unknown;
  try {
    readCatalogue(file);
  } catch (error) {
    ({ problems } = error as { problems?: unknown });
  }
  expect(problems).toEqual([
    { path: "plans[0].chanels", reason: "this key does not exist. Did you mean channels?" },
    { path: "setps", reason: "this key does not exist. Did you mean steps?" },
  ]);
});

test("an override that could never do anything is refused where it is entered", () => {
  const settings = settingsOf(
    JSON.stringify({
      webhooks: [{ name: "ops", url: "https://x.example", secret: { env: "OPS" } }],
      stepOverrides: [
        { step: "breach", plan: "Gold", priority: "P1", do: [{ type: "webhook", name: "ops" }] },
        { step: "breech", plan: "gold", priority: "P0", do: [{ type: "webhook", name: "pager" }] },
      ],
    }),
  );
  const problems = overrideProblems(settings, catalogue);
  expect(problems.map(({ path }) => path)).toEqual([
    "stepOverrides.1.step",
    "stepOverrides.1.plan",
    "stepOverrides.1.priority",
    "stepOverrides.1.do.0.name",
  ]);
  expect(problems[1]!.reason).toMatch(/^there is no plan "gold"; there are: Silver, Gold, Platinum/);
});

test("settings that went bad act as a dry run: nothing is sent by guess", () => {
  expect(settingsOf("{").dryRun).toBe(true);
  expect(settingsOf('{"language":"fr"}').dryRun).toBe(true);
  expect(settingsOf("{}").dryRun).toBe(false);
});

test("an org's own list for a plan and priority goes before the policy's", () => {
  const step = {
    name: "breach",
    label: { es: "", en: "" },
    share: 1,
    at: 0,
    severity: 3,
    do: [{ type: "raiseEscalated" }],
  };
  const settings = settingsOf(
    JSON.stringify({
      stepOverrides: [{ step: "breach", plan: "Gold", priority: "P1", do: [{ type: "reassign" }] }],
    }),
  );
  expect(actionsOf(step, "Gold", "P1", settings)).toEqual([{ type: "reassign" }]);
  expect(actionsOf(step, "Gold", "P2", settings)).toEqual([{ type: "raiseEscalated" }]);
  expect(actionsOf(step, "Silver", "P1", settings)).toEqual([{ type: "raiseEscalated" }]);
});

test("a ledger that does not fit into its field is cut in the middle, and says so", () => {
  const contract = {
    id: contractOf("acme"),
    status: "Active",
    startsOn: null,
    endsOn: null,
    policy: policyOf("Silver"),
  } as const;
  const [clock] = computeClocks(
    [createdFact("acme", at("2026-11-25T10:00:00"))],
    [contract],
    at("2026-11-25T10:00:00"),
  );
  const [entry] = clock!.explanation!.entries;
  const long = {
    ...clock!,
    explanation: { ...clock!.explanation!, entries: Array.from({ length: 2_000 }, () => entry!) },
  };
  const text = explanationOf(long)!;
  expect(text.length).toBeLessThanOrEqual(32_768);
  const read = JSON.parse(text);
  expect(read.cut).toEqual({
    after: Math.ceil(read.entries.length / 2),
    omitted: 2_000 - read.entries.length,
  });
});

test("Retry-After is read as seconds and as a date", () => {
  const now = Date.parse("2026-11-25T12:00:00Z");
  expect(retryAfter(new Headers({ "retry-after": "30" }), now)).toBe(30_000);
  expect(retryAfter(new Headers({ "retry-after": "Wed, 25 Nov 2026 12:01:00 GMT" }), now)).toBe(60_000);
  expect(retryAfter(new Headers({ "retry-after": "soon" }), now)).toBeUndefined();
  expect(retryAfter(new Headers(), now)).toBeUndefined();
});
