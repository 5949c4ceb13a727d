/** Where the queue reads, and how it acknowledges: the hub's objects under the names of a client's org. */
import { gql, type GraphQLDocument } from "lightning/graphql";
import { createRecord } from "lightning/uiRecordApi";
import { reasonOf } from "c/supportContract";
import type { QueueSource } from "c/supportCases";

const document = (text: string): GraphQLDocument => gql(Object.assign([text], { raw: [] as string[] }));
/** What one GraphQL answer holds: the most urgent come first. */
const AT_MOST = 2000;
const live = `{ State__c: { eq: "Live" } }, { Closed__c: { eq: false } }`;

const contracts = document(`query HubClients {
  uiapi {
    query {
      Support_Contract__c: Client_Org__c(first: 500, orderBy: { Name: { order: ASC } }) {
        edges {
          node {
            Id
            Plan__c: Name { value }
            Status__c { value }
            Starts_On__c { value }
            Ends_On__c { value }
            Policy__c { value }
            Policy_Version__c { value }
            Synced_At__c { value }
          }
        }
      }
    }
  }
}`);

const same = [
  ...["Support_Priority__c", "Support_Channel__c", "Service_Category__c", "SLA_Acknowledged_By_Name__c"],
  ...["SLA_Acknowledged_At__c", "SLA_Started_At__c", "SLA_Ack_Due_At__c", "SLA_Status__c"],
  ...["SLA_Target_Minutes__c", "SLA_Elapsed_Minutes__c", "SLA_Cycle__c", "SLA_Last_Step__c"],
  ...["SLA_Needs_Quote__c", "SLA_Channel_Not_Covered__c", "SLA_Not_Covered_Reason__c", "LastModifiedDate"],
];

const cases = document(`query HubCases {
  uiapi {
    query {
      Case: Client_Case__c(
        first: ${AT_MOST}
        upperBound: ${AT_MOST}
        where: { and: [${live}] }
        orderBy: {
          SLA_Acknowledged_At__c: { order: ASC, nulls: FIRST }
          SLA_Ack_Due_At__c: { order: ASC, nulls: FIRST }
        }
      ) {
        edges {
          node {
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
            Owner: Taken_By__r { Name { value } }
          }
        }
        totalCount
      }
    }
  }
}`);

const stamp = document(`query HubStamp {
  uiapi {
    query {
      Case: Client_Case__c(first: 1, orderBy: { SystemModstamp: { order: DESC } }) {
        edges { node { SystemModstamp { value } } }
        totalCount
      }
    }
  }
}`);

/** A command for each: the service answers them, and the queue shows what became of them. */
async function acknowledge(
  all: { id: string; takes?: boolean }[],
  _userId: string,
  done: (count: number) => void = () => {},
): Promise<Map<string, string>> {
  const refused = new Map<string, string>();
  for (const [behind, { id, takes }] of all.entries()) {
    try {
      // eslint-disable-next-line no-await-in-loop -- commands stand in the order of their commits
      await createRecord({
        apiName: "Hub_Command__c",
        fields: {
          Key__c: crypto.randomUUID(),
          Client_Case__c: id,
          Kind__c: takes ? "Take" : "Acknowledge",
        },
      });
    } catch (error) {
      refused.set(id, reasonOf(error));
    }
    done(behind + 1);
  }
  return refused;
}

export const queueSource: QueueSource = {
  object: "Client_Case__c",
  contracts,
  cases,
  stamp,
  replies: null,
  acknowledge,
};
