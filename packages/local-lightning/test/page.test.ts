import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { Browser, Page } from "playwright-core";
import { launchChromium } from "../../../scripts/browser/chromium.ts";
import { stopCompiler } from "@compromiso/local-org/metadata";
import { deployFiles, openOrg, xml, type Opened } from "./opened.ts";

const bundle = {
  "lwc/subjectCard/subjectCard.js": `import { LightningElement, api, wire } from "lwc";
import { getRecord, getFieldValue, updateRecord } from "lightning/uiRecordApi";
import { ShowToastEvent } from "lightning/platformShowToastEvent";
import SUBJECT from "@salesforce/schema/Case.Subject";
import title from "@salesforce/label/c.Card_Title";
export default class SubjectCard extends LightningElement {
  @api recordId;
  @api loud;
  title = title;
  files = "";
  @wire(getRecord, { recordId: "$recordId", fields: [SUBJECT] }) record;
  get subject() {
    const value = getFieldValue(this.record.data, SUBJECT) ?? "";
    return this.loud ? value.toUpperCase() : value;
  }
  attached({ detail }) {
    this.files = detail.files.map((file) => file.name + " " + file.documentId.slice(0, 3)).join(", ");
  }
  async rename() {
    try {
      await updateRecord({ fields: { Id: this.recordId, Subject: "renamed" } });
      this.dispatchEvent(new ShowToastEvent({ title: "Saved", variant: "success" }));
    } catch (error) {
      this.dispatchEvent(new ShowToastEvent({ title: error.body.message, variant: "error" }));
    }
  }
}
`,
  "lwc/subjectCard/subjectCard.html": `<template>
  <lightning-card title={title} icon-name="standard:case">
    <p class="slds-p-horizontal_medium subject">{subject}</p>
    <lightning-file-upload label="Attach" accept=".txt,.log" multiple record-id={recordId} onuploadfinished={attached}></lightning-file-upload>
    <p>{files}</p>
    <lightning-button slot="actions" label="Rename" onclick={rename}></lightning-button>
  </lightning-card>
</template>
`,
  "lwc/subjectCard/subjectCard.js-meta.xml": xml(
    "LightningComponentBundle",
    `<apiVersion>66.0</apiVersion><isExposed>true</isExposed><targets><target>lightning__RecordPage</target></targets>
    <targetConfigs><targetConfig targets="lightning__RecordPage"><property name="loud" type="Boolean" default="true"/></targetConfig></targetConfigs>`,
  ),
};
const listener = {
  "lwc/changeList/changeList.js": `import { LightningElement } from "lwc";
import { onError, subscribe } from "lightning/empApi";
export default class ChangeList extends LightningElement {
  heard = [];
  trouble = 0;
  get words() { return "heard " + this.heard.join(", "); }
  connectedCallback() {
    onError(() => this.trouble++);
    subscribe("/data/CaseChangeEvent", -1, ({ data }) => {
      this.heard = [...this.heard, data.payload.Subject];
    });
  }
}
`,
  "lwc/changeList/changeList.html": `<template><p data-trouble={trouble}>{words}</p></template>`,
  "lwc/changeList/changeList.js-meta.xml": xml(
    "LightningComponentBundle",
    `<apiVersion>66.0</apiVersion><isExposed>true</isExposed><targets><target>lightning__RecordPage</target></targets>`,
  ),
};
const page_ = (visibility: string) =>
  xml(
    "FlexiPage",
    `<flexiPageRegions><itemInstances><componentInstance><componentName>force:highlightsPanel</componentName><identifier>highlights</identifier></componentInstance></itemInstances><name>header</name><type>Region</type></flexiPageRegions>
    <flexiPageRegions><itemInstances><componentInstance><componentName>subjectCard</componentName><identifier>card</identifier>${visibility}</componentInstance></itemInstances><name>main</name><type>Region</type></flexiPageRegions>
    <flexiPageRegions><itemInstances><componentInstance><componentName>changeList</componentName><identifier>changes</identifier></componentInstance></itemInstances><name>sidebar</name><type>Region</type></flexiPageRegions>
    <masterLabel>Case Card</masterLabel><sobjectType>Case</sobjectType><template><name>flexipage:recordHomeTemplateDesktop</name></template><type>RecordPage</type>`,
  );
const app = xml(
  "CustomApplication",
  `<actionOverrides><actionName>View</actionName><content>Case_Card</content><formFactor>Large</formFactor><skipRecordTypeSelect>false</skipRecordTypeSelect><type>Flexipage</type><pageOrSobjectType>Case</pageOrSobjectType></actionOverrides>
  <formFactors>Large</formFactors><label>Cards</label><navType>Standard</navType><tabs>standard-Case</tabs><uiType>Lightning</uiType>`,
);

let opened: Opened;
let browser: Browser;
let page: Page;
let caseId: string;
const complaints: string[] = [];

beforeAll(async () => {
  opened = await openOrg();
  await deployFiles(
    opened.org,
    {
      LightningComponentBundle: ["subjectCard", "changeList"],
      PlatformEventChannelMember: ["ChangeEvents_CaseChangeEvent"],
      CustomLabel: ["Card_Title"],
      FlexiPage: ["Case_Card"],
      CustomApplication: ["Cards"],
    },
    {
      ...bundle,
      ...listener,
      "platformEventChannelMembers/ChangeEvents_CaseChangeEvent.platformEventChannelMember": xml(
        "PlatformEventChannelMember",
        "<eventChannel>ChangeEvents</eventChannel><selectedEntity>CaseChangeEvent</selectedEntity>",
      ),
      "labels/CustomLabels.labels": xml(
        "CustomLabels",
        "<labels><fullName>Card_Title</fullName><language>en_US</language><protected>false</protected><shortDescription>t</shortDescription><value>A card</value></labels>",
      ),
      "flexipages/Case_Card.flexipage": page_(""),
      "applications/Cards.app": app,
    },
  );
  caseId = opened.insert("Case", { Subject: "first words" });
  browser = await launchChromium();
  page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  // the first page of a fresh clone waits for the base components to be bundled
  page.setDefaultTimeout(110_000);
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await opened?.host.close();
  await stopCompiler();
});

test("a deployed component on its deployed page reads, saves and is told of the change", async () => {
  const target = `/lightning/app/c__Cards/r/Case/${caseId}/view`;
  await page.goto(
    `${opened.org.instanceUrl}/secur/frontdoor.jsp?sid=${encodeURIComponent(opened.tokens.ana)}&retURL=${encodeURIComponent(target)}`,
  );
  await page.getByText("FIRST WORDS", { exact: true }).waitFor();
  await page.getByText("A card", { exact: true }).waitFor();
  await page.getByRole("heading", { level: 1 }).getByText("first words").waitFor();

  await page.getByRole("button", { name: "Rename" }).click();
  await page.getByText("RENAMED", { exact: true }).waitFor();
  await page.getByRole("status").getByText("Saved").waitFor();
  // the platform's own panel shares the record with the component
  await page.getByRole("heading", { level: 1 }).getByText("renamed").waitFor();
  expect(opened.org.row("Case", caseId)!.Subject).toBe("renamed");

  await page.getByRole("navigation").getByRole("link", { name: "Cases" }).click();
  await page.getByRole("link", { name: "renamed" }).click();
  await page.getByText("RENAMED", { exact: true }).waitFor();
  expect(complaints).toEqual([]);
}, 120_000);

test("files are uploaded to the record, and a format that was not asked for is refused", async () => {
  await page.goto(`${opened.org.instanceUrl}/lightning/app/c__Cards/r/Case/${caseId}/view`);
  const input = page.locator("lightning-file-upload input[type=file]");
  const file = (name: string) => ({ name, mimeType: "text/plain", buffer: Buffer.from(`inside ${name}`) });
  await input.setInputFiles([file("a.txt"), file("b.log")]);
  await page.getByText("a.txt 069, b.log 069", { exact: true }).waitFor();
  const { data } = await opened.graphql<{ uiapi: { query: { Case: { edges: { node: unknown }[] } } } }>(
    `query ($id: ID) { uiapi { query { Case(where: { Id: { eq: $id } }) { edges { node {
      ContentDocumentLinks(first: 10) { edges { node { ContentDocument {
        Title { value } ContentSize { value } LatestPublishedVersion { VersionDataUrl { value } } } } } } } } } } } }`,
    { id: caseId },
  );
  expect(JSON.stringify(data)).toContain("/sfc/servlet.shepherd/version/download/068");
  expect(data!.uiapi.query.Case.edges[0]!.node).toMatchObject({
    ContentDocumentLinks: {
      edges: ["a", "b"].map((title) => ({
        node: { ContentDocument: { Title: { value: title }, ContentSize: { value: 12 } } },
      })),
    },
  });
  await input.setInputFiles([file("c.exe")]);
  await page.getByText("Your company doesn't support this file type.").waitFor();
  expect(complaints).toEqual([]);
}, 120_000);

test("a component that listens with empApi hears of changes, and goes on where it stood when the line was cut", async () => {
  const change = (subject: string) =>
    opened.call("ana", "PATCH", `/sobjects/Case/${caseId}`, { Subject: subject });
  await page.goto(`${opened.org.instanceUrl}/lightning/app/c__Cards/r/Case/${caseId}/view`);
  await page.getByText("heard", { exact: true }).waitFor();
  // subscribed from now on, whenever that is: a change it has not heard of is made again
  let tries = 0;
  do await change(`try ${++tries}`);
  while (!(await page.getByText(/heard try/).count()));
  await change("one");
  await page.getByText(/heard .*one$/).waitFor();
  opened.org.faults.dropStreams();
  await change("two");
  await page.getByText(/heard .*one, two$/).waitFor();
  expect(complaints.filter((each) => !/ERR_|Failed to load/.test(each))).toEqual([]);
}, 120_000);
