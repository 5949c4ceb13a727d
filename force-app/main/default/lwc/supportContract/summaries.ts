/** Time to acknowledge per month and priority, as the service reports it. */
import { gql } from "lightning/graphql";

export interface Summary {
  /** First day of the month, `YYYY-MM-DD`. */
  month: string;
  priority: string;
  count: number;
  /** Minutes of coverage, all of them. */
  mean: number | null;
  median: number | null;
  p90: number | null;
  /** 0 to 1 */
  withinTarget: number | null;
  target: number | null;
  budget: number | null;
  waiting: number;
  asOf: number | null;
}

/** Two years of four priorities, the newest first. */
export const SUMMARIES = gql`
  query SupportSummaries {
    uiapi {
      query {
        Support_Summary__c(first: 200, orderBy: { Month__c: { order: DESC } }) {
          edges {
            node {
              Id
              Month__c {
                value
              }
              Priority__c {
                value
              }
              Count__c {
                value
              }
              Mean_Minutes__c {
                value
              }
              Median_Minutes__c {
                value
              }
              P90_Minutes__c {
                value
              }
              Within_Target__c {
                value
              }
              Target_Minutes__c {
                value
              }
              Budget_Minutes__c {
                value
              }
              Waiting__c {
                value
              }
              As_Of__c {
                value
              }
            }
          }
        }
      }
    }
  }
`;

const number = (value: unknown): number | null => (typeof value === "number" ? value : null);

/** From a GraphQL answer to `SUMMARIES`. */
export const summariesOf = (data: any): Summary[] =>
  (data?.uiapi?.query?.Support_Summary__c?.edges ?? []).map(({ node }: any): Summary => {
    const value = (field: string): unknown => node[field]?.value;
    const within = number(value("Within_Target__c"));
    const asOf = Date.parse(String(value("As_Of__c") ?? ""));
    return {
      month: String(value("Month__c") ?? "").slice(0, 10),
      priority: String(value("Priority__c") ?? ""),
      count: number(value("Count__c")) ?? 0,
      mean: number(value("Mean_Minutes__c")),
      median: number(value("Median_Minutes__c")),
      p90: number(value("P90_Minutes__c")),
      withinTarget: within === null ? null : within / 100,
      target: number(value("Target_Minutes__c")),
      budget: number(value("Budget_Minutes__c")),
      waiting: number(value("Waiting__c")) ?? 0,
      asOf: Number.isNaN(asOf) ? null : asOf,
    };
  });
