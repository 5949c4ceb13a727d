/** How the hub's pages ask for clients' cases, under the names that the shared parts know from a client's org. */
import { gql, type GraphQLDocument } from "lightning/graphql";
import { createRecord } from "lightning/uiRecordApi";

export const document = (text: string): GraphQLDocument =>
  gql(Object.assign([text], { raw: [] as string[] }));

const same = [
  ...["Support_Priority__c", "Support_Channel__c", "Service_Category__c", "SLA_Acknowledged_By_Name__c"],
  ...["SLA_Acknowledged_At__c", "SLA_Started_At__c", "SLA_Ack_Due_At__c", "SLA_Status__c"],
  ...["SLA_Target_Minutes__c", "SLA_Elapsed_Minutes__c", "SLA_Cycle__c", "SLA_Last_Step__c"],
  ...["SLA_Needs_Quote__c", "SLA_Channel_Not_Covered__c", "SLA_Not_Covered_Reason__c", "LastModifiedDate"],
];

/** The fields of a client's case. */
export const caseFields = `
  Id
  CaseNumber: Name { value displayValue }
  Subject: Subject__c { value displayValue }
  Status: Status__c { value displayValue }
  OwnerId: Taken_By__c { value displayValue }
  CreatedDate: Opened_At__c { value displayValue }
  IsClosed: Closed__c { value displayValue }
  Support_Contract__c: Client_Org__c { value displayValue }
  ${same.map((name) => `${name} { value displayValue }`).join("\n")}
  SLA_Acknowledged_By__c { value }
  Owner: Taken_By__r { Name { value } }`;

/**
 * The clients as contracts, by which timers run.
 * @param plan the field that stands for the plan: over many clients, their names
 */
export const clientsAsContracts = (
  plan: "Plan__c" | "Name",
): string => `Support_Contract__c: Client_Org__c(first: 500, orderBy: { Name: { order: ASC } }) {
  edges {
    node {
      Id
      Plan__c: ${plan} { value }
      Status__c { value }
      Starts_On__c { value }
      Ends_On__c { value }
      Policy__c { value }
      Policy_Version__c { value }
      Synced_At__c { value }
    }
  }
}`;

/** What a consultant asks for. The service alone writes the case. */
export const command = (
  id: string,
  kind: string,
  more: Record<string, string | null> = {},
): Promise<unknown> =>
  createRecord({
    apiName: "Hub_Command__c",
    fields: { Key__c: crypto.randomUUID(), Client_Case__c: id, Kind__c: kind, ...more },
  });
