import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { Connection } from "jsforce";
import { startLocalOrgs, type LocalOrgHost, type Org } from "../../src/index.ts";
import { stopCompiler } from "../../src/metadata/index.ts";
import { admin } from "./orgs.ts";
import { zipOf } from "./source.ts";

// the first deploy loads a converter and a compiler
jest.setTimeout(60_000);
let host: LocalOrgHost;
let org: Org;
let token: string;
let reader: string;
beforeAll(async () => {
  host = await startLocalOrgs({
    orgs: [
      {
        name: "dev",
        label: "Dev",
        language: "en_US",
        timeZone: "UTC",
        users: [
          { username: admin, name: "Ada Admin", email: admin, profile: "System Administrator" },
          {
            username: "rita@dev.example",
            name: "Rita Reader",
            email: "rita@dev.example",
            profile: "Standard User",
          },
        ],
      },
    ],
  });
  org = host.orgs.get("dev") as Org;
  const sessionOf = (username: string): string =>
    org.sessions.open([...org.rows("User")].find((row) => row.Username === username)?.Id ?? "", "test").token;
  token = sessionOf(admin);
  reader = sessionOf("rita@dev.example");
});
afterAll(async () => {
  await host.close();
  await stopCompiler();
});

const soap = async (
  operation: string,
  body: string,
  session = token,
): Promise<{ status: number; text: string }> => {
  const response = await fetch(`${org.instanceUrl}//services/Soap/m/68.0`, {
    method: "POST",
    headers: { "Content-Type": "text/xml", SOAPAction: '""' },
    body: `<?xml version="1.0"?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns="http://soap.sforce.com/2006/04/metadata"><soapenv:Header><SessionHeader><sessionId>${session}</sessionId></SessionHeader></soapenv:Header><soapenv:Body><${operation}>${body}</${operation}></soapenv:Body></soapenv:Envelope>`,
  });
  return { status: response.status, text: await response.text() };
};
const value = (text: string, name: string): string => new RegExp(`<${name}>([^<]*)<`).exec(text)?.[1] ?? "";
const label = (language: string): Record<string, string> => ({
  "labels/CustomLabels.labels-meta.xml": `<?xml version="1.0" encoding="UTF-8"?>\n<CustomLabels xmlns="http://soap.sforce.com/2006/04/metadata"><labels><fullName>Hello</fullName>${language}<protected>false</protected><shortDescription>Hello</shortDescription><value>Hello &amp; hi</value></labels></CustomLabels>\n`,
});
const settled = async (poll: () => Promise<boolean>): Promise<void> => {
  while (!(await poll())) await new Promise((resolve) => setTimeout(resolve, 20));
};

test("SOAP: a deploy is queued, polled and told in full; a retrieve brings it back", async () => {
  const zip = Buffer.from(await zipOf(label("<language>en_US</language>"))).toString("base64");
  const started = await soap(
    "deploy",
    `<ZipFile>${zip}</ZipFile><DeployOptions><rollbackOnError>true</rollbackOnError><singlePackage>true</singlePackage></DeployOptions>`,
  );
  expect(started.status).toBe(200);
  const id = value(started.text, "id");
  expect(id).toMatch(/^0Af\w{15}$/);
  let status = "";
  await settled(async () => {
    status = (
      await soap(
        "checkDeployStatus",
        `<asyncProcessId>${id}</asyncProcessId><includeDetails>true</includeDetails>`,
      )
    ).text;
    return value(status, "done") === "true";
  });
  expect(value(status, "status")).toBe("Succeeded");
  expect(value(status, "numberComponentErrors")).toBe("0");
  expect(status).toContain("<componentType>CustomLabel</componentType>");
  const retrieve = await soap(
    "retrieve",
    "<retrieveRequest><apiVersion>66.0</apiVersion><unpackaged><types><members>*</members><name>CustomLabels</name></types><version>66.0</version></unpackaged></retrieveRequest>",
  );
  const result = await soap(
    "checkRetrieveStatus",
    `<asyncProcessId>${value(retrieve.text, "id")}</asyncProcessId><includeZip>true</includeZip>`,
  );
  expect(result.text).toContain("<fileName>unpackaged/labels/CustomLabels.labels</fileName>");
  expect(value(result.text, "zipFile").length).toBeGreaterThan(100);
});

test("REST: a multipart deploy, validated only, with its failures", async () => {
  const form = new FormData();
  form.append(
    "entity_content",
    new Blob([JSON.stringify({ deployOptions: { checkOnly: true, rollbackOnError: true } })], {
      type: "application/json",
    }),
  );
  form.append(
    "file",
    new Blob([Buffer.from(await zipOf(label("<lang>en_US</lang>")))], { type: "application/zip" }),
    "package.zip",
  );
  const url = `${org.instanceUrl}/services/data/v68.0/metadata/deployRequest`;
  const headers = { Authorization: `Bearer ${token}` };
  const started = await fetch(url, { method: "POST", headers, body: form });
  expect(started.status).toBe(201);
  const { id } = (await started.json()) as { id: string };
  interface Answer {
    deployResult: {
      done: boolean;
      status: string;
      checkOnly: boolean;
      details: { componentFailures: { problem: string; fullName: string }[] };
    };
  }
  let answer: Answer | undefined;
  await settled(async () => {
    answer = (await (await fetch(`${url}/${id}?includeDetails=true`, { headers })).json()) as Answer;
    return answer.deployResult.done;
  });
  expect(answer?.deployResult).toMatchObject({ status: "Failed", checkOnly: true });
  expect(answer?.deployResult.details.componentFailures.map((failure) => failure.problem)).toContain(
    "Error parsing file: Element {http://soap.sforce.com/2006/04/metadata}lang invalid at this location in type CustomLabel",
  );
});

test("a validation that succeeded is deployed once by its id", async () => {
  const url = `${org.instanceUrl}/services/data/v68.0/metadata/deployRequest`;
  const headers = { Authorization: `Bearer ${token}` };
  const body = new FormData();
  body.append(
    "entity_content",
    new Blob(['{"deployOptions":{"checkOnly":true,"rollbackOnError":true}}'], { type: "application/json" }),
  );
  body.append("file", new Blob([new Uint8Array(await zipOf(label("<language>en_US</language>")))]));
  const { id } = (await (await fetch(url, { method: "POST", headers, body })).json()) as { id: string };
  const done = async (job: string): Promise<boolean> =>
    ((await (await fetch(`${url}/${job}`, { headers })).json()) as { deployResult: { done: boolean } })
      .deployResult.done;
  await settled(() => done(id));
  org.components.remove("CustomLabel", "Hello");
  const quick = async (): Promise<Response> =>
    fetch(url, {
      method: "POST",
      headers: { ...headers, "Content-Type": "application/json" },
      body: JSON.stringify({ validatedDeployRequestId: id }),
    });
  const started = await quick();
  expect(started.status).toBe(201);
  await settled(async () => done(((await started.clone().json()) as { id: string }).id));
  expect(org.components.get("CustomLabel", "Hello")).toBeDefined();
  expect((await quick()).status).toBe(400);
});

test("jsforce creates, reads, changes and deletes components without a zip", async () => {
  const { metadata } = new Connection({ instanceUrl: org.instanceUrl, accessToken: token, version: "66.0" });
  const thing = {
    fullName: "Made__c",
    label: "Made",
    pluralLabel: "Mades",
    nameField: { type: "Text", label: "Name" },
    deploymentStatus: "Deployed",
    sharingModel: "ReadWrite",
  };
  expect(await metadata.create("CustomObject", thing)).toMatchObject({ fullName: "Made__c", success: true });
  expect(await metadata.create("CustomObject", thing)).toMatchObject({
    success: false,
    errors: [{ statusCode: "DUPLICATE_DEVELOPER_NAME" }],
  });
  const number = { fullName: "Made__c.N__c", label: "N", type: "Number", precision: 5, scale: 0 };
  expect(
    await metadata.upsert("CustomField", [number, { fullName: "Made__c.T__c", label: "T", type: "Text" }]),
  ).toMatchObject([
    { created: true, success: true },
    { success: false, errors: [{ message: "Must specify 'length' for a CustomField of type Text" }] },
  ]);
  await metadata.update("CustomField", { ...number, label: "Count" });
  expect(await metadata.read("CustomField", "Made__c.N__c")).toMatchObject({
    fullName: "Made__c.N__c",
    label: "Count",
    precision: 5,
  });
  expect(await metadata.delete("CustomObject", ["Made__c", "Ghost__c"])).toMatchObject([
    { success: true },
    { success: false, errors: [{ statusCode: "INVALID_CROSS_REFERENCE_KEY" }] },
  ]);
  expect(org.schema.object("Made__c")).toBeUndefined();
});

test("a lost session and a user without the permission are refused", async () => {
  const lost = await soap("describeMetadata", "<asOfVersion>66.0</asOfVersion>", "00Dx!nothing");
  expect(lost.status).toBe(500);
  expect(lost.text).toContain("<faultcode>sf:INVALID_SESSION_ID</faultcode>");
  const refused = await soap("describeMetadata", "<asOfVersion>66.0</asOfVersion>", reader);
  expect(refused.status).toBe(500);
  expect(refused.text).toContain("sf:INSUFFICIENT_ACCESS");
  const rest = await fetch(
    `${org.instanceUrl}/services/data/v68.0/metadata/deployRequest/0Af000000000000AAA`,
  );
  expect(rest.status).toBe(401);
});

test("a channel's member is created, read, changed and deleted over the Tooling API", async () => {
  const { tooling } = new Connection({ instanceUrl: org.instanceUrl, accessToken: token, version: "66.0" });
  const members = tooling.sobject("PlatformEventChannelMember") as unknown as {
    create(record: object): Promise<{ id: string; success: boolean }>;
    retrieve(id: string): Promise<object>;
    update(record: object): Promise<{ success: boolean }>;
    delete(id: string): Promise<{ success: boolean }>;
  };
  const Metadata = {
    enrichedFields: [{ name: "AccountNumber" }],
    eventChannel: "ChangeEvents",
    selectedEntity: "AccountChangeEvent",
  };
  const FullName = "ChangeEvents_AccountChangeEvent";
  const { id, success } = await members.create({ FullName, Metadata });
  expect(success).toBe(true);
  await expect(members.create({ FullName, Metadata })).rejects.toThrow(/There is already a/);
  await expect(
    members.create({ FullName: "Ghost", Metadata: { ...Metadata, selectedEntity: "GhostChangeEvent" } }),
  ).rejects.toThrow(/references an invalid event/);
  await members.update({ Id: id, Metadata: { ...Metadata, enrichedFields: [] } });
  expect(await members.retrieve(id)).toMatchObject({
    FullName,
    Metadata: { enrichedFields: [], eventChannel: "ChangeEvents", filterExpression: null },
  });
  const query =
    "SELECT Id, SelectedEntity FROM PlatformEventChannelMember WHERE EventChannel = 'ChangeEvents'";
  expect((await tooling.query(query)).records).toMatchObject([
    { Id: id, SelectedEntity: "AccountChangeEvent" },
  ]);
  await members.delete(id);
  await expect(members.retrieve(id)).rejects.toThrow(/does not exist/);
  const refused = await fetch(
    `${org.instanceUrl}/services/data/v66.0/tooling/sobjects/PlatformEventChannelMember`,
    {
      method: "POST",
      headers: { Authorization: `Bearer ${reader}`, "Content-Type": "application/json" },
      body: "{}",
    },
  );
  expect(refused.status).toBe(403);
  const unknown = await fetch(`${org.instanceUrl}/services/data/v66.0/tooling/sobjects/ApexTrigger`, {
    method: "POST",
    headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
    body: "{}",
  });
  expect(await unknown.json()).toMatchObject([
    { message: expect.stringContaining("The local org does not have this resource of Salesforce") },
  ]);
});

test("deployed components are listed by the Tooling API's objects", async () => {
  const { metadata, tooling } = new Connection({
    instanceUrl: org.instanceUrl,
    accessToken: token,
    version: "66.0",
  });
  const number = { fullName: "Case.Tooled__c", label: "Tooled", type: "Number", precision: 5, scale: 0 };
  await metadata.create("CustomField", { ...number, inlineHelpText: "How many" });
  const rule = { active: true, errorConditionFormula: "Tooled__c < 0", errorMessage: "Only upwards." };
  await metadata.create("ValidationRule", { fullName: "Case.Upwards", ...rule });
  const page = {
    flexiPageRegions: [{ name: "main", type: "Region" }],
    masterLabel: "Tools",
    template: { name: "flexipage:defaultAppHomeTemplate" },
    type: "AppPage",
  };
  await metadata.create("FlexiPage", { fullName: "Tools", ...page } as never);
  const rows = async (query: string) => (await tooling.query(query)).records;
  const ofCase = "WHERE EntityDefinition.QualifiedApiName = 'Case'";
  expect(await rows(`SELECT DeveloperName, InlineHelpText FROM CustomField ${ofCase}`)).toMatchObject([
    { DeveloperName: "Tooled", InlineHelpText: "How many" },
  ]);
  expect(
    await rows(`SELECT ValidationName, Active, ErrorMessage FROM ValidationRule ${ofCase}`),
  ).toMatchObject([{ ValidationName: "Upwards", Active: true, ErrorMessage: "Only upwards." }]);
  expect(await rows("SELECT DeveloperName, MasterLabel, Type FROM FlexiPage")).toMatchObject([
    { DeveloperName: "Tools", MasterLabel: "Tools", Type: "AppPage" },
  ]);
  expect(await rows("SELECT Id FROM LightningComponentBundle WHERE ApiVersion > 60")).toEqual([]);
  expect(await rows("SELECT Id FROM ApexClass")).toEqual([]);
});
