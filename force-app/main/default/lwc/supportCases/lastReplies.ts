/** Who wrote the last public comment on each open support case, asked apart: an org may refuse it. */
import { gql, type GraphQLDocument, type GraphQLResult } from "lightning/graphql";

export interface LastReply {
  by: string | null;
  byId: string | null;
  at: number;
}

/** The newest of so many comments: older ones say nothing of a live queue. */
const AT_MOST = 1000;

export const lastRepliesQuery = (): GraphQLDocument =>
  gql(
    Object.assign(
      [
        `query SupportReplies {
          uiapi {
            query {
              CaseComment(
                first: ${AT_MOST}
                where: { and: [
                  { IsPublished: { eq: true } }
                  { Parent: { IsClosed: { eq: false } } }
                  { Parent: { Support_Contract__c: { ne: null } } }
                ] }
                orderBy: { CreatedDate: { order: DESC } }
              ) {
                edges {
                  node {
                    ParentId { value }
                    CreatedDate { value }
                    CreatedById { value }
                    CreatedBy { Name { value } }
                  }
                }
              }
            }
          }
        }`,
      ],
      { raw: [] as string[] },
    ),
  );

/** By case; without an entry where the answer holds no reply, or the org refuses the question. */
export function lastRepliesOf({ data }: GraphQLResult): Map<string, LastReply> {
  const replies = new Map<string, LastReply>();
  const edges = (data as any)?.uiapi?.query?.CaseComment?.edges ?? [];
  for (const { node } of edges) {
    const caseId: unknown = node?.ParentId?.value;
    const at = Date.parse(node?.CreatedDate?.value ?? "");
    // the newest comes first
    if (typeof caseId !== "string" || Number.isNaN(at) || replies.has(caseId)) continue;
    replies.set(caseId, {
      by: node.CreatedBy?.Name?.value ?? null,
      byId: node.CreatedById?.value ?? null,
      at,
    });
  }
  return replies;
}
