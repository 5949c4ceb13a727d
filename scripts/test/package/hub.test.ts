// The hub's own package: its words, its rights and what it may spend. It stands on the clients' package.
import { globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { expect, test } from "@jest/globals";
import { project, root } from "./folders.ts";

const home = join(root, "hub-app/main/default");
const read = (file: string) => readFileSync(join(home, file), "utf8");
const values = (xml: string, tag: string) =>
  [...xml.matchAll(new RegExp(`<${tag}>([\\s\\S]*?)</${tag}>`, "g"))].map(([, value]) => value!);
const customFields = globSync("objects/*/fields/*__c.field-meta.xml", { cwd: home }).sort();
const objects = globSync("objects/*", { cwd: home }).map((folder) => basename(folder));

test("the hub takes fewer than ten objects, and no Apex", () => {
  expect(objects.length).toBeLessThan(10);
  expect(globSync("{classes,triggers,aura,pages}/**", { cwd: home })).toEqual([]);
});

test("only commands spend events: the copies that the service writes never do", () => {
  const members = globSync("platformEventChannelMembers/*", { cwd: home });
  expect(members.map((file) => values(read(file), "selectedEntity"))).toEqual([["Hub_Command__ChangeEvent"]]);
});

test("every field has help, and both in Spanish too", () => {
  expect(customFields.length).toBeGreaterThan(60);
  for (const file of customFields) {
    const [, object, , name] = file.split("/");
    expect([file, values(read(file), "inlineHelpText").length]).toEqual([file, 1]);
    for (const language of ["es", "es_MX"]) {
      const translation = read(
        `objectTranslations/${object}-${language}/${name!.replace(".field-meta.xml", "")}.fieldTranslation-meta.xml`,
      );
      expect([name, values(translation, "help").length, values(translation, "label").length]).toEqual([
        name,
        1,
        1,
      ]);
    }
  }
});

test("objects, tabs and the app have Spanish names", () => {
  for (const language of ["es", "es_MX"]) {
    for (const object of objects) {
      const folder = `${object}-${language}`;
      const translation = read(`objectTranslations/${folder}/${folder}.objectTranslation-meta.xml`);
      expect([object, values(translation, "plural").sort()]).toEqual([object, ["false", "true"]]);
    }
    const words = read(`translations/${language}.translation-meta.xml`);
    for (const [kind, folder] of [
      ["customApplications", "applications"],
      ["customTabs", "tabs"],
    ] as const)
      for (const file of globSync(`${folder}/*`, { cwd: home })) {
        if (!read(file).includes("<label>")) continue;
        const name = basename(file).split(".")[0]!;
        const said = new RegExp(`<${kind}>\\s*<label>[^<]+</label>\\s*<name>${name}</name>`).test(words);
        expect([kind, name, said]).toEqual([kind, name, true]);
      }
  }
});

test("components use every label, each has both translations, and Rioplatense speaks with vos", () => {
  const english = values(read("labels/CustomLabels.labels-meta.xml"), "fullName").sort();
  const used = globSync("lwc/*/*.ts", { cwd: home }).flatMap((file) =>
    [...read(file).matchAll(/@salesforce\/label\/c\.(Hub_\w+)/g)].map(([, name]) => name!),
  );
  expect([...new Set(used)].sort()).toEqual(english);
  const labelsOf = (language: string) =>
    values(read(`translations/${language}.translation-meta.xml`), "customLabels");
  for (const language of ["es", "es_MX"])
    expect(
      labelsOf(language)
        .map((one) => values(one, "name")[0])
        .sort(),
    ).toEqual(english);
  const vos = /\b(elegí|podés|tenés|probá|mirá|pediste|acá)\b/i;
  expect(labelsOf("es").join(" ")).not.toMatch(/\b(puedes|tienes|aquí|usted)\b/i);
  expect(labelsOf("es_MX").filter((one) => vos.test(one.replace("pediste", "")))).toEqual([]);
});

const rights = (set: string, object: string) => {
  const one = values(read(`permissionsets/${set}.permissionset-meta.xml`), "objectPermissions").find(
    (inner) => values(inner, "object")[0] === object,
  );
  return ["allowRead", "allowCreate", "allowEdit", "allowDelete", "modifyAllRecords"].filter(
    (right) => one !== undefined && values(one, right)[0] === "true",
  );
};
const editable = (set: string) =>
  values(read(`permissionsets/${set}.permissionset-meta.xml`), "fieldPermissions")
    .filter((inner) => values(inner, "editable")[0] === "true")
    .map((inner) => values(inner, "field")[0]!);

test("consultants give commands and write notes, and change nothing else", () => {
  expect(rights("Hub_Consultant", "Hub_Command__c")).toEqual(["allowRead", "allowCreate"]);
  expect(rights("Hub_Consultant", "Hub_Note__c")).toEqual(["allowRead", "allowCreate"]);
  for (const object of ["Client_Org__c", "Client_Case__c", "Client_Entry__c", "Hub_Answer__c"])
    expect([object, rights("Hub_Consultant", object)]).toEqual([object, ["allowRead"]]);
  for (const field of editable("Hub_Consultant")) expect(field).toMatch(/^Hub_(Command|Note)__c\./);
});

test("the service alone writes copies and answers, and no command", () => {
  for (const set of ["Hub_Admin", "Hub_All_Clients", "Hub_Consultant"])
    for (const object of ["Client_Case__c", "Client_Entry__c", "Hub_Answer__c"])
      expect([set, object, rights(set, object).filter((right) => right !== "allowRead")]).toEqual([
        set,
        object,
        [],
      ]);
  expect(rights("Hub_Service", "Hub_Command__c")).not.toContain("allowCreate");
  for (const field of editable("Hub_Service")) expect(field).not.toMatch(/^Hub_(Command|Note)__c\./);
  const written = customFields
    .map((file) => [file.split("/")[1], basename(file).replace(".field-meta.xml", "")].join("."))
    .filter((field) => !/^Hub_(Command|Note)__c\./.test(field))
    // a master needs no right of its own
    .filter((field) => !["Client_Entry__c.Client_Case__c", "Hub_Answer__c.Command__c"].includes(field));
  expect(editable("Hub_Service").sort()).toEqual(written.sort());
});

test("the dashboard shows reports of this package, and each report groups by client", () => {
  const reports = globSync("reports/Hub/*", { cwd: home }).map((file) => basename(file).split(".")[0]!);
  const [dashboard] = globSync("dashboards/Hub/*", { cwd: home });
  for (const name of values(read(dashboard!), "report")) expect(reports).toContain(name.replace("Hub/", ""));
  for (const name of reports)
    expect([name, values(read(`reports/Hub/${name}.report-meta.xml`), "groupingsDown")[0]]).toEqual([
      name,
      expect.stringContaining("Client_Org__c"),
    ]);
});

test("the hub's project has the version and the API version of the clients' package", () => {
  const hub = JSON.parse(readFileSync(join(root, "hub-app/sfdx-project.json"), "utf8")) as typeof project;
  const [main] = project.packageDirectories;
  expect(hub.packageDirectories[0]).toMatchObject({
    versionNumber: main!.versionNumber,
    dependencies: [{ package: main!.package }],
  });
  expect(hub.sourceApiVersion).toBe(project.sourceApiVersion);
});
