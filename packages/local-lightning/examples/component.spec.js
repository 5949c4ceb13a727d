// A component in a browser, with Playwright: deploys a bundle and a page, signs in and reads what the page shows.
// Run it with: npx playwright test --config examples
import { startLocalOrgs } from "@compromiso/local-org";
import { bytes, deployZip, writeZip } from "@compromiso/local-org/metadata";
import { lightning } from "@compromiso/local-lightning";
import { expect, test } from "@playwright/test";

const metadata = "http://soap.sforce.com/2006/04/metadata";
const files = {
  "package.xml": `<?xml version="1.0"?><Package xmlns="${metadata}">
    <types><members>greeting</members><name>LightningComponentBundle</name></types>
    <types><members>Greeting</members><name>FlexiPage</name></types>
    <types><members>Greeting</members><name>CustomTab</name></types>
    <version>66.0</version></Package>`,
  "lwc/greeting/greeting.html": "<template><p>Good morning from {place}</p></template>",
  "lwc/greeting/greeting.js":
    'import { LightningElement } from "lwc";\nexport default class Greeting extends LightningElement { place = "Buenos Aires"; }',
  "lwc/greeting/greeting.js-meta.xml": `<?xml version="1.0"?><LightningComponentBundle xmlns="${metadata}">
    <apiVersion>66.0</apiVersion><isExposed>true</isExposed>
    <targets><target>lightning__AppPage</target></targets></LightningComponentBundle>`,
  "flexipages/Greeting.flexipage": `<?xml version="1.0"?><FlexiPage xmlns="${metadata}">
    <flexiPageRegions><itemInstances><componentInstance><componentName>greeting</componentName></componentInstance></itemInstances>
    <name>main</name><type>Region</type></flexiPageRegions>
    <masterLabel>Greeting</masterLabel>
    <template><name>flexipage:defaultAppHomeTemplate</name></template><type>AppPage</type></FlexiPage>`,
  "tabs/Greeting.tab": `<?xml version="1.0"?><CustomTab xmlns="${metadata}">
    <flexiPage>Greeting</flexiPage><label>Greeting</label><motif>Custom53: Bell</motif></CustomTab>`,
};

test("the page shows the component", async ({ page }) => {
  const cacheDir = ".cache";
  const ada = {
    username: "ada@acme.example",
    name: "Ada Admin",
    email: "ada@acme.example",
    profile: "System Administrator",
  };
  const host = await startLocalOrgs({
    cacheDir,
    pages: lightning({ cacheDir }),
    orgs: [{ name: "acme", label: "Acme", language: "en_US", timeZone: "America/New_York", users: [ada] }],
  });
  const org = host.orgs.get("acme");
  const zip = writeZip(new Map(Object.entries(files).map(([path, text]) => [path, bytes(text)])));
  const options = { checkOnly: false, rollbackOnError: true, purgeOnDelete: false };
  const outcome = await deployZip(org, zip, options, 66);
  expect(outcome.failures).toEqual([]);
  await page.goto(`${org.instanceUrl}/lightning/n/Greeting`);
  await page.getByRole("button", { name: /Ada Admin/ }).click();
  await expect(page.getByText("Good morning from Buenos Aires")).toBeVisible();
  await host.close();
});
