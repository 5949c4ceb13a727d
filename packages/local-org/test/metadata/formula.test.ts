import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { Model } from "../../src/metadata/deploy/model.ts";
import { formulaProblem } from "../../src/metadata/formula/check.ts";
import { stopCompiler } from "../../src/metadata/index.ts";
import type { Org } from "../../src/index.ts";
import { deploy, freshOrg, problems } from "./orgs.ts";
import { zipOf } from "./source.ts";

const x = (type: string, body: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<${type} xmlns="http://soap.sforce.com/2006/04/metadata">${body}</${type}>\n`;
const f = (name: string, body: string): Record<string, string> => ({
  [`objects/Thing__c/fields/${name}.field-meta.xml`]: x(
    "CustomField",
    `<fullName>${name}</fullName><label>L</label>${body}`,
  ),
});
/** A field of every type. */
const source = {
  "objects/Thing__c/Thing__c.object-meta.xml": x(
    "CustomObject",
    "<deploymentStatus>Deployed</deploymentStatus><label>Thing</label><nameField><label>Thing Name</label><type>Text</type></nameField><pluralLabel>Things</pluralLabel><sharingModel>ReadWrite</sharingModel>",
  ),
  ...f("Note__c", "<length>80</length><type>Text</type>"),
  ...f(
    "Kind__c",
    "<type>Picklist</type><valueSet><valueSetDefinition><sorted>false</sorted><value><fullName>A</fullName><default>false</default><label>A</label></value></valueSetDefinition></valueSet>",
  ),
  ...f(
    "Multi__c",
    "<type>MultiselectPicklist</type><valueSet><valueSetDefinition><sorted>false</sorted><value><fullName>A</fullName><default>false</default><label>A</label></value></valueSetDefinition></valueSet><visibleLines>4</visibleLines>",
  ),
  ...f("Score__c", "<precision>5</precision><scale>0</scale><type>Number</type>"),
  ...f("At__c", "<type>DateTime</type>"),
  ...f("Day__c", "<type>Date</type>"),
  ...f("On__c", "<defaultValue>false</defaultValue><type>Checkbox</type>"),
  ...f(
    "Acc__c",
    "<referenceTo>Account</referenceTo><relationshipLabel>T</relationshipLabel><relationshipName>Things</relationshipName><type>Lookup</type>",
  ),
  ...f(
    "Agent__c",
    "<referenceTo>User</referenceTo><relationshipName>TT</relationshipName><type>Lookup</type>",
  ),
  ...f("Cash__c", "<precision>16</precision><scale>2</scale><type>Currency</type>"),
  ...f("Pct__c", "<precision>5</precision><scale>2</scale><type>Percent</type>"),
  ...f("Long__c", "<length>1000</length><type>LongTextArea</type><visibleLines>3</visibleLines>"),
  ...f("Html__c", "<length>32768</length><type>Html</type><visibleLines>25</visibleLines>"),
  ...f("Mail__c", "<externalId>true</externalId><type>Email</type><unique>true</unique>"),
  ...f("Ph__c", "<type>Phone</type>"),
  ...f("Url__c", "<type>Url</type>"),
  ...f("T__c", "<type>Time</type>"),
  ...f(
    "Loc__c",
    "<displayLocationInDecimal>true</displayLocationInDecimal><scale>6</scale><type>Location</type>",
  ),
  ...f(
    "Ref__c",
    "<displayFormat>R-{0000}</displayFormat><startingNumber>1</startingNumber><type>AutoNumber</type>",
  ),
  ...f("Def__c", '<defaultValue>"abc"</defaultValue><length>80</length><type>Text</type>'),
  ...f("Def2__c", "<defaultValue>NOW() + 1</defaultValue><type>DateTime</type>"),
  ...f(
    "Enc__c",
    "<length>100</length><maskChar>asterisk</maskChar><maskType>all</maskType><type>EncryptedText</type>",
  ),
};

let org: Org;
let model: Model;
beforeAll(async () => {
  org = freshOrg();
  expect(problems(await deploy(org, await zipOf(source)))).toBe("");
  model = new Model(org, []);
});
afterAll(async () => {
  await org.close();
  await stopCompiler();
});

const problem = (formula: string): string | undefined =>
  formulaProblem(formula, "b", { model, object: model.object("Thing__c"), use: "validation" });

describe("a validation rule may say", () => {
  test.each([
    "NOT(ISBLANK(Note__c)) && LEN(Note__c) > 3",
    "ISBLANK(Kind__c)",
    'ISPICKVAL(Acc__r.Industry, "Energy")',
    'INCLUDES(Multi__c, "A")',
    'REGEX(Note__c, "\\\\d+")',
    "NOW() - CreatedDate > 1",
    "Agent__c = $User.Id",
    "OwnerId <> $User.Id",
    'Owner:User.Name = "x"',
    'RecordType.DeveloperName = "X"',
    'CASE(WEEKDAY(Day__c),1,"Sun",7,"Sat","x") = "Sun"',
    "IF(ISBLANK(Day__c), NULL, Day__c + 30) > TODAY()",
    "YEAR(TODAY()) > 2020",
    "LEN(Long__c) > 10",
    "Cash__c * Pct__c > 100",
    'CONTAINS("A:B", Note__c)',
    'TEXT(Kind__c) = "A"',
    'CONTAINS(TEXT(Kind__c), "A")',
    "Score__c = NULL",
    "On__c = TRUE",
    "On__c",
    "!On__c",
    "ISNEW() || ISCHANGED(OwnerId)",
    "HOUR(T__c) > 3",
    "TIMEVALUE(At__c) > TIMENOW()",
    'DISTANCE(Loc__c, GEOLOCATION(1,2), "km") > 3',
    'VLOOKUP($ObjectType.Thing__c.Fields.Name, $ObjectType.Thing__c.Fields.Note__c, "x") = "y"',
    'BEGINS(Mail__c, "a")',
    'Acc__r.Owner.Email = "x"',
    "ISBLANK(Acc__r.ParentId)",
    'Acc__r.Parent.Name = "x"',
    '$Profile.Name = "System Administrator"',
    '$User.ProfileId = "x"',
    '$UserRole.Name = "x"',
    "$System.OriginDateTime < NOW()",
    '$Organization.Name = "x"',
    "PICKLISTCOUNT(Multi__c) > 1",
    'LOWER(Note__c) = "a" /* c */',
    "ADDMONTHS(Day__c, 1) > TODAY()",
    "DATE(2020,1,1) < Day__c",
    'DATETIMEVALUE("2020-01-01 00:00:00") < At__c',
    "MAX(Score__c, 3, 4) > 1",
    "BLANKVALUE(Score__c, 0) > 1",
    "VALUE(Note__c) > 1",
    "ROUND(Score__c / 3, 2) > 1",
    "MOD(Score__c, 2) = 0",
    "-Score__c > 1",
    "Score__c ^ 2 > 1",
    'Note__c & "x" = "ax"',
    "NOT(TRUE)",
    "ISNUMBER(Note__c)",
    'Id = "x"',
    'CASESAFEID(Id) = "x"',
    "ISBLANK(Multi__c)",
    'Ref__c = "R-1"',
    'Name = "x"',
    'CreatedBy.Name = "x"',
    "LastModifiedDate > CreatedDate",
  ])("%s", (formula) => {
    expect(problem(formula)).toBeUndefined();
  });
});

describe("a validation rule may not say", () => {
  test.each([
    "Note__c",
    "Score__c",
    'Kind__c = "A"',
    'Multi__c = "A"',
    'ISPICKVAL(Note__c,"A")',
    "ISPICKVAL(Kind__c, Note__c)",
    'TEXT(On__c) = "x"',
    "LEN(Score__c) > 1",
    "Note__c > 1",
    "Day__c + Day__c > 1",
    "AND(Note__c, On__c)",
    'IF(On__c, 1, "a") = 1',
    "IF(Note__c, 1, 2) = 1",
    "FOO(Note__c)",
    "UPPER(Note__c",
    'Note__c = = "a"',
    'CASE(Kind__c,"A",1)=1',
    "TODAY() = NOW()",
    'LEFT(Note__c) = "a"',
    "NOT(On__c, On__c)",
    "DAY(At__c)=1",
    "VALUE(Score__c)=1",
    'Acc__r.Ghost__c = "x"',
    'Ghost__r.Name = "x"',
    '$Label.Ghost = "x"',
    "$Permission.Ghost",
    "Agent__c + 1 > 2",
    'INCLUDES(Kind__c,"A")',
    'CONTAINS(Kind__c,"A")',
    "On__c + 1 > 1",
    'On__c & "x" = "x"',
    "",
    'HYPERLINK("a","b")',
    "SUM(Score__c) > 1",
    '"abc',
    "1 +",
    "Kind__c",
    'TEXT(Agent__c)="x"',
    "DATEVALUE(Day__c) = TODAY()",
    "MONTH(Note__c) = 1",
    'Score__c = "1"',
    "Note__c + 1 = 2",
  ])("%s", (formula) => {
    expect(problem(formula)).toEqual(expect.any(String));
  });
});

test.each([
  [
    "TEXT(Agent__c) = 'x'",
    "Incorrect parameter type for function 'TEXT()'. Expected Number, Date, Date/Time, Picklist, received Lookup(User)",
  ],
  ["Ghost__c = 'x'", "Field Ghost__c does not exist. Check spelling."],
  [
    "Kind__c = 'A'",
    "Field Kind__c is a picklist field. Picklist fields are only supported in certain functions.",
  ],
  ["FOO(Note__c)", "Unknown function FOO. Check spelling."],
  ["UPPER(Note__c", "Syntax error. Missing ')'"],
  ["Score__c", "Formula result is data type (Number), incompatible with expected data type (true or false)."],
])("%s: %s", (formula, words) => {
  expect(problem(formula)).toBe(words);
});
