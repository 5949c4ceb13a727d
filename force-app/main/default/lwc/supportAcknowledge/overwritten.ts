/**
 * A mutation takes no `ifUnmodifiedSince`. A colleague may acknowledge between the read before it and the mutation, and
 * is written over then. The case's history tells so: who stood there before the user.
 */
import { gql, type GraphQLDocument, type GraphQLResult } from "lightning/graphql";

/** Of each case at most so many changes are looked at. */
const CHANGES = 4;
const SALESFORCE_ID = /^[a-zA-Z0-9]{15,18}$/;
const isUser = (value: unknown): value is string =>
  typeof value === "string" && /^005[a-zA-Z0-9]{12,15}$/.test(value);

/** Who acknowledged these cases since an instant, the newest change first. Each question is another text: no cache answers it. */
export function overwritesQuery(ids: string[], since: number): GraphQLDocument {
  const those = ids.filter((id) => SALESFORCE_ID.test(id)).map((id) => `"${id}"`);
  const text = `query SupportOverwrites {
    uiapi {
      query {
        CaseHistory(
          first: ${those.length * CHANGES}
          where: { and: [
            { CaseId: { in: [${those.join(", ")}] } }
            { Field: { eq: "SLA_Acknowledged_By__c" } }
            { CreatedDate: { gte: { value: "${new Date(since).toISOString()}" } } }
          ] }
          orderBy: { CreatedDate: { order: DESC } }
        ) {
          edges { node { CaseId { value } OldvalString { value } NewvalString { value } } }
        }
      }
    }
  }`;
  return gql(Object.assign([text], { raw: [] as string[] }));
}

/** The colleague of each case over whom the user wrote. Nobody where the org does not answer the question. */
export function overwritesOf({ data }: GraphQLResult, userId: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const { node } of data?.uiapi?.query?.CaseHistory?.edges ?? []) {
    const caseId: unknown = node?.CaseId?.value;
    const before: unknown = node?.OldvalString?.value;
    if (typeof caseId !== "string" || node?.NewvalString?.value !== userId) continue;
    if (isUser(before) && before !== userId) found.set(caseId, before);
  }
  return found;
}
