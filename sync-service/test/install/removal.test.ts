// Taking the package out: what npm run remove deletes, in its order, from a local org.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { Connection } from "jsforce";
import { bytes, writeZip } from "@compromiso/local-org/metadata";
import { ComponentSet } from "@salesforce/source-deploy-retrieve";
import { destructive, removalSteps, type Step } from "../../../scripts/remove/steps.ts";
import { signInFiles } from "../../src/install/sign-in-app.ts";
import { selfSigned } from "@compromiso/local-org/certificates";
import { startWorld, type World } from "../orgs/org-world.ts";

jest.setTimeout(120_000);

let world: World;
let admin: Connection;
beforeAll(async () => {
  world = await startWorld();
  const { local, id } = world.orgs[0]!;
  const { token } = local.sessions.open(id("admin"), "test");
  admin = new Connection({ instanceUrl: local.instanceUrl, accessToken: token, version: "66.0" });
}, 120_000);
afterAll(() => world.close());

async function deploy(files: Map<string, string>): Promise<string[]> {
  const zip = writeZip(new Map([...files].map(([path, text]) => [path, bytes(text)])));
  const { details } = await admin.metadata.deploy(Buffer.from(zip), { rollbackOnError: true }).complete(true);
  return [details.componentFailures ?? []].flat().map(({ problem }) => String(problem));
}
const carryOut = ({ members }: Step): Promise<string[]> =>
  deploy(
    new Map([
      ["package.xml", destructive([], "66.0")],
      ["destructiveChangesPost.xml", destructive(members, "66.0")],
    ]),
  );
const ours = async (): Promise<string[]> => {
  const types = [
    "CustomField",
    "CustomObject",
    "PermissionSet",
    "PlatformEventChannel",
    "ExternalClientApplication",
  ];
  const listed = await Promise.all(types.map((type) => admin.metadata.list({ type })));
  return listed
    .flat()
    .flatMap(({ fullName }) => (/Support_|SLA_|Service_Category/.test(fullName) ? [fullName] : []));
};

test("step after step the package goes, and the standard object stays", async () => {
  expect(await deploy(signInFiles(selfSigned("rsa").cert))).toEqual([]);
  expect(await ours()).toContain("Case.SLA_Status__c");
  const held = await admin.query<{ Id: string }>(
    "SELECT Id FROM PermissionSetAssignment WHERE PermissionSet.Name LIKE 'Support_%'",
  );
  await admin.sobject("PermissionSetAssignment").delete(held.records.map(({ Id }) => Id));
  for (const step of removalSteps()) expect([step.title, await carryOut(step)]).toEqual([step.title, []]);
  expect(await ours()).toEqual([]);
  expect((await admin.describe("Case")).fields.filter(({ custom }) => custom)).toEqual([]);
  // once more: it passes over the things that are gone
  for (const step of removalSteps()) expect([step.title, await carryOut(step)]).toEqual([step.title, []]);
});

test("nothing standard is asked for, and nothing of the package is forgotten", () => {
  const asked = removalSteps().flatMap(({ members }) => members.map((one) => one.join(" ")));
  expect(
    asked.filter((name) =>
      /^CustomObject Case$|CustomObjectTranslation|^CustomField Case\.\w+(?<!__c)$/.test(name),
    ),
  ).toEqual([]);
  expect(new Set(asked).size).toBe(asked.length);
  const root = join(import.meta.dirname, "../../..");
  const components = ComponentSet.fromSource(join(root, "force-app")).getSourceComponents().toArray();
  const without = new Set([
    "CustomObjectTranslation",
    "Translations",
    "CustomLabels",
    "ReportFolder",
    "DashboardFolder",
  ]);
  const forgotten = components
    .map(({ type, fullName }) => `${type.name} ${fullName}`)
    .filter((name) => !without.has(name.split(" ")[0]!) && !asked.includes(name));
  expect(forgotten).toEqual(["CustomObject Case"]);
  expect(readFileSync(join(root, "docs/admin.md"), "utf8")).toContain(
    `in ${["", "one", "two", "three", "four", "five", "six", "seven", "eight"][removalSteps().length]} steps`,
  );
});
