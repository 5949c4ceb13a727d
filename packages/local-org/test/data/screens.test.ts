/** Page layouts, list views and quick actions of a deployed package, through jsforce. */
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { Connection } from "jsforce";
import { deployZip } from "../../src/metadata/index.ts";
import { xml } from "../metadata/components.ts";
import { zipOf } from "../metadata/source.ts";
import { start } from "./started.ts";

const item = (field: string, behaviour = "Edit") =>
  `<layoutItems><behavior>${behaviour}</behavior><field>${field}</field></layoutItems>`;
const files = {
  "objects/Visit__c/Visit__c.object-meta.xml": xml(
    "CustomObject",
    "<deploymentStatus>Deployed</deploymentStatus><label>Visit</label><nameField><label>Visit Name</label><type>Text</type></nameField><pluralLabel>Visits</pluralLabel><sharingModel>ReadWrite</sharingModel>",
  ),
  "objects/Visit__c/fields/Case__c.field-meta.xml": xml(
    "CustomField",
    "<fullName>Case__c</fullName><label>Case</label><referenceTo>Case</referenceTo><relationshipName>Visits</relationshipName><type>Lookup</type>",
  ),
  "objects/Case/listViews/Urgent.listView-meta.xml": xml(
    "ListView",
    "<fullName>Urgent</fullName><booleanFilter>1 AND (2 OR NOT 3)</booleanFilter><columns>CASES.CASE_NUMBER</columns><columns>CASES.SUBJECT</columns><columns>CASES.PRIORITY</columns><columns>CORE.USERS.ALIAS</columns><filterScope>Everything</filterScope><filters><field>CASES.PRIORITY</field><operation>equals</operation><value>High,Medium</value></filters><filters><field>CASES.SUBJECT</field><operation>contains</operation><value>and 1's</value></filters><filters><field>CASES.CLOSED</field><operation>equals</operation><value>1</value></filters><label>Urgent Cases</label>",
  ),
  "objects/Case/listViews/My_Open.listView-meta.xml": xml(
    "ListView",
    "<fullName>My_Open</fullName><columns>CASES.SUBJECT</columns><filterScope>Mine</filterScope><filters><field>CASES.CLOSED</field><operation>equals</operation><value>0</value></filters><label>My Open Cases</label>",
  ),
  "queues/Desk.queue-meta.xml": xml(
    "Queue",
    "<doesSendEmailToMembers>false</doesSendEmailToMembers><name>Desk</name><queueMembers><users><user>tom@test.example</user></users></queueMembers><queueSobject><sobjectType>Case</sobjectType></queueSobject>",
  ),
  "objects/Case/listViews/Of_Desk.listView-meta.xml": xml(
    "ListView",
    "<fullName>Of_Desk</fullName><columns>CASES.SUBJECT</columns><filterScope>Queue</filterScope><label>Of the Desk</label><queue>Desk</queue>",
  ),
  "objects/Case/listViews/Handed_On.listView-meta.xml": xml(
    "ListView",
    '<fullName>Handed_On</fullName><columns>CASES.SUBJECT</columns><filterScope>Delegated</filterScope><filters><field>CASES.SUBJECT</field><operation>equals</operation><value>"Fire, water", quiet</value></filters><label>Handed On</label>',
  ),
  "layouts/Case-Support Layout.layout-meta.xml": xml(
    "Layout",
    `<excludeButtons>Delete</excludeButtons><layoutSections><customLabel>true</customLabel><detailHeading>true</detailHeading><editHeading>false</editHeading><label>What it is</label><layoutColumns>${item("CaseNumber", "Readonly")}${item("ContactId")}${item("SuppliedEmail")}</layoutColumns><layoutColumns>${item("Status", "Required")}<layoutItems><emptySpace>true</emptySpace></layoutItems>${item("Description")}</layoutColumns><style>TwoColumnsTopToBottom</style></layoutSections><quickActionList><quickActionListItems><quickActionName>Case.Plan_Visit</quickActionName></quickActionListItems></quickActionList><relatedLists><fields>NAME</fields><fields>CREATED_DATE</fields><relatedList>Visit__c.Case__c</relatedList><sortField>CREATED_DATE</sortField><sortOrder>Desc</sortOrder></relatedLists>`,
  ),
  "quickActions/Case.Plan_Visit.quickAction-meta.xml": xml(
    "QuickAction",
    "<fieldOverrides><field>Name</field><literalValue>First visit</literalValue></fieldOverrides><label>Plan Visit</label><optionsCreateFeedItem>false</optionsCreateFeedItem><quickActionLayout><layoutSectionStyle>TwoColumnsLeftToRight</layoutSectionStyle><quickActionLayoutColumns><quickActionLayoutItems><emptySpace>false</emptySpace><field>Name</field><uiBehavior>Required</uiBehavior></quickActionLayoutItems></quickActionLayoutColumns><quickActionLayoutColumns/></quickActionLayout><targetObject>Visit__c</targetObject><targetParentField>Case__c</targetParentField><type>Create</type>",
  ),
  "quickActions/New_Case.quickAction-meta.xml": xml(
    "QuickAction",
    "<label>New Case</label><optionsCreateFeedItem>false</optionsCreateFeedItem><quickActionLayout><layoutSectionStyle>TwoColumnsLeftToRight</layoutSectionStyle><quickActionLayoutColumns><quickActionLayoutItems><emptySpace>false</emptySpace><field>Subject</field><uiBehavior>Edit</uiBehavior></quickActionLayoutItems></quickActionLayoutColumns><quickActionLayoutColumns/></quickActionLayout><targetObject>Case</targetObject><type>Create</type>",
  ),
  "permissionsets/Visits.permissionset-meta.xml": xml(
    "PermissionSet",
    "<label>Visits</label><objectPermissions><allowCreate>true</allowCreate><allowDelete>false</allowDelete><allowEdit>true</allowEdit><allowRead>true</allowRead><modifyAllRecords>false</modifyAllRecords><object>Visit__c</object><viewAllRecords>false</viewAllRecords></objectPermissions>",
  ),
};

let world: Awaited<ReturnType<typeof start>>;
let tom: Connection;
beforeAll(async () => {
  world = await start();
  const { org } = world;
  const { success, failures } = await deployZip(
    org,
    await zipOf(files),
    { checkOnly: false, rollbackOnError: true, purgeOnDelete: false },
    66,
  );
  expect({ success, failures }).toEqual({ success: true, failures: [] });
  const admin = connection("admin");
  const { records } = await admin.query("SELECT Id FROM PermissionSet WHERE Name = 'Visits'");
  const users = await admin.query("SELECT Id FROM User WHERE Username = 'tom@test.example'");
  await admin
    .sobject("PermissionSetAssignment")
    .create({ PermissionSetId: records[0]!.Id!, AssigneeId: users.records[0]!.Id! });
  tom = connection("tom");
  await tom.sobject("Case").create([
    { Subject: "it burns and 1's lost", Priority: "High" },
    { Subject: "quiet", Priority: "Low" },
    { Subject: "soon", Priority: "Medium" },
  ]);
  await admin.sobject("Case").create({ Subject: "the admin's", Priority: "High" });
});
afterAll(() => world.host.close());

const connection = (first: string) =>
  new Connection({
    instanceUrl: world.org.instanceUrl,
    accessToken: world.token(first),
    version: "66.0",
    maxRequest: 1,
  });
const get = (path: string, first = "tom") => world.call("GET", path, undefined, {}, first);
const listViewId = async (name: string) =>
  String((await tom.query(`SELECT Id FROM ListView WHERE DeveloperName = '${name}'`)).records[0]!.Id);

test("an object lists its deployed views, and one of all records", async () => {
  const answer = await tom.sobject("Case").listviews();
  const id = await listViewId("Urgent");
  const url = `/services/data/v66.0/sobjects/Case/listviews/${id}`;
  expect(answer).toMatchObject({
    done: true,
    nextRecordsUrl: null,
    size: 5,
    sobjectType: "Case",
    listviews: expect.arrayContaining([
      {
        describeUrl: `${url}/describe`,
        developerName: "Urgent",
        id,
        label: "Urgent Cases",
        resultsUrl: `${url}/results`,
        soqlCompatible: true,
        url,
      },
      expect.objectContaining({ developerName: "AllCases", label: "All Cases" }),
    ]),
  });
  expect(id).toMatch(/^00B.{15}$/);
  expect((await get(`/sobjects/Case/listviews/${id}`)).body).toMatchObject({ id, developerName: "Urgent" });
  expect(await tom.sobject("Visit__c").listviews()).toMatchObject({
    size: 1,
    listviews: [{ developerName: "All", label: "All Visits" }],
  });
});

test("ListView answers a query", async () => {
  const { records } = await tom.query(
    "SELECT Id, Name, DeveloperName, SobjectType, IsSoqlCompatible FROM ListView WHERE SobjectType = 'Case' ORDER BY DeveloperName",
  );
  expect(records).toMatchObject([
    { Name: "All Cases", DeveloperName: "AllCases", SobjectType: "Case", IsSoqlCompatible: true },
    { DeveloperName: "Handed_On" },
    { Name: "My Open Cases", DeveloperName: "My_Open" },
    { DeveloperName: "Of_Desk" },
    { Name: "Urgent Cases", DeveloperName: "Urgent" },
  ]);
});

test("a view describes its columns, its conditions and its query, which the org can run", async () => {
  const described = (await tom
    .sobject("Case")
    .listview(await listViewId("Urgent"))
    .describe()) as unknown as {
    query: string;
    columns: { fieldNameOrPath: string; label: string; hidden: boolean; selectListItem: string }[];
  };
  expect(described).toMatchObject({
    sobjectType: "Case",
    scope: null,
    whereCondition: {
      conjunction: "and",
      conditions: [
        { field: "Priority", operator: "in", values: ["High", "Medium"] },
        {
          conjunction: "or",
          conditions: [
            { field: "Subject", operator: "like", values: ["%and 1's%"] },
            { condition: { field: "IsClosed", operator: "equals", values: ["true"] } },
          ],
        },
      ],
    },
    orderBy: [
      { fieldNameOrPath: "CaseNumber", nullsPosition: "first", sortDirection: "ascending" },
      { fieldNameOrPath: "Id", nullsPosition: "first", sortDirection: "ascending" },
    ],
  });
  expect(described.query).toBe(
    "SELECT CaseNumber, Subject, toLabel(Priority), Owner.Alias, Id, CreatedDate, LastModifiedDate, SystemModstamp FROM Case WHERE (Priority IN ('High', 'Medium') AND (Subject LIKE '%and 1\\'s%' OR (NOT IsClosed = true))) ORDER BY CaseNumber ASC NULLS FIRST, Id ASC NULLS FIRST",
  );
  expect((await tom.query(described.query)).totalSize).toBe(3);
  expect(described.columns.map(({ label, hidden }) => (hidden ? "hidden" : label))).toEqual([
    "Case Number",
    "Subject",
    "Priority",
    "Case Owner Alias",
    ...Array<string>(4).fill("hidden"),
  ]);
});

test("the results of a view are its records, a page at a time", async () => {
  const view = tom.sobject("Case").listview(await listViewId("My_Open"));
  expect(await view.describe()).toMatchObject({
    scope: "mine",
    query: expect.stringContaining("USING SCOPE mine"),
  });
  expect(await view.results()).toMatchObject({
    developerName: "My_Open",
    label: "My Open Cases",
    done: true,
    size: 3,
    records: [
      {
        columns: [
          { fieldNameOrPath: "Subject", value: "it burns and 1's lost" },
          { fieldNameOrPath: "Id", value: expect.stringMatching(/^500/) },
          {
            fieldNameOrPath: "CreatedDate",
            value: expect.stringMatching(/^\w{3} \w{3} \d\d \d\d:\d\d:\d\d GMT \d{4}$/),
          },
          { fieldNameOrPath: "LastModifiedDate" },
          { fieldNameOrPath: "SystemModstamp" },
        ],
      },
      {},
      {},
    ],
  });
  const page = await get(`/sobjects/Case/listviews/${await listViewId("My_Open")}/results?limit=1&offset=1`);
  expect(page.body).toMatchObject({
    done: false,
    size: 1,
    records: [{ columns: [{ value: "quiet" }, {}, {}, {}, {}] }],
  });
});

test("a view of a queue holds the queue's records, and one of delegated records is empty", async () => {
  const queue = (await tom.query("SELECT Id FROM Group WHERE DeveloperName = 'Desk'")).records[0]!.Id!;
  const inQueue = await connection("admin").sobject("Case").create({ Subject: "for all", OwnerId: queue });
  const desk = tom.sobject("Case").listview(await listViewId("Of_Desk"));
  expect(await desk.describe()).toMatchObject({ scope: "queue_owned", scopeEntityId: queue });
  expect(await desk.results()).toMatchObject({
    size: 1,
    records: [{ columns: [{ value: "for all" }, {}, {}, {}, {}] }],
  });
  const handedOn = tom.sobject("Case").listview(await listViewId("Handed_On"));
  expect(await handedOn.describe()).toMatchObject({
    scope: "delegated",
    scopeEntityId: null,
    whereCondition: { field: "Subject", operator: "in", values: ["Fire, water", "quiet"] },
  });
  expect(await handedOn.results()).toMatchObject({ size: 0, done: true, records: [] });
  await connection("admin").sobject("Case").destroy(inQueue.id!);
});

test("the deployed layout comes with its fields, buttons, related lists and actions", async () => {
  const { layouts, recordTypeMappings, recordTypeSelectorRequired } = await tom.sobject("Case").layouts();
  expect(recordTypeSelectorRequired).toEqual([false]);
  const [layout] = layouts;
  expect(recordTypeMappings).toMatchObject([
    {
      master: true,
      recordTypeId: "012000000000000AAA",
      layoutId: layout!.id,
      defaultRecordTypeMapping: true,
    },
  ]);
  expect(layout!.buttonLayoutSection!.detailButtons.map(({ name }) => name)).toEqual(["Edit", "Clone"]);
  expect(layout).toMatchObject({
    feedView: null,
    detailLayoutSections: [
      {
        heading: "What it is",
        columns: 2,
        rows: 3,
        useHeading: true,
        tabOrder: "TopToBottom",
        parentLayoutId: layout!.id,
        layoutRows: [
          {
            numItems: 2,
            layoutItems: [
              {
                label: "Case Number",
                editableForNew: false,
                required: false,
                layoutComponents: [
                  {
                    type: "Field",
                    value: "CaseNumber",
                    tabOrder: 1,
                    details: { name: "CaseNumber", autoNumber: true },
                  },
                ],
              },
              { label: "Status", required: true, editableForUpdate: true, placeholder: false },
            ],
          },
          { layoutItems: [{ label: "Contact" }, { placeholder: true, layoutComponents: [] }] },
          { layoutItems: [{}, { layoutComponents: [{ value: "Description" }] }] },
        ],
      },
    ],
    editLayoutSections: [
      {
        useHeading: false,
        layoutRows: [{ layoutItems: [{ label: "Contact" }, { label: "Status" }] }, {}, {}],
      },
    ],
    relatedLists: [
      {
        name: "Visits__r",
        sobject: "Visit__c",
        field: "Case__c",
        label: "Visits",
        custom: true,
        columns: [
          { field: "Visit__c.Name", fieldApiName: "Name", label: "Visit Name" },
          { fieldApiName: "CreatedDate", format: "datetime" },
        ],
        sort: [{ column: "Visit__c.CreatedDate", ascending: false }],
      },
    ],
    quickActionList: { quickActionListItems: [{ quickActionName: "Case.Plan_Visit", type: "Create" }] },
  });
  expect((await get("/sobjects/Case/describe/layouts/012000000000000AAA")).body).toEqual(layout);
});

test("without a deployed layout, the standard one holds the fields that the caller may read", async () => {
  const [layout] = (await tom.sobject("Account").layouts()).layouts;
  expect(layout!.detailLayoutSections.map(({ heading }) => heading)).toEqual([
    "Account Information",
    "Description Information",
    "System Information",
  ]);
  expect(layout!.editLayoutSections.map(({ heading }) => heading)).not.toContain("System Information");
  const [visit] = (await tom.sobject("Visit__c").layouts()).layouts;
  expect(JSON.stringify(visit)).not.toContain("Case__c");
  expect(visit!.id).toMatch(/^00h.{15}$/);
});

test("an object with several record types wants to be asked for one", async () => {
  const { org } = world;
  const contact = org.schema.object("Contact")!;
  const type = (developerName: string, n: number) => ({
    id: `01200000000000${n}AAA`,
    developerName,
    label: developerName,
    active: true,
    picklists: new Map(),
  });
  org.schema.putObject({ ...contact, recordTypes: [type("Buyer", 1), type("User", 2)] });
  expect((await get("/sobjects/Contact/describe/layouts")).body).toMatchObject({
    layouts: null,
    recordTypeSelectorRequired: [true],
    recordTypeMappings: [{ developerName: "Buyer" }, { developerName: "User" }, { developerName: "Master" }],
  });
  expect((await get("/sobjects/Contact/describe/layouts/012000000000001AAA")).body).toMatchObject({
    detailLayoutSections: [{ heading: "Contact Information" }, {}],
  });
});

test("actions of an object come with the global ones", async () => {
  const urls = (base: string) => ({
    defaultValues: `${base}/defaultValues`,
    defaultValuesTemplate: `${base}/defaultValues/{ID}`,
    describe: `${base}/describe`,
    quickAction: base,
  });
  const global = {
    actionEnumOrId: expect.stringMatching(/^09D/),
    label: "New Case",
    name: "New_Case",
    type: "Create",
    urls: urls("/services/data/v66.0/quickActions/New_Case"),
  };
  expect(await tom.quickActions()).toEqual([global]);
  expect(await tom.sobject("Account").quickActions()).toEqual([global]);
  expect(await tom.sobject("Case").quickActions()).toEqual([
    {
      ...global,
      label: "Plan Visit",
      name: "Case.Plan_Visit",
      urls: urls("/services/data/v66.0/sobjects/Case/quickActions/Plan_Visit"),
    },
    global,
  ]);
  expect((await get("/sobjects/Global/describe/layouts")).body).toMatchObject({
    layouts: [{ quickActionList: { quickActionListItems: [{ quickActionName: "New_Case" }] } }],
  });
});

test("an action describes what it asks for", async () => {
  const described = await tom.sobject("Case").quickAction("Plan_Visit").describe();
  expect(described).toMatchObject({
    contextSobjectType: "Case",
    targetSobjectType: "Visit__c",
    targetParentField: "Case__c",
    defaultValues: [{ field: "Name", defaultValue: "First visit" }],
    layout: {
      columns: 2,
      rows: 1,
      tabOrder: "LeftToRight",
      layoutRows: [
        {
          layoutItems: [
            { label: "Visit Name", required: true, layoutComponents: [{ value: "Name" }] },
            { placeholder: true },
          ],
        },
      ],
    },
  });
  expect(await tom.quickAction("New_Case").describe()).toMatchObject({
    contextSobjectType: null,
    targetSobjectType: "Case",
    layout: { layoutRows: [{ layoutItems: [{ label: "Subject" }, {}] }] },
  });
  expect((await get("/sobjects/Case/quickActions/Plan_Visit")).body).toMatchObject({
    name: "Case.Plan_Visit",
  });
  // who may not create a case is offered no action that does
  expect((await get("/quickActions", "sync")).body).toEqual([]);
});

test.each([
  "/sobjects/Nothing__c/describe/layouts",
  "/sobjects/Case/describe/layouts/012000000000009AAA",
  "/sobjects/User/describe/layouts",
  "/sobjects/Nothing__c/listviews",
  "/sobjects/Case/listviews/00B000000000000",
  "/sobjects/Case/listviews/00B000000000000/results",
  "/sobjects/Case/listviews/Nothing/describe",
  "/sobjects/Nothing__c/quickActions",
  "/sobjects/Case/quickActions/Nothing",
  "/sobjects/Account/quickActions/Plan_Visit/describe",
  "/quickActions/Plan_Visit",
])("%s is not there", async (path) => {
  expect(await get(path)).toMatchObject({
    status: 404,
    body: [{ errorCode: "NOT_FOUND", message: "The requested resource does not exist" }],
  });
});
