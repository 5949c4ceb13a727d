/** What this org keeps and gives back but never runs: said on every deploy of it, so that nobody relies on it. */
const types: Record<string, string> = {
  ApexClass: "Apex is",
  ApexTrigger: "Apex is",
  ApexPage: "Visualforce is",
  ApexComponent: "Visualforce is",
  AuraDefinitionBundle: "Aura components are",
  Flow: "Flows are",
  FlowDefinition: "Flows are",
  Workflow: "Workflow rules are",
  WorkflowRule: "Workflow rules are",
  AssignmentRules: "Assignment rules are",
  AutoResponseRules: "Auto-response rules are",
  EscalationRules: "Escalation rules are",
  ApprovalProcess: "Approval processes are",
  SharingRules: "Sharing rules are",
  EntitlementProcess: "Entitlement processes are",
};
export const storedOnly = (type: string): string | undefined =>
  types[type] === undefined ? undefined : `${types[type]} stored but not executed by the local org`;
