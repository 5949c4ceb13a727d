/** What deploys into real orgs were seen to refuse, beside what they took: layouts, users, limits, licences, versions. */
import {
  accept,
  bundle,
  Card,
  component,
  field,
  listView,
  master,
  onApp,
  page,
  permissions,
  property,
  region,
  reject,
  rule,
  text,
  thing,
  xml,
  type Case,
  type Files,
} from "../components.ts";

const cases: Case[] = [];
const a = (id: string, f: Files): void => void cases.push(accept(id, id, f));
const r = (id: string, f: Files, ...m: string[]): void => void cases.push(reject(id, id, f, ...m));

// layouts: each object has fields that no layout of it may leave out, and some that must be required there
const layout = (name: string, items: Record<string, string>, more = ""): Files => ({
  [`layouts/${name}.layout-meta.xml`]: xml(
    "Layout",
    `<layoutSections><label>Information</label><layoutColumns>${Object.entries(items)
      .map(
        ([own, behavior]) =>
          `<layoutItems><behavior>${behavior}</behavior><field>${own}</field></layoutItems>`,
      )
      .join("")}</layoutColumns><style>OneColumn</style></layoutSections>${more}`,
  ),
});
const caseItems = { Status: "Required", ContactId: "Edit", Description: "Edit", SuppliedEmail: "Edit" };
const without = (name: keyof typeof caseItems): Record<string, string> =>
  Object.fromEntries(Object.entries(caseItems).filter(([own]) => own !== name));
const itemMissing = "layout must contain an item for required layout field: ";
a("lay-case", layout("Case-Case Layout", caseItems));
for (const name of ["ContactId", "Description", "SuppliedEmail"] as const)
  r(`lay-case-no-${name}`, layout("Case-Case Layout", without(name)), itemMissing + name.toLowerCase());
r("lay-case-no-status", layout("Case-Case Layout", without("Status")), "field:status must be required");
r(
  "lay-case-status-edit",
  layout("Case-Case Layout", { ...caseItems, Status: "Edit" }),
  "field:status must be required",
);
const opportunity = { Name: "Required", StageName: "Required", CloseDate: "Required", Probability: "Edit" };
a("lay-opportunity", layout("Opportunity-Sales", opportunity));
r(
  "lay-opportunity-no-probability",
  layout("Opportunity-Sales", { Name: "Required", StageName: "Required", CloseDate: "Required" }),
  itemMissing + "probability",
);
r(
  "lay-opportunity-name-edit",
  layout("Opportunity-Sales", { ...opportunity, Name: "Edit" }),
  "field:name must be required",
);
a("lay-thing", { ...thing(), ...layout("Thing__c-Thing Layout", { Name: "Required" }) });
r(
  "lay-thing-no-name",
  { ...thing(), ...layout("Thing__c-Thing Layout", { OwnerId: "Edit" }) },
  itemMissing + "name",
);
r(
  "lay-thing-name-edit",
  { ...thing(), ...layout("Thing__c-Thing Layout", { Name: "Edit" }) },
  "field:name must be required",
);
r(
  "lay-thing-required-left-out",
  {
    ...thing(),
    ...text("Note__c", "<required>true</required>"),
    ...layout("Thing__c-Thing Layout", { Name: "Required" }),
  },
  itemMissing + "note__c",
);
const sum = field(
  "Sum__c",
  "<formula>1 + 1</formula><label>Sum</label><precision>18</precision><scale>0</scale><type>Number</type>",
);
a("lay-formula", {
  ...thing(),
  ...sum,
  ...layout("Thing__c-Thing Layout", { Name: "Required", Sum__c: "Readonly" }),
});
r(
  "lay-formula-required",
  { ...thing(), ...sum, ...layout("Thing__c-Thing Layout", { Name: "Required", Sum__c: "Required" }) },
  "field:sum__c must not be required",
);
r(
  "lay-related-ghost",
  {
    ...thing(),
    ...layout(
      "Thing__c-Thing Layout",
      { Name: "Required" },
      "<relatedLists><fields>Ghost__c</fields><relatedList>Ghost__c.Thing__c</relatedList></relatedLists>",
    ),
  },
  "ghost__c",
);

// users who are not in the org
const noUser = "cannot find a user that matches any of the following usernames";
r(
  "user-queue",
  {
    "queues/Help.queue-meta.xml": xml(
      "Queue",
      "<doesSendEmailToMembers>false</doesSendEmailToMembers><name>Help</name><queueMembers><users><user>nobody@else.example</user></users></queueMembers>",
    ),
  },
  noUser,
);
const share = (type: string, to: string): Files => ({
  "reports/Team.reportFolder-meta.xml": xml(
    "ReportFolder",
    `<folderShares><accessLevel>View</accessLevel><sharedTo>${to}</sharedTo><sharedToType>${type}</sharedToType></folderShares><name>Team</name>`,
  ),
});
a("user-folder", share("User", "admin@dev.example"));
r(
  "user-folder-ghost",
  share("User", "nobody@else.example"),
  "in field: sharedto - no user named nobody@else.example found",
);
const dashboard = (more: string, board = ""): Files => ({
  "dashboards/Team.dashboardFolder-meta.xml": xml("DashboardFolder", "<name>Team</name>"),
  "dashboards/Team/Board.dashboard-meta.xml": xml(
    "Dashboard",
    `<backgroundEndColor>#FFFFFF</backgroundEndColor><backgroundFadeDirection>Diagonal</backgroundFadeDirection><backgroundStartColor>#FFFFFF</backgroundStartColor><dashboardGridLayout><dashboardGridComponents>${board}</dashboardGridComponents><numberOfColumns>12</numberOfColumns><rowHeight>36</rowHeight></dashboardGridLayout>${more}<textColor>#000000</textColor><title>Board</title><titleColor>#000000</titleColor><titleSize>12</titleSize>`,
  ),
});
const cell = (inside: string): string =>
  `<colSpan>4</colSpan><columnIndex>0</columnIndex><dashboardComponent>${inside}</dashboardComponent><rowIndex>0</rowIndex><rowSpan>4</rowSpan>`;
const metric = cell(
  "<autoselectColumnsFromReport>true</autoselectColumnsFromReport><componentType>Metric</componentType>",
);
const runBy = (user: string): string =>
  `<dashboardType>SpecifiedUser</dashboardType><runningUser>${user}</runningUser>`;
a("user-dashboard", dashboard(runBy("admin@dev.example"), metric));
r("user-dashboard-ghost", dashboard(runBy("nobody@else.example"), metric), noUser);

// texts and numbers that are too long or too many
const long = (length: number): string => `${'"' + "x".repeat(length - 12) + '"'} &lt;&gt; Name`;
const formulaOf = (length: number): string => long(length).replaceAll("&lt;", "<").replaceAll("&gt;", ">");
a("long-formula-3900", { ...thing(), ...rule("Long", formulaOf(3900)) });
r("long-formula-3901", { ...thing(), ...rule("Long", formulaOf(3950)) }, "formula is too long");
r(
  "long-rule-description",
  { ...thing(), ...rule("Long", "Name = 'x'", `<description>${"x".repeat(256)}</description>`) },
  "validation rule description cannot be longer than 255 characters long",
);
const area = (count: number): Files =>
  Object.assign(
    {},
    ...Array.from({ length: count }, (_, n) =>
      field(
        `Area_${n}__c`,
        `<label>Area ${n}</label><length>131072</length><type>LongTextArea</type><visibleLines>3</visibleLines>`,
      ),
    ),
  ) as Files;
a("long-areas-12", { ...thing(), ...area(12) });
r("long-areas-13", { ...thing(), ...area(13) }, "by 65536");

// what a licence of users may have
const licensed = (license: string, body = ""): Files => permissions(`<license>${license}</license>${body}`);
const may = (name: string): string =>
  `<userPermissions><enabled>true</enabled><name>${name}</name></userPermissions>`;
a("lic-salesforce", licensed("Salesforce", may("ApiEnabled")));
a("lic-portal", licensed("Customer Community Plus"));
r(
  "lic-ghost",
  licensed("Customer Communist"),
  "in field: license - no userlicense named customer communist found",
);
for (const name of ["ViewSetup", "ManageUsers", "CustomizeApplication"])
  r(
    `lic-portal-${name}`,
    licensed("Customer Community Plus", may(name) + (name === "ViewSetup" ? "" : may("ViewSetup"))),
    "the user license doesn't allow the permission: ",
  );
const viewAll =
  "<objectPermissions><allowCreate>false</allowCreate><allowDelete>false</allowDelete><allowEdit>false</allowEdit><allowRead>true</allowRead><modifyAllRecords>false</modifyAllRecords><object>Case</object><viewAllRecords>true</viewAllRecords></objectPermissions>";
a("lic-salesforce-view-all", licensed("Salesforce", viewAll));
r(
  "lic-portal-view-all",
  licensed("Customer Community", viewAll),
  "the user license doesn't allow the permission: view all case",
);

// record types, processes and list views
const process = (more = ""): Files => ({
  "objects/Opportunity/businessProcesses/Sale.businessProcess-meta.xml": xml(
    "BusinessProcess",
    `<fullName>Sale</fullName><isActive>true</isActive><values><fullName>Prospecting</fullName>${more}</values>`,
  ),
});
r("bp-opportunity-default", process("<default>true</default>"), "cannot specify a default on: opportunity");
const profile = (visibilities: string): Files => ({
  ...thing(),
  "objects/Thing__c/recordTypes/One.recordType-meta.xml": xml(
    "RecordType",
    "<fullName>One</fullName><active>true</active><label>One</label>",
  ),
  "profiles/Admin.profile-meta.xml": xml("Profile", visibilities),
});
const visible = (isDefault: boolean, is: boolean): string =>
  `<recordTypeVisibilities><default>${isDefault}</default><recordType>Thing__c.One</recordType><visible>${is}</visible></recordTypeVisibilities>`;
a("prof-record-type", profile(visible(true, true)));
a("prof-record-type-hidden", profile(visible(false, false)));
r(
  "prof-record-type-no-default",
  profile(visible(false, true)),
  "no default record type specified for recordtypevisibility",
);
r(
  "lv-mine-of-detail",
  {
    ...master(),
    "objects/Thing__c/listViews/Mine.listView-meta.xml": xml(
      "ListView",
      "<fullName>Mine</fullName><columns>NAME</columns><filterScope>Mine</filterScope><label>Mine</label>",
    ),
  },
  "invalid scope:mine, not allowed",
);
r(
  "lv-owner-of-detail",
  { ...master(), ...listView("<columns>OWNER.ALIAS</columns>") },
  "could not resolve list view column: owner.alias",
);

// names of objects and entities that there are not
const object = (name: string): Files => ({
  [`objects/${name}/${name}.object-meta.xml`]: thing()["objects/Thing__c/Thing__c.object-meta.xml"] ?? "",
});
for (const name of ["Ticket", "Cases", "VoiceCalls"])
  r(`obj-no-suffix-${name}`, object(name), "invalid fullname, must end in a custom suffix (e.g. __c)");
const member = (entity: string): Files => ({
  "platformEventChannelMembers/Probe.platformEventChannelMember-meta.xml": xml(
    "PlatformEventChannelMember",
    `<eventChannel>ChangeEvents</eventChannel><selectedEntity>${entity}</selectedEntity>`,
  ),
});
for (const entity of [
  "ProfileChangeEvent",
  "CaseHistoryChangeEvent",
  "Case__ChangeEvent",
  "Case",
  "caseChangeEvents",
  "Thing__cChangeEvent",
  "PermissionSetChangeEvent",
])
  r(
    `cdc-no-entity-${entity}`,
    { ...thing(), ...member(entity) },
    'references an invalid event in the "selectedentity" field',
  );

// modules, targets and versions of components
const imports = (line: string): Files => {
  const files = bundle(Card);
  const path = "lwc/card/card.js";
  return { ...files, [path]: `${line}\n${files[path]}`.replace("title;", "title = THING;") };
};
for (const module of [
  "lightning/ghostApi",
  "@salesforce/ghost/x",
  "lightning/ghost",
  "@salesforce/client/ghost",
  "@salesforce/i18n/ghost",
  "@salesforce/community/ghost",
])
  r(`lwc-no-module-${module}`, imports(`import THING from '${module}';`));
r(
  "lwc-no-tag",
  bundle(Card, "<template><lightning-ghost></lightning-ghost></template>"),
  "no module named markup://lightning:ghost found",
);
for (const version of ["99.0", "69.0", "0.0", "soon"])
  r(`lwc-version-${version}`, {
    ...bundle(Card),
    "lwc/card/card.js-meta.xml": xml(
      "LightningComponentBundle",
      `<apiVersion>${version}</apiVersion><isExposed>false</isExposed>`,
    ),
  });
r(
  "page-required-property",
  {
    ...bundle(
      Card,
      undefined,
      onApp(
        '<targetConfigs><targetConfig targets="lightning__AppPage"><property name="title" type="String" required="true"/></targetConfig></targetConfigs>',
      ),
    ),
    ...page("My_App", region("main", component("c:card"))),
  },
  "title",
);
r(
  "page-no-object",
  page("My_Record", region("main", ""), "RecordPage", "flexipage:recordHomeTemplateDesktop"),
);
r(
  "page-home-object",
  page(
    "My_Home",
    region("top", ""),
    "HomePage",
    "home:desktopTemplate",
    "<sobjectType>Ghost__c</sobjectType>",
  ),
);
const visibleIf = (left: string, operator = "EQUAL", filter = ""): string =>
  `<itemInstances><componentInstance><componentName>flexipage:richText</componentName><identifier>x</identifier><visibilityRule>${filter}<criteria><leftValue>${left}</leftValue><operator>${operator}</operator><rightValue>1</rightValue></criteria></visibilityRule></componentInstance></itemInstances>`;
const recordPage = (inside: string): Files =>
  page(
    "My_Record",
    region("header", "") + region("main", inside) + region("sidebar", ""),
    "RecordPage",
    "flexipage:recordHomeTemplateDesktop",
    "<sobjectType>Case</sobjectType>",
  );
a("page-visible", recordPage(visibleIf("{!Record.Subject}")));
r("page-visible-ghost", recordPage(visibleIf("{!Record.Ghost__c}")));
r("page-visible-operator", recordPage(visibleIf("{!Record.Subject}", "LIKE")));
r(
  "page-visible-logic",
  recordPage(visibleIf("{!Record.Subject}", "EQUAL", "<booleanFilter>1 AND 2</booleanFilter>")),
);
r(
  "page-property-unknown",
  recordPage(component("flexipage:richText", property("ghost", "x"))),
  "invalid property [ghost] in component [flexipage:richText]",
);

// languages that no org has
for (const language of ["zz", "es_ZZ", "english"])
  r(`tr-no-language-${language}`, {
    [`translations/${language}.translation-meta.xml`]: xml("Translations", ""),
  });

// quick actions, tabs and apps
const action = (body: string): Files => ({
  "quickActions/Case.Do.quickAction-meta.xml": xml("QuickAction", body),
});
r(
  "qa-no-feed-item",
  action(
    "<label>Do</label><targetObject>Task</targetObject><targetParentField>What</targetParentField><type>Create</type><quickActionLayout><layoutSectionStyle>TwoColumnsLeftToRight</layoutSectionStyle><quickActionLayoutColumns/></quickActionLayout>",
  ),
  "required field is missing: optionscreatefeeditem",
);
const tab = (body: string): Files => ({
  "tabs/Web.tab-meta.xml": xml("CustomTab", `<label>Web</label>${body}`),
});
a(
  "tab-motif",
  tab(
    "<motif>Custom54: Gears</motif><url>https://example.com</url><urlEncodingKey>UTF-8</urlEncodingKey><frameHeight>600</frameHeight>",
  ),
);
r(
  "tab-motif-ghost",
  tab(
    "<motif>Ghost</motif><url>https://example.com</url><urlEncodingKey>UTF-8</urlEncodingKey><frameHeight>600</frameHeight>",
  ),
);
export default cases;
