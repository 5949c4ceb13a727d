import type { FieldNode } from "graphql";

/** The reason for a refused query, in the platform's words. */
export class GraphQLProblem extends Error {
  readonly type: string;
  readonly path: string[];
  readonly node: FieldNode | undefined;
  readonly nullData: boolean;
  constructor(message: string, type: string, path: string[] = [], node?: FieldNode, nullData = false) {
    super(message);
    this.type = type;
    this.path = path;
    this.node = node;
    this.nullData = nullData;
  }
}

export function answerError(problem: GraphQLProblem): Record<string, unknown> {
  const start = problem.node?.loc?.startToken;
  return {
    message: problem.message,
    locations: start ? [{ line: start.line, column: start.column }] : [],
    paths: problem.path,
    extensions: { ErrorType: problem.type },
  };
}

export function undefinedField(field: string, type: string, path: string[], node: FieldNode): GraphQLProblem {
  return new GraphQLProblem(
    `Validation error of type FieldUndefined: Field '${field}' in type '${type}' is undefined @ '${path.join("/")}'`,
    "ValidationError",
    path,
    node,
  );
}
