/** User permissions: which names there are, and what some of them bring with them. */
import { cataloguePermissions } from "./catalogue.ts";

/** Names newer than the typed schema, or of features its org did not have. */
const more = new Set(
  (
    "AccessContentBuilder AccessToServiceProcess ActivitiesAccess ActivateContract ActivateOrder AddDirectMessageMembers AllowEmailIC AllowLightningLogin AllowUniversalSearch AllowViewEditConvertedLeads AllowViewKnowledge ApexRestServices ApiEnabled AccountSwitcherUser AddWaveNotificationRecipients AIViewInsightObjects AllowObjectDetection AllowObjectDetectionTraining " +
    "AppFrameworkManageApp AppFrameworkViewApp AppFrameworkManageTemplate AppFrameworkViewTemplate AppointmentBookingUserAccess ApproveContract AsyncEmailSend " +
    "B2BMarketingAnalytics BypassMFAForUiLogins CanAccessCE CanDoActAsUser CanToggleCallRecordings CanManageMaps CCRMessagingUser ChatterForSharePoint " +
    "ClientSecretRotation CommerceAdminUser ConsentApiUpdate ContractMgmtUserAccess CreateAuditFields CreateCustomizeForecast CreateLtngTempFolder CreateLtngTempInPub CreatePackaging " +
    "DataDotComDownload DebugApex DelegatedTwoFactor DeleteFiles DeletePersonalizedListView DisablePlatformCache EinsteinAgentSuperUser EmailTemplateUser " +
    "EnableBCTransactionPolling EnableIPFSUpload EnforcePrivateListViews ExploreReports FSCArcGraphCommunityUser FieldServiceAccess FilesManagement ForecastAnyUser FreezeUsers " +
    "FrequentLogin GenericExternalAccess HeadlessCMSAccess HeadlessPublishMuteConversations HasUnlimitedNBAExecutions ImportResourceEvents InteractionCalcAdmin InteractionCalcUser " +
    "IsotopeAccess IsotopeCToCUser IsotopeLEX IsvsForServices LearningManager LiveMessageAgentUser LmEndMessagingSessionUserPerm LMOutboundMessagingUserPerm LobbyManagementUserAccess LoyaltyUser " +
    "ManageAccessPolicies ManageC360AConnections ManageCdpMlModels ManageCustomDomains ManageDevSandboxes ManageExternalConnections ManageForecastingCategories ManageForecasts ManageHubConnections ManageLearningReporting " +
    "ManageMLModels ManageNamedCredentials ManageOrchInstsAndWorkItems ManageOrgWideEmailAddresses ManageOwnedAndSubordinatesUsers ManagePackageLicenses ManagePartners ManagePriceBooks ManageQuotas " +
    "ManageReleaseUpdates ManageSandboxes ManageSubscriptions ManageTerritories ManageTrustMeasures ManageTranslation MessagingAgent MobileMessagingAgent ModifyDataClassification MonitorLoginHistory " +
    "NativeWebviewScrolling OmnichannelInventorySync OmnichannelSupervisor OverrideForecasts PaymentsAPIUser PersonalizationIntelligence PrivacyDataAccess PublishPackaging QueryAllFiles " +
    "QueryNonVetoedFiles QuipMetricsAccess QuipUserEngagementMetrics RemoteMediaVirtualDesktop SalesforceIQInbox SandboxTestingInCommunityApp SendCustomNotifications SendExternalEmailAvailable SendThroughSalesforce " +
    "ShareFilesWithNetworks SimulateAccess SkipIdentityConfirmation SocialInsightsLogoAdmin StdAutomaticActivityCapture TraceXdsQueries TransactionSecurityExempt TransactionalEmailSend Translation UpdateReportTypeReferences " +
    "UploadMediaFiles UseAnyApiClient UseMySearch UseOmnichannelInventoryAPIs UseSubscriptionEmails UserAccessPolicies ViewAllCustomSettings ViewAllForeignKeyNames ViewAllForecasts ViewAllProfiles " +
    "ViewAnomalyEvents ViewApiUsageData ViewClientSecret ViewCustomerSentiment ViewDeveloperName ViewDraftArticles ViewFlowUsageAndFlowEventData ViewForecastingPage ViewGlobalHeader ViewMLModels " +
    "ViewOrders ViewPlatformEvents ViewPricebook ViewReportsAndDashboards ViewRestrictionAndScopingRules ViewSecurityCommandCenter ViewTrustMeasures ViewUserPII WaveManagePrivateAssetsUser WorkDotComUserPerm XDataStream"
  ).split(" "),
);

export const isUserPermission = (name: string): boolean => cataloguePermissions().has(name) || more.has(name);

/** Salesforce refuses the first without the rest. Only dependencies that its own refusals have shown. */
const dependencies: Record<string, string[]> = {
  ApiUserOnly: ["ApiEnabled"],
  AssignPermissionSets: ["ViewSetup"],
  AuthorApex: ["ModifyMetadata", "ViewSetup"],
  BulkApiHardDelete: ["ApiEnabled"],
  CreateCustomizeDashboards: ["RunReports"],
  CreateCustomizeReports: ["RunReports"],
  CreateReportFolders: ["RunReports"],
  CustomizeApplication: ["ViewSetup"],
  DataExport: ["ViewAllData"],
  EditMyReports: ["RunReports"],
  ExportReport: ["RunReports"],
  ManageCustomPermissions: ["ViewSetup"],
  ManageDashbdsInPubFolders: ["RunReports"],
  ManageInternalUsers: ["ViewSetup"],
  ManageProfilesPermissionsets: ["ViewSetup"],
  ManageReportsInPubFolders: ["CreateCustomizeReports", "RunReports"],
  ManageRoles: ["ViewRoles", "ViewSetup"],
  ManageUsers: [
    "AssignPermissionSets",
    "FreezeUsers",
    "ManageInternalUsers",
    "ManageIpAddresses",
    "ManageLoginAccessPolicies",
    "ManagePasswordPolicies",
    "ManageProfilesPermissionsets",
    "ManageRoles",
    "ManageSharing",
    "ResetPasswords",
    "ViewRoles",
    "ViewSetup",
  ],
  ModifyAllData: ["ViewAllData"],
  ModifyMetadata: ["ViewSetup"],
  ResetPasswords: ["ViewSetup"],
  ScheduleReports: ["RunReports"],
  SubscribeToLightningReports: ["RunReports"],
  ViewEventLogFiles: ["ApiEnabled"],
};
export const requiredPermissions = (name: string): string[] => dependencies[name] ?? [];
