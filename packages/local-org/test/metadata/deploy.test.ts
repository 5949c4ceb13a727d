import { afterAll, beforeEach, describe, expect, test, jest } from "@jest/globals";
import { stopCompiler } from "../../src/metadata/index.ts";
import { bytes, text, writeZip } from "../../src/metadata/package/zip.ts";
import { collect } from "../../src/metadata/retrieve/collect.ts";
import { describeTypes, listMetadata } from "../../src/metadata/retrieve/list.ts";
import type { Caller, Org } from "../../src/index.ts";
import { deploy, freshOrg, problems } from "./orgs.ts";
import { zipOf } from "./source.ts";

// the first deploy loads a converter and a compiler
jest.setTimeout(60_000);
afterAll(stopCompiler);

const xml = (type: string, body: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<${type} xmlns="http://soap.sforce.com/2006/04/metadata">${body}</${type}>\n`;
const thing = {
  "objects/Thing__c/Thing__c.object-meta.xml": xml(
    "CustomObject",
    "<deploymentStatus>Deployed</deploymentStatus><enableHistory>true</enableHistory><label>Thing</label><nameField><displayFormat>T-{0000}</displayFormat><label>Thing No</label><type>AutoNumber</type></nameField><pluralLabel>Things</pluralLabel><sharingModel>Private</sharingModel>",
  ),
  "objects/Thing__c/fields/Kind__c.field-meta.xml": xml(
    "CustomField",
    "<fullName>Kind__c</fullName><label>Kind</label><required>true</required><type>Picklist</type><valueSet><restricted>true</restricted><valueSetDefinition><sorted>false</sorted><value><fullName>A</fullName><default>true</default><label>Ä</label></value><value><fullName>B</fullName><default>false</default><label>B</label></value></valueSetDefinition></valueSet>",
  ),
  "objects/Thing__c/fields/Score__c.field-meta.xml": xml(
    "CustomField",
    "<fullName>Score__c</fullName><label>Score</label><precision>5</precision><scale>0</scale><type>Number</type>",
  ),
  "objects/Thing__c/validationRules/Positive.validationRule-meta.xml": xml(
    "ValidationRule",
    "<fullName>Positive</fullName><active>true</active><errorConditionFormula>Score__c &lt; 0</errorConditionFormula><errorDisplayField>Score__c</errorDisplayField><errorMessage>Only upwards.</errorMessage>",
  ),
};
const permissions = {
  "permissionsets/Thing_Users.permissionset-meta.xml": xml(
    "PermissionSet",
    "<customPermissions><enabled>true</enabled><name>May_Do</name></customPermissions><fieldPermissions><editable>false</editable><field>Thing__c.Score__c</field><readable>true</readable></fieldPermissions><label>Thing Users</label><objectPermissions><allowCreate>true</allowCreate><allowDelete>false</allowDelete><allowEdit>true</allowEdit><allowRead>true</allowRead><modifyAllRecords>false</modifyAllRecords><object>Thing__c</object><viewAllRecords>false</viewAllRecords></objectPermissions><userPermissions><enabled>true</enabled><name>ApiEnabled</name></userPermissions>",
  ),
  "customPermissions/May_Do.customPermission-meta.xml": xml(
    "CustomPermission",
    "<isLicensed>false</isLicensed><label>May do</label>",
  ),
};
const card = {
  "lwc/card/card.js":
    "import { LightningElement, api } from 'lwc';\nimport SUBJECT from '@salesforce/schema/Case.Subject';\nexport default class Card extends LightningElement { @api title; f = SUBJECT; }\n",
  "lwc/card/card.html": "<template><p>{title}</p></template>\n",
  "lwc/card/card.js-meta.xml": xml(
    "LightningComponentBundle",
    "<apiVersion>66.0</apiVersion><isExposed>false</isExposed>",
  ),
};
const manifest = (types: Record<string, string[]>): string =>
  xml(
    "Package",
    Object.entries(types)
      .map(
        ([name, members]) =>
          `<types>${members.map((member) => `<members>${member}</members>`).join("")}<name>${name}</name></types>`,
      )
      .join("") + "<version>66.0</version>",
  );

let org: Org;
let system: Caller;
beforeEach(() => {
  org = freshOrg();
  system = { userId: [...org.rows("User")][0]?.Id ?? "", api: "test", system: true };
});

describe("what a deploy changes", () => {
  test("an object works at once: auto-number, defaults, restricted picklist, validation rule", async () => {
    expect(problems(await deploy(org, await zipOf(thing)))).toBe("");
    const [good] = org.execute(system, [{ op: "insert", object: "Thing__c", fields: { Score__c: 1 } }]);
    expect(good).toMatchObject({ success: true });
    const row = org.row("Thing__c", good?.id ?? "");
    expect(row).toMatchObject({ Name: expect.stringMatching(/^T-\d{4}$/), Kind__c: "A", Score__c: 1 });
    const [refused] = org.execute({ ...system, system: false }, [
      { op: "insert", object: "Thing__c", fields: { Score__c: -1 } },
    ]);
    expect(refused).toMatchObject({ success: false });
    const [ruled] = org.execute(system, [
      { op: "update", object: "Thing__c", id: good?.id ?? "", fields: { Score__c: -1 } },
    ]);
    expect(ruled).toMatchObject({
      success: false,
      errors: [{ message: "Only upwards.", fields: ["Score__c"] }],
    });
  });

  test("a permission set gives its holder what it says, and no more after it was narrowed", async () => {
    expect(problems(await deploy(org, await zipOf({ ...thing, ...permissions })))).toBe("");
    const set = [...org.rows("PermissionSet")].find((row) => row.Name === "Thing_Users");
    const profile = [...org.rows("Profile")].find((row) => row.Name === "Minimum Access - Salesforce");
    const [user] = org.execute(system, [
      {
        op: "insert",
        object: "User",
        fields: {
          Username: "u@dev.example",
          LastName: "User",
          Email: "u@dev.example",
          Alias: "u",
          ProfileId: profile?.Id,
          TimeZoneSidKey: "UTC",
          LocaleSidKey: "en_US",
          LanguageLocaleKey: "en_US",
          EmailEncodingKey: "UTF-8",
        },
      },
    ]);
    expect(user).toMatchObject({ success: true });
    const userId = user?.id ?? "";
    expect(org.access.object(userId, "Thing__c").read).toBe(false);
    org.execute(system, [
      {
        op: "insert",
        object: "PermissionSetAssignment",
        fields: { AssigneeId: userId, PermissionSetId: set?.Id },
      },
    ]);
    expect(org.access.object(userId, "Thing__c")).toMatchObject({
      read: true,
      create: true,
      edit: true,
      delete: false,
      viewAll: false,
    });
    expect(org.access.field(userId, "Thing__c", "Score__c")).toEqual({ read: true, edit: false });
    expect(org.access.customPermission(userId, "May_Do")).toBe(true);
    expect(org.access.userPermission(userId, "ApiEnabled")).toBe(true);

    const narrowed = {
      ...permissions,
      "permissionsets/Thing_Users.permissionset-meta.xml": xml("PermissionSet", "<label>Thing Users</label>"),
    };
    expect(problems(await deploy(org, await zipOf(narrowed)))).toBe("");
    expect(org.access.object(userId, "Thing__c").read).toBe(false);
    expect(org.access.customPermission(userId, "May_Do")).toBe(false);
    expect(org.access.userPermission(userId, "ApiEnabled")).toBe(false);
  });

  describe("a profile", () => {
    const userWith = (profile: string): string => {
      const found = [...org.rows("Profile")].find((row) => row.Name === profile);
      const [user] = org.execute(system, [
        {
          op: "insert",
          object: "User",
          fields: {
            Username: `${profile.replace(/\W/g, "")}@dev.example`,
            LastName: "User",
            Email: "u@dev.example",
            Alias: "u",
            ProfileId: found?.Id,
            TimeZoneSidKey: "UTC",
            LocaleSidKey: "en_US",
            LanguageLocaleKey: "en_US",
            EmailEncodingKey: "UTF-8",
          },
        },
      ]);
      expect(user).toMatchObject({ success: true });
      return user!.id!;
    };
    const objectPermissions = (object: string, may: boolean) =>
      `<objectPermissions>${["allowCreate", "allowDelete", "allowEdit", "allowRead", "modifyAllRecords"]
        .map((name) => `<${name}>${may && name !== "modifyAllRecords"}</${name}>`)
        .join("")}<object>${object}</object><viewAllRecords>false</viewAllRecords></objectPermissions>`;
    const field = (name: string, may: boolean) =>
      `<fieldPermissions><editable>${may}</editable><field>${name}</field><readable>${may}</readable></fieldPermissions>`;

    test("decides of what it names, a standard field and object too, and keeps what it does not name", async () => {
      const userId = userWith("Standard User");
      expect(org.access.object(userId, "Lead").read).toBe(true);
      const profile = (body: string) => ({ "profiles/Standard.profile-meta.xml": xml("Profile", body) });
      const custom = "<custom>false</custom>";
      const first = `${custom}<customPermissions><enabled>true</enabled><name>May_Do</name></customPermissions>${field("Case.Origin", false)}${field("Thing__c.Score__c", true)}${objectPermissions("Lead", false)}${objectPermissions("Thing__c", true)}`;
      expect(problems(await deploy(org, await zipOf({ ...thing, ...permissions, ...profile(first) })))).toBe(
        "",
      );
      expect(org.access.object(userId, "Lead").read).toBe(false);
      expect(org.access.object(userId, "Case")).toMatchObject({ read: true, edit: true });
      expect(org.access.field(userId, "Case", "Origin").read).toBe(false);
      expect(org.access.field(userId, "Case", "Subject").read).toBe(true);
      expect(org.access.field(userId, "Thing__c", "Score__c")).toEqual({ read: true, edit: true });
      expect(org.access.customPermission(userId, "May_Do")).toBe(true);
      expect(org.access.userPermission(userId, "ViewAllData")).toBe(false);

      const second = `${custom}<customPermissions><enabled>false</enabled><name>May_Do</name></customPermissions><userPermissions><enabled>true</enabled><name>ViewAllData</name></userPermissions>`;
      expect(problems(await deploy(org, await zipOf(profile(second))))).toBe("");
      expect(org.access.customPermission(userId, "May_Do")).toBe(false);
      expect(org.access.userPermission(userId, "ViewAllData")).toBe(true);
      expect(org.access.field(userId, "Thing__c", "Score__c")).toEqual({ read: true, edit: true });
    });

    test("that is new begins with nothing, and users may be given it", async () => {
      const files = {
        ...thing,
        "profiles/Desk.profile-meta.xml": xml(
          "Profile",
          `<custom>true</custom>${field("Thing__c.Score__c", true)}${objectPermissions("Thing__c", true)}<userLicense>Salesforce</userLicense>`,
        ),
      };
      expect(problems(await deploy(org, await zipOf(files)))).toBe("");
      const userId = userWith("Desk");
      expect(org.access.object(userId, "Thing__c").edit).toBe(true);
      expect(org.access.object(userId, "Case").read).toBe(false);
    });
  });

  test("a component is kept with what it compiled to", async () => {
    expect(problems(await deploy(org, await zipOf(card)))).toBe("");
    const kept = org.components.get("LightningComponentBundle", "card");
    expect(text(kept?.files.get("compiled/card.js") ?? new Uint8Array())).toContain(
      "define('c/card', ['lwc', '@salesforce/schema/Case.Subject']",
    );
  });

  test("a validation changes nothing", async () => {
    expect(problems(await deploy(org, await zipOf(thing), true))).toBe("");
    expect(org.schema.object("Thing__c")).toBeUndefined();
    expect(org.components.list()).toEqual([]);
  });

  test("one bad component holds everything back", async () => {
    const outcome = await deploy(
      org,
      await zipOf({
        ...thing,
        ...permissions,
        "tabs/Ghost__c.tab-meta.xml": xml(
          "CustomTab",
          "<customObject>true</customObject><motif>Custom39: Telescope</motif>",
        ),
      }),
    );
    expect(outcome.success).toBe(false);
    expect(outcome.failures).toMatchObject([
      { componentType: "CustomTab", fullName: "Ghost__c", fileName: "tabs/Ghost__c.tab", lineNumber: 2 },
    ]);
    expect(org.schema.object("Thing__c")).toBeUndefined();
  });
});

describe("packages that are wrong as packages", () => {
  const zip = (files: Record<string, string>): Uint8Array =>
    writeZip(new Map(Object.entries(files).map(([path, content]) => [path, bytes(content)])));

  test("no package.xml", async () => {
    expect(problems(await deploy(org, zip({ "labels/CustomLabels.labels": xml("CustomLabels", "") })))).toBe(
      "No package.xml found",
    );
  });
  test("not a zip", async () => {
    expect(problems(await deploy(org, bytes("hello")))).toContain("could not be read");
  });
  test("an unknown type", async () => {
    expect(problems(await deploy(org, zip({ "package.xml": manifest({ Nonsense: ["*"] }) })))).toBe(
      "Unknown type name 'Nonsense' specified in package.xml",
    );
  });
  test("a name without a file", async () => {
    expect(problems(await deploy(org, zip({ "package.xml": manifest({ CustomTab: ["Ghost"] }) })))).toBe(
      "An object 'Ghost' of type CustomTab was named in package.xml, but was not found in zipped directory",
    );
  });
  test("a tag left open names its line", async () => {
    const outcome = await deploy(
      org,
      zip({
        "package.xml": manifest({ CustomTab: ["T"] }),
        "tabs/T.tab":
          '<?xml version="1.0"?>\n<CustomTab xmlns="http://soap.sforce.com/2006/04/metadata">\n<label>T</CustomTab>',
      }),
    );
    expect(outcome.failures).toMatchObject([
      { fullName: "T", lineNumber: 3, problem: expect.stringContaining("Error parsing file:") },
    ]);
  });
});

describe("removing", () => {
  const removal = (types: Record<string, string[]>): Uint8Array =>
    writeZip(
      new Map([
        ["package.xml", bytes(manifest({}))],
        ["destructiveChangesPost.xml", bytes(manifest(types))],
      ]),
    );

  test("what nobody uses goes, children and translations with it", async () => {
    const translated = {
      "objectTranslations/Thing__c-es/Thing__c-es.objectTranslation-meta.xml": xml(
        "CustomObjectTranslation",
        "<caseValues><plural>false</plural><value>Cosa</value></caseValues>",
      ),
    };
    expect(problems(await deploy(org, await zipOf({ ...thing, ...translated })))).toBe("");
    expect(org.components.get("CustomObjectTranslation", "Thing__c-es")).toBeDefined();
    const outcome = await deploy(org, removal({ CustomObject: ["Thing__c"] }));
    expect(problems(outcome)).toBe("");
    expect(outcome.successes).toContainEqual(
      expect.objectContaining({ fullName: "Thing__c", deleted: true }),
    );
    expect(org.schema.object("Thing__c")).toBeUndefined();
    expect(org.components.list()).toEqual([]);
  });
  test("a component in use stays", async () => {
    await deploy(org, await zipOf(thing));
    const outcome = await deploy(org, removal({ CustomField: ["Thing__c.Score__c"] }));
    expect(problems(outcome)).toContain("is referenced elsewhere in salesforce.com");
    expect(problems(outcome)).toContain("Thing__c.Positive");
    expect(org.schema.object("Thing__c")?.fields.has("Score__c")).toBe(true);
  });
  test("a missing component is a warning", async () => {
    const outcome = await deploy(org, removal({ CustomTab: ["Ghost"] }));
    expect(outcome.success).toBe(true);
    expect(outcome.successes).toContainEqual(
      expect.objectContaining({ problem: "No CustomTab named: Ghost found", problemType: "Warning" }),
    );
  });
  test.each([
    ["CustomField", "Case.Status"],
    ["CustomField", "Account.Name"],
    ["CustomField", "Thing__c.OwnerId"],
    ["CustomObject", "Case"],
    ["CustomObject", "Lead"],
    ["CustomObjectTranslation", "Case-es"],
    ["CustomObjectTranslation", "Thing__c-es"],
    ["CustomApplication", "standard__Sales"],
    ["CustomTab", "standard-Case"],
    ["Profile", "Admin"],
    ["SharingRules", "Case"],
    ["StandardValueSet", "CaseStatus"],
  ])("%s %s is standard and stays, with all else that was to go", async (type, name) => {
    await deploy(org, await zipOf(thing));
    const outcome = await deploy(org, removal({ [type]: [name], ValidationRule: ["Thing__c.Positive"] }));
    expect(problems(outcome)).toBe(`The ${type} called '${name}' is standard and cannot be deleted`);
    expect(org.components.get("ValidationRule", "Thing__c.Positive")).toBeDefined();
    expect(org.schema.object("Case")?.fields.has("Status")).toBe(true);
  });
  test("a record type stays: the API does not delete it", async () => {
    expect(problems(await deploy(org, removal({ RecordType: ["Case.Help"] })))).toBe(
      "Cannot delete record type through API",
    );
  });
});

describe("what comes back", () => {
  test("a retrieved package deploys again into another org and is the same there", async () => {
    const files = { ...thing, ...permissions, ...card };
    await deploy(org, await zipOf(files));
    const types = new Map(
      ["CustomObject", "PermissionSet", "CustomPermission", "LightningComponentBundle"].map(
        (type): [string, Set<string>] => [type, new Set(["*"])],
      ),
    );
    const first = collect(org, { types }, "66.0");
    expect([...first.files.keys()].sort()).toEqual([
      "unpackaged/customPermissions/May_Do.customPermission",
      "unpackaged/lwc/card/card.html",
      "unpackaged/lwc/card/card.js",
      "unpackaged/lwc/card/card.js-meta.xml",
      "unpackaged/objects/Thing__c.object",
      "unpackaged/package.xml",
      "unpackaged/permissionsets/Thing_Users.permissionset",
    ]);
    const other = freshOrg();
    expect(problems(await deploy(other, writeZip(first.files)))).toBe("");
    const second = collect(other, { types }, "66.0");
    const plain = (files: Map<string, Uint8Array>): [string, string][] =>
      [...files].map(([path, content]) => [path, text(content)]);
    expect(plain(second.files)).toEqual(plain(first.files));
    await other.close();
  });
  test("lists and describes", async () => {
    await deploy(org, await zipOf(thing));
    expect(
      listMetadata(org, [{ type: "CustomField" }])
        .map((one) => one.fullName)
        .sort(),
    ).toEqual(["Thing__c.Kind__c", "Thing__c.Score__c"]);
    expect(listMetadata(org, [{ type: "CustomObject" }]).map((one) => one.fullName)).toEqual(
      expect.arrayContaining(["Thing__c", "Case"]),
    );
    expect(describeTypes()).toContainEqual(
      expect.objectContaining({
        xmlName: "CustomObject",
        suffix: "object",
        directoryName: "objects",
        childXmlNames: expect.arrayContaining(["CustomField", "ListView"]),
      }),
    );
    expect(() => listMetadata(org, [{ type: "Nonsense" }])).toThrow("INVALID_TYPE");
  });
  test("a component that is stored but not run says so", async () => {
    const outcome = await deploy(
      org,
      await zipOf({
        "flows/F.flow-meta.xml": xml(
          "Flow",
          "<apiVersion>62.0</apiVersion><label>F</label><processType>AutoLaunchedFlow</processType><status>Draft</status>",
        ),
      }),
    );
    expect(outcome.successes).toContainEqual(
      expect.objectContaining({
        fullName: "F",
        problem: "Flows are stored but not executed by the local org",
      }),
    );
  });
});
