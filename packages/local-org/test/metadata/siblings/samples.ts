/** What the sample projects that Salesforce ships hold, in our own words: all of it is taken. */
import {
  accept,
  bundle,
  component,
  page,
  property,
  region,
  xml,
  type Case,
  type Files,
} from "../components.ts";

const cases: Case[] = [];
const a = (id: string, f: Files): void => void cases.push(accept(id, id, f));

const map = bundle(
  "export default class AccountMap extends LightningElement { @api recordId; }",
  "<template></template>",
  "<isExposed>true</isExposed><targets><target>lightning__RecordPage</target><target>lightning__AppPage</target></targets>",
  "accountMap",
);
const replace = "<mode>Replace</mode>";
const tab = (body: string, title: string, identifier: string): string =>
  component("flexipage:tab", property("body", body) + property("title", `Standard.Tab.${title}`), identifier);
a("smp-record-page", {
  ...map,
  ...page(
    "Account_Record_Page",
    region("header", component("force:highlightsPanel", "", "hp"), "Region", replace) +
      region(
        "relatedTab",
        component("cooper:companyInsightTeaserCard", "", "ci") +
          component("force:relatedListContainer", property("relatedListComponentOverride", "NONE"), "rl"),
        "Facet",
        replace,
      ) +
      region("detailTab", component("force:detailPanel", "", "dp"), "Facet", replace) +
      region("newsTab", component("runtime_sales_social:socialPanel", "", "sp"), "Facet", replace) +
      region(
        "tabs",
        tab("relatedTab", "relatedLists", "t1") +
          tab("detailTab", "detail", "t2") +
          tab("newsTab", "news", "t3"),
        "Facet",
        replace,
      ) +
      region("main", component("flexipage:tabset", property("tabs", "tabs"), "ts"), "Region", replace) +
      // without the org's own namespace, as an export writes it
      region("sidebar", component("accountMap", "", "am"), "Region", replace),
    "RecordPage",
    "flexipage:recordHomeTemplateDesktop",
    "<parentFlexiPage>sfa__Account_rec_L</parentFlexiPage><sobjectType>Account</sobjectType>",
  ),
});
const template: Files = {
  "aura/threeColumns/threeColumns.cmp":
    '<aura:component implements="lightning:appHomeTemplate"><aura:attribute name="left" type="Aura.Component[]"/><div>{!v.left}</div></aura:component>',
  "aura/threeColumns/threeColumns.cmp-meta.xml": xml(
    "AuraDefinitionBundle",
    "<apiVersion>60.0</apiVersion><description>Three columns</description>",
  ),
};
for (const name of ["threeColumns", "c:threeColumns"])
  a(`smp-template-${name}`, {
    ...map,
    ...template,
    ...page("Explorer", region("left", component("accountMap", "", "am")), "AppPage", name),
  });
a("smp-permission-set-group", {
  "permissionsetgroups/Agents.permissionsetgroup-meta.xml": xml(
    "PermissionSetGroup",
    "<label>Agents</label><permissionSets>force__AgentforceServiceAgentUser</permissionSets>",
  ),
});
a("smp-site", {
  "sites/shop.site-meta.xml": xml(
    "CustomSite",
    "<active>true</active><allowGuestPaymentsApi>false</allowGuestPaymentsApi><allowHomePage>false</allowHomePage><allowStandardAnswersPages>false</allowStandardAnswersPages><allowStandardIdeasPages>false</allowStandardIdeasPages><allowStandardLookups>false</allowStandardLookups><allowStandardPortalPages>true</allowStandardPortalPages><allowStandardSearch>false</allowStandardSearch><browserXssProtection>true</browserXssProtection><clickjackProtectionLevel>SameOriginOnly</clickjackProtectionLevel><contentSniffingProtection>true</contentSniffingProtection><enableAuraRequests>true</enableAuraRequests><indexPage>CommunitiesLanding</indexPage><masterLabel>shop</masterLabel><redirectToCustomDomain>false</redirectToCustomDomain><referrerPolicyOriginWhenCrossOrigin>true</referrerPolicyOriginWhenCrossOrigin><siteType>ChatterNetwork</siteType><urlPathPrefix>shop</urlPathPrefix>",
  ),
});
a("smp-digital-experience", {
  "digitalExperiences/site/shop1/shop1.digitalExperience-meta.xml": xml(
    "DigitalExperienceBundle",
    "<label>shop1</label>",
  ),
  "digitalExperiences/site/shop1/sfdc_cms__site/shop1/_meta.json":
    '{"apiName":"shop1","type":"sfdc_cms__site","path":"sfdc_cms__site/shop1"}',
  "digitalExperiences/site/shop1/sfdc_cms__site/shop1/content.json": '{"type":"sfdc_cms__site"}',
});
a("smp-workflow", {
  "workflows/Case.workflow-meta.xml": xml(
    "Workflow",
    "<fieldUpdates><fullName>Raise</fullName><field>Priority</field><literalValue>High</literalValue><name>Raise</name><notifyAssignee>false</notifyAssignee><operation>Literal</operation><protected>false</protected></fieldUpdates>",
  ),
});
export default cases;
