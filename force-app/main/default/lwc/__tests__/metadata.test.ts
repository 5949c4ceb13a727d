import { globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { CASE_FIELD_TABLE, CASE_SUPPORT_FIELDS, caseFieldsThat } from "c/supportFields";
import catalogue from "../../../../../config/support-plans.json";

const home = join(__dirname, "../..");
const read = (file: string) => readFileSync(join(home, file), "utf8");
const values = (xml: string, tag: string) =>
  [...xml.matchAll(new RegExp(`<${tag}>(.*?)</${tag}>`, "g"))].map(([, v]) => v!);
const customFields = globSync("objects/*/fields/*__c.field-meta.xml", { cwd: home });
const codes = (file: string) => values(read(file).split("<valueSet>")[1]!, "fullName");

test("every custom field has help, and both in Spanish too", () => {
  expect(customFields.length).toBeGreaterThan(30);
  for (const file of customFields) {
    expect([file, values(read(file), "inlineHelpText").length]).toEqual([file, 1]);
    const [, object] = file.split("/");
    const name = basename(file).replace(".field-meta.xml", "");
    for (const language of ["es", "es_MX"]) {
      const translation = read(`objectTranslations/${object}-${language}/${name}.fieldTranslation-meta.xml`);
      expect([name, values(translation, "help").length, values(translation, "label").length]).toEqual([
        name,
        1,
        1,
      ]);
      if (!read(file).includes("<valueSet>")) continue;
      const labels = values(read(file).split("<valueSet>")[1]!, "label");
      expect([name, values(translation, "masterLabel")]).toEqual([name, labels]);
    }
  }
});

test("lookups' lists, objects, apps and tabs have Spanish names too", () => {
  const lookups = customFields.filter((file) => read(file).includes("<relationshipLabel>"));
  const objects = globSync("objects/*__c/*.object-meta.xml", { cwd: home }).map(
    (file) => file.split("/")[1]!,
  );
  const named = (kind: string, folder: string) =>
    globSync(`${folder}/*`, { cwd: home })
      .filter((file) => read(file).includes("<label>"))
      .map((file) => [kind, basename(file).split(".")[0]!] as const);
  expect(lookups).toHaveLength(3);
  for (const language of ["es", "es_MX"]) {
    for (const file of lookups) {
      const [, object, , name] = file.split("/");
      const translation = read(
        `objectTranslations/${object}-${language}/${name!.split(".")[0]}.fieldTranslation-meta.xml`,
      );
      expect([name, values(translation, "relationshipLabel").length]).toEqual([name, 1]);
    }
    for (const object of objects) {
      const folder = `${object}-${language}`;
      const translation = read(`objectTranslations/${folder}/${folder}.objectTranslation-meta.xml`);
      expect([object, values(translation, "plural").sort()]).toEqual([object, ["false", "true"]]);
      expect([object, values(translation, "nameFieldLabel").length]).toEqual([object, 1]);
    }
    const words = read(`translations/${language}.translation-meta.xml`);
    for (const [kind, name] of [
      ...named("customApplications", "applications"),
      ...named("customTabs", "tabs"),
    ])
      expect([
        kind,
        name,
        new RegExp(`<${kind}>\\s*<label>[^<]+</label>\\s*<name>${name}</name>`).test(words),
      ]).toEqual([kind, name, true]);
  }
});

/** What lives in the client's org: names are final, since clients build list views and reports on them. */
const contract: Record<string, [type: string, size?: number | undefined, restricted?: boolean]> = {
  "Support_Contract__c.Plan__c": ["Picklist", undefined, false],
  "Support_Contract__c.Status__c": ["Picklist", undefined, true],
  "Support_Contract__c.Starts_On__c": ["Date"],
  "Support_Contract__c.Ends_On__c": ["Date"],
  "Support_Contract__c.Time_Zone__c": ["Text", 64],
  "Support_Contract__c.Holiday_Calendar__c": ["Text", 16],
  "Support_Contract__c.Policy__c": ["LongTextArea", 131_072],
  "Support_Contract__c.Policy_Version__c": ["Text", 40],
  "Support_Contract__c.Synced_At__c": ["DateTime"],
  "Support_Contract__c.Hub_Org_Id__c": ["Text", 18],
  "Support_Contract__c.Hub_Epoch__c": ["Number"],
  "Support_Delivery__c.Key__c": ["Text", 255],
  "Support_Delivery__c.Entry_Id__c": ["Text", 18],
  "Case.Support_Contract__c": ["Lookup"],
  "Case.Support_Priority__c": ["Picklist", undefined, true],
  "Case.Support_Channel__c": ["Picklist", undefined, true],
  "Case.Service_Category__c": ["Picklist", undefined, false],
  "Case.Support_Intake_Key__c": ["Text", 255],
  "Case.SLA_Acknowledged_By__c": ["Lookup"],
  "Case.SLA_Acknowledged_By_Name__c": ["Text", 255],
  "Case.SLA_Acknowledged_At__c": ["DateTime"],
  "Case.SLA_Started_At__c": ["DateTime"],
  "Case.SLA_Ack_Due_At__c": ["DateTime"],
  "Case.SLA_Status__c": ["Picklist", undefined, false],
  "Case.SLA_Target_Minutes__c": ["Number"],
  "Case.SLA_Elapsed_Minutes__c": ["Number"],
  "Case.SLA_Cycle__c": ["Number"],
  "Case.SLA_Last_Step__c": ["Text", 40],
  "Case.SLA_Explanation__c": ["LongTextArea", 32_768],
  "Case.SLA_Needs_Quote__c": ["Checkbox"],
  "Case.SLA_Channel_Not_Covered__c": ["Checkbox"],
  "Case.SLA_Not_Covered_Reason__c": ["Text", 255],
  "Support_Note__c.Case__c": ["Lookup"],
  "Support_Note__c.Body__c": ["LongTextArea", 32_768],
  "Support_Summary__c.Month__c": ["Date"],
  "Support_Summary__c.Priority__c": ["Picklist", undefined, false],
  "Support_Summary__c.Count__c": ["Number"],
  "Support_Summary__c.Mean_Minutes__c": ["Number"],
  "Support_Summary__c.Median_Minutes__c": ["Number"],
  "Support_Summary__c.P90_Minutes__c": ["Number"],
  "Support_Summary__c.Within_Target__c": ["Percent"],
  "Support_Summary__c.Target_Minutes__c": ["Number"],
  "Support_Summary__c.Budget_Minutes__c": ["Number"],
  "Support_Summary__c.Waiting__c": ["Number"],
  "Support_Summary__c.As_Of__c": ["DateTime"],
};

test("fields have the names, types and sizes that the service and clients rely on", () => {
  const found = Object.fromEntries(
    customFields.map((file) => {
      const xml = read(file);
      const size = values(xml, "length")[0];
      const restricted = values(xml, "restricted")[0];
      return [
        `${file.split("/")[1]}.${values(xml, "fullName")[0]}`,
        [
          values(xml, "type")[0],
          ...(size || restricted ? [size ? Number(size) : undefined] : []),
          ...(restricted ? [restricted === "true"] : []),
        ],
      ];
    }),
  );
  expect(found).toEqual(contract);
});

test("contract and figures are read-only by default, for external users too", () => {
  for (const object of ["Support_Contract__c", "Support_Summary__c"]) {
    const xml = read(`objects/${object}/${object}.object-meta.xml`);
    expect([object, values(xml, "sharingModel"), values(xml, "externalSharingModel")]).toEqual([
      object,
      ["Read"],
      ["Read"],
    ]);
    for (const set of ["Support_Client", "Support_Consultant", "Support_Admin"]) {
      const [permissions] = [
        ...read(`permissionsets/${set}.permissionset-meta.xml`).matchAll(
          /<objectPermissions>([\s\S]*?)<\/objectPermissions>/g,
        ),
      ].filter(([, inner]) => values(inner!, "object")[0] === object);
      expect([
        set,
        ["allowRead", "allowCreate", "allowEdit", "allowDelete", "modifyAllRecords"].map(
          (right) => values(permissions![1]!, right)[0],
        ),
      ]).toEqual([set, ["true", "false", "false", "false", "false"]]);
    }
  }
});

test("internal notes are private, and only consultants may write them, but not change them", () => {
  const xml = read("objects/Support_Note__c/Support_Note__c.object-meta.xml");
  expect([values(xml, "sharingModel"), values(xml, "externalSharingModel")]).toEqual([
    ["Private"],
    ["Private"],
  ]);
  const sets = globSync("{permissionsets,../../experience/permissionsets}/*", { cwd: home });
  expect(sets).toHaveLength(5);
  expect(sets.filter((file) => read(file).includes("Support_Note__c"))).toEqual([
    "permissionsets/Support_Consultant.permissionset-meta.xml",
  ]);
  const [rights] = [
    ...read("permissionsets/Support_Consultant.permissionset-meta.xml").matchAll(
      /<objectPermissions>([\s\S]*?)<\/objectPermissions>/g,
    ),
  ].filter(([, inner]) => values(inner!, "object")[0] === "Support_Note__c");
  const granted = [
    "allowRead",
    "allowCreate",
    "viewAllRecords",
    "allowEdit",
    "allowDelete",
    "modifyAllRecords",
  ];
  expect(granted.filter((right) => values(rights![1]!, right)[0] === "true")).toEqual(granted.slice(0, 3));
});

test("picklists hold the catalogue's codes", () => {
  const field = (name: string) => codes(`objects/Case/fields/${name}.field-meta.xml`);
  expect(field("Support_Priority__c")).toEqual(catalogue.priorities.map(({ code }) => code));
  expect(field("Support_Channel__c")).toEqual(catalogue.channels.map(({ code }) => code));
  expect(field("Service_Category__c")).toEqual(catalogue.categories.map(({ code }) => code));
  expect(codes("objects/Support_Contract__c/fields/Plan__c.field-meta.xml")).toEqual(
    catalogue.plans.map(({ code }) => code),
  );
});

test("picklists and the catalogue say categories and channels in the same words", () => {
  for (const [name, entries] of [
    ["Service_Category__c", catalogue.categories],
    ["Support_Channel__c", catalogue.channels],
  ] as const) {
    const field = read(`objects/Case/fields/${name}.field-meta.xml`).split("<valueSet>")[1]!;
    expect(values(field, "label")).toEqual(entries.map(({ label }) => label.en));
    const spanish = read(`objectTranslations/Case-es/${name}.fieldTranslation-meta.xml`);
    expect(values(spanish, "translation")).toEqual(entries.map(({ label }) => label.es));
  }
});

/** Field → editable, of a permission set. */
const access = (set: string, folder = "permissionsets") =>
  new Map(
    [
      ...read(`${folder}/${set}.permissionset-meta.xml`).matchAll(
        /<fieldPermissions>([\s\S]*?)<\/fieldPermissions>/g,
      ),
    ].map(([, inner]) => [values(inner!, "field")[0]!, values(inner!, "editable")[0] === "true"]),
  );

test("clients write the intake fields, consultants the acknowledgement, and the service the rest", () => {
  const editable = (set: string) =>
    [...access(set)]
      .filter(([, may]) => may)
      .map(([field]) => field)
      .sort();
  expect(editable("Support_Client")).toEqual([
    "Case.Description",
    "Case.Origin",
    "Case.Service_Category__c",
    "Case.Subject",
    "Case.Support_Channel__c",
    "Case.Support_Contract__c",
    "Case.Support_Priority__c",
  ]);
  expect(editable("Support_Consultant")).toEqual([
    "Case.SLA_Acknowledged_By__c",
    "Case.Service_Category__c",
    "Case.Support_Priority__c",
    "Support_Note__c.Body__c",
    "Support_Note__c.Case__c",
  ]);
  const written = customFields
    .map((file) => [file.split("/")[1], basename(file).replace(".field-meta.xml", "")].join("."))
    // a field of Case that people write is named without SLA_
    .filter((field) => !/^Case\.(?!SLA_|Support_Contract__c$)|^Support_Note__c\./.test(field));
  // an escalation step may mark the case as escalated too
  const steps = ["Case.IsEscalated"];
  // a case that it opens for a message needs what a person would enter
  const opens = [
    ...caseFieldsThat(([, writer]) => writer === "opener").map((name) => `Case.${name}`),
    ...["Case.Description", "Case.ParentId"],
  ];
  expect(editable("Support_Sync")).toEqual([...written, ...steps, ...opens].sort());
  const byService = caseFieldsThat(([, writer]) => writer === "service" || writer === "both");
  expect(
    editable("Support_Sync").filter((field) => field.startsWith("Case.") && !opens.includes(field)),
  ).toEqual(byService.map((name) => `Case.${name}`).sort());
});

test("pages and service share one list of Case fields: those of the package, each of its kind", () => {
  const kinds: Record<string, string> = {
    ...{ Text: "text", Picklist: "text", LongTextArea: "longText" },
    ...{ Lookup: "id", DateTime: "instant", Number: "number", Checkbox: "boolean" },
  };
  const inPackage = globSync("objects/Case/fields/*__c.field-meta.xml", { cwd: home }).map((file) => [
    basename(file).replace(".field-meta.xml", ""),
    kinds[values(read(file), "type")[0]!],
  ]);
  const inList = CASE_SUPPORT_FIELDS.map((name) => [
    name,
    CASE_FIELD_TABLE[name][0].replace("minutes", "number").replace("key", "text"),
  ]);
  expect(inList.sort()).toEqual(inPackage.sort());
});

test("everybody who works with cases may read every field of ours on them, portal users too", () => {
  const fields = customFields
    .filter((file) => file.startsWith("objects/Case/"))
    .map((file) => `Case.${basename(file).replace(".field-meta.xml", "")}`)
    .sort();
  for (const [set, folder] of [
    ["Support_Admin"],
    ["Support_Client"],
    ["Support_Consultant"],
    ["Support_Sync"],
    ["Support_Portal_Client", "../../experience/permissionsets"],
  ] as [string, string?][]) {
    const readable = access(set, folder);
    expect([set, fields.filter((field) => !readable.has(field))]).toEqual([set, []]);
  }
});

test("only consultants hold the custom permission", () => {
  const holders = globSync("permissionsets/*", { cwd: home }).filter((file) =>
    read(file).includes("<customPermissions>"),
  );
  expect(holders.map((file) => basename(file).split(".")[0])).toEqual(["Support_Consultant"]);
});

test("pages show no code, because components say it in words", () => {
  const pages = globSync("flexipages/*", { cwd: home }).map((file) => [file, read(file)] as const);
  expect(pages.filter(([, xml]) => xml.includes("Record.SLA_Status__c"))).toHaveLength(2);
  for (const field of ["SLA_Not_Covered_Reason__c", "SLA_Last_Step__c", "SLA_Explanation__c"])
    expect([field, pages.filter(([, xml]) => xml.includes(`Record.${field}`)).map(([file]) => file)]).toEqual(
      [field, []],
    );
});

test("the clients' app opens cases only by our form, so that every case has a contract", () => {
  expect(values(read("applications/Support.app-meta.xml"), "tabs")).toEqual([
    "Support_Home",
    "Support_My_Cases",
  ]);
});

test("case pages have our header, and no instant in the user's own zone beside the contract's", () => {
  for (const page of ["Support_Case_Client", "Support_Case_Console"]) {
    const xml = read(`flexipages/${page}.flexipage-meta.xml`);
    expect([page, values(xml, "componentName").includes("c:caseHeader")]).toEqual([page, true]);
    expect([page, values(xml, "componentName").includes("force:highlightsPanel")]).toEqual([page, false]);
    expect([page, values(xml, "fieldItem").filter((field) => /_At__c|Date$/.test(field))]).toEqual([
      page,
      [],
    ]);
  }
});

test("the package tracks the history of the fields that need it", () => {
  const tracked = globSync("objects/Case/fields/*", { cwd: home }).filter(
    (file) => values(read(file), "trackHistory")[0] === "true",
  );
  expect(tracked.map((file) => basename(file).split(".")[0]).sort()).toEqual([
    "OwnerId",
    "SLA_Acknowledged_By__c",
    "Service_Category__c",
    "Status",
    "Support_Contract__c",
    "Support_Priority__c",
  ]);
  expect(values(read("objects/Case/Case.object-meta.xml"), "enableHistory")).toEqual(["true"]);
});

test("the stream carries only cases that are addressed to the provider", () => {
  const [member] = globSync("platformEventChannelMembers/*", { cwd: home });
  expect(values(read(member!), "filterExpression")).toEqual(["Support_Contract__c != null"]);
  expect(read(member!).match(/<enrichedFields>/g)!.length).toBeLessThanOrEqual(10);
});

test("the package holds no Apex", () => {
  expect(globSync("{classes,triggers,aura,pages}/**", { cwd: home })).toEqual([]);
});
