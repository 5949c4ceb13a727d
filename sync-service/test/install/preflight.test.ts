// Asked before an install: each thing that a real org may lack is switched off in a local one, and has to be named.
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, jest, test } from "@jest/globals";
import { Command } from "commander";
import { startLocalOrgs, type LocalOrgHost, type OrgOptions } from "@compromiso/local-org";
import { bytes, deployZip, stopCompiler, writeZip } from "@compromiso/local-org/metadata";
import { addPreflight } from "../../src/cli/preflight.ts";
import { Asking } from "../../src/install/asking.ts";
import { footprint } from "../../src/install/footprint.ts";
import { preflight, type Preflight } from "../../src/install/preflight.ts";
import { plan } from "../orgs/people.ts";

jest.setTimeout(60_000);

const hosts: LocalOrgHost[] = [];
afterAll(async () => {
  await Promise.all(hosts.map((host) => host.close()));
  await stopCompiler();
});

async function started(more: Partial<OrgOptions> = {}) {
  const host = await startLocalOrgs({ orgs: [{ ...plan("fresh", ""), apps: [], ...more }] });
  hosts.push(host);
  const org = host.orgs.get("fresh")!;
  const [admin] = org.rows("User");
  return { org, instanceUrl: org.instanceUrl, accessToken: org.sessions.open(admin!.Id, "test").token };
}
const asked = async (more: Partial<OrgOptions> = {}): Promise<Preflight> =>
  preflight(new Asking(await started(more)));
const said = ({ findings }: Preflight, is: string): string[] =>
  findings.filter((one) => one.is === is).map(({ check, says }) => `${check}: ${says}`);

test("an org that is ready takes everything by one manifest", async () => {
  const result = await asked();
  expect(said(result, "fault")).toEqual([]);
  expect(said(result, "note")).toEqual([]);
  // the local org keeps no dashboards as records
  expect(said(result, "unknown")).toEqual([expect.stringMatching(/^dynamic dashboards: could not be asked/)]);
  expect(said(result, "ok")).toContain("field history: Case tracks 11 of 20 fields, and the package adds 4");
  expect(result.manifests).toEqual(["manifest/all.xml"]);
});

test.each([
  [
    "no opt-in to external client apps",
    { settings: { externalClientApps: false } },
    /^external client apps: "Opt in to External Client Apps" is off: switch it on in Setup/,
  ],
  [
    "no consumer secrets by Metadata API",
    { settings: { consumerSecretsInMetadata: false } },
    /^external client apps: "Allow Access to OAuth Consumer Secrets via Metadata API" is off/,
  ],
  [
    "an edition without change events",
    { edition: "Professional Edition" },
    /^edition: Professional Edition has no/,
  ],
  [
    "no seat for the service's user",
    { settings: { integrationSeats: 0 } },
    /^permission set licence: SalesforceAPIIntegrationPsl: all 0 are in use/,
  ],
])("a fault is named, with what to do: %s", async (_, more, words) => {
  expect(said(await asked(more as Partial<OrgOptions>), "fault")).toContainEqual(
    expect.stringMatching(words),
  );
});

test("a language that is not active costs its manifest, not the install", async () => {
  const one = await asked({ settings: { translationLanguages: ["es"] } });
  expect(said(one, "fault")).toEqual([]);
  expect(said(one, "note")).toEqual([expect.stringMatching(/^languages: es_MX is not active: leave out/)]);
  expect(one.manifests).toEqual(
    ["core", "spanish", "reports", "dashboard"].map((name) => `manifest/${name}.xml`),
  );
  const off = await asked({ settings: { translationLanguages: [] } });
  expect(off.manifests).not.toContain("manifest/spanish.xml");
});

test("history and change events that leave no room are counted", async () => {
  const full = await started();
  const field = (name: string) =>
    `<fields><fullName>${name}__c</fullName><label>${name}</label><length>9</length><trackHistory>true</trackHistory><type>Text</type></fields>`;
  const member = (object: string): [string, string] => [
    `platformEventChannelMembers/${object}Event.platformEventChannelMember`,
    `<PlatformEventChannelMember xmlns="http://soap.sforce.com/2006/04/metadata"><eventChannel>ChangeEvents</eventChannel><selectedEntity>${object}ChangeEvent</selectedEntity></PlatformEventChannelMember>`,
  ];
  const objects = ["Account", "Contact", "Lead", "Opportunity", "Task"];
  const names = ["A", "B", "C", "D", "E", "F"];
  const types = [
    ["CustomField", names.map((name) => `Case.${name}__c`)],
    ["PlatformEventChannelMember", objects.map((object) => `${object}Event`)],
  ] as const;
  const manifest = types.map(
    ([type, members]) =>
      `<types>${members.map((one) => `<members>${one}</members>`).join("")}<name>${type}</name></types>`,
  );
  const files: [string, string][] = [
    [
      "package.xml",
      `<Package xmlns="http://soap.sforce.com/2006/04/metadata">${manifest.join("")}<version>66.0</version></Package>`,
    ],
    [
      "objects/Case.object",
      `<CustomObject xmlns="http://soap.sforce.com/2006/04/metadata">${names.map(field).join("")}</CustomObject>`,
    ],
    ...objects.map(member),
  ];
  const outcome = await deployZip(
    full.org,
    writeZip(new Map(files.map(([path, text]) => [path, bytes(text)]))),
    { checkOnly: false, rollbackOnError: true, purgeOnDelete: false },
    66,
  );
  expect(outcome.failures).toEqual([]);
  expect(said(await preflight(new Asking(full)), "fault")).toEqual([
    expect.stringMatching(/^field history: Case tracks 17 .* adds 4: stop tracking 1 of your own/),
    expect.stringMatching(
      /^change events: 5 of 5 entities are selected, and the package adds Case: deselect one/,
    ),
  ]);
});

/** Deploys files of the Metadata API, named in a manifest. */
async function deployed(
  org: Awaited<ReturnType<typeof started>>["org"],
  members: Record<string, string[]>,
  files: [string, string][],
): Promise<void> {
  const namespace = 'xmlns="http://soap.sforce.com/2006/04/metadata"';
  const types = Object.entries(members).map(
    ([name, list]) =>
      `<types>${list.map((one) => `<members>${one}</members>`).join("")}<name>${name}</name></types>`,
  );
  const manifest = `<Package ${namespace}>${types.join("")}<version>66.0</version></Package>`;
  const all: [string, string][] = [["package.xml", manifest], ...files];
  const zip = writeZip(
    new Map(all.map(([path, text]) => [path, bytes(text.replace(/^<(\w+)>/, `<$1 ${namespace}>`))])),
  );
  const options = { checkOnly: false, rollbackOnError: true, purgeOnDelete: false };
  expect((await deployZip(org, zip, options, 66)).failures).toEqual([]);
}

test("cases that are not open to all are a note on sharing", async () => {
  const closed = await started();
  await deployed(closed.org, { CustomObject: ["Case"] }, [
    [
      "objects/Case.object",
      "<CustomObject><externalSharingModel>Private</externalSharingModel><sharingModel>Private</sharingModel></CustomObject>",
    ],
  ]);
  expect(said(await preflight(new Asking(closed)), "note")).toEqual([
    "case sharing: cases are not Public Read/Write: share the support cases with the service's user by a sharing rule on Support Contract",
  ]);
});

test("an org without a licence, or without a free one, is told which", async () => {
  const bare = await started();
  const [admin] = bare.org.rows("User");
  const system = { userId: admin!.Id, api: "setup", system: true };
  const [seat] = [...bare.org.rows("UserLicense")].filter((row) => row.Name === "Salesforce Integration");
  const [psl] = bare.org.rows("PermissionSetLicense");
  bare.org.execute(system, [
    { op: "update", object: "UserLicense", id: seat!.Id, fields: { UsedLicenses: seat!.TotalLicenses! } },
    { op: "delete", object: "PermissionSetLicense", id: psl!.Id },
  ]);
  expect(said(await preflight(new Asking(bare)), "fault")).toEqual([
    expect.stringMatching(/^licence: Salesforce Integration: all \d+ are in use\. Free one/),
    "permission set licence: the org has no SalesforceAPIIntegrationPsl: ask Salesforce for it. The service's user needs one",
  ]);
});

test("no room for another dynamic dashboard costs its manifest", async () => {
  const full = await started();
  const { org } = full;
  // the local org keeps no dashboards as records, so this one gets the object
  const like = org.schema.object("Account")!;
  const pick = (name: string) => like.fields.get(name)!;
  const fields = ["Id", "IsDeleted", "Name", "Type"].map((name) => [name, { ...pick(name) }] as const);
  org.schema.putObject({
    ...like,
    name: "Dashboard",
    label: "Dashboard",
    labelPlural: "Dashboards",
    keyPrefix: "01Z",
    recordTypes: [],
    validationRules: [],
    changeEvents: false,
    sharing: "Read",
    fields: new Map(fields),
    setup: true,
  });
  const [admin] = org.rows("User");
  const system = { userId: admin!.Id, api: "setup", system: true };
  const made = (n: number) =>
    org.execute(system, [
      { op: "insert", object: "Dashboard", fields: { Name: `D${n}`, Type: "LoggedInUser" } },
    ]);
  expect([made(1), made(2)].flat().map(({ success }) => success)).toEqual([true, true]);
  const room = await preflight(new Asking(full));
  expect(said(room, "ok")).toContain("dynamic dashboards: 2 of 3 dynamic dashboards are in use");
  made(3);
  const result = await preflight(new Asking(full));
  expect(said(result, "note")).toEqual([
    "dynamic dashboards: all 3 dynamic dashboards are in use: leave out manifest/dashboard.xml",
  ]);
  expect(result.manifests).toEqual(
    ["core", "spanish", "spanish-mexico", "reports"].map((name) => `manifest/${name}.xml`),
  );
});

test("a folder Support of the org's own is named", async () => {
  const own = await started();
  await deployed(own.org, { ReportFolder: ["Support"] }, [
    ["reports/Support-meta.xml", "<ReportFolder><name>Support</name></ReportFolder>"],
  ]);
  expect(said(await preflight(new Asking(own)), "note")).toEqual([
    expect.stringMatching(/^report folders: there is a folder Support already/),
  ]);
});

test("fields and objects that leave no room are counted by the edition", async () => {
  const full = await started();
  const fields = Array.from({ length: 484 }, (_, n) => `F${n}__c`);
  const objects = Array.from({ length: 399 }, (_, n) => `O${n}__c`);
  const field = (name: string) =>
    `<fields><fullName>${name}</fullName><label>${name}</label><length>9</length><type>Text</type></fields>`;
  await deployed(full.org, { CustomField: fields.map((name) => `Case.${name}`), CustomObject: objects }, [
    ["objects/Case.object", `<CustomObject>${fields.map(field).join("")}</CustomObject>`],
    ...objects.map((name): [string, string] => [
      `objects/${name}.object`,
      `<CustomObject><deploymentStatus>Deployed</deploymentStatus><label>${name}</label><nameField><label>Name</label><type>Text</type></nameField><pluralLabel>${name}</pluralLabel><sharingModel>ReadWrite</sharingModel></CustomObject>`,
    ]),
  ]);
  expect(said(await preflight(new Asking(full)), "fault")).toEqual([
    "room on Case: Case has 484 custom fields and may have 500, and the package adds 19: delete what you do not use",
    "room for objects: the org has 399 custom objects and may have 400, and the package adds 4: delete what you do not use",
  ]);
});

test("an address that is no My Domain is a fault, and an org that does not answer is no fault", async () => {
  const org = new Asking({ instanceUrl: "https://na1.salesforce.invalid/", accessToken: "00D!none" });
  const result = await preflight(org);
  expect(said(result, "fault")).toEqual([
    expect.stringMatching(/^My Domain: https:\/\/na1\.salesforce\.invalid is no My Domain address/),
  ]);
  expect(said(result, "unknown")).toContainEqual(expect.stringMatching(/^edition: could not be asked: /));
  expect(said(result, "unknown")).toHaveLength(12);
});

test("the command says it in words, in JSON and by its exit code", async () => {
  const run = async (...words: string[]): Promise<string> => {
    const printed = jest.spyOn(console, "log").mockImplementation(() => {});
    const program = new Command();
    addPreflight(program);
    try {
      await program.parseAsync(["preflight", ...words], { from: "user" });
      return printed.mock.calls.flat().join("\n");
    } finally {
      printed.mockRestore();
    }
  };
  const { instanceUrl, accessToken } = await started({ settings: { externalClientApps: false } });
  process.env["SF_ACCESS_TOKEN"] = accessToken;
  expect(await run("--instance-url", instanceUrl)).toMatch(
    /✗ external client apps.*\n[\s\S]*One thing must be mended first/,
  );
  expect(process.exitCode).toBe(1);
  process.exitCode = 0;
  const ready = await started();
  process.env["SF_ACCESS_TOKEN"] = ready.accessToken;
  const { manifests } = JSON.parse(await run("--instance-url", ready.instanceUrl, "--json")) as Preflight;
  expect(manifests).toEqual(["manifest/all.xml"]);
  expect(process.exitCode).toBe(0);
  await expect(run()).rejects.toThrow(/Name the org: --target-org/);
  delete process.env["SF_ACCESS_TOKEN"];
  await expect(run("--instance-url", ready.instanceUrl)).rejects.toThrow(/SF_ACCESS_TOKEN/);
});

test("the package's needs are counted from the package itself", () => {
  const root = join(import.meta.dirname, "../../../force-app/main/default/objects");
  const fields = globSync("Case/fields/*.xml", { cwd: root }).map((path) => ({
    name: path.split("/").at(-1)!.replace(".field-meta.xml", ""),
    text: readFileSync(join(root, path), "utf8"),
  }));
  expect(fields.filter(({ name }) => name.endsWith("__c"))).toHaveLength(footprint.caseFields);
  expect(
    fields
      .filter(({ text }) => text.includes("<trackHistory>true"))
      .map(({ name }) => name)
      .sort(),
  ).toEqual(footprint.trackedFields);
  expect(globSync("*__c", { cwd: root }).sort()).toEqual(footprint.customObjects);
});
