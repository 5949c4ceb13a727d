/** Page templates with their regions, and the standard components a page may hold, with their properties where known. */
export interface Template {
  page: string;
  /** undefined: the template exists, its regions are not known here. */
  regions?: Record<string, "Region" | "Background">;
}

const regions = (...names: string[]): Record<string, "Region" | "Background"> =>
  Object.fromEntries(names.map((name) => [name, "Region"]));

const pages = (page: string, list: Record<string, string | undefined>): [string, Template][] =>
  Object.entries(list).map(([name, own]) => [
    name,
    own === undefined ? { page } : { page, regions: regions(...own.split(" ")) },
  ]);

const appHome = "flexipage:appHomeTemplate";
const recordHome = "flexipage:recordHome";
/** Each name in full: what merely looks like one of them does not exist. */
const templates = new Map<string, Template>([
  ...pages("AppPage", {
    "flexipage:defaultAppHomeTemplate": "main",
    // two sources differ about its regions
    [`${appHome}TwoColumns`]: "column1 column2 region1 region2",
    [`${appHome}ThreeColumns`]: "region1 region2 region3",
    [`${appHome}TwoColumnsStacked`]: "region1 region2 region3",
    [`${appHome}HeaderTwoColumns`]: "region1 region2 region3",
    [`${appHome}HeaderTwoColumnsEqualWidth`]: "region1 region2 region3",
    [`${appHome}HeaderTwoColumnsLeftSidebar`]: "region1 region2 region3",
    [`${appHome}HeaderTwoColumns15LeftSidebar`]: "region1 region2 region3",
  }),
  ...pages("RecordPage", {
    [`${recordHome}TemplateDesktop`]: "header main sidebar",
    [`${recordHome}LeftSidebarTemplateDesktop`]: "header sidebar main",
    [`${recordHome}WithSubheaderTemplateDesktop`]: "header subheader main sidebar",
    [`${recordHome}WithSubheaderLeftSidebarTemplateDesktop`]: "header subheader sidebar main",
    [`${recordHome}SingleColTemplateDesktop`]: "header main",
    [`${recordHome}SingleColNoHeaderTemplateDesktop`]: "main",
    [`${recordHome}TwoColEqualHeaderTemplateDesktop`]: "header leftcol rightcol",
    [`${recordHome}ThreeColTemplateDesktop`]: "leftsidebar main rightsidebar",
    [`${recordHome}ThreeColHeaderTemplateDesktop`]: "header leftsidebar main rightsidebar",
    [`${recordHome}PinnedHeaderTemplateDesktop`]: "header leftsidebar main rightsidebar",
    [`${recordHome}PinnedLeftSidebarCollapsibleRegionsTemplateDesktop`]: undefined,
    [`${recordHome}SimpleViewTemplate`]: "header main",
    "flexipage:recordPrintableViewTemplate": "header main footer",
  }),
  ...pages("HomePage", {
    "home:desktopTemplate": "top bottomLeft bottomRight sidebar",
    // only its region "top" was found in a source
    "home:desktopTemplateHeaderThreeColumns": undefined,
  }),
  [
    "one:utilityBarTemplateDesktop",
    { page: "UtilityBar", regions: { utilityItems: "Region", backgroundComponents: "Background" } },
  ],
]);
/** Namespaces of features whose templates are not listed here: a name in them is taken on trust. */
const trustedTemplates =
  /^(siteforce|forceCommunity|community_\w+|runtime_\w+|sfdc_\w+|industries_\w+|embeddedService|emailTemplate|record_flexipage|support|lbpm)\w*:\w+$/;

export function templateNamed(name: string): Template | undefined {
  return templates.get(name) ?? (trustedTemplates.test(name) ? { page: "" } : undefined);
}

export interface StandardComponent {
  /** undefined: it takes properties that are not listed here. */
  properties?: string[];
  /** Properties that name a facet of the page. */
  facets: string[];
}

const known = new Map<string, StandardComponent>();
const add = (name: string, properties?: string, facets = ""): void =>
  void known.set(name, {
    ...(properties === undefined ? {} : { properties: properties.split(" ").filter(Boolean) }),
    facets: facets.split(" ").filter(Boolean),
  });

add("flexipage:richText", "decorate richTextValue");
add("flexipage:tabset", "tabs label defaultTab", "tabs");
add("flexipage:tab", "active body title", "body");
add("flexipage:accordion", "sections label allowMultipleSectionsOpen defaultOpen", "sections");
add("flexipage:accordionSection", "body title label active", "body");
add("flexipage:fieldSection", "columns label horizontalAlignment", "columns");
add("flexipage:column", "body", "body");
for (const name of [
  "filterListCard",
  "reportChart",
  "recentItems",
  "visualforcePage",
  "dashboard",
  "listView",
  "textBlock",
  "iframe",
  "recordDetail",
  "availableActionsForRecord",
  "quickLinks",
])
  add(`flexipage:${name}`);
known.delete("flexipage:recordDetail");
for (const name of [
  "highlightsPanel",
  "highlightsPanelDesktop",
  "detailPanel",
  "recordDetailPanelMobile",
  "relatedListContainer",
  "relatedListSingleContainer",
  "relatedListQuickLinksContainer",
  "visualforcePage",
  "recordDetail",
])
  add(`force:${name}`);
known.delete("force:recordDetail");
known.delete("force:highlightsPanelDesktop");
for (const name of [
  "assistant",
  "eventContainer",
  "tasksContainer",
  "topDealsContainer",
  "recentRecordContainer",
  "recentItemContainer",
  "performanceChart",
  "newsContainer",
  "heroTiles",
  "launchpad",
  "quarterlyPerformance",
])
  add(`home:${name}`);
const others: Record<string, string> = {
  forceChatter:
    "recordFeedContainer exposedFeed exposedMultiFeed publisher recommendations followersContainer",
  runtime_sales_activities: "activityPanel listView activityTimeline",
  runtime_sales_pathassistant: "pathAssistant",
  runtime_sales_merge: "mergeCandidatesPreviewCard",
  runtime_sales_social: "socialCard",
  runtime_sales_campaign: "campaignHierarchy",
  runtime_sales_emailtemplateui: "emailTemplate",
  runtime_service_predictionbuilder: "recommendations",
  runtime_service_fieldservice: "createReport",
  runtime_service_omnichannel_utils: "omniWidget",
  runtime_interaction_library: "notes",
  console: "relatedRecord keyboardShortcuts history softphone",
  opencti: "softPhone",
  omni: "omniWidget",
  macros: "macroUtility macroUtilityItem",
  support: "caseComments milestoneTracker caseHierarchy knowledgeSearch",
  entitlement: "milestones",
  milestones: "milestoneTracker milestones",
  forceKnowledge: "articleSearchDesktop",
  notes: "notesUtilityItem",
  force_notes: "notes",
  flowruntime: "interview flowRuntimeForFlexiPage lwcFlowRuntime",
  flow: "interview",
  desktopDashboards: "embeddedDashboard",
  lightning: "card notesUtility",
  lst: "dynamicRelatedList relatedListContainer",
  record_flexipage: "dynamicHighlights fieldSection",
  wave: "waveDashboard",
  sfdcAnalytics: "dashboard",
  visualforce: "page",
  dashboards: "dashboardWidget",
  interaction_explorer: "list",
  laf: "listView",
  industries_common: "timeline flexcard",
  omnichannel: "omniWidget",
  setup_service_experience: "chat",
  runtime_omni: "omniWidget",
};
for (const [namespace, names] of Object.entries(others))
  for (const name of names.split(" ")) add(`${namespace}:${name}`);

/** Namespaces of Salesforce whose components come and go with features: a name in them is taken on trust. */
const trusted =
  /^(runtime_\w+|industries_\w+|sfa|sfdc_\w+|einstein_\w+|cms|commerce_\w+|analytics|forceCommunity|siteforce|vlocity_\w+|omnistudio|community_\w+|cooper|console|desktopDashboards|embeddedService|emailui|forceChatter|forceKnowledge|forceSearch|knowledge\w*|laf|macros|notes|omni\w*|one|opencti|setup_\w+|slackv2|support|survey|wave)$/;

export function standardComponent(name: string): StandardComponent | undefined {
  const found = known.get(name);
  if (found !== undefined) return found;
  return trusted.test(name.split(":")[0] ?? "") && /^\w+:[a-z]\w*$/.test(name) ? { facets: [] } : undefined;
}

/** What the wrapper around an item of a utility bar takes. */
export const decorators = new Set([
  "label",
  "icon",
  "height",
  "width",
  "eager",
  "scrollable",
  "panelHeight",
  "panelWidth",
  "isDockable",
]);

/** The target a Lightning web component needs to stand on each kind of page. */
export const pageTargets: Record<string, string[]> = {
  AppPage: ["lightning__AppPage"],
  RecordPage: ["lightning__RecordPage"],
  ObjectPage: ["lightning__RecordPage"],
  HomePage: ["lightning__HomePage"],
  UtilityBar: ["lightning__UtilityBar"],
};
