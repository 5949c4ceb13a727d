import { globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
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

test("picklists hold the catalogue's codes", () => {
  const field = (name: string) => codes(`objects/Case/fields/${name}.field-meta.xml`);
  expect(field("Support_Priority__c")).toEqual(catalogue.priorities.map(({ code }) => code));
  expect(field("Support_Channel__c")).toEqual(catalogue.channels.map(({ code }) => code));
  expect(field("Service_Category__c")).toEqual(catalogue.categories.map(({ code }) => code));
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
const access = (set: string) =>
  new Map(
    [
      ...read(`permissionsets/${set}.permissionset-meta.xml`).matchAll(
        /<fieldPermissions>([\s\S]*?)<\/fieldPermissions>/g,
      ),
    ].map(([, inner]) => [values(inner!, "field")[0]!, values(inner!, "editable")[0] === "true"]),
  );

test("clients write what intake asks and no more, consultants the acknowledgement, the service the rest", () => {
  const editable = (set: string) =>
    [...access(set)]
      .filter(([, may]) => may)
      .map(([field]) => field)
      .sort();
  expect(editable("Support_Client")).toEqual([
    "Case.Service_Category__c",
    "Case.Support_Channel__c",
    "Case.Support_Contract__c",
    "Case.Support_Priority__c",
  ]);
  expect(editable("Support_Consultant")).toEqual([
    "Case.SLA_Acknowledged_By__c",
    "Case.Service_Category__c",
    "Case.Support_Priority__c",
  ]);
  const written = customFields
    .map((file) => [file.split("/")[1], basename(file).replace(".field-meta.xml", "")].join("."))
    .filter((field) => !/Case\.(Support_(Priority|Channel)|Service_Category)__c/.test(field));
  // an escalation step may mark the case as escalated too
  expect(editable("Support_Sync")).toEqual([...written, "Case.IsEscalated"].sort());
});

test("only consultants hold the custom permission", () => {
  const holders = globSync("permissionsets/*", { cwd: home }).filter((file) =>
    read(file).includes("<customPermissions>"),
  );
  expect(holders.map((file) => basename(file).split(".")[0])).toEqual(["Support_Consultant"]);
});

test("history is kept of what only history can witness", () => {
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

test("there is no Apex in it", () => {
  expect(globSync("{classes,triggers,aura,pages}/**", { cwd: home })).toEqual([]);
});
