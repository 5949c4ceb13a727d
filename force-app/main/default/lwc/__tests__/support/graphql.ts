/** Answers a component's GraphQL queries by a word of theirs. */
import * as graphqlModule from "lightning/graphql";

type Answer = (name: string, data: unknown, errors?: { message: string }[], refresh?: jest.Mock) => jest.Mock;
export const answer = (graphqlModule as unknown as { answer: Answer }).answer;
