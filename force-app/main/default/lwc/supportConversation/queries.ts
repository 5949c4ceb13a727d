/**
 * What a conversation asks the org for. One name that an org does not know refuses a whole query, so that parts which
 * some orgs lack have a query of their own.
 */
import { gql, type GraphQLDocument } from "lightning/graphql";

/** Parts beside comments and history that can be read here. */
export interface Parts {
  files: boolean;
  emails: boolean;
  notes: boolean;
}

const document = (text: string): GraphQLDocument => gql(Object.assign([text], { raw: [] as string[] }));
const by = "CreatedById { value } CreatedBy @optional { Name { value } }";
const newest = "first: $first, orderBy: { CreatedDate: { order: DESC } }";

const files = `ContentDocumentLinks(first: $first, orderBy: { SystemModstamp: { order: DESC } }) {
  totalCount
  edges {
    node {
      ContentDocumentId { value }
      ContentDocument {
        Title { value }
        FileExtension { value }
        ContentSize { value }
        LatestPublishedVersionId { value }
        CreatedDate { value }
        ${by}
      }
    }
  }
}`;

/** Comments, history and, where the org has them, files. */
export const conversationQuery = (parts: Pick<Parts, "files">): GraphQLDocument =>
  document(`query SupportConversation($id: ID, $first: Int) {
    uiapi {
      query {
        Case(first: 1, where: { Id: { eq: $id } }) {
          edges {
            node {
              Description { value }
              CreatedDate { value }
              ${by}
              CaseComments(${newest}) {
                totalCount
                edges { node { Id CommentBody { value } IsPublished { value } CreatedDate { value } ${by} } }
              }
              Histories(${newest}) {
                totalCount
                edges {
                  node {
                    Id
                    Field { value }
                    OldvalString { value }
                    NewvalString { value }
                    CreatedDate { value }
                    ${by}
                  }
                }
              }
              ${parts.files ? files : ""}
            }
          }
        }
      }
    }
  }`);

/** Only an org with Email-to-Case or Enhanced Email has these. */
export const emailsQuery = document(`query SupportEmails($id: ID, $first: Int) {
  uiapi {
    query {
      EmailMessage(first: $first, where: { ParentId: { eq: $id } }, orderBy: { CreatedDate: { order: DESC } }) {
        totalCount
        edges {
          node {
            Id
            Subject { value }
            TextBody { value }
            FromName { value }
            FromAddress { value }
            ToAddress { value }
            Incoming { value }
            Status { value }
            MessageDate { value }
            CreatedDate { value }
          }
        }
      }
    }
  }
}`);

/** Only consultants have a permission for these. */
export const notesQuery = document(`query SupportNotes($id: ID, $first: Int) {
  uiapi {
    query {
      Support_Note__c(first: $first, where: { Case__c: { eq: $id } }, orderBy: { CreatedDate: { order: DESC } }) {
        totalCount
        edges { node { Id Body__c { value } CreatedDate { value } ${by} } }
      }
    }
  }
}`);

const last = "first: 1, orderBy: { SystemModstamp: { order: DESC } }";
const stamp = "totalCount edges { node { SystemModstamp { value } } }";

/**
 * A few bytes that change when anything of the conversation does, so that all of it is asked for only then. No ids: a
 * wire that holds an id is asked again by the platform whenever that record is saved here.
 */
export const stampQuery = (parts: Parts): GraphQLDocument =>
  document(`query SupportConversationStamp($id: ID) {
    uiapi {
      query {
        Case(first: 1, where: { Id: { eq: $id } }) {
          edges {
            node {
              SystemModstamp { value }
              CaseComments(${last}) { ${stamp} }
              ${parts.files ? `ContentDocumentLinks(${last}) { ${stamp} }` : ""}
            }
          }
        }
        ${parts.emails ? `EmailMessage(${last}, where: { ParentId: { eq: $id } }) { ${stamp} }` : ""}
        ${parts.notes ? `Support_Note__c(${last}, where: { Case__c: { eq: $id } }) { ${stamp} }` : ""}
      }
    }
  }`);

/** From an answer to `stampQuery`; null when it holds no stamp. A case that is gone has a stamp of its own. */
export function stampOf(data: any): { record: string; all: string } | null {
  const query = data?.uiapi?.query;
  if (!query?.Case) return null;
  const node = query.Case.edges?.[0]?.node;
  return { record: node?.SystemModstamp?.value ?? "", all: JSON.stringify(query) };
}
