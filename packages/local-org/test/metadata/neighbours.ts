/**
 * Cases like the known ones: the same rules met from another side. Where a source gives Salesforce's words they are asked
 * for; without a source, only the outcome is.
 */
import {
  xml,
  thing,
  field,
  text,
  kind,
  rule,
  listView,
  permissions,
  richText,
  region,
  page,
  component,
  property,
  bundle,
  Card,
  onApp,
  member,
  filter,
  label,
  hello,
  app,
  reportType,
  master,
  accept,
  reject,
  type Case,
  type Files,
} from "./components.ts";

const objects: Case[] = [
  accept("n-obj-autonumber", "an auto-number name with its format", {
    "objects/Thing__c/Thing__c.object-meta.xml": xml(
      "CustomObject",
      "<deploymentStatus>Deployed</deploymentStatus><label>Thing</label><nameField><displayFormat>T-{0000}</displayFormat><label>Thing No</label><type>AutoNumber</type></nameField><pluralLabel>Things</pluralLabel><sharingModel>Private</sharingModel>",
    ),
  }),
  reject(
    "n-obj-unknown-element",
    "a misspelt label",
    {
      "objects/Thing__c/Thing__c.object-meta.xml": xml("CustomObject", "<lable>Thing</lable>"),
    },
    "lable invalid at this location in type customobject",
  ),
  reject(
    "n-obj-duplicate-label",
    "two labels",
    thing("<label>Twice</label>"),
    "element label is duplicated at this location in type customobject",
  ),
  reject(
    "n-obj-description",
    "a description of 1,001 characters",
    thing(`<description>${"d".repeat(1001)}</description>`),
  ),
  reject(
    "n-obj-bulk-alone",
    "enableBulkApi without its two companions",
    thing("<enableBulkApi>true</enableBulkApi>"),
  ),
  accept(
    "n-obj-bulk-together",
    "the three flags together",
    thing(
      "<enableBulkApi>true</enableBulkApi><enableSharing>true</enableSharing><enableStreamingApi>true</enableStreamingApi>",
    ),
  ),
  reject("n-obj-boolean", "enableReports maybe", thing("<enableReports>maybe</enableReports>")),
  accept("n-obj-md", "a detail that is controlled by its master", master()),
  reject(
    "n-obj-md-private",
    "a private detail",
    {
      ...master(),
      ...thing("", "<sharingModel>Private</sharingModel>"),
    },
    "cannot set sharingmodel to private on a customobject with a masterdetail relationship field",
  ),
  reject(
    "n-obj-namespace",
    "an object of another namespace",
    {
      "objects/acme__Thing__c/acme__Thing__c.object-meta.xml": (thing() as Record<string, string>)[
        "objects/Thing__c/Thing__c.object-meta.xml"
      ] as string,
    },
    "cannot create a new component with the namespace: acme",
  ),
];

const lookup = (body: string, target = "Account"): Files => ({
  ...thing(),
  ...field(
    "Acc__c",
    `<label>Acc</label>${body}<referenceTo>${target}</referenceTo><relationshipName>Things</relationshipName><type>Lookup</type>`,
  ),
});
const fields: Case[] = [
  reject(
    "n-fld-textarea-length",
    "TextArea with a length",
    { ...thing(), ...field("Note__c", "<label>Note</label><length>80</length><type>TextArea</type>") },
    "can not specify 'length' for a customfield of type textarea",
  ),
  reject("n-fld-text-256", "Text of 256", {
    ...thing(),
    ...field("Note__c", "<label>Note</label><length>256</length><type>Text</type>"),
  }),
  reject("n-fld-long-no-lines", "LongTextArea without visibleLines", {
    ...thing(),
    ...field("Note__c", "<label>Note</label><length>1000</length><type>LongTextArea</type>"),
  }),
  accept("n-fld-long", "LongTextArea with both", {
    ...thing(),
    ...field(
      "Note__c",
      "<label>Note</label><length>32768</length><type>LongTextArea</type><visibleLines>5</visibleLines>",
    ),
  }),
  reject("n-fld-precision-19", "Number of 19 digits", {
    ...thing(),
    ...field("N__c", "<label>N</label><precision>19</precision><scale>0</scale><type>Number</type>"),
  }),
  reject("n-fld-checkbox-no-default", "Checkbox without a default", {
    ...thing(),
    ...field("On__c", "<label>On</label><type>Checkbox</type>"),
  }),
  reject("n-fld-number-bad", "a length that is no number", {
    ...thing(),
    ...field("Note__c", "<label>Note</label><length>many</length><type>Text</type>"),
  }),
  reject(
    "n-fld-standard",
    "a name that is no standard field",
    { ...thing(), ...field("Nothing", "<label>Nothing</label><length>80</length><type>Text</type>") },
    "could not resolve standard field's name.",
  ),
  reject(
    "n-fld-cascade",
    "a lookup that cascades",
    lookup("<deleteConstraint>Cascade</deleteConstraint>"),
    "if you want to cascade delete, please contact salesforce.com",
  ),
  accept(
    "n-fld-restrict",
    "a lookup that restricts",
    lookup("<deleteConstraint>Restrict</deleteConstraint><required>true</required>"),
  ),
  reject(
    "n-fld-required-setnull",
    "a required lookup that sets null",
    lookup("<deleteConstraint>SetNull</deleteConstraint><required>true</required>"),
    "must specify either cascade delete or restrict delete for required lookup foreign key",
  ),
  reject(
    "n-fld-user-cascade",
    "a cascade to User",
    lookup("<deleteConstraint>Cascade</deleteConstraint>", "User"),
    "cannot add a lookup relationship child with cascade or restrict options to user",
  ),
  accept(
    "n-fld-user-setnull",
    "a lookup to User that sets null",
    lookup("<deleteConstraint>SetNull</deleteConstraint>", "User"),
  ),
  reject(
    "n-fld-externalid-picklist",
    "externalId on a picklist",
    {
      ...thing(),
      ...field(
        "Kind__c",
        "<label>Kind</label><externalId>true</externalId><type>Picklist</type><valueSet><valueSetDefinition><sorted>false</sorted><value><fullName>A</fullName><default>false</default><label>A</label></value></valueSetDefinition></valueSet>",
      ),
    },
    "invalid data type.",
  ),
  reject(
    "n-fld-formula-externalid",
    "externalId on a formula",
    {
      ...thing(),
      ...field(
        "Calc__c",
        '<label>Calc</label><externalId>true</externalId><formula>"a"</formula><type>Text</type>',
      ),
    },
    "can not specify externalid for customfields that have a formula",
  ),
  reject(
    "n-fld-formula-missing-field",
    "a formula over a missing field",
    {
      ...thing(),
      ...field("Calc__c", '<label>Calc</label><formula>Ghost__c &amp; "a"</formula><type>Text</type>'),
    },
    "field ghost__c does not exist. check spelling.",
  ),
  reject(
    "n-fld-formula-picklist",
    "a picklist compared in a formula",
    {
      ...thing(),
      ...kind(),
      ...field("Calc__c", '<label>Calc</label><formula>Kind__c = "A"</formula><type>Checkbox</type>'),
    },
    "field kind__c is a picklist field. picklist fields are only supported in certain functions.",
  ),
  accept("n-fld-formula-ispickval", "ISPICKVAL over it", {
    ...thing(),
    ...kind(),
    ...field("Calc__c", '<label>Calc</label><formula>ISPICKVAL(Kind__c, "A")</formula><type>Checkbox</type>'),
  }),
  reject(
    "n-fld-formula-long",
    "a long text in a formula",
    {
      ...thing(),
      ...field(
        "Note__c",
        "<label>Note</label><length>1000</length><type>LongTextArea</type><visibleLines>3</visibleLines>",
      ),
      ...field("Calc__c", "<label>Calc</label><formula>LEFT(Note__c, 10)</formula><type>Text</type>"),
    },
    'you referenced an unsupported field type called "long text area" using the following field: note__c',
  ),
  accept("n-fld-formula-casesafeid", "CASESAFEID of a lookup", {
    ...lookup(""),
    ...field("Key__c", "<label>Key</label><formula>CASESAFEID(Acc__c)</formula><type>Text</type>"),
  }),
  accept("n-fld-formula-parent", "a formula through a lookup", {
    ...lookup(""),
    ...field("Key__c", "<label>Key</label><formula>UPPER(Acc__r.Name)</formula><type>Text</type>"),
  }),
  reject("n-fld-formula-result", "a number where text is promised", {
    ...thing(),
    ...field("Key__c", "<label>Key</label><formula>1 + 1</formula><type>Text</type>"),
  }),
  reject(
    "n-fld-formula-syntax",
    "a parenthesis left open",
    { ...thing(), ...field("Key__c", '<label>Key</label><formula>UPPER("a"</formula><type>Text</type>') },
    "syntax error",
  ),
  reject("n-fld-history", "history tracked on an object that keeps no history", {
    ...thing(),
    ...text("Note__c", "<trackHistory>true</trackHistory>"),
  }),
  accept("n-fld-history-on", "history tracked on one that does", {
    ...thing("<enableHistory>true</enableHistory>"),
    ...text("Note__c", "<trackHistory>true</trackHistory>"),
  }),
  reject("n-fld-autonumber-format", "a display format without {0}", {
    ...thing(),
    ...field("Ref__c", "<label>Ref</label><displayFormat>T-</displayFormat><type>AutoNumber</type>"),
  }),
  reject(
    "n-fld-controlling",
    "a controlling value that does not exist",
    {
      ...thing(),
      ...kind(),
      ...field(
        "Sub__c",
        "<label>Sub</label><type>Picklist</type><valueSet><controllingField>Kind__c</controllingField><restricted>true</restricted><valueSetDefinition><sorted>false</sorted><value><fullName>X</fullName><default>false</default><label>X</label></value></valueSetDefinition><valueSettings><controllingFieldValue>Zed</controllingFieldValue><valueName>X</valueName></valueSettings></valueSet>",
      ),
    },
    "control field value 'zed' not found, valid values are [a, b]",
  ),
  accept("n-fld-dependent", "a dependent picklist", {
    ...thing(),
    ...kind(),
    ...field(
      "Sub__c",
      "<label>Sub</label><type>Picklist</type><valueSet><controllingField>Kind__c</controllingField><restricted>true</restricted><valueSetDefinition><sorted>false</sorted><value><fullName>X</fullName><default>false</default><label>X</label></value></valueSetDefinition><valueSettings><controllingFieldValue>A</controllingFieldValue><valueName>X</valueName></valueSettings></valueSet>",
    ),
  }),
  accept("n-fld-global-set", "a picklist of a global value set", {
    ...thing(),
    ...field(
      "Kind__c",
      "<label>Kind</label><type>Picklist</type><valueSet><restricted>true</restricted><valueSetName>Sizes</valueSetName></valueSet>",
    ),
    "globalValueSets/Sizes.globalValueSet-meta.xml": xml(
      "GlobalValueSet",
      "<customValue><fullName>S</fullName><default>false</default><label>S</label></customValue><masterLabel>Sizes</masterLabel><sorted>false</sorted>",
    ),
  }),
  reject("n-fld-global-set-suffix", "the set named with __gvs", {
    ...thing(),
    ...field(
      "Kind__c",
      "<label>Kind</label><type>Picklist</type><valueSet><restricted>true</restricted><valueSetName>Sizes__gvs</valueSetName></valueSet>",
    ),
    "globalValueSets/Sizes.globalValueSet-meta.xml": xml(
      "GlobalValueSet",
      "<customValue><fullName>S</fullName><default>false</default><label>S</label></customValue><masterLabel>Sizes</masterLabel><sorted>false</sorted>",
    ),
  }),
  accept("n-fld-summary", "a count of details", {
    ...master(),
    ...field(
      "Things_Count__c",
      "<label>Things</label><summaryForeignKey>Thing__c.Parent__c</summaryForeignKey><summaryOperation>count</summaryOperation><type>Summary</type>",
      "Account",
    ),
  }),
  reject("n-fld-label-41", "a label of 41 characters", {
    ...thing(),
    ...field("Note__c", `<label>${"n".repeat(41)}</label><length>80</length><type>Text</type>`),
  }),
  accept(
    "n-fld-relationship-order",
    "a master-detail with its order",
    master("<relationshipOrder>0</relationshipOrder>"),
  ),
  reject(
    "n-fld-md-setting",
    "a lookup with relationshipOrder",
    lookup("<relationshipOrder>0</relationshipOrder>"),
  ),
  reject(
    "n-fld-setting-picklist",
    "a picklist in a custom setting",
    {
      "objects/Conf__c/Conf__c.object-meta.xml": xml(
        "CustomObject",
        "<customSettingsType>Hierarchy</customSettingsType><label>Conf</label><visibility>Public</visibility>",
      ),
      ...field(
        "Kind__c",
        "<label>Kind</label><type>Picklist</type><valueSet><valueSetDefinition><sorted>false</sorted><value><fullName>A</fullName><default>false</default><label>A</label></value></valueSetDefinition></valueSet>",
        "Conf__c",
      ),
    },
    "invalid data type.",
  ),
];

const typed: Files = {
  ...thing(),
  ...text("Note__c"),
  ...kind(),
  ...field("Score__c", "<label>Score</label><precision>5</precision><scale>0</scale><type>Number</type>"),
  ...field("At__c", "<label>At</label><type>DateTime</type>"),
  ...field("Day__c", "<label>Day</label><type>Date</type>"),
  ...field("On__c", "<label>On</label><defaultValue>false</defaultValue><type>Checkbox</type>"),
};
const rules: Case[] = [
  accept("n-vr-datevalue", "MONTH of a DATEVALUE", { ...typed, ...rule("R", "MONTH(DATEVALUE(At__c)) = 1") }),
  reject("n-vr-datevalue-date", "DATEVALUE of a Date", {
    ...typed,
    ...rule("R", "DATEVALUE(Day__c) = TODAY()"),
  }),
  accept("n-vr-ischanged", "ISCHANGED and PRIORVALUE", {
    ...typed,
    ...rule("R", 'AND(ISCHANGED(Kind__c), ISPICKVAL(PRIORVALUE(Kind__c), "A"))'),
  }),
  reject(
    "n-vr-ischange",
    "ISCHANGE, which does not exist",
    { ...typed, ...rule("R", "ISCHANGE(Note__c)") },
    "ischange",
  ),
  reject("n-vr-number-result", "a rule that is a number", { ...typed, ...rule("R", "Score__c + 1") }),
  reject("n-vr-message-256", "a message of 256 characters", {
    ...typed,
    "objects/Thing__c/validationRules/R.validationRule-meta.xml": xml(
      "ValidationRule",
      `<fullName>R</fullName><active>true</active><errorConditionFormula>On__c</errorConditionFormula><errorMessage>${"m".repeat(256)}</errorMessage>`,
    ),
  }),
  reject(
    "n-vr-formula-element",
    "<formula> instead of errorConditionFormula",
    {
      ...typed,
      "objects/Thing__c/validationRules/R.validationRule-meta.xml": xml(
        "ValidationRule",
        "<fullName>R</fullName><active>true</active><formula>On__c</formula><errorMessage>No.</errorMessage>",
      ),
    },
    "formula invalid at this location in type validationrule",
  ),
  reject(
    "n-vr-no-message",
    "a rule without a message",
    {
      ...typed,
      "objects/Thing__c/validationRules/R.validationRule-meta.xml": xml(
        "ValidationRule",
        "<fullName>R</fullName><active>true</active><errorConditionFormula>On__c</errorConditionFormula>",
      ),
    },
    "required field is missing: errormessage",
  ),
  reject("n-vr-display-field", "an errorDisplayField that does not exist", {
    ...typed,
    ...rule("R", "On__c", "<errorDisplayField>Ghost__c</errorDisplayField>"),
  }),
  reject("n-vr-name-41", "a name of 41 characters", { ...typed, ...rule("R".repeat(41), "On__c") }),
  reject(
    "n-vr-name-underscore",
    "a name that ends with an underscore",
    { ...typed, ...rule("R_", "On__c") },
    "the validation name can only contain alphanumeric characters",
  ),
  reject("n-vr-text-and-number", "text compared with a number", { ...typed, ...rule("R", "Note__c = 1") }),
  accept("n-vr-dates", "days between dates", { ...typed, ...rule("R", "TODAY() - Day__c > 30") }),
  accept("n-vr-global", "$User and $Permission", {
    ...typed,
    ...rule("R", 'AND($User.Username = "a", $Permission.May_Do)'),
    "customPermissions/May_Do.customPermission-meta.xml": xml(
      "CustomPermission",
      "<isLicensed>false</isLicensed><label>May do</label>",
    ),
  }),
];

const views: Case[] = [
  accept("n-lv-common", "columns every object has", {
    ...typed,
    ...listView(
      "<columns>NAME</columns><columns>Kind__c</columns><columns>OWNER.ALIAS</columns><columns>CREATED_DATE</columns><columns>LAST_UPDATE</columns><columns>CREATEDBY_USER.ALIAS</columns>",
    ),
  }),
  reject(
    "n-lv-name",
    "Name instead of NAME",
    { ...typed, ...listView("<columns>Name</columns>") },
    "could not resolve list view column: name",
  ),
  reject(
    "n-lv-ghost",
    "a column that does not exist",
    { ...typed, ...listView("<columns>NAME</columns><columns>Ghost__c</columns>") },
    "could not resolve list view column",
  ),
  accept(
    "n-lv-case",
    "report-style tokens on Case",
    listView("<columns>CASES.CASE_NUMBER</columns><columns>ACCOUNT.NAME</columns>", "Case"),
  ),
  reject(
    "n-lv-case-api",
    "an API name on Case",
    listView("<columns>CaseNumber</columns>", "Case"),
    "could not resolve list view column: casenumber",
  ),
  accept("n-lv-checkbox", "a checkbox filtered by 1", {
    ...typed,
    ...listView(
      "<columns>NAME</columns><filters><field>On__c</field><operation>equals</operation><value>1</value></filters>",
    ),
  }),
  accept("n-lv-logic", "a boolean filter", {
    ...typed,
    ...listView(
      "<booleanFilter>1 OR 2</booleanFilter><columns>NAME</columns><filters><field>Kind__c</field><operation>equals</operation><value>A</value></filters><filters><field>Note__c</field><operation>contains</operation><value>x</value></filters>",
    ),
  }),
  reject(
    "n-lv-no-label",
    "a view without a label",
    {
      ...typed,
      "objects/Thing__c/listViews/Mine.listView-meta.xml": xml(
        "ListView",
        "<fullName>Mine</fullName><columns>NAME</columns><filterScope>Everything</filterScope>",
      ),
    },
    "required field is missing: label",
  ),
  reject("n-rt-process-elsewhere", "a business process on a custom object", {
    ...typed,
    "objects/Thing__c/recordTypes/In.recordType-meta.xml": xml(
      "RecordType",
      "<fullName>In</fullName><active>true</active><businessProcess>X</businessProcess><label>In</label>",
    ),
  }),
  reject(
    "n-rt-no-process-found",
    "a process that does not exist",
    {
      "objects/Case/recordTypes/In.recordType-meta.xml": xml(
        "RecordType",
        "<fullName>In</fullName><active>true</active><businessProcess>Case.Ghost</businessProcess><label>In</label>",
      ),
    },
    "no businessprocess named case.",
  ),
  reject("n-rt-no-default", "a record type's value without default", {
    ...typed,
    "objects/Thing__c/recordTypes/In.recordType-meta.xml": xml(
      "RecordType",
      "<fullName>In</fullName><active>true</active><label>In</label><picklistValues><picklist>Kind__c</picklist><values><fullName>A</fullName></values></picklistValues>",
    ),
  }),
  accept("n-rt-encoded", "a value kept URL-encoded", {
    ...thing(),
    ...field(
      "Kind__c",
      "<label>Kind</label><type>Picklist</type><valueSet><restricted>true</restricted><valueSetDefinition><sorted>false</sorted><value><fullName>didn't</fullName><default>false</default><label>didn't</label></value></valueSetDefinition></valueSet>",
    ),
    "objects/Thing__c/recordTypes/In.recordType-meta.xml": xml(
      "RecordType",
      "<fullName>In</fullName><active>true</active><label>In</label><picklistValues><picklist>Kind__c</picklist><values><fullName>didn%27t</fullName><default>false</default></values></picklistValues>",
    ),
  }),
  accept(
    "n-cl-system",
    "the system compact layout",
    thing("<compactLayoutAssignment>SYSTEM</compactLayoutAssignment>"),
  ),
  reject("n-cl-ghost", "a compact layout over a missing field", {
    ...typed,
    "objects/Thing__c/compactLayouts/Short.compactLayout-meta.xml": xml(
      "CompactLayout",
      "<fullName>Short</fullName><fields>Ghost__c</fields><label>Short</label>",
    ),
  }),
];

const access: Case[] = [
  reject("n-ps-label-81", "a label of 81 characters", permissions("", "l".repeat(81))),
  reject(
    "n-ps-unknown-permission",
    "a user permission that does not exist",
    permissions("<userPermissions><enabled>true</enabled><name>FlyToTheMoon</name></userPermissions>"),
    "unknown user permission: flytothemoon",
  ),
  accept(
    "n-ps-api",
    "ApiEnabled",
    permissions("<userPermissions><enabled>true</enabled><name>ApiEnabled</name></userPermissions>"),
  ),
  reject(
    "n-ps-missing-object",
    "an object that does not exist",
    permissions(
      "<objectPermissions><allowCreate>false</allowCreate><allowDelete>false</allowDelete><allowEdit>false</allowEdit><allowRead>true</allowRead><modifyAllRecords>false</modifyAllRecords><object>Ghost__c</object><viewAllRecords>false</viewAllRecords></objectPermissions>",
    ),
    "no customobject named ghost__c found",
  ),
  reject(
    "n-ps-edit-no-read",
    "edit without read",
    {
      ...thing(),
      ...permissions(
        "<objectPermissions><allowCreate>false</allowCreate><allowDelete>false</allowDelete><allowEdit>true</allowEdit><allowRead>false</allowRead><modifyAllRecords>false</modifyAllRecords><object>Thing__c</object><viewAllRecords>false</viewAllRecords></objectPermissions>",
      ),
    },
    "depends on permission(s): read thing__c",
  ),
  reject(
    "n-ps-missing-tab",
    "a tab that does not exist",
    permissions("<tabSettings><tab>Ghost__c</tab><visibility>Visible</visibility></tabSettings>"),
    "in field: tab - no customtab named ghost__c found",
  ),
  reject(
    "n-ps-tab-visibility",
    "a profile's visibility",
    permissions("<tabSettings><tab>standard-Case</tab><visibility>DefaultOn</visibility></tabSettings>"),
    "is not a valid value for the enum",
  ),
  reject(
    "n-ps-md-fls",
    "field permissions on a master-detail",
    {
      ...master(),
      ...permissions(
        "<fieldPermissions><editable>true</editable><field>Thing__c.Parent__c</field><readable>true</readable></fieldPermissions>",
      ),
    },
    "you cannot deploy to a required field: thing__c.parent__c",
  ),
  accept("n-ps-formula-edit", "an editable formula, as Salesforce's own samples ship them", {
    ...thing(),
    ...field("Calc__c", '<label>Calc</label><formula>"a"</formula><type>Text</type>'),
    ...permissions(
      "<fieldPermissions><editable>true</editable><field>Thing__c.Calc__c</field><readable>true</readable></fieldPermissions>",
    ),
  }),
  reject(
    "n-ps-custom-permission",
    "a custom permission that does not exist",
    permissions("<customPermissions><enabled>true</enabled><name>Ghost</name></customPermissions>"),
    "no custompermission named ghost found",
  ),
];

const tabs = `${region("f1", richText("r1"), "Facet")}${region("tabs", component("flexipage:tab", property("body", "f1") + property("title", "Standard.Tab.detail"), "t1"), "Facet")}`;
const pages: Case[] = [
  reject(
    "n-fx-unknown-component",
    "a standard component that does not exist",
    page("My_Page", region("main", component("flexipage:tabs"))),
    "we couldn't retrieve the design time component information for component flexipage:tabs",
  ),
  reject(
    "n-fx-undeployed",
    "a component that was not deployed",
    page("My_Page", region("main", component("c:ghost"))),
    "we couldn't retrieve the design time component information for component c:ghost",
  ),
  reject(
    "n-fx-template",
    "a template that does not exist",
    page("My_Page", region("main", richText("a")), "AppPage", "flexipage:ghostLayout"),
    "template flexipage:ghostlayout doesn't exist.",
  ),
  reject(
    "n-fx-no-identifier",
    "a component without an identifier",
    page(
      "My_Page",
      region(
        "main",
        "<itemInstances><componentInstance><componentName>flexipage:richText</componentName></componentInstance></itemInstances>",
      ),
    ),
    "required field is missing: identifier",
  ),
  reject(
    "n-fx-property",
    "a property of richText that does not exist",
    page("My_Page", region("main", richText("a", property("colour", "red")))),
    "invalid property [colour] in component [flexipage:richtext]",
  ),
  reject(
    "n-fx-property-type",
    "a property of type String",
    page("My_Page", region("main", richText("a", property("richTextValue", "x", "<type>String</type>")))),
    "'string' is not a valid value for the enum 'componentinstancepropertytypeenum'",
  ),
  reject(
    "n-fx-unused-facet",
    "a facet nobody uses",
    page("My_Page", region("main", richText("a")) + region("spare", richText("b"), "Facet")),
    "facet",
  ),
  reject(
    "n-fx-missing-facet",
    "a tabset without its facet",
    page("My_Page", region("main", component("flexipage:tabset", property("tabs", "ghost")))),
  ),
  accept(
    "n-fx-tabs",
    "tabs in facets",
    page("My_Page", tabs + region("main", component("flexipage:tabset", property("tabs", "tabs"), "s1"))),
  ),
  reject(
    "n-fx-name",
    "a page named with __c",
    page("Thing__c_Page", region("main", richText("a"))),
    "cannot create a new component with the namespace: thing",
  ),
  accept(
    "n-fx-description",
    "a page with a description",
    page(
      "My_Page",
      region("main", richText("a")),
      "AppPage",
      "flexipage:defaultAppHomeTemplate",
      "<description>Why</description>",
    ),
  ),
  reject(
    "n-fx-mode",
    "a mode that no parent enables",
    page("My_Page", region("main", richText("a"), "Region", "<mode>Replace</mode>")),
  ),
  reject("n-fx-object-field", "a field named by its object", {
    ...typed,
    ...page(
      "Thing_Page",
      region(
        "main",
        "<itemInstances><fieldInstance><fieldInstanceProperties><name>uiBehavior</name><value>none</value></fieldInstanceProperties><fieldItem>Thing__c.Note__c</fieldItem><identifier>n</identifier></fieldInstance></itemInstances>",
      ),
      "RecordPage",
      "flexipage:recordHomeTemplateDesktop",
      "<sobjectType>Thing__c</sobjectType>",
    ),
  }),
  accept("n-fx-utility", "a utility bar with decorators", {
    ...bundle(
      Card,
      undefined,
      "<isExposed>true</isExposed><targets><target>lightning__UtilityBar</target></targets>",
    ),
    ...page(
      "My_UtilityBar",
      region(
        "utilityItems",
        component(
          "c:card",
          property("label", "Card", "<type>decorator</type>") +
            property("icon", "case", "<type>decorator</type>") +
            property("height", "480", "<type>decorator</type>") +
            property("eager", "true", "<type>decorator</type>"),
        ),
      ) + region("backgroundComponents", "", "Background"),
      "UtilityBar",
      "one:utilityBarTemplateDesktop",
    ),
  }),
  accept(
    "n-fx-home",
    "a home page",
    page(
      "My_Home",
      region("top", richText("a")) + region("sidebar", richText("b")),
      "HomePage",
      "home:desktopTemplate",
    ),
  ),
  reject(
    "n-fx-home-region",
    "main on a home page",
    page("My_Home", region("main", richText("a")), "HomePage", "home:desktopTemplate"),
    "the 'main' region (type region) doesn't exist.",
  ),
  reject(
    "n-fx-target",
    "a component that is not exposed to app pages",
    {
      ...bundle(
        Card,
        undefined,
        "<isExposed>true</isExposed><targets><target>lightning__RecordPage</target></targets>",
      ),
      ...page("My_Page", region("main", component("c:card"))),
    },
    "design time component information",
  ),
  reject("n-fx-integer", "a word in an Integer property", {
    ...bundle(
      Card,
      undefined,
      onApp(
        '<targetConfigs><targetConfig targets="lightning__AppPage"><property name="title" type="Integer"/></targetConfig></targetConfigs>',
      ),
    ),
    ...page("My_Page", region("main", component("c:card", property("title", "many")))),
  }),
];

const components: Case[] = [
  reject(
    "n-lwc-label",
    "a label that does not exist",
    bundle(
      "import T from '@salesforce/label/c.Ghost';\nexport default class Card extends LightningElement { t = T; }",
    ),
    "invalid reference c.ghost of type label in file card.js",
  ),
  accept("n-lwc-label-found", "a label that does", {
    ...label(hello),
    ...bundle(
      "import T from '@salesforce/label/c.Hello';\nexport default class Card extends LightningElement { t = T; }",
    ),
  }),
  reject(
    "n-lwc-object",
    "an object that does not exist",
    bundle(
      "import G from '@salesforce/schema/Ghost__c';\nexport default class Card extends LightningElement { g = G; }",
    ),
    "invalid reference ghost__c of type sobjectclass in file card.js",
  ),
  accept(
    "n-lwc-parent-field",
    "a field of a parent",
    bundle(
      "import N from '@salesforce/schema/Case.Owner.Name';\nexport default class Card extends LightningElement { n = N; }",
    ),
  ),
  reject(
    "n-lwc-base-module",
    "a base module that does not exist",
    bundle(
      "import { x } from 'lightning/nope';\nexport default class Card extends LightningElement { x = x; }",
    ),
    "no module named markup://lightning:nope found",
  ),
  reject(
    "n-lwc-folder",
    "a bundle without its own file",
    {
      "lwc/card/kard.js": "export default 1;\n",
      "lwc/card/card.js-meta.xml": xml("LightningComponentBundle", "<isExposed>false</isExposed>"),
    },
    "no base file for markup://c:card",
  ),
  accept("n-lwc-no-version", "no apiVersion, exposed without targets", {
    ...bundle(Card),
    "lwc/card/card.js-meta.xml": xml("LightningComponentBundle", "<isExposed>true</isExposed>"),
  }),
  reject(
    "n-lwc-property",
    "a property the class does not have",
    bundle(
      Card,
      undefined,
      onApp(
        '<targetConfigs><targetConfig targets="lightning__AppPage"><property name="colour" type="String"/></targetConfig></targetConfigs>',
      ),
    ),
  ),
  reject(
    "n-lwc-target",
    "a target that does not exist",
    bundle(Card, undefined, "<isExposed>true</isExposed><targets><target>lightning__Moon</target></targets>"),
  ),
  reject(
    "n-lwc-else-alone",
    "lwc:else without lwc:if",
    bundle(Card, "<template><template lwc:else><p>x</p></template></template>"),
  ),
  reject(
    "n-lwc-no-key",
    "an iteration without keys",
    bundle(
      "export default class Card extends LightningElement { rows = []; }",
      '<template><template for:each={rows} for:item="row"><p>{row}</p></template></template>',
    ),
  ),
  reject(
    "n-lwc-permission",
    "a custom permission that does not exist",
    bundle(
      "import G from '@salesforce/customPermission/Ghost';\nexport default class Card extends LightningElement { g = G; }",
    ),
  ),
  reject("n-lwc-script", "a script that does not parse", bundle("export default class Card extends {")),
];

const channel: Files = {
  "platformEventChannels/Sync__chn.platformEventChannel-meta.xml": xml(
    "PlatformEventChannel",
    "<channelType>data</channelType><label>Sync</label>",
  ),
};
const events: Case[] = [
  accept("n-cdc-default", "Account on the standard channel", member("")),
  accept("n-cdc-custom-object", "a custom object's events", {
    ...thing(),
    ...member("", "Thing__ChangeEvent"),
  }),
  accept(
    "n-cdc-enriched",
    "enriched by whole fields",
    member(
      "<enrichedFields><name>BillingAddress</name></enrichedFields><enrichedFields><name>OwnerId</name></enrichedFields>",
    ),
  ),
  reject(
    "n-cdc-enriched-ghost",
    "enriched by a missing field",
    member("<enrichedFields><name>Ghost__c</name></enrichedFields>"),
    "the selected field, ghost__c, isn't valid",
  ),
  accept(
    "n-cdc-filter",
    "equality, IN and LIKE",
    filter("Industry = 'Energy' AND (Name LIKE 'A%' OR Type IN ('Customer', 'Partner'))"),
  ),
  accept("n-cdc-filter-address", "a part of an address", filter("BillingAddress.City = 'Oslo'")),
  accept("n-cdc-filter-lower", "LOWER", filter("LOWER(Name) = 'acme'")),
  accept("n-cdc-filter-null", "not null", filter("Industry != null")),
  accept("n-cdc-filter-number", "a range of numbers", filter("NumberOfEmployees > 100")),
  reject(
    "n-cdc-filter-where",
    "WHERE",
    filter("WHERE Industry = 'Energy'"),
    "filter expression has syntax errors: unexpected token: 'where'",
  ),
  reject("n-cdc-filter-isblank", "ISBLANK", filter("ISBLANK(Name)"), "syntax error"),
  reject(
    "n-cdc-filter-deleted",
    "IsDeleted",
    filter("IsDeleted = false"),
    "isdeleted field in the filter expression is invalid",
  ),
  reject(
    "n-cdc-filter-ghost",
    "a missing field",
    filter("Ghost__c = 'x'"),
    "ghost__c field in the filter expression is invalid",
  ),
  reject(
    "n-cdc-filter-whole-address",
    "the whole address",
    filter("BillingAddress = 'Oslo'"),
    "compound field billingaddress has to be used with a component field in a filter expression",
  ),
  reject(
    "n-cdc-unknown-channel",
    "a channel that does not exist",
    {
      "platformEventChannelMembers/M.platformEventChannelMember-meta.xml": xml(
        "PlatformEventChannelMember",
        "<eventChannel>Ghost__chn</eventChannel><selectedEntity>AccountChangeEvent</selectedEntity>",
      ),
    },
    "unable to find the specified channel",
  ),
  reject(
    "n-cdc-element",
    "an element members do not have",
    member("<label>x</label>"),
    "label invalid at this location in type platformeventchannelmember",
  ),
  accept("n-cdc-custom-channel", "a member of a channel of one's own", {
    ...channel,
    "platformEventChannelMembers/Sync_chn_AccountChangeEvent.platformEventChannelMember-meta.xml": xml(
      "PlatformEventChannelMember",
      "<eventChannel>Sync__chn</eventChannel><selectedEntity>AccountChangeEvent</selectedEntity>",
    ),
  }),
  reject("n-chn-name", "a channel that does not end with __chn", {
    "platformEventChannels/Sync.platformEventChannel-meta.xml": xml(
      "PlatformEventChannel",
      "<channelType>data</channelType><label>Sync</label>",
    ),
  }),
  reject(
    "n-chn-label",
    "a channel without a label",
    {
      "platformEventChannels/Sync__chn.platformEventChannel-meta.xml": xml(
        "PlatformEventChannel",
        "<channelType>data</channelType>",
      ),
    },
    "required field is missing: label",
  ),
];

const folders: Files = {
  "reports/Things.reportFolder-meta.xml": xml("ReportFolder", "<name>Things</name>"),
};
const report = (body: string): Files => ({
  ...folders,
  "reports/Things/R.report-meta.xml": xml(
    "Report",
    `<columns><field>CASE_NUMBER</field></columns>${body}<name>R</name><reportType>CaseList</reportType>`,
  ),
});
const rest: Case[] = [
  accept("n-app-console", "a console app with a mapping and a home page of its own", {
    ...page("My_Home", region("top", richText("a")), "HomePage", "home:desktopTemplate"),
    "applications/Desk.app-meta.xml": xml(
      "CustomApplication",
      "<actionOverrides><actionName>Tab</actionName><content>My_Home</content><formFactor>Large</formFactor><skipRecordTypeSelect>false</skipRecordTypeSelect><type>Flexipage</type><pageOrSobjectType>standard-home</pageOrSobjectType></actionOverrides><formFactors>Large</formFactors><label>Desk</label><navType>Console</navType><tabs>standard-home</tabs><tabs>standard-Case</tabs><uiType>Lightning</uiType><workspaceConfig><mappings><tab>standard-home</tab></mappings><mappings><fieldName>AccountId</fieldName><tab>standard-Case</tab></mappings></workspaceConfig>",
    ),
  }),
  reject(
    "n-app-override-ghost",
    "an override with a page that does not exist",
    app(
      "<actionOverrides><actionName>View</actionName><content>Ghost</content><formFactor>Large</formFactor><skipRecordTypeSelect>false</skipRecordTypeSelect><type>Flexipage</type><pageOrSobjectType>Case</pageOrSobjectType></actionOverrides><tabs>standard-Case</tabs>",
    ),
    "ghost does not exist or is not a valid override for action view",
  ),
  accept("n-eca-policies", "an external client app with its policies", {
    "externalClientApps/Sync.eca-meta.xml": xml(
      "ExternalClientApplication",
      "<contactEmail>ops@example.com</contactEmail><distributionState>Local</distributionState><label>Sync</label>",
    ),
    "extlClntAppPolicies/Sync.ecaPlcy-meta.xml": xml(
      "ExtlClntAppConfigurablePolicies",
      "<externalClientApplication>Sync</externalClientApplication><isEnabled>true</isEnabled><label>Sync</label>",
    ),
    "extlClntAppOauthPolicies/Sync.ecaOauthPlcy-meta.xml": xml(
      "ExtlClntAppOauthConfigurablePolicies",
      "<externalClientApplication>Sync</externalClientApplication><label>Sync</label><permittedUsersPolicyType>AdminApprovedPreAuthorized</permittedUsersPolicyType>",
    ),
  }),
  reject(
    "n-cdc-duplicate",
    "the same event twice on a channel",
    {
      ...member(""),
      "platformEventChannelMembers/Again.platformEventChannelMember-meta.xml": xml(
        "PlatformEventChannelMember",
        "<eventChannel>ChangeEvents</eventChannel><selectedEntity>AccountChangeEvent</selectedEntity>",
      ),
    },
    "duplicate_value",
  ),
  accept("n-obj-common-name", "an object called Application__c", {
    "objects/Application__c/Application__c.object-meta.xml": thing()[
      "objects/Thing__c/Thing__c.object-meta.xml"
    ] as string,
  }),
  accept("n-cmt", "a custom metadata type and its record", {
    "objects/Rate__mdt/Rate__mdt.object-meta.xml": xml(
      "CustomObject",
      "<label>Rate</label><pluralLabel>Rates</pluralLabel><visibility>Public</visibility>",
    ),
    ...field(
      "Value__c",
      "<fieldManageability>DeveloperControlled</fieldManageability><label>Value</label><precision>5</precision><scale>2</scale><type>Number</type>",
      "Rate__mdt",
    ),
    "customMetadata/Rate.Low.md-meta.xml":
      '<?xml version="1.0" encoding="UTF-8"?>\n<CustomMetadata xmlns="http://soap.sforce.com/2006/04/metadata" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema"><label>Low</label><protected>false</protected><values><field>Value__c</field><value xsi:type="xsd:double">1.5</value></values></CustomMetadata>',
  }),
  accept("n-flow", "a flow, which is kept and not run", {
    "flows/F.flow-meta.xml": xml(
      "Flow",
      "<apiVersion>62.0</apiVersion><label>F</label><processType>AutoLaunchedFlow</processType><start><locationX>50</locationX><locationY>0</locationY></start><status>Draft</status>",
    ),
  }),
  accept("n-layout", "a layout with a related list", {
    ...thing(),
    ...text("Note__c"),
    "layouts/Thing__c-Thing Layout.layout-meta.xml": xml(
      "Layout",
      "<layoutSections><customLabel>false</customLabel><detailHeading>false</detailHeading><editHeading>true</editHeading><label>Information</label><layoutColumns><layoutItems><behavior>Required</behavior><field>Name</field></layoutItems><layoutItems><behavior>Edit</behavior><field>Note__c</field></layoutItems></layoutColumns><layoutColumns/><style>TwoColumnsTopToBottom</style></layoutSections>",
    ),
  }),
  reject(
    "n-layout-ghost",
    "a layout over a missing field",
    {
      ...thing(),
      "layouts/Thing__c-Thing Layout.layout-meta.xml": xml(
        "Layout",
        "<layoutSections><layoutColumns><layoutItems><behavior>Edit</behavior><field>Ghost__c</field></layoutItems></layoutColumns><style>OneColumn</style></layoutSections>",
      ),
    },
    "no customfield named thing__c.ghost__c found",
  ),
  accept("n-psg", "a permission set group", {
    ...permissions(""),
    "permissionsetgroups/All.permissionsetgroup-meta.xml": xml(
      "PermissionSetGroup",
      "<label>All</label><permissionSets>Thing_Users</permissionSets>",
    ),
  }),
  accept("n-settings", "case settings", {
    "settings/Case.settings-meta.xml": xml("CaseSettings", "<enableCaseFeed>true</enableCaseFeed>"),
  }),
  reject(
    "n-tab-no-label",
    "a web tab without a label",
    {
      "tabs/Web.tab-meta.xml": xml(
        "CustomTab",
        "<motif>Custom39: Telescope</motif><url>https://example.com</url><urlEncodingKey>UTF-8</urlEncodingKey>",
      ),
    },
    "master label must be provided for non-custom object tabs",
  ),
  reject("n-tab-object-label", "an object tab with a label", {
    ...thing(),
    "tabs/Thing__c.tab-meta.xml": xml(
      "CustomTab",
      "<customObject>true</customObject><label>Thing</label><motif>Custom39: Telescope</motif>",
    ),
  }),
  reject(
    "n-tab-page",
    "a tab of a page that does not exist",
    {
      "tabs/P.tab-meta.xml": xml(
        "CustomTab",
        "<flexiPage>Ghost</flexiPage><label>P</label><motif>Custom39: Telescope</motif>",
      ),
    },
    "in field: flexipage - no flexipage named ghost found",
  ),
  reject(
    "n-app-tab",
    "a tab the org does not have",
    app("<tabs>Ghost</tabs>"),
    "no customtab named ghost found",
  ),
  reject(
    "n-app-formfactor",
    "LARGE in capitals",
    {
      "applications/A.app-meta.xml": xml(
        "CustomApplication",
        "<formFactors>LARGE</formFactors><label>A</label><navType>Standard</navType><uiType>Lightning</uiType>",
      ),
    },
    "is not a valid value for the enum 'formfactor'",
  ),
  accept(
    "n-app-plain",
    "an app with standard tabs",
    app("<tabs>standard-home</tabs><tabs>standard-Case</tabs>"),
  ),
  reject(
    "n-lbl-no-language",
    "a label without a language",
    label("<protected>false</protected><shortDescription>x</shortDescription><value>x</value>"),
    "required field is missing: language",
  ),
  reject(
    "n-lbl-no-protected",
    "a label without protected",
    label("<language>en_US</language><shortDescription>x</shortDescription><value>x</value>"),
    "required field is missing: protected",
  ),
  reject(
    "n-lbl-value-1001",
    "a value of 1,001 characters",
    label(
      `<language>en_US</language><protected>false</protected><shortDescription>x</shortDescription><value>${"v".repeat(1001)}</value>`,
    ),
  ),
  reject("n-tr-label-766", "a translation of 766 characters", {
    ...label(hello),
    "translations/de.translation-meta.xml": xml(
      "Translations",
      `<customLabels><label>${"h".repeat(766)}</label><name>Hello</name></customLabels>`,
    ),
  }),
  reject("n-ot-namefield-81", "a translated name field of 81 characters", {
    ...thing(),
    "objectTranslations/Thing__c-de/Thing__c-de.objectTranslation-meta.xml": xml(
      "CustomObjectTranslation",
      `<nameFieldLabel>${"n".repeat(81)}</nameFieldLabel>`,
    ),
  }),
  reject(
    "n-rtp-inner-after-outer",
    "an inner join after an outer one",
    reportType(
      "<join><join><outerJoin>false</outerJoin><relationship>Cases</relationship></join><outerJoin>true</outerJoin><relationship>Contacts</relationship></join>",
    ),
  ),
  reject("n-rtp-relationship", "an object's name where its relationship belongs", {
    ...thing(),
    ...lookup(""),
    ...reportType("<join><outerJoin>true</outerJoin><relationship>Thing__c</relationship></join>"),
  }),
  reject(
    "n-rtp-column",
    "a column of a missing field",
    reportType(
      "<sections><columns><checkedByDefault>true</checkedByDefault><field>Ghost__c</field><table>Account</table></columns><masterLabel>A</masterLabel></sections>",
    ),
  ),
  accept(
    "n-rep-criteria",
    "criteria with logic",
    report(
      "<filter><booleanFilter>1 OR 2</booleanFilter><criteriaItems><column>SUBJECT</column><operator>contains</operator><value>x</value></criteriaItems><criteriaItems><column>STATUS</column><operator>equals</operator><value>New</value></criteriaItems></filter><format>Tabular</format>",
    ),
  ),
  reject("n-rep-type", "a report type that does not exist", {
    ...folders,
    "reports/Things/R.report-meta.xml": xml(
      "Report",
      "<format>Tabular</format><name>R</name><reportType>Ghost__c</reportType>",
    ),
  }),
  reject(
    "n-rep-tabular-grouping",
    "a tabular report with a grouping",
    report(
      "<format>Tabular</format><groupingsDown><dateGranularity>Day</dateGranularity><field>STATUS</field><sortOrder>Asc</sortOrder></groupingsDown>",
    ),
  ),
  reject(
    "n-dash-report",
    "a dashboard over a missing report",
    {
      "dashboards/Things.dashboardFolder-meta.xml": xml("DashboardFolder", "<name>Things</name>"),
      "dashboards/Things/D.dashboard-meta.xml": xml(
        "Dashboard",
        "<backgroundEndColor>#FFFFFF</backgroundEndColor><backgroundFadeDirection>Diagonal</backgroundFadeDirection><backgroundStartColor>#FFFFFF</backgroundStartColor><dashboardGridLayout><dashboardGridComponents><colSpan>3</colSpan><columnIndex>0</columnIndex><dashboardComponent><autoselectColumnsFromReport>true</autoselectColumnsFromReport><componentType>Metric</componentType><report>Things/Ghost</report></dashboardComponent><rowIndex>0</rowIndex><rowSpan>3</rowSpan></dashboardGridComponents><numberOfColumns>12</numberOfColumns><rowHeight>36</rowHeight></dashboardGridLayout><isGridLayout>true</isGridLayout><textColor>#000000</textColor><title>D</title><titleColor>#000000</titleColor><titleSize>12</titleSize>",
      ),
    },
    "no report named things/ghost found",
  ),
  reject(
    "n-que-members",
    "queue members by the docs' wrong name",
    {
      "queues/Tier_1.queue-meta.xml": xml(
        "Queue",
        "<name>Tier 1</name><queueMembers><rolesAndSubordinates><roleAndSubordinate>CEO</roleAndSubordinate></rolesAndSubordinates></queueMembers>",
      ),
    },
    "rolesandsubordinates invalid at this location in type queuemembers",
  ),
  accept("n-que", "a queue for cases", {
    "queues/Tier_1.queue-meta.xml": xml(
      "Queue",
      "<doesSendEmailToMembers>false</doesSendEmailToMembers><name>Tier 1</name><queueSobject><sobjectType>Case</sobjectType></queueSobject>",
    ),
  }),
  reject(
    "n-qa-feed",
    "an action without optionsCreateFeedItem",
    {
      ...bundle(
        Card,
        undefined,
        "<isExposed>true</isExposed><targets><target>lightning__RecordAction</target></targets>",
      ),
      "quickActions/Case.Do_It.quickAction-meta.xml": xml(
        "QuickAction",
        "<label>Do it</label><lightningWebComponent>card</lightningWebComponent><type>LightningWebComponent</type>",
      ),
    },
    "required field is missing: optionscreatefeeditem",
  ),
  reject("n-qa-ghost", "an action of a missing component", {
    "quickActions/Case.Do_It.quickAction-meta.xml": xml(
      "QuickAction",
      "<label>Do it</label><lightningWebComponent>ghost</lightningWebComponent><optionsCreateFeedItem>false</optionsCreateFeedItem><type>LightningWebComponent</type>",
    ),
  }),
  accept("n-cnt", "a custom notification type", {
    "notificationtypes/N.notiftype-meta.xml": xml(
      "CustomNotificationType",
      "<customNotifTypeName>N</customNotifTypeName><desktop>true</desktop><masterLabel>N</masterLabel><mobile>true</mobile>",
    ),
  }),
  reject(
    "n-cp-no-label",
    "a custom permission without a label",
    {
      "customPermissions/P.customPermission-meta.xml": xml(
        "CustomPermission",
        "<isLicensed>false</isLicensed>",
      ),
    },
    "required field is missing: label",
  ),
];

export const neighbours: Case[] = [
  ...objects,
  ...fields,
  ...rules,
  ...views,
  ...access,
  ...pages,
  ...components,
  ...events,
  ...rest,
];
