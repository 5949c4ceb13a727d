/** Tabs and apps that every org has. */
import { catalogueObject } from "./catalogue.ts";

/** Standard tabs that are not simply a standard object's. */
const tabs = new Set(
  (
    "home Chatter Feed Files File ContentNote ContentSearch ContentSubscriptions ContentFree Workspace report Report Dashboard Forecasting3 ForecastingSet People UserProfile " +
    "CollaborationGroup Groups Today AppLauncher EnhancedLetterhead Idea Portal OtherUserProfile Knowledge KnowledgePublishing LightningQuickText " +
    "Macro QuickText WaveHomeLightning Social LiveAgent Streaming StreamingChannel DuplicateRecordSet Sites OrchestrationInstance RecycleBin " +
    "LightningInstrumentation LightningUsageApp Article ListEmail MessagingSession MessagingEndUser ServiceAppointment OmniSupervisorLightning WorkOrder DeleteEvent " +
    "SetupOneHome Calendar Jigsaw ApprovalRequest Approvals Survey Quote LightningDashboard AuthorizationForm AuthorizationFormConsent LiveChatTranscript " +
    "LiveChatSession LiveChatVisitor LiveAgentSession FlowOrchestrationWorkItem FlowOrchestrationInstance CommSubscription EngagementChannelType Shift ServiceResource " +
    "ServiceTerritory Location WorkType Visit VoiceCall Waitlist DataUsePurpose Snippet BriefcaseDefinition ConversationEntry"
  )
    .toLowerCase()
    .split(" "),
);
export const isStandardTab = (name: string): boolean => {
  const bare = name.replace(/^standard-/, "");
  return bare !== name && (tabs.has(bare.toLowerCase()) || catalogueObject(bare) !== undefined);
};

const apps = new Set(
  (
    "AllTabSet AppLauncher Chatter Community Content Insights LightningBolt LightningInstrumentation LightningSales LightningSalesConsole LightningScheduler " +
    "LightningService Marketing Platform QueueManagement Sales SalesforceCMS Service ServiceConsole Sites Work FieldService BusinessRulesEngine DigitalExperiences SubscriptionManagement " +
    "ApprovalsApp DataManager Approvals"
  )
    .toLowerCase()
    .split(" "),
);
export const isStandardApp = (name: string): boolean =>
  name.startsWith("standard__") && apps.has(name.slice("standard__".length).toLowerCase());
