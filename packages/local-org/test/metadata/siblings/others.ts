/** Events, tabs, apps, labels, reports, client apps, actions and what real projects hold besides, taken and refused. */
import {
  xml,
  thing,
  field,
  text,
  kind,
  permissions,
  region,
  page,
  bundle,
  Card,
  onApp,
  member,
  filter,
  label,
  hello,
  reportType,
  master,
  accept,
  reject,
  type Case,
  type Files,
} from "../components.ts";

const cases: Case[] = [];
const a = (id: string, f: Files): void => void cases.push(accept(id, id, f));
const r = (id: string, f: Files, ...m: string[]): void => void cases.push(reject(id, id, f, ...m));
const en = (...n: string[]) => n.map((x) => `<enrichedFields><name>${x}</name></enrichedFields>`).join("");
// cdc
a("cdc-enrich", member(en("Name", "Industry", "OwnerId", "BillingAddress", "ParentId")));
a("cdc-named", {
  "platformEventChannelMembers/ChangeEvents_AccountChangeEvent.platformEventChannelMember-meta.xml": xml(
    "PlatformEventChannelMember",
    "<eventChannel>ChangeEvents</eventChannel><selectedEntity>AccountChangeEvent</selectedEntity>",
  ),
});
for (const e of [
  "CaseChangeEvent",
  "ContactChangeEvent",
  "OpportunityChangeEvent",
  "LeadChangeEvent",
  "UserChangeEvent",
  "TaskChangeEvent",
  "EventChangeEvent",
  "Product2ChangeEvent",
  "OrderChangeEvent",
  "AssetChangeEvent",
  "EmailMessageChangeEvent",
])
  a("cdc-" + e, {
    "platformEventChannelMembers/M.platformEventChannelMember-meta.xml": xml(
      "PlatformEventChannelMember",
      `<eventChannel>ChangeEvents</eventChannel><selectedEntity>${e}</selectedEntity>`,
    ),
  });
for (const e of [
  "GhostChangeEvent",
  "Ghost__ChangeEvent",
  "Account__ChangeEvent",
  "AccountChange",
  "Ghost__c",
])
  r(
    "cdc-" + e,
    {
      "platformEventChannelMembers/M.platformEventChannelMember-meta.xml": xml(
        "PlatformEventChannelMember",
        `<eventChannel>ChangeEvents</eventChannel><selectedEntity>${e}</selectedEntity>`,
      ),
    },
    'references an invalid event in the "selectedentity" field',
  );
r(
  "cdc-no-entity",
  {
    "platformEventChannelMembers/M.platformEventChannelMember-meta.xml": xml(
      "PlatformEventChannelMember",
      `<eventChannel>ChangeEvents</eventChannel>`,
    ),
  },
  "required field is missing: selectedentity",
);
for (const c of ["/data/ChangeEvents", "AccountChangeEvent", "changeevents"])
  r(
    "cdc-chan-" + c,
    {
      "platformEventChannelMembers/M.platformEventChannelMember-meta.xml": xml(
        "PlatformEventChannelMember",
        `<eventChannel>${c}</eventChannel><selectedEntity>AccountChangeEvent</selectedEntity>`,
      ),
    },
    "unable to find the specified channel",
  );
for (const f of [
  "Industry = 'Agriculture'",
  "Industry != 'x' AND AnnualRevenue > 1000",
  "(Industry = 'A' OR Industry = 'B') AND NOT Name = 'x'",
  "Name LIKE 'A%'",
  "Industry IN ('A', 'B')",
  "BillingAddress.Country = 'US'",
  "ShippingAddress.State = 'CA'",
  "LOWER(Name) = 'x'",
  "AnnualRevenue >= 1.5",
  "OwnerId = '005000000000001'",
  "Name <> null",
  "CreatedDate = 2024-01-01T00:00:00Z",
  "NumberOfEmployees < 5",
  "ParentId = null",
  "IsPartner = true",
].slice(0, 14))
  a("cdc-f-" + f, filter(f));
for (const [f = "", ...m] of [
  ["WHERE Industry = 'x'", "filter expression has syntax errors: unexpected token: 'where'"],
  ["ISBLANK(Name)", "syntax errors"],
  ["IsDeleted = true", "the isdeleted field in the filter expression is invalid"],
  ["Owner.Name = 'x'", "the owner.name field in the filter expression is invalid"],
  ["BillingCity = 'x'", "the billingcity field in the filter expression is invalid"],
  [
    "CreatedDate > 2024-01-01T00:00:00Z",
    "only equality operators are supported for this field type or value",
  ],
  ["LastModifiedDate >= 2024-01-01T00:00:00Z", "only equality operators"],
  ["Name = Site", "unexpected token: 'site'"],
  ["Industry = ", "syntax error"],
  ["Industry == 'x'", "syntax error"],
  ["Ghost__c = 1", "the ghost__c field in the filter expression is invalid"],
  ["SELECT Id FROM Account", "syntax error"],
  ["Industry = 'x' AND", "syntax error"],
  [
    "BillingAddress = 'x'",
    "compound field billingaddress has to be used with a component field in a filter expression",
  ],
  ["Name > 'a'", "only equality operators"],
  ["UPPER(Name) = 'X'", "syntax error"],
  ['Industry = "x"', "syntax error"],
  ["CreatedDate = TODAY AND Parent.Name = 'x'", "invalid"],
])
  r("cdc-f-" + f, filter(f), ...m);
r("cdc-enrich-owner", member(en("Owner")), "the selected field, owner, isn't valid");
r("cdc-enrich-string", member("<enrichedFields>Name</enrichedFields>"));
r(
  "cdc-enrich-11",
  member(en(..."Name Industry OwnerId ParentId Phone Fax Website Type Rating Site AccountNumber".split(" "))),
);
const ch = (b: string, n = "Sync__chn") => ({
  [`platformEventChannels/${n}.platformEventChannel-meta.xml`]: xml("PlatformEventChannel", b),
});
a("chn-plain", ch("<channelType>data</channelType><label>Sync</label>"));
a("chn-event", ch("<channelType>event</channelType><label>Sync</label>"));
r(
  "chn-el",
  ch("<channelType>data</channelType><label>Sync</label><description>x</description>"),
  "description invalid at this location in type platformeventchannel",
);
r("chn-mix-data-event", {
  ...ch("<channelType>data</channelType><label>Sync</label>"),
  "objects/Ping__e/Ping__e.object-meta.xml": xml(
    "CustomObject",
    "<deploymentStatus>Deployed</deploymentStatus><eventType>HighVolume</eventType><label>Ping</label><pluralLabel>Pings</pluralLabel>",
  ),
  "platformEventChannelMembers/M.platformEventChannelMember-meta.xml": xml(
    "PlatformEventChannelMember",
    `<eventChannel>Sync__chn</eventChannel><selectedEntity>Ping__e</selectedEntity>`,
  ),
});
a("chn-platform-event", {
  ...ch("<channelType>event</channelType><label>Sync</label>"),
  "objects/Ping__e/Ping__e.object-meta.xml": xml(
    "CustomObject",
    "<deploymentStatus>Deployed</deploymentStatus><eventType>HighVolume</eventType><label>Ping</label><pluralLabel>Pings</pluralLabel>",
  ),
  "platformEventChannelMembers/M.platformEventChannelMember-meta.xml": xml(
    "PlatformEventChannelMember",
    `<eventChannel>Sync__chn</eventChannel><selectedEntity>Ping__e</selectedEntity>`,
  ),
});
// tabs
const tab = (b: string, n = "T") => ({ [`tabs/${n}.tab-meta.xml`]: xml("CustomTab", b) });
const motif = "<motif>Custom39: Telescope</motif>";
a("tab-object", { ...thing(), ...tab("<customObject>true</customObject>" + motif, "Thing__c") });
a("tab-object-desc", {
  ...thing(),
  ...tab("<customObject>true</customObject><description>d</description>" + motif, "Thing__c"),
});
a("tab-page", {
  ...page("My_App", region("main", "")),
  ...tab("<flexiPage>My_App</flexiPage><label>My</label>" + motif),
});
a(
  "tab-web",
  tab(
    "<frameHeight>600</frameHeight><hasSidebar>true</hasSidebar><label>Web</label>" +
      motif +
      "<url>https://example.com</url><urlEncodingKey>UTF-8</urlEncodingKey>",
  ),
);
a("tab-action", {
  ...thing(),
  ...tab(
    "<actionOverrides><actionName>View</actionName><type>Default</type></actionOverrides><customObject>true</customObject>" +
      motif,
    "Thing__c",
  ),
});
r("tab-none", tab("<label>x</label>" + motif));
r(
  "tab-page-nolabel",
  { ...page("My_App", region("main", "")), ...tab("<flexiPage>My_App</flexiPage>" + motif) },
  "master label must be provided for non-custom object tabs",
);
r(
  "tab-lwc-nolabel",
  {
    ...bundle(
      Card,
      undefined,
      "<isExposed>true</isExposed><targets><target>lightning__Tab</target></targets>",
    ),
    ...tab("<lwcComponent>card</lwcComponent>" + motif),
  },
  "master label must be provided for non-custom object tabs",
);
r(
  "tab-lwc-ghost",
  tab("<label>x</label><lwcComponent>ghost</lwcComponent>" + motif),
  "no lightningcomponentbundle named ghost found",
);
r("tab-lwc-notarget", {
  ...bundle(Card, undefined, onApp("")),
  ...tab("<label>x</label><lwcComponent>card</lwcComponent>" + motif),
});
// apps
const A = (b: string) => ({ "applications/Desk.app-meta.xml": xml("CustomApplication", b) });
a("app-full", {
  ...page("U", "", "UtilityBar", "one:utilityBarTemplateDesktop"),
  ...A(
    "<brand><headerColor>#0070D2</headerColor><shouldOverrideOrgTheme>false</shouldOverrideOrgTheme></brand><description>d</description><formFactors>Small</formFactors><formFactors>Large</formFactors><isNavAutoTempTabsDisabled>false</isNavAutoTempTabsDisabled><isNavPersonalizationDisabled>false</isNavPersonalizationDisabled><isNavTabPersistenceDisabled>false</isNavTabPersistenceDisabled><isOmniPinnedViewEnabled>false</isOmniPinnedViewEnabled><label>Desk</label><navType>Standard</navType><tabs>standard-home</tabs><tabs>standard-Account</tabs><tabs>standard-Contact</tabs><tabs>standard-report</tabs><tabs>standard-Dashboard</tabs><tabs>standard-Task</tabs><tabs>standard-Event</tabs><tabs>standard-Feed</tabs><tabs>standard-File</tabs><tabs>standard-Knowledge</tabs><tabs>standard-Opportunity</tabs><tabs>standard-Lead</tabs><tabs>standard-Campaign</tabs><tabs>standard-CollaborationGroup</tabs><uiType>Lightning</uiType><utilityBar>U</utilityBar>",
  ),
});
a(
  "app-notabs",
  A(
    "<formFactors>Large</formFactors><label>Desk</label><navType>Console</navType><uiType>Lightning</uiType>",
  ),
);
a("app-noform", A("<label>Desk</label><tabs>standard-Case</tabs>"));
a(
  "app-classic",
  A(
    "<defaultLandingTab>standard-home</defaultLandingTab><isServiceCloudConsole>false</isServiceCloudConsole><label>Desk</label><tabs>standard-Case</tabs>",
  ),
);
r(
  "app-nolabel",
  A("<formFactors>Large</formFactors><navType>Standard</navType><uiType>Lightning</uiType>"),
  "required field is missing: label",
);
r(
  "app-ui",
  A("<formFactors>Large</formFactors><label>x</label><uiType>Classic</uiType>"),
  "is not a valid value for the enum 'uitype'",
);
r(
  "app-tab-case",
  A("<formFactors>Large</formFactors><label>x</label><tabs>Case</tabs><uiType>Lightning</uiType>"),
  "in field: tab - no customtab named case found",
);
r(
  "app-override-type",
  A(
    "<actionOverrides><actionName>View</actionName><content>x</content><formFactor>Large</formFactor><skipRecordTypeSelect>false</skipRecordTypeSelect><type>LightningPage</type><pageOrSobjectType>Case</pageOrSobjectType></actionOverrides><label>x</label><uiType>Lightning</uiType>",
  ),
  "is not a valid value for the enum 'actionoverridetype'",
);
r(
  "app-mapping-map",
  A(
    "<formFactors>Large</formFactors><label>x</label><navType>Console</navType><tabs>standard-Case</tabs><uiType>Lightning</uiType><workspaceConfig><mapping><tab>standard-Case</tab></mapping></workspaceConfig>",
  ),
  "mapping invalid at this location in type appworkspaceconfig",
);
// labels
const L = (b: string) => ({ "labels/CustomLabels.labels-meta.xml": xml("CustomLabels", b) });
a(
  "lbl-two",
  L(
    `<labels><fullName>A</fullName><categories>x,y</categories><language>en_US</language><protected>true</protected><shortDescription>A</shortDescription><value>A</value></labels><labels><fullName>B</fullName><language>en_US</language><protected>false</protected><shortDescription>B</shortDescription><value>B {0}</value></labels>`,
  ),
);
for (const m of ["language", "protected", "shortDescription", "value"])
  r(
    "lbl-no-" + m,
    L(
      `<labels>${Object.entries({
        fullName: "A",
        language: "en_US",
        protected: "true",
        shortDescription: "A",
        value: "A",
      })
        .filter(([n]) => n !== m)
        .map(([n, v]) => `<${n}>${v}</${n}>`)
        .join("")}</labels>`,
    ),
    "required field is missing: " + m.toLowerCase(),
  );
r("lbl-cat-256", label(hello.replace("<language>", `<categories>${"c".repeat(256)}</categories><language>`)));
a("lbl-1000", label(hello.replace("<value>Hello</value>", `<value>${"v".repeat(1000)}</value>`)));
r(
  "lbl-el",
  label(hello + "<description>x</description>"),
  "description invalid at this location in type customlabel",
);
r("lbl-lang", label(hello.replace("en_US", "english")));
// translations
const T = (b: string, l = "de") => ({ [`translations/${l}.translation-meta.xml`]: xml("Translations", b) });
a("tr-many", {
  ...label(hello),
  ...A("<formFactors>Large</formFactors><label>Desk</label><uiType>Lightning</uiType>"),
  ...T(
    "<customApplications><label>Tisch</label><name>Desk</name></customApplications><customLabels><label>Hallo</label><name>Hello</name></customLabels><customTabs><label>x</label><name>Thing__c</name></customTabs><reportTypes><label>x</label><name>Y</name></reportTypes><quickActions><label>x</label><name>Z</name></quickActions>",
  ),
});
a("tr-es", {
  ...label(hello),
  ...T("<customLabels><label>Hola</label><name>Hello</name></customLabels>", "es"),
});
a("tr-765", {
  ...label(hello),
  ...T(`<customLabels><label>${"h".repeat(765)}</label><name>Hello</name></customLabels>`),
});
r(
  "tr-noname",
  { ...label(hello), ...T("<customLabels><label>Hallo</label></customLabels>") },
  "required field is missing: name",
);
r(
  "tr-value",
  { ...label(hello), ...T("<customLabels><name>Hello</name><value>Hallo</value></customLabels>") },
  "value invalid at this location in type customlabeltranslation",
);
const OT = (b: string, fields: Record<string, string> = {}) => ({
  ...thing(),
  ...text("Note__c"),
  "objectTranslations/Thing__c-de/Thing__c-de.objectTranslation-meta.xml": xml("CustomObjectTranslation", b),
  ...Object.fromEntries(
    Object.entries(fields).map(([n, x]) => [
      `objectTranslations/Thing__c-de/${n}.fieldTranslation-meta.xml`,
      xml("CustomFieldTranslation", x),
    ]),
  ),
});
a(
  "ot-full",
  OT(
    "<caseValues><article>Definite</article><plural>false</plural><value>Ding</value></caseValues><caseValues><plural>true</plural><value>Dinge</value></caseValues><nameFieldLabel>Name</nameFieldLabel><gender>Neuter</gender><startsWith>Consonant</startsWith><validationRules><errorMessage>x</errorMessage><name>Y</name></validationRules>".replace(
      "<article>Definite</article>",
      "",
    ),
    { Note__c: "<help>Hilfe</help><label>Notiz</label><name>Note__c</name>" },
  ),
);
r("ot-noname", OT("<nameFieldLabel>x</nameFieldLabel>", { Note__c: "<label>Notiz</label>" }));
r("ot-el", OT("<label>x</label>"), "label invalid at this location in type customobjecttranslation");
a("ot-pick", {
  ...thing(),
  ...kind(),
  "objectTranslations/Thing__c-de/Thing__c-de.objectTranslation-meta.xml": xml(
    "CustomObjectTranslation",
    "<nameFieldLabel>x</nameFieldLabel>",
  ),
  "objectTranslations/Thing__c-de/Kind__c.fieldTranslation-meta.xml": xml(
    "CustomFieldTranslation",
    "<label>Art</label><name>Kind__c</name><picklistValues><masterLabel>A</masterLabel><translation>Ah</translation></picklistValues>",
  ),
});
// report types
const join = (o: string, rel: string, inner = "") =>
  `<join>${inner}<outerJoin>${o}</outerJoin><relationship>${rel}</relationship></join>`;
const sec = (...c: string[]) =>
  `<sections>${c
    .map((x) => {
      const [t, f] = x.split("|");
      return `<columns><checkedByDefault>true</checkedByDefault><field>${f}</field><table>${t}</table></columns>`;
    })
    .join("")}<masterLabel>S</masterLabel></sections>`;
a("rtp-nosec", reportType(""));
a(
  "rtp-plain",
  reportType(
    join("false", "Cases") +
      sec(
        "Account|Name",
        "Account|Owner",
        "Account.Cases|CaseNumber",
        "Account.Cases|Status",
        "Account.Cases|CreatedDate",
        "Account|Industry",
      ),
  ),
);
a(
  "rtp-contacts-cases",
  reportType(
    join("true", "Contacts", join("true", "Cases")) +
      sec("Account|Name", "Account.Contacts|Name", "Account.Contacts.Cases|Subject"),
  ),
);
a("rtp-custom", {
  ...thing(),
  ...text("Note__c"),
  ...reportType(
    sec(
      "Thing__c|Name",
      "Thing__c|Note__c",
      "Thing__c|Owner",
      "Thing__c|CreatedBy",
      "Thing__c|LastModifiedDate",
      "Thing__c|Id",
    ),
    "Thing__c",
  ),
});
a("rtp-autogen", reportType("<autogenerated>false</autogenerated><description>d</description>"));
for (const c of [
  "accounts",
  "opportunities",
  "forecasts",
  "cases",
  "leads",
  "campaigns",
  "activities",
  "busop",
  "products",
  "admin",
  "territory",
  "usage_entitlement",
  "quotes",
  "other",
])
  a("rtp-cat-" + c, {
    "reportTypes/T.reportType-meta.xml": xml(
      "ReportType",
      `<baseObject>Account</baseObject><category>${c}</category><deployed>true</deployed><label>T</label>`,
    ),
  });
r(
  "rtp-nolabel",
  {
    "reportTypes/T.reportType-meta.xml": xml(
      "ReportType",
      `<baseObject>Account</baseObject><category>other</category><deployed>true</deployed>`,
    ),
  },
  "required field is missing: label",
);
r("rtp-nodeployed", {
  "reportTypes/T.reportType-meta.xml": xml(
    "ReportType",
    `<baseObject>Account</baseObject><category>other</category><label>T</label>`,
  ),
});
r("rtp-rel-ghost", reportType(join("true", "Ghosts__r")));
r("rtp-table", reportType(sec("Case|Subject")));
r("rtp-table-nodot", reportType(join("true", "Cases") + sec("Cases|Subject")));
// reports
const fold = { "reports/Things.reportFolder-meta.xml": xml("ReportFolder", "<name>Things</name>") };
const Rp = (b: string) => ({ ...fold, "reports/Things/R.report-meta.xml": xml("Report", b) });
a(
  "rep-tab",
  Rp(
    "<columns><field>CASE_NUMBER</field></columns><columns><field>SUBJECT</field></columns><columns><field>ACCOUNT.NAME</field></columns><format>Tabular</format><name>R</name><reportType>CaseList</reportType><scope>organization</scope><showDetails>true</showDetails><timeFrameFilter><dateColumn>CREATED_DATEONLY</dateColumn><interval>INTERVAL_CUSTOM</interval></timeFrameFilter>",
  ),
);
a(
  "rep-sum",
  Rp(
    "<aggregates><calculatedFormula>RowCount</calculatedFormula><datatype>number</datatype><developerName>FORMULA1</developerName><isActive>true</isActive><isCrossBlock>false</isCrossBlock><masterLabel>x</masterLabel><scale>2</scale></aggregates><columns><field>CASE_NUMBER</field></columns><format>Summary</format><groupingsDown><dateGranularity>Day</dateGranularity><field>STATUS</field><sortOrder>Asc</sortOrder></groupingsDown><name>R</name><params><name>co</name><value>1</value></params><reportType>CaseList</reportType><scope>organization</scope><showDetails>false</showDetails>",
  ),
);
a(
  "rep-matrix",
  Rp(
    "<columns><aggregateTypes>Sum</aggregateTypes><field>AGE</field></columns><format>Matrix</format><groupingsAcross><dateGranularity>Month</dateGranularity><field>CREATED_DATEONLY</field><sortOrder>Asc</sortOrder></groupingsAcross><groupingsDown><field>OWNER</field><sortOrder>Desc</sortOrder></groupingsDown><name>R</name><reportType>CaseList</reportType>",
  ),
);
a(
  "rep-group-in-col",
  Rp(
    "<columns><field>STATUS</field></columns><columns><field>CASE_NUMBER</field></columns><format>Summary</format><groupingsDown><dateGranularity>Day</dateGranularity><field>STATUS</field><sortOrder>Asc</sortOrder></groupingsDown><name>R</name><reportType>CaseList</reportType>",
  ),
);
a(
  "rep-lead",
  Rp(
    "<columns><field>LAST_NAME</field></columns><format>Tabular</format><name>R</name><reportType>LeadList</reportType><scope>org</scope>",
  ),
);
a(
  "rep-opp",
  Rp(
    "<columns><field>OPPORTUNITY_NAME</field></columns><columns><field>AMOUNT</field></columns><filter><criteriaItems><column>STAGE_NAME</column><columnToColumn>false</columnToColumn><isUnlocked>true</isUnlocked><operator>equals</operator><value>Closed Won</value></criteriaItems></filter><format>Tabular</format><name>R</name><reportType>Opportunity</reportType><scope>organization</scope><sortColumn>AMOUNT</sortColumn><sortOrder>Desc</sortOrder>",
  ),
);
a("rep-custom", {
  ...thing(),
  ...text("Note__c"),
  ...Rp(
    "<columns><field>CUST_NAME</field></columns><columns><field>Thing__c.Note__c</field></columns><format>Tabular</format><name>R</name><reportType>CustomEntity$Thing__c</reportType><scope>organization</scope>",
  ),
});
a("rep-of-type", {
  ...reportType(sec("Account|Name")),
  ...Rp(
    "<columns><field>Account$Name</field></columns><format>Tabular</format><name>R</name><reportType>Thing_Types__c</reportType>",
  ),
});
a(
  "rep-chart",
  Rp(
    "<chart><backgroundColor1>#FFFFFF</backgroundColor1><backgroundColor2>#FFFFFF</backgroundColor2><backgroundFadeDir>Diagonal</backgroundFadeDir><chartSummaries><axisBinding>y</axisBinding><column>RowCount</column></chartSummaries><chartType>HorizontalBar</chartType><enableHoverLabels>false</enableHoverLabels><expandOthers>true</expandOthers><groupingColumn>STATUS</groupingColumn><legendPosition>Right</legendPosition><location>CHART_BOTTOM</location><showAxisLabels>true</showAxisLabels><showPercentage>false</showPercentage><showTotal>false</showTotal><showValues>false</showValues><size>Medium</size><summaryAxisRange>Auto</summaryAxisRange><textColor>#000000</textColor><textSize>12</textSize><titleColor>#000000</titleColor><titleSize>18</titleSize></chart><columns><field>CASE_NUMBER</field></columns><format>Summary</format><groupingsDown><dateGranularity>Day</dateGranularity><field>STATUS</field><sortOrder>Asc</sortOrder></groupingsDown><name>R</name><reportType>CaseList</reportType>",
  ),
);
r(
  "rep-nofmt",
  Rp("<columns><field>CASE_NUMBER</field></columns><name>R</name><reportType>CaseList</reportType>"),
  "required field is missing: format",
);
r(
  "rep-noname",
  Rp(
    "<columns><field>CASE_NUMBER</field></columns><format>Tabular</format><reportType>CaseList</reportType>",
  ),
  "required field is missing: name",
);
r(
  "rep-notblank",
  Rp(
    "<columns><field>CASE_NUMBER</field></columns><filter><criteriaItems><column>SUBJECT</column><operator>notBlank</operator></criteriaItems></filter><format>Tabular</format><name>R</name><reportType>CaseList</reportType>",
  ),
  "'notblank' is not a valid value for the enum 'filteroperation'",
);
r(
  "rep-gran",
  Rp(
    "<columns><field>CASE_NUMBER</field></columns><format>Summary</format><groupingsDown><dateGranularity>Daily</dateGranularity><field>STATUS</field><sortOrder>Asc</sortOrder></groupingsDown><name>R</name><reportType>CaseList</reportType>",
  ),
  "is not a valid value for the enum 'userdategranularity'",
);
r(
  "rep-sort",
  Rp(
    "<columns><field>CASE_NUMBER</field></columns><format>Summary</format><groupingsDown><dateGranularity>Day</dateGranularity><field>STATUS</field><sortOrder>Ascending</sortOrder></groupingsDown><name>R</name><reportType>CaseList</reportType>",
  ),
  "is not a valid value for the enum 'sortorder'",
);
r(
  "rep-filteritem",
  Rp(
    "<columns><field>CASE_NUMBER</field></columns><filter><criteriaItems><field>SUBJECT</field><operation>equals</operation><value>x</value></criteriaItems></filter><format>Tabular</format><name>R</name><reportType>CaseList</reportType>",
  ),
  "field invalid at this location in type reportfilteritem",
);
// eca
const eca = (b = "<distributionState>Local</distributionState><label>Sync</label>") => ({
  "externalClientApps/Sync.eca-meta.xml": xml("ExternalClientApplication", b),
});
r("eca-nolabel", eca("<distributionState>Local</distributionState>"), "required field is missing: label");
a("eca-full", {
  ...eca(
    "<contactEmail>a@b.co</contactEmail><description>d</description><distributionState>Packaged</distributionState><iconUrl>https://x.co/a.png</iconUrl><infoUrl>https://x.co</infoUrl><isProtected>false</isProtected><label>Sync</label><logoUrl>https://x.co/l.png</logoUrl><orgScopedExternalApp>00D000000000001:Sync</orgScopedExternalApp>",
  ),
});
a("eca-oauth", {
  ...eca(),
  "extlClntAppOauthSettings/Sync_oauth.ecaOauth-meta.xml": xml(
    "ExtlClntAppOauthSettings",
    "<commaSeparatedOauthScopes>Api, RefreshToken</commaSeparatedOauthScopes><externalClientApplication>Sync</externalClientApplication><label>Sync_oauth</label>",
  ),
  "extlClntAppGlobalOauthSets/Sync_glbloauth.ecaGlblOauth-meta.xml": xml(
    "ExtlClntAppGlobalOauthSettings",
    "<callbackUrl>https://localhost/cb</callbackUrl><externalClientApplication>Sync</externalClientApplication><isConsumerSecretOptional>false</isConsumerSecretOptional><isIntrospectAllTokens>false</isIntrospectAllTokens><isPkceRequired>true</isPkceRequired><isSecretRequiredForRefreshToken>true</isSecretRequiredForRefreshToken><label>Sync_glbloauth</label><shouldRotateConsumerKey>false</shouldRotateConsumerKey><shouldRotateConsumerSecret>false</shouldRotateConsumerSecret>",
  ),
});
r("eca-plcy-parent", {
  "extlClntAppPolicies/Sync.ecaPlcy-meta.xml": xml(
    "ExtlClntAppConfigurablePolicies",
    "<externalClientApplication>Ghost</externalClientApplication><isEnabled>true</isEnabled><label>Sync</label>",
  ),
});
// qa queue
const qa = (b: string, n = "Thing__c.Do_It") => ({
  [`quickActions/${n}.quickAction-meta.xml`]: xml("QuickAction", b),
});
a("qa-create", {
  ...thing(),
  ...qa(
    "<label>New</label><optionsCreateFeedItem>true</optionsCreateFeedItem><quickActionLayout><layoutSectionStyle>TwoColumnsLeftToRight</layoutSectionStyle><quickActionLayoutColumns><quickActionLayoutItems><emptySpace>false</emptySpace><field>Name</field><uiBehavior>Required</uiBehavior></quickActionLayoutItems></quickActionLayoutColumns><quickActionLayoutColumns/></quickActionLayout><targetObject>Thing__c</targetObject><type>Create</type>",
    "New_Thing",
  ),
});
a("qa-update", {
  ...thing(),
  ...qa(
    "<label>U</label><optionsCreateFeedItem>false</optionsCreateFeedItem><type>Update</type><quickActionLayout><layoutSectionStyle>TwoColumnsLeftToRight</layoutSectionStyle><quickActionLayoutColumns><quickActionLayoutItems><emptySpace>false</emptySpace><field>Name</field><uiBehavior>Edit</uiBehavior></quickActionLayoutItems></quickActionLayoutColumns></quickActionLayout>",
  ),
});
a("qa-create-child", {
  ...master(),
  ...qa(
    "<label>N</label><optionsCreateFeedItem>false</optionsCreateFeedItem><targetObject>Thing__c</targetObject><targetParentField>Parent__c</targetParentField><type>Create</type>",
    "Account.New_Thing",
  ),
});
r(
  "qa-no-type",
  { ...thing(), ...qa("<label>U</label><optionsCreateFeedItem>false</optionsCreateFeedItem>") },
  "required field is missing: type",
);
r("qa-target-ghost", {
  ...thing(),
  ...qa(
    "<label>U</label><optionsCreateFeedItem>false</optionsCreateFeedItem><targetObject>Ghost__c</targetObject><type>Create</type>",
  ),
});
r("qa-ghost-object", {
  ...qa(
    "<label>U</label><optionsCreateFeedItem>false</optionsCreateFeedItem><type>Update</type>",
    "Ghost__c.Do",
  ),
});
const que = (b: string) => ({ "queues/Tier_1.queue-meta.xml": xml("Queue", b) });
a("que-full", {
  "groups/Team.group-meta.xml": xml("Group", "<doesIncludeBosses>true</doesIncludeBosses><name>Team</name>"),
  "roles/CEO.role-meta.xml": xml(
    "Role",
    "<caseAccessLevel>Edit</caseAccessLevel><contactAccessLevel>Edit</contactAccessLevel><description>x</description><mayForecastManagerShare>false</mayForecastManagerShare><name>CEO</name><opportunityAccessLevel>Edit</opportunityAccessLevel>",
  ),
  ...que(
    "<doesSendEmailToMembers>true</doesSendEmailToMembers><email>a@b.co</email><name>Tier 1</name><queueMembers><publicGroups><publicGroup>Team</publicGroup></publicGroups><roleAndSubordinates><roleAndSubordinate>CEO</roleAndSubordinate></roleAndSubordinates><roles><role>CEO</role></roles></queueMembers><queueSobject><sobjectType>Case</sobjectType></queueSobject><queueSobject><sobjectType>Lead</sobjectType></queueSobject>",
  ),
});
a("que-thing", {
  ...thing(),
  ...que(
    "<doesSendEmailToMembers>false</doesSendEmailToMembers><name>T</name><queueSobject><sobjectType>Thing__c</sobjectType></queueSobject>",
  ),
});
a("que-min", que("<name>T</name>"));
r(
  "que-ghost",
  que(
    "<doesSendEmailToMembers>false</doesSendEmailToMembers><name>T</name><queueSobject><sobjectType>Ghost__c</sobjectType></queueSobject>",
  ),
);
r(
  "que-el",
  que("<doesSendEmailToMembers>false</doesSendEmailToMembers><name>T</name><sobjectType>Case</sobjectType>"),
  "sobjecttype invalid at this location in type queue",
);
// other types
a("psg", {
  ...permissions(""),
  "permissionsetgroups/G.permissionsetgroup-meta.xml": xml(
    "PermissionSetGroup",
    "<description>x</description><hasActivationRequired>false</hasActivationRequired><label>G</label><permissionSets>Thing_Users</permissionSets><status>Updated</status>",
  ),
});
r("psg-ghost", {
  "permissionsetgroups/G.permissionsetgroup-meta.xml": xml(
    "PermissionSetGroup",
    "<label>G</label><permissionSets>Ghost</permissionSets>",
  ),
});
a("sr", {
  "staticresources/a.resource-meta.xml": xml(
    "StaticResource",
    "<cacheControl>Public</cacheControl><contentType>text/css</contentType><description>x</description>",
  ),
  "staticresources/a.css": "a{}",
});
a("remote", {
  "remoteSiteSettings/A.remoteSite-meta.xml": xml(
    "RemoteSiteSetting",
    "<description>x</description><disableProtocolSecurity>false</disableProtocolSecurity><isActive>true</isActive><url>https://example.com</url>",
  ),
});
a("csp", {
  "cspTrustedSites/A.cspTrustedSite-meta.xml": xml(
    "CspTrustedSite",
    "<canAccessCamera>false</canAccessCamera><canAccessMicrophone>false</canAccessMicrophone><context>All</context><endpointUrl>https://example.com</endpointUrl><isActive>true</isActive><isApplicableToConnectSrc>true</isApplicableToConnectSrc><isApplicableToFontSrc>true</isApplicableToFontSrc><isApplicableToFrameSrc>false</isApplicableToFrameSrc><isApplicableToImgSrc>true</isApplicableToImgSrc><isApplicableToMediaSrc>false</isApplicableToMediaSrc><isApplicableToStyleSrc>false</isApplicableToStyleSrc>",
  ),
});
a("apex", {
  "classes/A.cls": "public with sharing class A {}",
  "classes/A.cls-meta.xml": xml("ApexClass", "<apiVersion>62.0</apiVersion><status>Active</status>"),
});
a("trigger", {
  "triggers/A.trigger": "trigger A on Case (before insert) {}",
  "triggers/A.trigger-meta.xml": xml("ApexTrigger", "<apiVersion>62.0</apiVersion><status>Active</status>"),
});
a("email", {
  "email/Things.emailFolder-meta.xml": xml("EmailFolder", "<name>Things</name>"),
  "email/Things/T.email": "Hi",
  "email/Things/T.email-meta.xml": xml(
    "EmailTemplate",
    "<available>true</available><encodingKey>UTF-8</encodingKey><name>T</name><style>none</style><subject>x</subject><type>text</type><uiType>Aloha</uiType>",
  ),
});
a("group", {
  "groups/Team.group-meta.xml": xml("Group", "<doesIncludeBosses>true</doesIncludeBosses><name>Team</name>"),
});
a("role", {
  "roles/R.role-meta.xml": xml(
    "Role",
    "<caseAccessLevel>Edit</caseAccessLevel><contactAccessLevel>Edit</contactAccessLevel><mayForecastManagerShare>false</mayForecastManagerShare><name>R</name><opportunityAccessLevel>Edit</opportunityAccessLevel>",
  ),
});
a("sharing", {
  ...thing("", "<sharingModel>Private</sharingModel>"),
  "groups/Team.group-meta.xml": xml("Group", "<doesIncludeBosses>true</doesIncludeBosses><name>Team</name>"),
  "sharingRules/Thing__c.sharingRules-meta.xml": xml(
    "SharingRules",
    "<sharingCriteriaRules><fullName>X</fullName><accessLevel>Edit</accessLevel><label>X</label><sharedTo><group>Team</group></sharedTo><criteriaItems><field>Name</field><operation>equals</operation><value>x</value></criteriaItems><includeRecordsOwnedByAll>true</includeRecordsOwnedByAll></sharingCriteriaRules>",
  ),
});
a("matching", {
  "matchingRules/Account.matchingRule-meta.xml": xml(
    "MatchingRules",
    "<matchingRules><fullName>M</fullName><label>M</label><matchingRuleItems><blankValueBehavior>NullNotAllowed</blankValueBehavior><fieldName>Name</fieldName><matchingMethod>Exact</matchingMethod></matchingRuleItems><ruleStatus>Active</ruleStatus></matchingRules>",
  ),
});
a("assignment", {
  "assignmentRules/Case.assignmentRules-meta.xml": xml(
    "AssignmentRules",
    "<assignmentRule><fullName>S</fullName><active>false</active><ruleEntry><assignedTo>Tier_1</assignedTo><assignedToType>Queue</assignedToType><criteriaItems><field>Case.Origin</field><operation>equals</operation><value>Web</value></criteriaItems></ruleEntry></assignmentRule>",
  ),
  ...que("<name>T</name><queueSobject><sobjectType>Case</sobjectType></queueSobject>"),
});
a("gvs", {
  "globalValueSets/G.globalValueSet-meta.xml": xml(
    "GlobalValueSet",
    "<customValue><fullName>A</fullName><default>false</default><label>A</label></customValue><description>x</description><masterLabel>G</masterLabel><sorted>false</sorted>",
  ),
  ...thing(),
  ...field(
    "F__c",
    "<label>F</label><type>Picklist</type><valueSet><restricted>true</restricted><valueSetName>G</valueSetName></valueSet>",
  ),
});
a("svs", {
  "standardValueSets/CaseOrigin.standardValueSet-meta.xml": xml(
    "StandardValueSet",
    "<sorted>false</sorted><standardValue><fullName>Phone</fullName><default>false</default><label>Phone</label></standardValue><standardValue><fullName>Chat</fullName><default>false</default><label>Chat</label></standardValue>",
  ),
});
a("svs-status", {
  "standardValueSets/CaseStatus.standardValueSet-meta.xml": xml(
    "StandardValueSet",
    "<sorted>false</sorted><standardValue><fullName>New</fullName><default>true</default><label>New</label><closed>false</closed></standardValue><standardValue><fullName>Closed</fullName><default>false</default><label>Closed</label><closed>true</closed></standardValue>",
  ),
});
a("msgch", {
  "messageChannels/M.messageChannel-meta.xml": xml(
    "LightningMessageChannel",
    "<description>x</description><isExposed>true</isExposed><lightningMessageFields><description>x</description><fieldName>recordId</fieldName></lightningMessageFields><masterLabel>M</masterLabel>",
  ),
});
a("named", {
  "namedCredentials/N.namedCredential-meta.xml": xml(
    "NamedCredential",
    "<label>N</label><namedCredentialParameters><parameterName>Url</parameterName><parameterType>Url</parameterType><parameterValue>https://x.co</parameterValue></namedCredentialParameters><namedCredentialType>SecuredEndpoint</namedCredentialType>",
  ),
});
a("weblink", {
  ...thing(),
  "objects/Thing__c/webLinks/W.webLink-meta.xml": xml(
    "WebLink",
    "<fullName>W</fullName><availability>online</availability><displayType>link</displayType><encodingKey>UTF-8</encodingKey><hasMenubar>false</hasMenubar><hasScrollbars>true</hasScrollbars><hasToolbar>false</hasToolbar><height>600</height><isResizable>true</isResizable><linkType>url</linkType><masterLabel>W</masterLabel><openType>newWindow</openType><position>none</position><protected>false</protected><showsLocation>false</showsLocation><showsStatus>false</showsStatus><url>https://x.co</url>",
  ),
});
a("fieldset", {
  ...thing(),
  ...text("Note__c"),
  "objects/Thing__c/fieldSets/F.fieldSet-meta.xml": xml(
    "FieldSet",
    "<fullName>F</fullName><availableFields><field>Name</field><isFieldManaged>false</isFieldManaged><isRequired>false</isRequired></availableFields><description>x</description><displayedFields><field>Note__c</field><isFieldManaged>false</isFieldManaged><isRequired>false</isRequired></displayedFields><label>F</label>",
  ),
});
a("index-duplicate", {
  "duplicateRules/Account.D.duplicateRule-meta.xml": `<?xml version="1.0" encoding="UTF-8"?>\n<DuplicateRule xmlns="http://soap.sforce.com/2006/04/metadata" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><actionOnInsert>Allow</actionOnInsert><actionOnUpdate>Allow</actionOnUpdate><alertText>x</alertText><description xsi:nil="true"/><duplicateRuleFilter xsi:nil="true"/><duplicateRuleMatchRules><matchRuleSObjectType>Account</matchRuleSObjectType><matchingRule>Standard_Account_Match_Rule_v1_0</matchingRule><objectMapping xsi:nil="true"/></duplicateRuleMatchRules><isActive>true</isActive><masterLabel>D</masterLabel><operationsOnInsert>Alert</operationsOnInsert><securityOption>EnforceSharingRules</securityOption><sortOrder>1</sortOrder></DuplicateRule>`,
});
a("profile", {
  "profiles/Admin.profile-meta.xml": xml(
    "Profile",
    "<applicationVisibilities><application>standard__Sales</application><default>false</default><visible>true</visible></applicationVisibilities><custom>false</custom><layoutAssignments><layout>Case-Case Layout</layout></layoutAssignments><tabVisibilities><tab>standard-Case</tab><visibility>DefaultOn</visibility></tabVisibilities><userLicense>Salesforce</userLicense><userPermissions><enabled>true</enabled><name>ApiEnabled</name></userPermissions>",
  ),
});
a("settings-lang", {
  "settings/Language.settings-meta.xml": xml(
    "LanguageSettings",
    "<enableTranslationWorkbench>true</enableTranslationWorkbench>",
  ),
  "settings/ExternalClientApp.settings-meta.xml": xml(
    "ExternalClientAppSettings",
    "<enableConsumerSecretApiAccess>true</enableConsumerSecretApiAccess>",
  ),
  "settings/LightningExperience.settings-meta.xml": xml(
    "LightningExperienceSettings",
    "<enableS1DesktopEnabled>true</enableS1DesktopEnabled>",
  ),
});
a("flow-big", {
  "flows/F.flow-meta.xml": xml(
    "Flow",
    "<apiVersion>62.0</apiVersion><areMetricsLoggedToDataCloud>false</areMetricsLoggedToDataCloud><assignments><name>A</name><label>A</label><locationX>0</locationX><locationY>0</locationY><assignmentItems><assignToReference>x</assignToReference><operator>Assign</operator><value><stringValue>1</stringValue></value></assignmentItems></assignments><environments>Default</environments><interviewLabel>F</interviewLabel><label>F</label><processMetadataValues><name>BuilderType</name><value><stringValue>LightningFlowBuilder</stringValue></value></processMetadataValues><processType>AutoLaunchedFlow</processType><start><locationX>50</locationX><locationY>0</locationY><connector><targetReference>A</targetReference></connector><object>Case</object><recordTriggerType>Create</recordTriggerType><triggerType>RecordAfterSave</triggerType></start><status>Active</status><variables><name>x</name><dataType>String</dataType><isCollection>false</isCollection><isInput>false</isInput><isOutput>false</isOutput></variables>",
  ),
});
a("layout-case", {
  "layouts/Case-Case Layout.layout-meta.xml": xml(
    "Layout",
    "<excludeButtons>Submit</excludeButtons><layoutSections><customLabel>true</customLabel><detailHeading>true</detailHeading><editHeading>true</editHeading><label>X</label><layoutColumns><layoutItems><behavior>Required</behavior><field>Status</field></layoutItems><layoutItems><behavior>Edit</behavior><field>ContactId</field></layoutItems><layoutItems><behavior>Edit</behavior><field>Description</field></layoutItems><layoutItems><behavior>Edit</behavior><field>SuppliedEmail</field></layoutItems><layoutItems><behavior>Edit</behavior><field>OwnerId</field></layoutItems><layoutItems><emptySpace>true</emptySpace></layoutItems></layoutColumns><layoutColumns><layoutItems><behavior>Readonly</behavior><field>CaseNumber</field></layoutItems></layoutColumns><style>TwoColumnsLeftToRight</style></layoutSections><miniLayout><fields>Subject</fields></miniLayout><platformActionList><actionListContext>Record</actionListContext><platformActionListItems><actionName>FeedItem.TextPost</actionName><actionType>QuickAction</actionType><sortOrder>0</sortOrder></platformActionListItems></platformActionList><quickActionList><quickActionListItems><quickActionName>FeedItem.TextPost</quickActionName></quickActionListItems></quickActionList><relatedLists><fields>TASK.SUBJECT</fields><relatedList>RelatedActivityList</relatedList></relatedLists><showEmailCheckbox>false</showEmailCheckbox><showHighlightsPanel>true</showHighlightsPanel><showInteractionLogPanel>false</showInteractionLogPanel><showRunAssignmentRulesCheckbox>true</showRunAssignmentRulesCheckbox><showSubmitAndAttachButton>false</showSubmitAndAttachButton><summaryLayout><masterLabel>x</masterLabel><sizeX>4</sizeX><sizeY>0</sizeY><summaryLayoutStyle>Default</summaryLayoutStyle></summaryLayout>",
  ),
});
a("milestone-ent", {
  "milestoneTypes/First.milestoneType-meta.xml": xml(
    "MilestoneType",
    "<description>x</description><recurrenceType>none</recurrenceType>",
  ),
});
a("cmdt-default", {
  "objects/Conf__mdt/Conf__mdt.object-meta.xml": xml(
    "CustomObject",
    "<label>Conf</label><pluralLabel>Confs</pluralLabel><visibility>Protected</visibility>",
  ),
  ...field(
    "T__c",
    "<fieldManageability>SubscriberControlled</fieldManageability><label>T</label><length>40</length><type>Text</type><unique>false</unique>",
    "Conf__mdt",
  ),
  ...field(
    "L__c",
    "<fieldManageability>DeveloperControlled</fieldManageability><label>L</label><length>1000</length><type>LongTextArea</type><visibleLines>3</visibleLines>",
    "Conf__mdt",
  ),
  "customMetadata/Conf.A.md-meta.xml":
    '<?xml version="1.0" encoding="UTF-8"?>\n<CustomMetadata xmlns="http://soap.sforce.com/2006/04/metadata" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema"><label>A</label><protected>false</protected><values><field>T__c</field><value xsi:nil="true"/></values></CustomMetadata>',
});
export default cases;
