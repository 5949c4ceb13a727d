/** The real sf CLI against a served org: what it prints and how it exits when metadata is wrong, and a way there and back. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { startLocalOrgs, type LocalOrgHost, type Org } from "../../src/index.ts";
import { stopCompiler } from "../../src/metadata/index.ts";
import { newSfCli } from "../sfCli.ts";
import type { Case } from "./components.ts";
import { admin } from "./orgs.ts";

const { cases } = JSON.parse(readFileSync(new URL("./conformance.json", import.meta.url), "utf8")) as {
  cases: Case[];
};
const cli = newSfCli({ SF_TARGET_ORG: admin, NO_COLOR: "1", CI: "true", COLUMNS: "400" });
let host: LocalOrgHost;
let org: Org;

beforeAll(async () => {
  const users = [{ username: admin, name: "Ada Admin", email: admin, profile: "System Administrator" }];
  host = await startLocalOrgs({
    orgs: [{ name: "dev", label: "Dev", language: "en_US", timeZone: "UTC", users }],
  });
  org = host.orgs.get("dev") as Org;
  const user = [...org.rows("User")].find((row) => row.Username === admin);
  const { token } = org.sessions.open(user?.Id ?? "", "cli");
  const login = await sf(
    cli.home,
    ["org", "login", "access-token", "--instance-url", org.instanceUrl, "--no-prompt"],
    {
      SF_ACCESS_TOKEN: token,
    },
  );
  expect(login).toMatchObject({ code: 0 });
}, 60_000);
afterAll(async () => {
  await host.close();
  await stopCompiler();
  rmSync(cli.home, { recursive: true, force: true });
});

async function sf(
  cwd: string,
  args: string[],
  env: Record<string, string> = {},
): Promise<{ code: number | null; out: string }> {
  const { code, said } = await cli.run(args, { cwd, env });
  return { code, out: said };
}

function project(...ids: string[]): string {
  const root = join(mkdtempSync(join(cli.home, "project-")));
  writeFileSync(
    join(root, "sfdx-project.json"),
    JSON.stringify({ packageDirectories: [{ path: "force-app", default: true }], sourceApiVersion: "66.0" }),
  );
  for (const id of ids)
    for (const [path, content] of Object.entries(cases.find((one) => one.id === id)?.files ?? {})) {
      const file = join(root, "force-app/main/default", path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, content);
    }
  return root;
}

test("wrong metadata of every kind: each with its problem and place in the table, exit code 1, nothing deployed", async () => {
  const root = project(
    "lwc-template-arithmetic",
    "fld-misspelt-length",
    "ps-missing-app",
    "fx-wrong-region",
    "cdc-filter-datetime-range",
    "app-navtype-case",
  );
  const { code, out } = await sf(root, ["project", "deploy", "start"]);
  expect(code).toBe(1);
  for (const words of [
    "Template expression doesn't allow BinaryExpression",
    "lenght invalid at this location in type CustomField",
    "In field: application - no CustomApplication named Ghost_App found",
    "The 'sidebar' region (type Region) doesn't exist.",
    "only equality operators are supported for this field type or value",
    "'console' is not a valid value for the enum 'NavType'",
  ])
    expect(out).toContain(words);
  expect(out).toMatch(/LightningComponentBundle\s+card\s+Invalid expression.*\s1:14/);
  expect(org.components.list()).toEqual([]);
}, 90_000);

test("good metadata over REST, then back by manifest, then gone by delete", async () => {
  const root = project("ps-accept-full", "qa-accept-lwc");
  const deployed = await sf(root, ["project", "deploy", "start"], { SF_ORG_METADATA_REST_DEPLOY: "true" });
  expect(deployed.code).toBe(0);
  expect(org.schema.object("Thing__c")?.fields.has("Note__c")).toBe(true);

  const empty = project();
  mkdirSync(join(empty, "force-app"));
  expect(await sf(empty, ["project", "generate", "manifest", "--from-org", admin])).toMatchObject({
    code: 0,
  });
  expect(readFileSync(join(empty, "package.xml"), "utf8")).toContain("<members>Thing__c.Note__c</members>");
  expect(await sf(empty, ["project", "retrieve", "start", "--manifest", "package.xml"])).toMatchObject({
    code: 0,
  });
  for (const path of [
    "lwc/card/card.js",
    "permissionsets/Thing_Users.permissionset-meta.xml",
    "objects/Thing__c/fields/Note__c.field-meta.xml",
  ]) {
    expect(existsSync(join(empty, "force-app/main/default", path))).toBe(true);
    const there = readFileSync(join(empty, "force-app/main/default", path), "utf8");
    const here = readFileSync(join(root, "force-app/main/default", path), "utf8");
    expect(there.replace(/\s+/g, "")).toBe(here.replace(/\s+/g, ""));
  }

  const used = await sf(root, [
    "project",
    "delete",
    "source",
    "--metadata",
    "LightningComponentBundle:card",
    "--no-prompt",
  ]);
  expect(used.code).toBe(1);
  expect(used.out).toContain("QuickAction - Thing__c.Do_It");
  expect(
    await sf(root, [
      "project",
      "delete",
      "source",
      "--metadata",
      "QuickAction:Thing__c.Do_It",
      "--no-prompt",
    ]),
  ).toMatchObject({ code: 0 });
  expect(org.components.get("QuickAction", "Thing__c.Do_It")).toBeUndefined();
}, 180_000);
