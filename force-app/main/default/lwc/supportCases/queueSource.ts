/** Where a queue of cases reads, and how it acknowledges: a client's own org, or a hub with the copies of many. */
import type { GraphQLDocument } from "lightning/graphql";

export interface QueueSource {
  /** The object that a row opens. */
  object: string;
  /** Each answers in the names of a client's org: Case and Support_Contract__c. */
  contracts: GraphQLDocument;
  cases: GraphQLDocument;
  stamp: GraphQLDocument;
  /** ms between two questions for the stamp while somebody looks. */
  askEvery: number;
  /** null: the source tells of no last replies. */
  replies: GraphQLDocument | null;
  /** Answers the reason for each that was not saved. */
  acknowledge(
    cases: { id: string; modifiedAt: number; takes?: boolean }[],
    userId: string,
    done?: (count: number) => void,
  ): Promise<Map<string, string>>;
}
