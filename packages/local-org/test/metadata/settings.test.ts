/** An org whose switches are off refuses what needs them, in Salesforce's words. */
import { afterAll, describe, expect, test } from "@jest/globals";
import { stopCompiler } from "../../src/metadata/index.ts";
import type { OrgSettings } from "../../src/index.ts";
import { collect } from "../../src/metadata/retrieve/collect.ts";
import { listMetadata } from "../../src/metadata/retrieve/list.ts";
import { field, xml, type Files } from "./components.ts";
import { deploy, freshOrg, problems } from "./orgs.ts";
import { zipOf } from "./source.ts";

afterAll(stopCompiler);

const said = async (settings: Partial<OrgSettings>, files: Files): Promise<string> => {
  const org = freshOrg(settings);
  const outcome = await deploy(org, await zipOf(files));
  await org.close();
  return problems(outcome);
};
const app: Files = {
  "externalClientApps/Sync.eca-meta.xml": xml(
    "ExternalClientApplication",
    "<distributionState>Local</distributionState><label>Sync</label>",
  ),
};
const oauth: Files = {
  "extlClntAppOauthSettings/Sync_oauth.ecaOauth-meta.xml": xml(
    "ExtlClntAppOauthSettings",
    "<commaSeparatedOauthScopes>Api</commaSeparatedOauthScopes><externalClientApplication>Sync</externalClientApplication><label>o</label>",
  ),
};
const translation: Files = { "translations/es.translation-meta.xml": xml("Translations", "") };
const off = "Not available for deploy for this organization";

describe("external client apps", () => {
  test("are refused until the org opts in", async () => {
    expect(await said({ externalClientApps: false }, app)).toBe(off);
    expect(await said({ externalClientApps: true }, app)).toBe("");
  });
  test("keep their OAuth settings out until consumer secrets are allowed", async () => {
    expect(await said({ consumerSecretsInMetadata: false }, app)).toBe("");
    expect(await said({ consumerSecretsInMetadata: false }, { ...app, ...oauth })).toBe(off);
  });
});

test("translations are refused while the Workbench is off or their language is not active", async () => {
  expect(await said({ translationLanguages: [] }, translation)).toBe(off);
  expect(await said({ translationLanguages: ["fr"] }, translation)).toBe(off);
  expect(await said({ translationLanguages: ["es"] }, translation)).toBe("");
});

test("you can read the settings before anything is deployed", () => {
  const read = (settings: Partial<OrgSettings>): string => {
    const types = new Map([["Settings", new Set(["Language", "ExternalClientApp"])]]);
    const { files, problems: said } = collect(freshOrg(settings), { types }, "66.0");
    expect(said).toEqual([]);
    return [...files.values()].map((file) => Buffer.from(file).toString("utf8")).join("");
  };
  expect(read({})).toContain("<enableTranslationWorkbench>true<");
  expect(read({})).toContain("<enableConsumerSecretApiAccess>true<");
  expect(read({ translationLanguages: [] })).toContain("<enableTranslationWorkbench>false<");
  expect(read({ consumerSecretsInMetadata: false })).toContain("<enableConsumerSecretApiAccess>false<");
  const languages = (translationLanguages: string[]) =>
    listMetadata(freshOrg({ translationLanguages }), [{ type: "Translations" }]).map((one) => one.fullName);
  expect(languages(["es", "fr"])).toEqual(["es", "fr"]);
  expect(languages([])).toEqual([]);
});

test("a limit that was raised is the org's own", async () => {
  const tracked = field(
    "Note__c",
    "<label>Note</label><length>80</length><trackHistory>true</trackHistory><type>Text</type>",
    "Case",
  );
  expect(await said({ historyFields: 11 }, tracked)).toBe(
    "exceeded the allowed number of fields to track on a given entity",
  );
  expect(await said({ historyFields: 12 }, tracked)).toBe("");
});
