/** Where the queue reads, and how it acknowledges: the hub's objects under the names of a client's org. */
import { caseFields, clientsAsContracts, command, document } from "c/hubQueries";
import { reasonOf } from "c/supportContract";
import type { QueueSource } from "c/supportCases";

/** What one GraphQL answer holds: the most urgent come first. */
const AT_MOST = 2000;
const live = `{ State__c: { eq: "Live" } }, { Closed__c: { eq: false } }`;

const contracts = document(`query HubClients {
  uiapi {
    query {
      ${clientsAsContracts("Name")}
    }
  }
}`);

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
          node { ${caseFields} }
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
      await command(id, takes ? "Take" : "Acknowledge");
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
  // a client's commit is here within the second beat after it
  askEvery: 700,
  replies: null,
  acknowledge,
};
