/** Lightning pages and components: what is known of them, once taken and once refused. */
import {
  xml,
  richText,
  region,
  page,
  component,
  property,
  bundle,
  Card,
  onApp,
  accept,
  reject,
  type Case,
  type Files,
} from "../components.ts";

const cases: Case[] = [];
const a = (id: string, f: Files): void => void cases.push(accept(id, id, f));
const r = (id: string, f: Files, ...m: string[]): void => void cases.push(reject(id, id, f, ...m));
const P = (regions: string, more = "", o = "Case") =>
  page(
    "My_Record",
    regions,
    "RecordPage",
    "flexipage:recordHomeTemplateDesktop",
    more + `<sobjectType>${o}</sobjectType>`,
  );
const regs = (main: string, header = component("force:highlightsPanel", "", "hp"), side = "") =>
  region("header", header) + region("main", main) + region("sidebar", side);
// flexipages
const std =
  `force:detailPanel force:relatedListContainer forceChatter:recordFeedContainer forceChatter:exposedFeed runtime_sales_activities:activityPanel force:relatedListQuickLinksContainer force:relatedListSingleContainer flexipage:filterListCard lst:dynamicRelatedList record_flexipage:dynamicHighlights flexipage:recentItems flexipage:reportChart flexipage:richText flexipage:visualforcePage flowruntime:interview runtime_sales_pathassistant:pathAssistant console:relatedRecord support:caseComments forceKnowledge:articleSearchDesktop runtime_sales_merge:mergeCandidatesPreviewCard runtime_service_caseteam:caseTeam flexipage:accordion home:assistant home:eventContainer home:topDealsContainer desktopDashboards:embeddedDashboard flexipage:availableActionsForRecord runtime_sales_emailtemplateui:emailTemplate force:highlightsPanel forceChatter:publisher wave:waveDashboard milestones:milestoneTracker entitlement:milestones force:recordDetailPanelMobile flexipage:listView`.split(
    " ",
  );
for (const s of std) a("fx-std-" + s, P(regs(component(s, "", "x"))));
for (const s of ["flexipage:ghost", "force:ghostPanel", "home:ghost", "acme:card", "c:ghost", "ghost"])
  r(
    "fx-ghost-" + s,
    P(regs(component(s, "", "x"))),
    "we couldn't retrieve the design time component information for component " + s.toLowerCase(),
  );
for (const [t = "", ...names] of [
  ["flexipage:defaultAppHomeTemplate", "main"],
  ["flexipage:appHomeTemplateTwoColumns", "column1", "column2"],
  ["flexipage:appHomeTemplateThreeColumns", "region1", "region2", "region3"],
  ["flexipage:appHomeTemplateHeaderTwoColumns", "region1", "region2", "region3"],
  ["flexipage:appHomeTemplateHeaderTwoColumnsEqualWidth", "region1", "region2", "region3"],
  ["flexipage:appHomeTemplateTwoColumnsStacked", "region1", "region2", "region3"],
  ["flexipage:appHomeTemplateHeaderTwoColumnsLeftSidebar", "region1", "region2", "region3"],
]) {
  a("fx-tpl-" + t, page("My_App", names.map((name) => region(name, "")).join(""), "AppPage", t));
  r(
    "fx-tpl-region-" + t,
    page("My_App", region("left", ""), "AppPage", t),
    "the 'left' region (type region) doesn't exist",
  );
}
const record = (t: string, names: string[]) =>
  page(
    "My_App",
    names.map((name) => region(name, "")).join(""),
    "RecordPage",
    t,
    "<sobjectType>Case</sobjectType>",
  );
for (const [t = "", ...names] of [
  ["flexipage:recordHomeTemplateDesktop", "header", "main", "sidebar"],
  ["flexipage:recordHomeThreeColTemplateDesktop", "leftsidebar", "main", "rightsidebar"],
  ["flexipage:recordHomeThreeColHeaderTemplateDesktop", "header", "leftsidebar", "main", "rightsidebar"],
  ["flexipage:recordHomeLeftSidebarTemplateDesktop", "header", "sidebar", "main"],
  ["flexipage:recordHomeTwoColEqualHeaderTemplateDesktop", "header", "leftcol", "rightcol"],
  ["flexipage:recordHomeSingleColTemplateDesktop", "header", "main"],
  ["flexipage:recordHomeSingleColNoHeaderTemplateDesktop", "main"],
  ["flexipage:recordHomeSimpleViewTemplate", "header", "main"],
  ["flexipage:recordHomeWithSubheaderTemplateDesktop", "header", "subheader", "main", "sidebar"],
  ["flexipage:recordHomeWithSubheaderLeftSidebarTemplateDesktop", "header", "subheader", "sidebar", "main"],
]) {
  a("fx-rtpl-" + t, record(t, names));
  for (const name of ["leftbar", "Main", "right"])
    r(`fx-rtpl-${name}-${t}`, record(t, [name]), `the '${name}' region (type region) doesn't exist`);
}
r(
  "fx-rtpl-three-header",
  record("flexipage:recordHomeThreeColTemplateDesktop", ["header"]),
  "the 'header' region (type region) doesn't exist",
);
for (const t of ["home:desktopTemplate", "home:desktopTemplateHeaderThreeColumns"])
  a("fx-htpl-" + t, page("My_Home", region("top", ""), "HomePage", t));
// what only looks like a template: each of these was refused by a real org, or is our own invention
for (const [type = "", ...names] of [
  [
    "AppPage",
    "flexipage:appHomeTemplate",
    "flexipage:appHomeTemplateDesktop",
    "flexipage:appHomeTemplateDesktop_3",
    "flexipage:appHomeTemplateThreeColumn",
    "flexipage:appHomeTemplateHeaderOneColumn",
    "flexipage:appHomeTemplateHeaderTwoEqualColumns",
    "flexipage:appHomeTemplatePinnedHeaderTwoColumns",
    "flexipage:defaultAppHomeTemplateDesktop",
  ],
  [
    "RecordPage",
    "flexipage:recordHomeFantasyTemplateDesktop",
    "flexipage:recordHomeTwoColTemplateDesktop",
    "flexipage:recordHomeTemplateDesktop2",
    "flexipage:recordHomeTemplateMobile",
    "flexipage:recordHomeTemplate",
    "flexipage:recordhometemplatedesktop",
    "record:recordHomeTemplateDesktop",
  ],
  ["HomePage", "home:desktopTemplateHeaderTwoColumns", "home:threeColumnsTemplate", "home:desktopLayout"],
  ["UtilityBar", "one:utilityBarTemplateMobile", "one:utilityBarTemplate"],
])
  for (const t of names)
    r(
      "fx-tpl-ghost-" + t,
      page("My_App", "", type, t, type === "RecordPage" ? "<sobjectType>Case</sobjectType>" : ""),
      `template ${t.toLowerCase()} doesn't exist`,
    );
r(
  "fx-tpl-ghost",
  page("My_App", region("main", ""), "AppPage", "flexipage:ghostTemplate"),
  "template flexipage:ghosttemplate doesn't exist",
);
r("fx-tpl-wrongtype", page("My_App", region("main", ""), "AppPage", "flexipage:recordHomeTemplateDesktop"));
r(
  "fx-no-master",
  {
    "flexipages/P.flexipage-meta.xml": xml(
      "FlexiPage",
      region("main", "") +
        "<template><name>flexipage:defaultAppHomeTemplate</name></template><type>AppPage</type>",
    ),
  },
  "required field is missing: masterlabel",
);
r(
  "fx-no-type",
  {
    "flexipages/P.flexipage-meta.xml": xml(
      "FlexiPage",
      region("main", "") +
        "<masterLabel>x</masterLabel><template><name>flexipage:defaultAppHomeTemplate</name></template>",
    ),
  },
  "required field is missing: type",
);
r(
  "fx-region-type",
  page("My_App", region("main", "", "Area")),
  "is not a valid value for the enum 'flexipageregiontype'",
);
a(
  "fx-field",
  P(
    regs(
      `<itemInstances><componentInstance><componentInstanceProperties><name>columns</name><value>Facet-cols</value></componentInstanceProperties><componentInstanceProperties><name>label</name><value>Info</value></componentInstanceProperties><componentInstanceProperties><name>horizontalAlignment</name><value>false</value></componentInstanceProperties><componentName>flexipage:fieldSection</componentName><identifier>fs</identifier></componentInstance></itemInstances>`,
    ) +
      region("Facet-cols", component("flexipage:column", property("body", "Facet-col1"), "col1"), "Facet") +
      region(
        "Facet-col1",
        `<itemInstances><fieldInstance><fieldInstanceProperties><name>uiBehavior</name><value>readonly</value></fieldInstanceProperties><fieldItem>Record.Subject</fieldItem><identifier>RecordSubject</identifier></fieldInstance></itemInstances><itemInstances><fieldInstance><fieldInstanceProperties><name>uiBehavior</name><value>none</value></fieldInstanceProperties><fieldItem>Record.OwnerId</fieldItem><identifier>RecordOwnerId</identifier><visibilityRule><criteria><leftValue>{!Record.Status}</leftValue><operator>EQUAL</operator><rightValue>New</rightValue></criteria></visibilityRule></fieldInstance></itemInstances>`,
        "Facet",
      ),
  ),
);
const fi = (body: string) =>
  P(regs(`<itemInstances><fieldInstance>${body}<identifier>f1</identifier></fieldInstance></itemInstances>`));
r("fx-ui-none", fi("<fieldItem>Record.Subject</fieldItem>"));
r(
  "fx-ui-bad",
  fi(
    "<fieldInstanceProperties><name>uiBehavior</name><value>hidden</value></fieldInstanceProperties><fieldItem>Record.Subject</fieldItem>",
  ),
);
r(
  "fx-field-noitem",
  fi("<fieldInstanceProperties><name>uiBehavior</name><value>none</value></fieldInstanceProperties>"),
  "required field is missing: fielditem",
);
r(
  "fx-field-bare",
  fi(
    "<fieldInstanceProperties><name>uiBehavior</name><value>none</value></fieldInstanceProperties><fieldItem>Subject</fieldItem>",
  ),
);
a(
  "fx-field-parent",
  fi(
    "<fieldInstanceProperties><name>uiBehavior</name><value>readonly</value></fieldInstanceProperties><fieldItem>Record.Account.Name</fieldItem>",
  ),
);
a(
  "fx-vis",
  P(
    regs(
      component(
        "flexipage:richText",
        property("decorate", "true") + property("richTextValue", "&lt;p&gt;x&lt;/p&gt;"),
        "rt",
      ).replace(
        "</componentInstance>",
        "<visibilityRule><booleanFilter>1 AND (2 OR 3)</booleanFilter><criteria><leftValue>{!Record.Status}</leftValue><operator>NE</operator><rightValue>Closed</rightValue></criteria><criteria><leftValue>{!$User.Profile.Name}</leftValue><operator>EQUAL</operator><rightValue>x</rightValue></criteria><criteria><leftValue>{!$Client.FormFactor}</leftValue><operator>EQUAL</operator><rightValue>Large</rightValue></criteria></visibilityRule></componentInstance>",
      ),
    ),
  ),
);
r(
  "fx-vis-ghost",
  P(
    regs(
      component("flexipage:richText", "", "rt").replace(
        "</componentInstance>",
        "<visibilityRule><criteria><leftValue>{!Record.Ghost__c}</leftValue><operator>NE</operator><rightValue>Closed</rightValue></criteria></visibilityRule></componentInstance>",
      ),
    ),
  ),
);
a(
  "fx-valuelist",
  P(
    regs(
      component(
        "force:highlightsPanel",
        "<componentInstanceProperties><name>actionNames</name><valueList><valueListItems><value>Case.Close</value></valueListItems><valueListItems><value>Edit</value><visibilityRule><criteria><leftValue>{!Record.IsClosed}</leftValue><operator>EQUAL</operator><rightValue>false</rightValue></criteria></visibilityRule></valueListItems></valueList></componentInstanceProperties>" +
          property("collapsed", "false") +
          property("enableActionsConfiguration", "false") +
          property("numVisibleActions", "3"),
        "hp2",
      ),
    ),
  ),
);
r("fx-unused-facet", P(regs("") + region("Facet-x", richText("x"), "Facet")));
r(
  "fx-facet-twice",
  P(
    regs(
      component("flexipage:tabset", property("tabs", "Facet-t"), "ts1") +
        component("flexipage:tabset", property("tabs", "Facet-t"), "ts2"),
    ) +
      region("Facet-t", component("flexipage:tab", property("title", "Standard.Tab.detail"), "t1"), "Facet"),
  ),
);
r("fx-identifier-121", page("My_App", region("main", richText("i".repeat(121)))));
r(
  "fx-region-nested-facet-ghost",
  P(regs(component("flexipage:tabset", property("tabs", "Facet-ghost"), "ts1"))),
);
a("fx-empty-main", page("My_App", region("main", "")));
r("fx-record-no-object", page("My_R", regs(""), "RecordPage", "flexipage:recordHomeTemplateDesktop"));
r("fx-object-ghost", P(regs(""), "", "Ghost__c"));
r("fx-name-c", page("My__c", region("main", "")));
a("fx-util", {
  "flexipages/U.flexipage-meta.xml": xml(
    "FlexiPage",
    region(
      "utilityItems",
      component(
        "flexipage:recentItems",
        `<componentInstanceProperties><name>label</name><type>decorator</type><value>Recent</value></componentInstanceProperties><componentInstanceProperties><name>entityNames</name><value>[Case]</value></componentInstanceProperties>`,
        "r",
      ),
    ) +
      region("backgroundComponents", "", "Background") +
      `<masterLabel>U</masterLabel><template><name>one:utilityBarTemplateDesktop</name><properties><name>isLeftAligned</name><value>true</value></properties></template><type>UtilityBar</type>`,
  ),
});
for (const u of [
  "console:history",
  "macros:macroUtilityItem",
  "notes:notesUtilityItem",
  "opencti:softPhone",
  "omnichannel:omniWidget",
  "runtime_service_omnichannel:omniWidget",
  "flexipage:reportChart",
  "forceChatter:exposedFeed",
  "runtime_sales_activities:todayTaskContainer",
  "flexipage:filterListCard",
  "flexipage:richText",
  "console:keyboardShortcuts",
  "flexipage:recentItems",
  "flowruntime:interview",
])
  a("fx-util-" + u, {
    "flexipages/U.flexipage-meta.xml": xml(
      "FlexiPage",
      region("utilityItems", component(u, "", "r")) +
        region("backgroundComponents", "", "Background") +
        `<masterLabel>U</masterLabel><template><name>one:utilityBarTemplateDesktop</name></template><type>UtilityBar</type>`,
    ),
  });
r(
  "fx-util-region",
  {
    "flexipages/U.flexipage-meta.xml": xml(
      "FlexiPage",
      region("main", "") +
        `<masterLabel>U</masterLabel><template><name>one:utilityBarTemplateDesktop</name></template><type>UtilityBar</type>`,
    ),
  },
  "the 'main' region (type region) doesn't exist",
);
r(
  "fx-lwc-not-exposed",
  { ...bundle(Card), ...page("My_App", region("main", component("c:card"))) },
  "we couldn't retrieve the design time component information for component c:card",
);
a("fx-lwc", {
  ...bundle(
    Card,
    undefined,
    onApp(
      '<targetConfigs><targetConfig targets="lightning__AppPage"><property name="title" type="String"/></targetConfig></targetConfigs>',
    ),
  ),
  ...page("My_App", region("main", component("card", property("title", "x")))),
});
// lwc
a(
  "lwc-all-targets",
  bundle(
    Card,
    undefined,
    `<isExposed>true</isExposed><masterLabel>Card</masterLabel><description>x</description><targets><target>lightning__AppPage</target><target>lightning__RecordPage</target><target>lightning__HomePage</target><target>lightning__UtilityBar</target><target>lightning__Tab</target><target>lightning__FlowScreen</target><target>lightning__RecordAction</target><target>lightningCommunity__Page</target><target>lightningCommunity__Default</target></targets><targetConfigs><targetConfig targets="lightning__RecordPage"><objects><object>Case</object></objects><property name="title" type="String" label="T" default="x" required="true" description="d" placeholder="p"/><supportedFormFactors><supportedFormFactor type="Small"/><supportedFormFactor type="Large"/></supportedFormFactors></targetConfig><targetConfig targets="lightning__RecordAction"><actionType>ScreenAction</actionType></targetConfig><targetConfig targets="lightning__FlowScreen" configurationEditor="c-card"><property name="title" type="String" role="inputOnly"/></targetConfig></targetConfigs>`,
  ),
);
a("lwc-imports", {
  ...bundle(
    `import { getRecord, getFieldValue } from 'lightning/uiRecordApi';\nimport { NavigationMixin } from 'lightning/navigation';\nimport { ShowToastEvent } from 'lightning/platformShowToastEvent';\nimport Id from '@salesforce/user/Id';\nimport LANG from '@salesforce/i18n/lang';\nimport SUBJECT from '@salesforce/schema/Case.Subject';\nimport OWNER from '@salesforce/schema/Case.Owner.Name';\nimport CASE from '@salesforce/schema/Case';\nimport FF from '@salesforce/client/formFactor';\nimport { gql, graphql } from 'lightning/uiGraphQLApi';\nimport { publish, MessageContext } from 'lightning/messageService';\nimport { refreshApex } from '@salesforce/apex';\nimport { loadScript } from 'lightning/platformResourceLoader';\nimport { subscribe } from 'lightning/empApi';\nimport { CurrentPageReference } from 'lightning/navigation';\nimport LightningConfirm from 'lightning/confirm';\nimport LightningModal from 'lightning/modal';\nimport { RefreshEvent } from 'lightning/refresh';\nimport { EnclosingTabId } from 'lightning/platformWorkspaceApi';\nimport basePath from '@salesforce/community/basePath';\nimport isGuest from '@salesforce/user/isGuest';\nimport hasView from '@salesforce/userPermission/ViewSetup';\nimport { notifyRecordUpdateAvailable } from 'lightning/uiRecordApi';\nimport { log } from 'lightning/logger';\nimport { gql as g2, graphql as gr2 } from 'lightning/graphql';\nimport { CloseActionScreenEvent } from 'lightning/actions';\nimport { getListUi } from 'lightning/uiListApi';\nimport { getObjectInfo } from 'lightning/uiObjectInfoApi';\nimport { getRelatedListRecords } from 'lightning/uiRelatedListApi';\nimport { FlowAttributeChangeEvent } from 'lightning/flowSupport';\nimport { createMessageContext } from 'lightning/messageService';\nexport default class Card extends NavigationMixin(LightningElement) { @api title; x = [getRecord, getFieldValue, ShowToastEvent, Id, LANG, SUBJECT, OWNER, CASE, FF, gql, graphql, publish, MessageContext, refreshApex, loadScript, subscribe, CurrentPageReference, LightningConfirm, LightningModal, RefreshEvent, EnclosingTabId, basePath, isGuest, hasView, notifyRecordUpdateAvailable, log, g2, gr2, CloseActionScreenEvent, getListUi, getObjectInfo, getRelatedListRecords, FlowAttributeChangeEvent, createMessageContext]; }`,
  ),
});
a(
  "lwc-base",
  bundle(
    Card,
    `<template><lightning-card title={title} icon-name="standard:case"><div slot="actions"><lightning-button label="x" variant="brand" onclick={go}></lightning-button></div><lightning-input label="a" type="text"></lightning-input><lightning-combobox name="x" label="x" options={o}></lightning-combobox><lightning-datatable key-field="id" data={d} columns={c}></lightning-datatable><lightning-record-edit-form object-api-name="Case"><lightning-input-field field-name="Subject"></lightning-input-field><lightning-messages></lightning-messages></lightning-record-edit-form><lightning-record-view-form record-id="x" object-api-name="Case"><lightning-output-field field-name="Subject"></lightning-output-field></lightning-record-view-form><lightning-icon icon-name="utility:x"></lightning-icon><lightning-formatted-date-time value={d}></lightning-formatted-date-time><lightning-spinner></lightning-spinner><lightning-badge label="x"></lightning-badge><lightning-record-picker label="x" object-api-name="Account"></lightning-record-picker><lightning-tabset><lightning-tab label="x"></lightning-tab></lightning-tabset><lightning-layout><lightning-layout-item></lightning-layout-item></lightning-layout></lightning-card><template if:true={title}>x</template></template>`,
  ),
);
r("lwc-unknown-base", bundle(Card, "<template><lightning-ghost></lightning-ghost></template>"));
r("lwc-unclosed", bundle(Card, "<template><div></template>"));
r(
  "lwc-bad-target",
  bundle(Card, undefined, "<isExposed>true</isExposed><targets><target>lightning__Page</target></targets>"),
);
r(
  "lwc-objects-on-app",
  bundle(
    Card,
    undefined,
    onApp(
      '<targetConfigs><targetConfig targets="lightning__AppPage"><objects><object>Case</object></objects></targetConfig></targetConfigs>',
    ),
  ),
);
a("lwc-css-service", {
  ...bundle(Card),
  "lwc/card/card.css": ":host { display: block; }",
  "lwc/util/util.js": "export const x = 1;",
  "lwc/util/util.js-meta.xml": xml(
    "LightningComponentBundle",
    "<apiVersion>62.0</apiVersion><isExposed>false</isExposed>",
  ),
});
r(
  "lwc-apex",
  bundle(
    "import go from '@salesforce/apex/Ghost.go';\nexport default class Card extends LightningElement { x = go; }",
  ),
  "ghost",
);
r(
  "lwc-resource",
  bundle(
    "import go from '@salesforce/resourceUrl/ghost';\nexport default class Card extends LightningElement { x = go; }",
  ),
  "invalid reference ghost of type resourceurl in file card.js",
);
r(
  "lwc-label-ghost",
  bundle(
    "import go from '@salesforce/label/c.Ghost';\nexport default class Card extends LightningElement { x = go; }",
  ),
  "invalid reference c.ghost of type label in file card.js",
);
r(
  "lwc-obj-import",
  bundle(
    "import go from '@salesforce/schema/Ghost__c';\nexport default class Card extends LightningElement { x = go; }",
  ),
  "invalid reference ghost__c of type sobjectclass in file card.js",
);
r("lwc-superclass-prop", {
  ...bundle("export default class Card extends LightningElement { @api title; }"),
  "lwc/kid/kid.js": "import Card from 'c/card';\nexport default class Kid extends Card {}",
  "lwc/kid/kid.js-meta.xml": xml(
    "LightningComponentBundle",
    onApp(
      '<targetConfigs><targetConfig targets="lightning__AppPage"><property name="title" type="String"/></targetConfig></targetConfigs>',
    ),
  ),
});
r(
  "lwc-meta-element",
  bundle(Card, undefined, "<isExposed>false</isExposed><exposed>true</exposed>"),
  "exposed invalid at this location in type lightningcomponentbundle",
);
r("lwc-tpl-call", bundle(Card, "<template><p>{go()}</p></template>"), "template expression doesn't allow");
r(
  "lwc-tpl-ternary",
  bundle(Card, "<template><p>{title ? 'a' : 'b'}</p></template>"),
  "template expression doesn't allow",
);
r(
  "lwc-tpl-neg",
  bundle(Card, "<template><p lwc:if={!title}>x</p></template>"),
  "template expression doesn't allow",
);
r("lwc-tpl-quoted", bundle(Card, `<template><p class="{title}">x</p></template>`));
r("lwc-api-dup", bundle("export default class Card extends LightningElement { @api title; @api title; }"));
r("lwc-badmeta-name", { "lwc/card/card.js": "export default 1;", "lwc/card/card.meta.xml": "<x/>" });
export default cases;
