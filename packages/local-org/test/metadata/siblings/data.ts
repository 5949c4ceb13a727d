/** Objects, fields, rules, views, record types and permission sets: what is known of them, once taken and once refused. */
import {
  xml,
  thing,
  field,
  text,
  kind,
  rule,
  listView,
  permissions,
  region,
  page,
  component,
  master,
  accept,
  reject,
  type Case,
  type Files,
} from "../components.ts";

const O = (body: string, name = "Thing__c") => ({
  [`objects/${name}/${name}.object-meta.xml`]: xml("CustomObject", body),
});
const lookup = (body: string, target = "Account") => ({
  ...thing(),
  ...field(
    "Acc__c",
    `<label>Acc</label>${body}<referenceTo>${target}</referenceTo><relationshipName>Things</relationshipName><type>Lookup</type>`,
  ),
});
const pick = (name: string, values: string, more = "", set = "") =>
  field(
    name,
    `<label>${name}</label>${more}<type>Picklist</type><valueSet>${set}<valueSetDefinition><sorted>false</sorted>${values}</valueSetDefinition></valueSet>`,
  );
const v = (n: string, d = "false") =>
  `<value><fullName>${n}</fullName><default>${d}</default><label>${n}</label></value>`;
const cases: Case[] = [];
const a = (id: string, f: Files): void => void cases.push(accept(id, id, f));
const r = (id: string, f: Files, ...m: string[]): void => void cases.push(reject(id, id, f, ...m));
// all types
r(
  "repeat",
  { ...thing(), ...field("Note__c", "<label>N</label><label>N</label><length>8</length><type>Text</type>") },
  "element label is duplicated at this location in type customfield",
);
r(
  "bad-type-enum",
  { ...thing(), ...field("Note__c", "<label>N</label><type>String</type>") },
  "'string' is not a valid value for the enum 'fieldtype'",
);
a("order-any", { ...thing(), ...field("Note__c", "<type>Text</type><label>N</label><length>8</length>") });
a("comment-inside", { ...thing("<!-- hi -->") });
// objects
a(
  "obj-history-etc",
  thing(
    "<allowInChatterGroups>false</allowInChatterGroups><compactLayoutAssignment>SYSTEM</compactLayoutAssignment><description>x</description><enableActivities>true</enableActivities><enableFeeds>false</enableFeeds><enableHistory>true</enableHistory><enableLicensing>false</enableLicensing><enableReports>true</enableReports><enableSearch>true</enableSearch><startsWith>Vowel</startsWith><visibility>Public</visibility><externalSharingModel>Private</externalSharingModel>",
  ),
);
a(
  "obj-min",
  O(
    "<label>Thing</label><nameField><label>Thing Name</label><type>Text</type></nameField><pluralLabel>Things</pluralLabel><deploymentStatus>Deployed</deploymentStatus><sharingModel>ReadWrite</sharingModel>",
  ),
);
r(
  "obj-bad-sharing",
  thing("", "<sharingModel>Public</sharingModel>"),
  "'public' is not a valid value for the enum 'sharingmodel'",
);
r(
  "obj-startswith",
  thing("<startsWith>Vocal</startsWith>"),
  "is not a valid value for the enum 'startswith'",
);
r(
  "obj-visib",
  thing("<visibility>Hidden</visibility>"),
  "is not a valid value for the enum 'setupobjectvisibility'",
);
a(
  "obj-default-override",
  thing(
    "<actionOverrides><actionName>View</actionName><type>Default</type></actionOverrides><actionOverrides><actionName>Edit</actionName><comment>x</comment><formFactor>Large</formFactor><type>Default</type></actionOverrides>",
  ),
);
a("obj-override-page", {
  ...thing(
    "<actionOverrides><actionName>View</actionName><content>Thing_Page</content><formFactor>Large</formFactor><skipRecordTypeSelect>false</skipRecordTypeSelect><type>Flexipage</type></actionOverrides>",
  ),
  ...page(
    "Thing_Page",
    region("header", component("force:highlightsPanel", "", "h")) +
      region("main", component("force:detailPanel", "", "d")) +
      region("sidebar", ""),
    "RecordPage",
    "flexipage:recordHomeTemplateDesktop",
    "<sobjectType>Thing__c</sobjectType>",
  ),
});
r(
  "obj-override-lwc-missing",
  thing(
    "<actionOverrides><actionName>View</actionName><content>c:ghost</content><type>LightningComponent</type></actionOverrides>",
  ),
  "does not exist or is not a valid override for action view",
);
a("obj-platform-event", {
  ...O(
    "<deploymentStatus>Deployed</deploymentStatus><eventType>HighVolume</eventType><label>Ping</label><pluralLabel>Pings</pluralLabel><publishBehavior>PublishAfterCommit</publishBehavior>",
    "Ping__e",
  ),
  ...field(
    "Text__c",
    "<label>Text</label><length>80</length><externalId>false</externalId><isFilteringDisabled>false</isFilteringDisabled><isNameField>false</isNameField><isSortingDisabled>false</isSortingDisabled><required>false</required><type>Text</type><unique>false</unique>",
    "Ping__e",
  ),
});
r("obj-event-picklist", {
  ...O(
    "<deploymentStatus>Deployed</deploymentStatus><eventType>HighVolume</eventType><label>Ping</label><pluralLabel>Pings</pluralLabel>",
    "Ping__e",
  ),
  ...field(
    "K__c",
    `<label>K</label><type>Picklist</type><valueSet><valueSetDefinition><sorted>false</sorted>${v("A")}</valueSetDefinition></valueSet>`,
    "Ping__e",
  ),
});
a("obj-custom-setting", {
  ...O(
    "<customSettingsType>Hierarchy</customSettingsType><enableFeeds>false</enableFeeds><label>Conf</label><visibility>Protected</visibility>",
    "Conf__c",
  ),
  ...field(
    "On__c",
    "<defaultValue>false</defaultValue><label>On</label><externalId>false</externalId><trackTrending>false</trackTrending><type>Checkbox</type>",
    "Conf__c",
  ),
});
a(
  "obj-case-standard",
  O(
    "<actionOverrides><actionName>View</actionName><type>Default</type></actionOverrides><enableHistory>true</enableHistory><sharingModel>Private</sharingModel><compactLayoutAssignment>SYSTEM</compactLayoutAssignment>",
    "Case",
  ),
);
a(
  "obj-search",
  thing(
    "<searchLayouts><customTabListAdditionalFields>LAST_UPDATE</customTabListAdditionalFields><lookupDialogsAdditionalFields>CREATEDBY_USER</lookupDialogsAdditionalFields><searchResultsAdditionalFields>LAST_UPDATE</searchResultsAdditionalFields></searchLayouts>",
  ),
);
// fields
for (const [n, b] of Object.entries({
  Email: "",
  Phone: "",
  Url: "",
  Time: "",
  Date: "",
  DateTime: "",
  Currency: "<precision>18</precision><scale>2</scale>",
  Percent: "<precision>5</precision><scale>2</scale>",
  Html: "<length>32768</length><visibleLines>25</visibleLines>",
  Location: "<displayLocationInDecimal>true</displayLocationInDecimal><scale>5</scale>",
  AutoNumber: "<displayFormat>N-{0000}</displayFormat><externalId>false</externalId>",
  EncryptedText: "<length>20</length><maskChar>asterisk</maskChar><maskType>all</maskType>",
}))
  a("fld-" + n, {
    ...thing(),
    ...field(
      "F__c",
      `<label>F</label>${b}${n === "AutoNumber" ? "" : "<required>false</required>"}<trackTrending>false</trackTrending><type>${n}</type>`,
    ),
  });
a("fld-autonumber-start", {
  ...thing(),
  ...field(
    "F__c",
    "<label>F</label><displayFormat>N-{0}</displayFormat><startingNumber>10</startingNumber><type>AutoNumber</type>",
  ),
});
a("fld-autonumber-date", {
  ...thing(),
  ...field(
    "F__c",
    "<label>F</label><displayFormat>N-{YYYY}-{MM}-{000}</displayFormat><type>AutoNumber</type>",
  ),
});
a("fld-text-all", {
  ...thing(),
  ...field(
    "F__c",
    "<caseSensitive>false</caseSensitive><defaultValue>&quot;x&quot;</defaultValue><description>d</description><externalId>true</externalId><inlineHelpText>h</inlineHelpText><label>F</label><length>255</length><required>true</required><securityClassification>Internal</securityClassification><businessStatus>Active</businessStatus><complianceGroup>GDPR</complianceGroup><trackFeedHistory>false</trackFeedHistory><trackHistory>false</trackHistory><trackTrending>false</trackTrending><type>Text</type><unique>true</unique>",
  ),
});
a("fld-multi", {
  ...thing(),
  ...field(
    "F__c",
    `<label>F</label><type>MultiselectPicklist</type><valueSet><restricted>true</restricted><valueSetDefinition><sorted>false</sorted>${v("A")}${v("B")}</valueSetDefinition></valueSet><visibleLines>4</visibleLines>`,
  ),
});
a("fld-pick-active", {
  ...thing(),
  ...pick(
    "F__c",
    `<value><fullName>A</fullName><color>#FF0000</color><default>true</default><isActive>false</isActive><label>A</label></value>`,
  ),
});
a("fld-pick-nolabelvals", {
  ...thing(),
  ...pick("F__c", `<value><fullName>A</fullName><default>false</default></value>`),
});
r("fld-pick-no-sorted", {
  ...thing(),
  ...field(
    "F__c",
    `<label>F</label><type>Picklist</type><valueSet><valueSetDefinition>${v("A")}</valueSetDefinition></valueSet>`,
  ),
});
r("fld-pick-two-default", { ...thing(), ...pick("F__c", v("A", "true") + v("B", "true")) });
r(
  "fld-pick-trend",
  { ...thing(), ...pick("F__c", v("A"), "<trackTrending>true</trackTrending>") },
  "invalid data type.",
);
a("fld-pick-required", { ...thing(), ...pick("F__c", v("A"), "<required>true</required>") });
r(
  "fld-pick-dup-case",
  { ...thing(), ...pick("F__c", v("Open") + v("Open")) },
  "duplicate value found",
  "open is defined multiple times",
);
r(
  "fld-pick-vs-in-def",
  {
    ...thing(),
    ...field(
      "F__c",
      `<label>F</label><type>Picklist</type><valueSet><valueSetDefinition><sorted>false</sorted>${v("A")}<valueSettings><controllingFieldValue>A</controllingFieldValue><valueName>A</valueName></valueSettings></valueSetDefinition></valueSet>`,
    ),
  },
  "valuesettings invalid at this location in type valuesetvaluesdefinition",
);
a(
  "fld-lookup-plain",
  lookup(
    "<relationshipLabel>Things</relationshipLabel><required>false</required><trackTrending>false</trackTrending>",
  ),
);
a("fld-lookup-no-relname", {
  ...thing(),
  ...field("Acc__c", "<label>Acc</label><referenceTo>Account</referenceTo><type>Lookup</type>"),
});
a("fld-lookup-self", {
  ...thing(),
  ...field(
    "P__c",
    "<label>P</label><referenceTo>Thing__c</referenceTo><relationshipName>Kids</relationshipName><type>Lookup</type>",
  ),
});
for (const t of [
  "Case",
  "Contact",
  "Opportunity",
  "Lead",
  "Product2",
  "Asset",
  "Campaign",
  "User",
  "Entitlement",
  "ServiceContract",
  "BusinessHours",
])
  a("fld-lookup-" + t, lookup("", t));
r("fld-lookup-user-req", lookup("<required>true</required>", "User"));
r("fld-lookup-norefto", {
  ...thing(),
  ...field("Acc__c", "<label>Acc</label><relationshipName>Things</relationshipName><type>Lookup</type>"),
});
a(
  "fld-md-noorder",
  master(
    "<relationshipOrder>0</relationshipOrder><reparentableMasterDetail>false</reparentableMasterDetail><writeRequiresMasterRead>false</writeRequiresMasterRead>",
  ),
);
r(
  "fld-md-required-false",
  master("<required>false</required>"),
  "master-detail relationship fields cannot be optional or required",
);
r(
  "fld-md-filter",
  master(
    "<lookupFilter><active>true</active><filterItems><field>Account.Name</field><operation>equals</operation><value>x</value></filterItems><isOptional>false</isOptional></lookupFilter>",
  ),
);
r(
  "fld-md-missing",
  {
    ...thing("", "<sharingModel>ControlledByParent</sharingModel>"),
    ...field(
      "P__c",
      "<label>P</label><referenceTo>Ghost__c</referenceTo><relationshipName>Kids</relationshipName><type>MasterDetail</type>",
    ),
  },
  "does not resolve to a valid sobject type",
);
r("fld-checkbox-required", {
  ...thing(),
  ...field(
    "F__c",
    "<label>F</label><defaultValue>false</defaultValue><required>true</required><type>Checkbox</type>",
  ),
});
a("fld-formula-num", {
  ...thing(),
  ...field(
    "F__c",
    "<label>F</label><formula>1 + 1</formula><formulaTreatBlanksAs>BlankAsZero</formulaTreatBlanksAs><precision>18</precision><scale>2</scale><required>false</required><trackTrending>false</trackTrending><externalId>false</externalId><unique>false</unique><type>Number</type>",
  ),
});
a("fld-formula-num-noprec", {
  ...thing(),
  ...field(
    "F__c",
    "<label>F</label><formula>1 + 1</formula><type>Number</type><precision>18</precision><scale>0</scale>",
  ),
});
a("fld-formula-date", {
  ...thing(),
  ...field("F__c", "<label>F</label><formula>DATEVALUE(CreatedDate) + 3</formula><type>Date</type>"),
});
a("fld-formula-case", {
  ...thing(),
  ...kind(),
  ...field(
    "F__c",
    '<label>F</label><formula>CASE(Kind__c, "A", "one", "B", "two", "none")</formula><type>Text</type>',
  ),
});
a("fld-formula-text-pick", {
  ...thing(),
  ...kind(),
  ...field("F__c", '<label>F</label><formula>TEXT(Kind__c) &amp; " x"</formula><type>Text</type>'),
});
a("fld-formula-if-image", {
  ...thing(),
  ...field(
    "F__c",
    '<label>F</label><formula>IF( ISBLANK(Name) , IMAGE("/img/samples/flag_red.gif", "red", 10, 10), HYPERLINK("/" &amp; Id, "open", "_self"))</formula><type>Text</type>',
  ),
});
a("fld-formula-owner", {
  ...thing(),
  ...field("F__c", "<label>F</label><formula>Owner:User.Email</formula><type>Text</type>"),
});
a("fld-formula-createdby", {
  ...thing(),
  ...field(
    "F__c",
    '<label>F</label><formula>CreatedBy.FirstName &amp; " " &amp; $User.LastName</formula><type>Text</type>',
  ),
});
a("fld-formula-percent", {
  ...thing(),
  ...field("N__c", "<label>N</label><precision>5</precision><scale>2</scale><type>Number</type>"),
  ...field(
    "F__c",
    "<label>F</label><formula>IF(N__c = 0, 0, N__c / 100)</formula><precision>5</precision><scale>2</scale><type>Percent</type>",
  ),
});
a(
  "fld-formula-case-std",
  field(
    "F__c",
    "<label>F</label><formula>IF(IsClosed, ClosedDate - CreatedDate, NOW() - CreatedDate)</formula><precision>18</precision><scale>2</scale><type>Number</type>",
    "Case",
  ),
);
a(
  "fld-formula-acct",
  field("F__c", "<label>F</label><formula>Account.Owner.Name</formula><type>Text</type>", "Case"),
);
r(
  "fld-formula-unknown-fn",
  { ...thing(), ...field("F__c", "<label>F</label><formula>UPERCASE(Name)</formula><type>Text</type>") },
  "uper",
);
r(
  "fld-formula-params",
  { ...thing(), ...field("F__c", "<label>F</label><formula>LEFT(Name)</formula><type>Text</type>") },
  "incorrect number of parameters for function 'left()'",
);
r(
  "fld-formula-lookup-text",
  { ...lookup(""), ...field("F__c", "<label>F</label><formula>TEXT(Acc__c)</formula><type>Text</type>") },
  "incorrect parameter type for function 'text()'",
  "expected number, date, date/time, picklist, received lookup(account)",
);
r("fld-formula-required", {
  ...thing(),
  ...field(
    "F__c",
    "<label>F</label><formula>1</formula><precision>5</precision><scale>0</scale><required>true</required><type>Number</type>",
  ),
});
r("fld-summary-missing", {
  ...master(),
  ...field(
    "C__c",
    "<label>C</label><summaryForeignKey>Ghost__c.Parent__c</summaryForeignKey><summaryOperation>count</summaryOperation><type>Summary</type>",
    "Account",
  ),
});
a("fld-summary-sum", {
  ...master(),
  ...field("N__c", "<label>N</label><precision>5</precision><scale>0</scale><type>Number</type>"),
  ...field(
    "C__c",
    "<label>C</label><summarizedField>Thing__c.N__c</summarizedField><summaryFilterItems><field>Thing__c.N__c</field><operation>greaterThan</operation><value>0</value></summaryFilterItems><summaryForeignKey>Thing__c.Parent__c</summaryForeignKey><summaryOperation>sum</summaryOperation><type>Summary</type>",
    "Account",
  ),
});
r("fld-name-number", {
  ...thing(),
  ...field("1Note__c", "<label>N</label><length>8</length><type>Text</type>"),
});
r("fld-longtext-131073", {
  ...thing(),
  ...field(
    "N__c",
    "<label>N</label><length>131073</length><visibleLines>3</visibleLines><type>LongTextArea</type>",
  ),
});
r("fld-long-no-length", {
  ...thing(),
  ...field("N__c", "<label>N</label><visibleLines>3</visibleLines><type>LongTextArea</type>"),
});
r("fld-num-no-precision", {
  ...thing(),
  ...field("N__c", "<label>N</label><scale>0</scale><type>Number</type>"),
});
r("fld-num-no-scale", {
  ...thing(),
  ...field("N__c", "<label>N</label><precision>5</precision><type>Number</type>"),
});
r(
  "fld-treatblanks",
  {
    ...thing(),
    ...field(
      "N__c",
      "<label>N</label><formula>1</formula><formulaTreatBlanksAs>Zero</formulaTreatBlanksAs><precision>5</precision><scale>0</scale><type>Number</type>",
    ),
  },
  "is not a valid value for the enum 'treatblanksas'",
);
a("fld-standard-case", field("Status", "<trackHistory>false</trackHistory><type>Picklist</type>", "Case"));
a(
  "fld-standard-subject",
  field("Subject", "<trackFeedHistory>false</trackFeedHistory><trackHistory>false</trackHistory>", "Case"),
);
a("fld-standard-owner", field("OwnerId", "<trackHistory>true</trackHistory>", "Case"));
a(
  "fld-standard-type-valueset",
  field("Type", "<trackHistory>false</trackHistory><type>Picklist</type>", "Case"),
);
// validation rules
const all = {
  ...thing("<enableHistory>true</enableHistory>"),
  ...text("Note__c"),
  ...kind(),
  ...field("N__c", "<label>N</label><precision>5</precision><scale>0</scale><type>Number</type>"),
  ...field("At__c", "<label>At</label><type>DateTime</type>"),
  ...field("Day__c", "<label>Day</label><type>Date</type>"),
  ...field("On__c", "<label>On</label><defaultValue>false</defaultValue><type>Checkbox</type>"),
};
for (const [i, f] of [
  "AND(ISCHANGED(Note__c), NOT(ISNEW()))",
  "TEXT(Kind__c) = 'A'",
  'ISPICKVAL(PRIORVALUE(Kind__c), "A")',
  "ISBLANK(TEXT(Kind__c))",
  "DAY(Day__c) = 1",
  "YEAR(DATEVALUE(At__c)) < 2020",
  'NOT(REGEX(Note__c, "[0-9]{5}"))',
  "N__c > 5 && On__c",
  "$Profile.Name <> 'System Administrator'",
  "$User.Id = OwnerId",
  "LEN(Note__c) > 3 || ISNULL(N__c)",
  "VALUE(Note__c) > 3",
  "Day__c < TODAY()",
  "Day__c + 7 < DATEVALUE(NOW())",
  "At__c < NOW() - 1/24",
  "MOD(N__c, 2) = 1",
  "CONTAINS(Note__c, 'x')",
  "CASE(MONTH(Day__c), 1, 31, 2, 28, 30) < 30",
  "BEGINS(Note__c, 'A')",
  "IF(On__c, ISBLANK(Note__c), FALSE)",
  "CreatedBy.Profile.Name = 'X'",
  "ISCHANGED(OwnerId)",
  "WEEKDAY(Day__c) = 7",
  "Day__c > ADDMONTHS(TODAY(), 3)",
  "/* comment */ ISBLANK(Note__c)",
  "OR(ISPICKVAL(Kind__c, 'A'), ISPICKVAL(Kind__c, ''))",
  "PRIORVALUE(N__c) > N__c",
  "HOUR(TIMEVALUE(At__c)) > 8",
  "BLANKVALUE(Note__c, 'x') = 'x'",
  "Note__c == 'x' && N__c != 2",
  "$Organization.Id = '1'",
  "$UserRole.Name = 'CEO'",
  "VLOOKUP($ObjectType.Thing__c.Fields.Name, $ObjectType.Thing__c.Fields.Name, Name) <> Name",
  "LOWER(Note__c) = 'x'",
  "TRIM(Note__c) = ''",
  "N__c = NULL",
  "ISCLONE()",
  "TEXT(N__c) = '1'",
  "FIND('x', Note__c) > 0",
].entries())
  a(`vr-${i}-${f}`, { ...all, ...rule("Rule_A", f) });
for (const [i, [f = "", ...m]] of [
  ["DATEVALUE(Day__c) = TODAY()"],
  ["MONTH(At__c) = 1"],
  ["Kind__c = 'A'", "picklist fields are only supported in certain functions"],
  ["TEXT(Name) = 'x'"],
  ["ISBLANK(Note__c"],
  ["ISCHANGE(Note__c)"],
  ["Note__c"],
  ["ISPICKVAL(Note__c, 'x')"],
  ["ISPICKVAL(Kind__c, Note__c)"],
  ["LEFT(Note__c, 'x') = 'y'"],
  ["Note__c = 1"],
  ["Day__c > At__c"],
  ["AND(Note__c, On__c)"],
  ["Thing__r.Name = 'x'", "does not exist. check spelling"],
  ["VALUE(Kind__c) = 1"],
  ["YEAR(Note__c) = 1"],
  ["CASE(Kind__c, 'A', 1, 'B') = 1"],
  ["ISBLANK()", ""],
  ["VALUE(Day__c) = 1"],
  ["TEXT(TEXT(Kind__c)) = 'A'"],
].entries())
  r(`vr-r-${i}-${f}`, { ...all, ...rule("Rule_A", f) }, ...m);
r(
  "vr-no-active",
  {
    ...all,
    "objects/Thing__c/validationRules/A.validationRule-meta.xml": xml(
      "ValidationRule",
      "<fullName>A</fullName><errorConditionFormula>true</errorConditionFormula><errorMessage>x</errorMessage>",
    ),
  },
  "required field is missing: active",
);
r("vr-no-formula", {
  ...all,
  "objects/Thing__c/validationRules/A.validationRule-meta.xml": xml(
    "ValidationRule",
    "<fullName>A</fullName><active>true</active><errorMessage>x</errorMessage>",
  ),
});
a("vr-desc", {
  ...all,
  ...rule(
    "A",
    "ISBLANK(Note__c)",
    "<description>x</description><errorDisplayField>Note__c</errorDisplayField>",
  ),
});
a("vr-case", {
  "objects/Case/validationRules/A.validationRule-meta.xml": xml(
    "ValidationRule",
    '<fullName>A</fullName><active>true</active><errorConditionFormula>AND(ISPICKVAL(Status, "Closed"), ISBLANK(TEXT(Reason)))</errorConditionFormula><errorDisplayField>Status</errorDisplayField><errorMessage>x</errorMessage>',
  ),
});
r(
  "vr-space",
  { ...all, ...rule("My Rule", "ISBLANK(Note__c)") },
  "the validation name can only contain alphanumeric characters",
);
r(
  "vr-digit",
  { ...all, ...rule("1Rule", "ISBLANK(Note__c)") },
  "the validation name can only contain alphanumeric characters",
);
// list views
a("lv-owner-etc", {
  ...all,
  ...listView(
    "<columns>NAME</columns><columns>Note__c</columns><columns>OWNER.ALIAS</columns><columns>CREATED_DATE</columns><columns>LAST_UPDATE</columns><columns>CREATEDBY_USER.ALIAS</columns><filters><field>Kind__c</field><operation>equals</operation><value>A,B</value></filters><filters><field>Day__c</field><operation>lessThan</operation><value>TODAY</value></filters>",
  ),
});
a("lv-mine", {
  ...all,
  "objects/Thing__c/listViews/Mine2.listView-meta.xml": xml(
    "ListView",
    "<fullName>Mine2</fullName><filterScope>Mine</filterScope><label>Mine</label>",
  ),
});
for (const s of [
  "MineAndMyGroups",
  "Team",
  "Everything",
  "Mine",
  "Delegated",
  "MyTeamTerritory",
  "MyTerritory",
])
  a("lv-scope-" + s, {
    ...all,
    "objects/Thing__c/listViews/V.listView-meta.xml": xml(
      "ListView",
      `<fullName>V</fullName><columns>NAME</columns><filterScope>${s}</filterScope><label>V</label>`,
    ),
  });
a(
  "lv-case-many",
  listView(
    "<columns>CASES.CASE_NUMBER</columns><columns>CASES.SUBJECT</columns><columns>CASES.STATUS</columns><columns>CASES.PRIORITY</columns><columns>CASES.CREATED_DATE</columns><columns>CASES.CREATED_DATE_DATE_ONLY</columns><columns>OWNER_NAME</columns><columns>CORE.USERS.ALIAS</columns><columns>ACCOUNT.NAME</columns><columns>NAME</columns><columns>CASES.LAST_UPDATE</columns><columns>CASES.ORIGIN</columns><filters><field>CASES.CLOSED</field><operation>equals</operation><value>0</value></filters><filters><field>CASES.PRIORITY</field><operation>equals</operation><value>High</value></filters>",
    "Case",
  ),
);
a(
  "lv-account",
  listView(
    "<columns>ACCOUNT.NAME</columns><columns>ACCOUNT.SITE</columns><columns>ACCOUNT.ADDRESS1_STATE</columns><columns>ACCOUNT.PHONE1</columns><columns>ACCOUNT.TYPE</columns><columns>CORE.USERS.ALIAS</columns><columns>ACCOUNT.INDUSTRY</columns><filters><field>ACCOUNT.CREATED_DATE</field><operation>equals</operation><value>THIS_WEEK</value></filters>",
    "Account",
  ),
);
a(
  "lv-contact",
  listView(
    "<columns>FULL_NAME</columns><columns>ACCOUNT.NAME</columns><columns>CONTACT.TITLE</columns><columns>CONTACT.PHONE1</columns><columns>CONTACT.EMAIL</columns><columns>CORE.USERS.ALIAS</columns>",
    "Contact",
  ),
);
a(
  "lv-opp",
  listView(
    "<columns>OPPORTUNITY.NAME</columns><columns>ACCOUNT.NAME</columns><columns>OPPORTUNITY.AMOUNT</columns><columns>OPPORTUNITY.CLOSE_DATE</columns><columns>OPPORTUNITY.STAGE_NAME</columns><columns>CORE.USERS.ALIAS</columns>",
    "Opportunity",
  ),
);
a(
  "lv-lead",
  listView(
    "<columns>FULL_NAME</columns><columns>LEAD.COMPANY</columns><columns>LEAD.STATE</columns><columns>LEAD.EMAIL</columns><columns>LEAD.STATUS</columns><columns>CORE.USERS.ALIAS</columns>",
    "Lead",
  ),
);
a("lv-shared", { ...all, ...listView("<columns>NAME</columns><sharedTo><allInternalUsers/></sharedTo>") });
a("lv-lang", { ...all, ...listView("<columns>NAME</columns><language>en_US</language>") });
r(
  "lv-op",
  {
    ...all,
    ...listView(
      "<columns>NAME</columns><filters><field>Note__c</field><operation>eq</operation><value>1</value></filters>",
    ),
  },
  "is not a valid value for the enum 'filteroperation'",
);
r(
  "lv-created",
  { ...all, ...listView("<columns>CREATEDDATE</columns>") },
  "could not resolve list view column: createddate",
);
r(
  "lv-no-scope",
  {
    ...all,
    "objects/Thing__c/listViews/V.listView-meta.xml": xml(
      "ListView",
      "<fullName>V</fullName><columns>NAME</columns><label>V</label>",
    ),
  },
  "required field is missing: filterscope",
);
r("lv-filter-ghost", {
  ...all,
  ...listView(
    "<columns>NAME</columns><filters><field>Ghost__c</field><operation>equals</operation><value>1</value></filters>",
  ),
});
r("lv-checkbox-true", {
  ...all,
  ...listView(
    "<columns>NAME</columns><filters><field>On__c</field><operation>equals</operation><value>true</value></filters>",
  ),
});
// rt
const proc = (
  more = "<values><fullName>New</fullName><default>true</default></values><values><fullName>Closed</fullName><default>false</default></values>",
  o = "Case",
) => ({
  [`objects/${o}/businessProcesses/P.businessProcess-meta.xml`]: xml(
    "BusinessProcess",
    `<fullName>P</fullName><isActive>true</isActive>${more}`,
  ),
});
const rt = (body: string, o = "Case") => ({
  [`objects/${o}/recordTypes/RT.recordType-meta.xml`]: xml(
    "RecordType",
    `<fullName>RT</fullName><active>true</active>${body}<label>RT</label>`,
  ),
});
a("rt-case", {
  ...proc(),
  ...rt(
    "<businessProcess>P</businessProcess><compactLayoutAssignment>SYSTEM</compactLayoutAssignment><picklistValues><picklist>Priority</picklist><values><fullName>High</fullName><default>false</default></values><values><fullName>Medium</fullName><default>true</default></values></picklistValues>",
  ),
});
r(
  "rt-no-active",
  {
    ...thing(),
    "objects/Thing__c/recordTypes/RT.recordType-meta.xml": xml(
      "RecordType",
      "<fullName>RT</fullName><label>RT</label>",
    ),
  },
  "required field is missing: active",
);
r(
  "rt-no-label",
  {
    ...thing(),
    "objects/Thing__c/recordTypes/RT.recordType-meta.xml": xml(
      "RecordType",
      "<fullName>RT</fullName><active>true</active>",
    ),
  },
  "required field is missing: label",
);
a("rt-plain", { ...thing(), ...rt("<description>x</description>", "Thing__c") });
a("rt-acct", rt("", "Account"));
r("rt-opp-no-proc", rt("", "Opportunity"), "required field is missing: businessprocess");
r("rt-lead-no-proc", rt("", "Lead"), "required field is missing: businessprocess");
a("rt-lead", {
  ...proc("<values><fullName>Open - Not Contacted</fullName><default>true</default></values>", "Lead"),
  ...rt("<businessProcess>P</businessProcess>", "Lead"),
});
a("rt-opp", {
  ...proc(
    "<values><fullName>Prospecting</fullName><default>false</default></values><values><fullName>Closed Won</fullName><default>false</default></values>",
    "Opportunity",
  ),
  ...rt("<businessProcess>P</businessProcess>", "Opportunity"),
});
r(
  "bp-opp-default",
  proc("<values><fullName>Prospecting</fullName><default>true</default></values>", "Opportunity"),
);
r(
  "rt-proc-dotted",
  { ...proc(), ...rt("<businessProcess>Case.P</businessProcess>") },
  "no businessprocess named case.",
);
r("rt-missing-field", {
  ...thing(),
  ...rt(
    "<picklistValues><picklist>Ghost__c</picklist><values><fullName>A</fullName><default>false</default></values></picklistValues>",
    "Thing__c",
  ),
});
a("cl-std", {
  "objects/Case/compactLayouts/C.compactLayout-meta.xml": xml(
    "CompactLayout",
    "<fullName>C</fullName><fields>CaseNumber</fields><fields>Subject</fields><fields>Status</fields><fields>OwnerId</fields><fields>Priority</fields><fields>CreatedDate</fields><fields>AccountId</fields><label>C</label>",
  ),
});
r(
  "cl-nolabel",
  {
    ...thing(),
    "objects/Thing__c/compactLayouts/C.compactLayout-meta.xml": xml(
      "CompactLayout",
      "<fullName>C</fullName><fields>Name</fields>",
    ),
  },
  "required field is missing: label",
);
r(
  "cl-missing-assign",
  thing("<compactLayoutAssignment>Ghost</compactLayoutAssignment>"),
  "no compactlayout named",
);
r("cl-11", {
  ...all,
  "objects/Thing__c/compactLayouts/C.compactLayout-meta.xml": xml(
    "CompactLayout",
    "<fullName>C</fullName>" +
      "Name Note__c N__c Kind__c At__c Day__c On__c OwnerId CreatedById CreatedDate LastModifiedById"
        .split(" ")
        .map((f) => `<fields>${f}</fields>`)
        .join("") +
      "<label>C</label>",
  ),
});
// ps
const tabC = {
  "tabs/Thing__c.tab-meta.xml": xml(
    "CustomTab",
    "<customObject>true</customObject><motif>Custom39: Telescope</motif>",
  ),
};
a("ps-all", {
  ...all,
  ...tabC,
  ...permissions(
    "<description>x</description><applicationVisibilities><application>standard__ServiceConsole</application><visible>true</visible></applicationVisibilities><fieldPermissions><editable>true</editable><field>Thing__c.Note__c</field><readable>true</readable></fieldPermissions><hasActivationRequired>false</hasActivationRequired>",
  ),
});
a("ps-license", permissions("<license>Salesforce</license>"));
a(
  "ps-userperms",
  permissions(
    "<userPermissions><enabled>true</enabled><name>ApiEnabled</name></userPermissions><userPermissions><enabled>true</enabled><name>RunReports</name></userPermissions><userPermissions><enabled>true</enabled><name>ViewSetup</name></userPermissions><userPermissions><enabled>true</enabled><name>ViewRoles</name></userPermissions>",
  ),
);
a(
  "ps-manyperms",
  permissions(
    "LightningConsoleAllowedForUser ViewAllData ChatterInternalUser EmailSingle EditTask EditEvent TransferAnyCase ManageCases ActivitiesAccess AllowViewKnowledge RunFlow ViewEventLogFiles ApiEnabled ViewDataCategories ViewHelpLink PasswordNeverExpires ViewAllUsers LightningExperienceUser TransferAnyEntity"
      .split(" ")
      .map((p) => `<userPermissions><enabled>true</enabled><name>${p}</name></userPermissions>`)
      .join(""),
  ),
);
r(
  "ps-no-label",
  { "permissionsets/P.permissionset-meta.xml": xml("PermissionSet", "<description>x</description>") },
  "required field is missing: label",
);
r(
  "ps-visib-bad",
  {
    ...thing(),
    ...tabC,
    ...permissions("<tabSettings><tab>Thing__c</tab><visibility>DefaultOn</visibility></tabSettings>"),
  },
  "is not a valid value for the enum 'permissionsettabvisibility'",
);
a("ps-tab", {
  ...thing(),
  ...tabC,
  ...permissions(
    "<tabSettings><tab>Thing__c</tab><visibility>Visible</visibility></tabSettings><tabSettings><tab>standard-Case</tab><visibility>Available</visibility></tabSettings><tabSettings><tab>standard-Account</tab><visibility>None</visibility></tabSettings>",
  ),
});
r(
  "ps-tab-standard-bad",
  permissions("<tabSettings><tab>Case</tab><visibility>Visible</visibility></tabSettings>"),
  "no customtab named case found",
);
r(
  "ps-rt-missing",
  {
    ...thing(),
    ...permissions(
      "<recordTypeVisibilities><recordType>Thing__c.Ghost</recordType><visible>true</visible></recordTypeVisibilities>",
    ),
  },
  "no recordtype named thing__c.ghost found",
);
r(
  "ps-class",
  permissions("<classAccesses><apexClass>Ghost</apexClass><enabled>true</enabled></classAccesses>"),
  "no apexclass named ghost found",
);
a("ps-readonly-fls", {
  ...all,
  ...permissions(
    "<fieldPermissions><editable>false</editable><field>Thing__c.Note__c</field></fieldPermissions>",
  ),
});
a(
  "ps-std-fls",
  permissions(
    "<fieldPermissions><editable>false</editable><field>Case.Reason</field><readable>true</readable></fieldPermissions><fieldPermissions><editable>true</editable><field>Account.Industry</field><readable>true</readable></fieldPermissions><fieldPermissions><editable>true</editable><field>Case.AccountId</field><readable>true</readable></fieldPermissions><objectPermissions><allowCreate>true</allowCreate><allowDelete>false</allowDelete><allowEdit>true</allowEdit><allowRead>true</allowRead><modifyAllRecords>false</modifyAllRecords><object>Case</object><viewAllRecords>true</viewAllRecords></objectPermissions>",
  ),
);
r(
  "ps-case-no-account",
  {
    ...permissions(
      "<objectPermissions><allowCreate>true</allowCreate><allowDelete>false</allowDelete><allowEdit>true</allowEdit><allowRead>false</allowRead><modifyAllRecords>false</modifyAllRecords><object>Account</object><viewAllRecords>false</viewAllRecords></objectPermissions>",
    ),
  },
  "depends on permission(s)",
);
r(
  "ps-md-field",
  {
    ...master(),
    ...permissions(
      "<fieldPermissions><editable>true</editable><field>Thing__c.Parent__c</field><readable>true</readable></fieldPermissions>",
    ),
  },
  "you cannot deploy to a required field: thing__c.parent__c",
);
r(
  "ps-fls-nofield",
  permissions("<fieldPermissions><editable>true</editable><readable>true</readable></fieldPermissions>"),
  "required field is missing: field",
);
r(
  "ps-fls-noobject",
  permissions(
    "<fieldPermissions><editable>true</editable><field>Ghost__c.X__c</field><readable>true</readable></fieldPermissions>",
  ),
  "no customfield named ghost__c.x__c found",
);
r(
  "ps-fls-noed",
  {
    ...all,
    ...permissions(
      "<fieldPermissions><field>Thing__c.Note__c</field><readable>true</readable></fieldPermissions>",
    ),
  },
  "required field is missing: editable",
);
export default cases;
