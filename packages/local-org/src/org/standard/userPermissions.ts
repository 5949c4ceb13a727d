/** User permissions the org knows (`PermissionSet.PermissionsX`), and what the standard profiles hold. */
export const userPermissions: readonly string[] = (
  "AccessCMC ActivateContract ActivateOrder AddAnalyticsRemoteConnections AddDirectMessageMembers AllowEmailIC " +
  "AllowLightningLogin AllowUniversalSearch AllowViewEditConvertedLeads AllowViewKnowledge ApexRestServices ApiEnabled " +
  "ApiUserOnly AssignPermissionSets AssignTopics AuthorApex BulkApiHardDelete BulkMacrosAllowed " +
  "BypassEmailApproval CampaignInfluence2 CanApproveFeedPost CanEditDataPrepRecipe CanInsertFeedSystemFields CanUseNewDashboardBuilder " +
  "CanVerifyComment ChangeDashboardColors ChatterComposeUiCodesnippet ChatterEditOwnPost ChatterEditOwnRecordPost ChatterFileLink " +
  "ChatterInternalUser ChatterInviteExternalUsers ChatterOwnGroups CloseConversations ConfigCustomRecs ConnectOrgToEnvironmentHub " +
  "ContentAdministrator ContentHubUser ContentWorkspaces ConvertLeads CreateAuditFields CreateCustomizeDashboards " +
  "CreateCustomizeFilters CreateCustomizeReports CreateDashboardFolders CreateReportFolders CreateReportInLightning CreateTopics " +
  "CreateWorkBadgeDefinition CreateWorkspaces CustomMobileAppsAccess CustomizeApplication DataExport DelegatedPortalUserAdmin " +
  "DelegatedTwoFactor DeleteActivatedContract DeleteTopics DistributeFromPersWksp EditActivatedOrders EditBrandTemplates " +
  "EditCaseComments EditEvent EditHtmlTemplates EditKnowledge EditMyDashboards EditMyReports " +
  "EditOppLineItemUnitPrice EditPublicDocuments EditPublicFilters EditPublicTemplates EditReadonlyFields EditTask " +
  "EditTopics EmailAdministration EmailMass EmailSingle EmailTemplateManagement EnableCommunityAppLauncher " +
  "EnableNotifications ExportReport FeedPinning FlowUFLRequired ForceTwoFactor GovernNetworks " +
  "HideReadByList IdentityConnect IdentityEnabled ImportCustomObjects ImportLeads ImportPersonal " +
  "InboundMigrationToolsUser InsightsAppAdmin InsightsAppDashboardEditor InsightsAppEltEditor InsightsAppUploadUser InsightsAppUser " +
  "InsightsCreateApplication InstallPackaging IotUser LightningConsoleAllowedForUser LightningExperienceUser ListEmailSend " +
  "LtngPromoReserved01UserPerm ManageAnalyticSnapshots ManageAuthProviders ManageBusinessHourHolidays ManageCallCenters ManageCases " +
  "ManageCategories ManageCertificates ManageChatterMessages ManageContentPermissions ManageContentProperties ManageContentTypes " +
  "ManageCssUsers ManageCustomPermissions ManageCustomReportTypes ManageDashbdsInPubFolders ManageDataCategories ManageDataIntegrations " +
  "ManageEmailClientConfig ManageEntitlements ManageExchangeConfig ManageHealthCheck ManageInteraction ManageInternalUsers " +
  "ManageIpAddresses ManageKnowledge ManageKnowledgeImportExport ManageLeads ManageLoginAccessPolicies ManageMobile " +
  "ManageNetworks ManagePasswordPolicies ManageProfilesPermissionsets ManagePropositions ManagePvtRptsAndDashbds ManageRecommendationStrategies " +
  "ManageRemoteAccess ManageReportsInPubFolders ManageRoles ManageSearchPromotionRules ManageSessionPermissionSets ManageSharing " +
  "ManageSolutions ManageSurveys ManageSynonyms ManageTemplatedApp ManageTwoFactor ManageUnlistedGroups " +
  "ManageUsers MassInlineEdit MergeTopics ModerateChatter ModerateNetworkUsers ModifyAllData " +
  "ModifyMetadata NewReportBuilder OutboundMigrationToolsUser Packaging2 PasswordNeverExpires PortalSuperUser " +
  "PreventClassicExperience PrivacyDataAccess RecordVisibilityAPI RemoveDirectMessageMembers ResetPasswords RunFlow " +
  "RunReports SalesConsole ScheduleJob ScheduleReports SelectFilesFromSalesforce SendAnnouncementEmails " +
  "SendCustomNotifications SendSitRequests ShareInternalArticles ShowCompanyNameAsUserBadge SolutionImport SubmitMacrosAllowed " +
  "SubscribeDashboardToOtherUsers SubscribeReportToOtherUsers SubscribeReportsRunAsUser SubscribeToLightningDashboards SubscribeToLightningReports TransferAnyCase " +
  "TransferAnyEntity TransferAnyLead TwoFactorApi UseTeamReassignWizards UseTemplatedApp UseWebLink " +
  "ViewAllActivities ViewAllData ViewAllFieldsGlobal ViewAllProfiles ViewAllUsers ViewCaseInteraction " +
  "ViewContent ViewDataAssessment ViewDataCategories ViewEncryptedData ViewEventLogFiles ViewHealthCheck " +
  "ViewHelpLink ViewMyTeamsDashboards ViewOnlyEmbeddedAppUser ViewPublicDashboards ViewPublicReports ViewRestrictionAndScopingRules " +
  "ViewRoles ViewSetup ViewUserPII WaveTabularDownload WaveTrendReports "
)
  .trim()
  .split(" ");

export const standardUserPermissions = [
  "ApiEnabled",
  "AssignTopics",
  "ChatterInternalUser",
  "ConvertLeads",
  "CreateCustomizeFilters",
  "CreateCustomizeReports",
  "EditEvent",
  "EditTask",
  "EmailSingle",
  "EnableNotifications",
  "ExportReport",
  "ImportPersonal",
  "LightningConsoleAllowedForUser",
  "LightningExperienceUser",
  "RunFlow",
  "RunReports",
  "SelectFilesFromSalesforce",
  "ViewHelpLink",
  "ViewPublicDashboards",
  "ViewPublicReports",
  "ViewRoles",
  "ViewSetup",
] as const;

/** Not every administrator's by birth: limits on the user, and what only packaging and portals use. */
const notForAdministrators = new Set([
  "BulkApiHardDelete",
  "ApiUserOnly",
  "ForceTwoFactor",
  "IsSsoEnabled",
  "ViewOnlyEmbeddedAppUser",
  "PortalSuperUser",
  "HideReadByList",
  "TwoFactorApi",
]);

/** The standard profiles: which licence, what they may do by themselves. */
export const standardProfiles = [
  {
    name: "System Administrator",
    license: "Salesforce",
    permissions: userPermissions.filter((p) => !notForAdministrators.has(p)),
    data: "all",
  },
  {
    name: "Standard User",
    license: "Salesforce",
    permissions: [...standardUserPermissions],
    data: "standard",
  },
  { name: "Read Only", license: "Salesforce", permissions: [...standardUserPermissions], data: "read" },
  { name: "Minimum Access - Salesforce", license: "Salesforce", permissions: ["ViewHelpLink"], data: "none" },
  {
    name: "Minimum Access - API Only Integrations",
    license: "Salesforce Integration",
    permissions: ["ApiEnabled", "ApiUserOnly"],
    data: "none",
  },
  {
    name: "Salesforce API Only System Integrations",
    license: "Salesforce Integration",
    permissions: ["ApiEnabled", "ApiUserOnly"],
    data: "none",
  },
] as const;

/** Some standard profiles go by other names in the metadata than on the page. */
const metadataNames: Record<string, string> = {
  Admin: "System Administrator",
  Standard: "Standard User",
  ReadOnly: "Read Only",
};

/** What a profile is called, given its name in the metadata. */
export const profileName = (fullName: string): string => metadataNames[fullName] ?? fullName;
