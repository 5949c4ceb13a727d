/** Modules the platform serves to components. */
const lightning = new Set(
  (
    "accordion accordionSection actions alert analyticsSmartDataDiscoveryApi analyticsWaveApi avatar badge barcodeScanner breadcrumb breadcrumbs button buttonGroup buttonIcon buttonIconStateful " +
    "buttonMenu buttonStateful card carousel carouselImage checkboxGroup clickToDial cmsDeliveryApi combobox communityMicrobatchingApi configProvider confirm conversationToolkitApi datatable " +
    "datatableKeyboardMixins dualListbox dynamicIcon empApi experienceMarketingIntegrationApi fileDownload fileUpload flow flowSupport focusTrap formattedAddress formattedDateTime formattedEmail " +
    "formattedLocation formattedName formattedNumber formattedPhone formattedRichText formattedText formattedTime formattedUrl formElement graphql helptext icon industriesEducationPublicApi input " +
    "inputAddress inputField inputLocation inputName inputRichText layout layoutItem logger map mediaUtils menuDivider menuItem menuSubheader messages messageService mobileCapabilities modal " +
    "modalBody modalFooter modalHeader navigation notificationsLibrary omnistudioPubsub omniToolkitApi outputField overlayLibrary pageReferenceUtils picklist pill pillContainer platformNotifyApi " +
    "platformResourceLoader platformScheduler platformShowToastEvent platformUtilityBarApi platformWorkspaceApi progressBar progressIndicator progressRing progressStep prompt purify quickActionPanel " +
    "radioGroup recordEditForm recordForm recordPicker recordViewForm refresh relativeDateTime richTextToolbarButton richTextToolbarButtonGroup select serviceCloudVoiceToolkitApi slider spinner " +
    "stackedTab stackedTabset staticMap stateManagerLayout stateManagerObjectInfo stateManagerObjectInfos stateManagerRecord stateManagerRelatedListInfo stateManagerRelatedListRecords " +
    "stateManagerRelatedListsInfo stateManagement tab tabset textarea tile timepicker datepicker toast toastContainer tree treeGrid uiActionsApi uiAppsApi uiGraphQLApi uiLayoutApi uiLearningApi uiListApi uiListsApi uiLookupsApi " +
    "uiObjectInfoApi uiRecordActionsApi uiRecordApi uiRelatedListApi userConsentCookie verticalNavigation verticalNavigationItem verticalNavigationItemBadge verticalNavigationItemIcon " +
    "verticalNavigationOverflow verticalNavigationSection"
  ).split(" "),
);
const salesforce =
  /^@salesforce\/(apex|apexContinuation|client|community|componentTagName|contentAssetUrl|customPermission|designSystem|featureFlag|gate|i18n|label|messageChannel|resourceUrl|schema|site|user|userPermission|accessCheck|internal|lds|state|loader|retail|commerce)(\/|$)/;

const i18n =
  /^@salesforce\/i18n\/(lang|dir|locale|currency|firstDayOfWeek|timeZone|calendarData|currencySymbol|defaultCalendar|defaultNumberingSystem|showJapaneseCalendar|(common|dateTime|number)\.\w+)$/;

export function isPlatformModule(id: string): boolean {
  if (id === "lwc" || id === "wire-service" || /^@lwc\/(state|engine-dom|engine-core|wire-service)$/.test(id))
    return true;
  if (id.startsWith("@salesforce/i18n/")) return i18n.test(id);
  if (id.startsWith("@salesforce/")) return salesforce.test(id);
  const [namespace = "", name = ""] = id.split("/");
  if (namespace === "lightning") return lightning.has(name);
  return [
    "lightningsnapin",
    "experience",
    "commerce",
    "community",
    "omnistudio",
    "force",
    "x",
    "dxp_base",
  ].includes(namespace);
}
