/** Components as source files, in as few words as a case needs. */
export interface Case {
  id: string;
  title: string;
  files: Record<string, string>;
  expect: "accept" | "reject";
  messageContains: string[];
}

export type Files = Record<string, string>;
export const xml = (type: string, body: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<${type} xmlns="http://soap.sforce.com/2006/04/metadata">${body}</${type}>\n`;

export const thing = (more = "", sharing = "<sharingModel>ReadWrite</sharingModel>"): Files => ({
  "objects/Thing__c/Thing__c.object-meta.xml": xml(
    "CustomObject",
    `<deploymentStatus>Deployed</deploymentStatus>${more}<label>Thing</label><nameField><label>Thing Name</label><type>Text</type></nameField><pluralLabel>Things</pluralLabel>${sharing}`,
  ),
});
export const field = (name: string, body: string, object = "Thing__c"): Files => ({
  [`objects/${object}/fields/${name}.field-meta.xml`]: xml(
    "CustomField",
    `<fullName>${name}</fullName>${body}`,
  ),
});
export const text = (name: string, more = ""): Files =>
  field(name, `<label>${name}</label><length>80</length>${more}<type>Text</type>`);
export const kind = (settings = "", restricted = true): Files =>
  field(
    "Kind__c",
    `<label>Kind</label><type>Picklist</type><valueSet>${settings.startsWith("<controllingField>") ? settings.slice(0, settings.indexOf("</controllingField>") + 19) : ""}<restricted>${restricted}</restricted><valueSetDefinition><sorted>false</sorted><value><fullName>A</fullName><default>false</default><label>A</label></value><value><fullName>B</fullName><default>false</default><label>B</label></value></valueSetDefinition>${settings.startsWith("<controllingField>") ? settings.slice(settings.indexOf("</controllingField>") + 19) : settings}</valueSet>`,
  );
export const rule = (name: string, formula: string, more = ""): Files => ({
  [`objects/Thing__c/validationRules/${name}.validationRule-meta.xml`]: xml(
    "ValidationRule",
    `<fullName>${name}</fullName><active>true</active><errorConditionFormula><![CDATA[${formula}]]></errorConditionFormula>${more}<errorMessage>Not allowed.</errorMessage>`,
  ),
});
export const listView = (body: string, object = "Thing__c"): Files => ({
  [`objects/${object}/listViews/Mine.listView-meta.xml`]: xml(
    "ListView",
    `<fullName>Mine</fullName>${body}<filterScope>Everything</filterScope><label>Mine</label>`,
  ),
});
export const permissions = (body: string, label = "Thing Users"): Files => ({
  "permissionsets/Thing_Users.permissionset-meta.xml": xml("PermissionSet", `${body}<label>${label}</label>`),
});
export const richText = (identifier: string, more = ""): string =>
  `<itemInstances><componentInstance>${more}<componentName>flexipage:richText</componentName><identifier>${identifier}</identifier></componentInstance></itemInstances>`;
export const region = (name: string, items: string, type = "Region", mode = ""): string =>
  `<flexiPageRegions>${items}${mode}<name>${name}</name><type>${type}</type></flexiPageRegions>`;
export const page = (
  name: string,
  regions: string,
  type = "AppPage",
  template = "flexipage:defaultAppHomeTemplate",
  more = "",
): Files => ({
  [`flexipages/${name}.flexipage-meta.xml`]: xml(
    "FlexiPage",
    `${regions}<masterLabel>My Page</masterLabel>${more}<template><name>${template}</name></template><type>${type}</type>`,
  ),
});
export const component = (name: string, properties = "", identifier = "c1"): string =>
  `<itemInstances><componentInstance>${properties}<componentName>${name}</componentName><identifier>${identifier}</identifier></componentInstance></itemInstances>`;
export const property = (name: string, value: string, type = ""): string =>
  `<componentInstanceProperties><name>${name}</name>${type}<value>${value}</value></componentInstanceProperties>`;
export const bundle = (
  script: string,
  template = "<template><p>hi</p></template>",
  meta = "<isExposed>false</isExposed>",
  name = "card",
): Files => ({
  [`lwc/${name}/${name}.js`]: `import { LightningElement, api } from 'lwc';\n${script}\n`,
  [`lwc/${name}/${name}.html`]: `${template}\n`,
  [`lwc/${name}/${name}.js-meta.xml`]: xml(
    "LightningComponentBundle",
    `<apiVersion>62.0</apiVersion>${meta}`,
  ),
});
export const Card = "export default class Card extends LightningElement { @api title; }";
export const onApp = (config: string): string =>
  `<isExposed>true</isExposed><targets><target>lightning__AppPage</target></targets>${config}`;
export const member = (body: string, entity = "AccountChangeEvent"): Files => ({
  "platformEventChannelMembers/Account_ChangeEvent.platformEventChannelMember-meta.xml": xml(
    "PlatformEventChannelMember",
    `${body}<eventChannel>ChangeEvents</eventChannel><selectedEntity>${entity}</selectedEntity>`.replace(
      /^([^]*?)(<filterExpression>[^]*?<\/filterExpression>)<eventChannel>ChangeEvents<\/eventChannel>/,
      "$1<eventChannel>ChangeEvents</eventChannel>$2",
    ),
  ),
});
export const filter = (expression: string): Files =>
  member(`<filterExpression><![CDATA[${expression}]]></filterExpression>`);
export const label = (body: string, name = "Hello"): Files => ({
  "labels/CustomLabels.labels-meta.xml": xml(
    "CustomLabels",
    `<labels><fullName>${name}</fullName>${body}</labels>`,
  ),
});
export const hello =
  "<language>en_US</language><protected>false</protected><shortDescription>Hello</shortDescription><value>Hello</value>";
export const app = (body: string): Files => ({
  "applications/Thing_App.app-meta.xml": xml(
    "CustomApplication",
    `<formFactors>Large</formFactors><label>Thing App</label><navType>Standard</navType>${body}<uiType>Lightning</uiType>`,
  ),
});
export const reportType = (body: string, base = "Account"): Files => ({
  "reportTypes/Thing_Types.reportType-meta.xml": xml(
    "ReportType",
    `<baseObject>${base}</baseObject><category>other</category><deployed>true</deployed>${body}<label>Thing Types</label>`,
  ),
});
export const master = (body = ""): Files => ({
  ...thing("", "<sharingModel>ControlledByParent</sharingModel>"),
  ...field(
    "Parent__c",
    `<label>Parent</label><referenceTo>Account</referenceTo><relationshipName>Things</relationshipName>${body}<type>MasterDetail</type>`,
  ),
});
export const accept = (id: string, title: string, files: Files): Case => ({
  id,
  title,
  files,
  expect: "accept",
  messageContains: [],
});
export const reject = (id: string, title: string, files: Files, ...messageContains: string[]): Case => ({
  id,
  title,
  files,
  expect: "reject",
  messageContains,
});
