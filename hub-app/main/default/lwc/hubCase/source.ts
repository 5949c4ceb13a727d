/** Reads a client's case from the hub, in the shape that the shared parts read a case of a client's org in. */
import { createRecord } from "lightning/uiRecordApi";
import { caseFields, clientsAsContracts, command, document } from "c/hubQueries";
import type { ConversationSource } from "c/supportConversation";

const own = ["SLA_Explanation__c", "Key__c", "Version__c", "State__c", "Client_Owner__c"];
const entry =
  "Id Kind__c { value } Record_Id__c { value } Title__c { value } Body__c { value } Author__c { value } Written_At__c { value } Size__c { value } Gone__c { value } Gone_Reason__c { value } File_State__c { value } Fetched_Version_Id__c { value }";

export const caseQuery = document(`query HubCase($id: ID, $first: Int) {
  uiapi {
    query {
      Case: Client_Case__c(first: 1, where: { Id: { eq: $id } }) {
        edges {
          node {
            ${caseFields}
            OpenedBy: Opened_By__c { value }
            ${own.map((name) => `${name} { value displayValue }`).join("\n")}
            Client: Client_Org__r { Name { value } Address__c { value } Link_State__c { value } Link_Reason__c { value } }
          }
        }
      }
      Entries: Client_Entry__c(
        first: $first
        where: { Client_Case__c: { eq: $id } }
        orderBy: { Written_At__c: { order: DESC } }
      ) {
        totalCount
        edges { node { ${entry} } }
      }
      ${clientsAsContracts("Plan__c")}
      Commands: Hub_Command__c(
        first: 20
        where: { and: [{ Client_Case__c: { eq: $id } }, { Kind__c: { ne: "Look" } }] }
        orderBy: { CreatedDate: { order: DESC } }
      ) {
        edges { node { Id Kind__c { value displayValue } Value__c { value } CreatedDate { value } CreatedBy { Name { value } } } }
      }
      Answers: Hub_Answer__c(
        first: 100
        where: { Command__r: { Client_Case__c: { eq: $id } } }
      ) {
        edges { node { Command__c { value } State__c { value displayValue } Words__c { value } } }
      }
    }
  }
}`);

const notes = document(`query HubNotes($id: ID, $first: Int) {
  uiapi {
    query {
      Support_Note__c: Hub_Note__c(
        first: $first
        where: { Client_Case__c: { eq: $id } }
        orderBy: { CreatedDate: { order: DESC } }
      ) {
        totalCount
        edges { node { Id Body__c { value } CreatedDate { value } CreatedById { value } CreatedBy { Name { value } } } }
      }
    }
  }
}`);

const last = "first: 1, orderBy: { SystemModstamp: { order: DESC } }";
const stampOf = "totalCount edges { node { SystemModstamp { value } } }";
const stamp = document(`query HubCaseStamp($id: ID) {
  uiapi {
    query {
      Case: Client_Case__c(first: 1, where: { Id: { eq: $id } }) { edges { node { SystemModstamp { value } } } }
      Client_Entry__c(${last}, where: { Client_Case__c: { eq: $id } }) { ${stampOf} }
      Hub_Note__c(${last}, where: { Client_Case__c: { eq: $id } }) { ${stampOf} }
      Hub_Answer__c(${last}, where: { Command__r: { Client_Case__c: { eq: $id } } }) { ${stampOf} }
    }
  }
}`);

const value = (of: unknown): { value: unknown } => ({ value: of });

/** A file that is here opens here, and one that never comes opens in the client's org. Any other is asked for. */
function addressOf(file: any, client: string | undefined): string | undefined {
  if (file.Fetched_Version_Id__c?.value) return undefined;
  const stays = file.File_State__c?.value === "tooLarge" && client;
  return stays ? `${client}/lightning/r/ContentDocument/${file.Record_Id__c?.value}/view` : "";
}

/** The entries as comments, emails and files of a case. What has left the client's org leaves a stone. */
function shape(data: any): any {
  const query = data?.uiapi?.query;
  const node = query?.Case?.edges?.[0]?.node;
  if (!node) return data;
  const entries: any[] = (query.Entries?.edges ?? []).map((each: any) => each.node);
  const of = (kind: string) =>
    entries.filter((each) => each.Kind__c?.value === kind && each.Gone__c?.value !== true);
  const by = (each: any) => ({ CreatedBy: { Name: value(each.Author__c?.value ?? null) } });
  const [description] = of("Description");
  return {
    uiapi: {
      query: {
        Case: {
          edges: [
            {
              node: {
                Description: value(description?.Body__c?.value ?? null),
                CreatedDate: node.CreatedDate,
                CreatedBy: { Name: value(node.OpenedBy?.value ?? null) },
                CaseComments: {
                  totalCount: of("Comment").length,
                  edges: [...of("Comment"), ...of("Email")].map((each) => ({
                    node: {
                      ...{
                        Id: each.Id,
                        IsPublished: value(true),
                        CreatedDate: each.Written_At__c,
                        ...by(each),
                      },
                      CommentBody: value(
                        [each.Title__c?.value, each.Body__c?.value].filter(Boolean).join("\n\n"),
                      ),
                    },
                  })),
                },
                Histories: { totalCount: 0, edges: [] },
                ContentDocumentLinks: {
                  totalCount: of("File").length,
                  edges: of("File").map((each) => ({
                    node: {
                      ContentDocumentId: each.Record_Id__c,
                      ContentDocument: {
                        ...{
                          Title: each.Title__c,
                          ContentSize: each.Size__c,
                          CreatedDate: each.Written_At__c,
                        },
                        LatestPublishedVersionId: each.Fetched_Version_Id__c,
                        Address: value(addressOf(each, node.Client?.Address__c?.value)),
                        ...by(each),
                      },
                    },
                  })),
                },
              },
            },
          ],
        },
      },
    },
  };
}

export const conversationSource: ConversationSource = {
  conversation: caseQuery,
  notes,
  stamp,
  shape,
  send: (kind, id, body) =>
    kind === "reply"
      ? command(id, "Reply", { Body__c: body })
      : createRecord({ apiName: "Hub_Note__c", fields: { Client_Case__c: id, Body__c: body } }),
  fetch: (id, documentId) => command(id, "Fetch", { Value__c: documentId }),
};
