/** `__schema` and `__type`, which code generators and editors ask before anything else. */
import { executeSync, type DocumentNode } from "graphql";
import { GraphQLProblem } from "./problem.ts";
import { schemaOf } from "./schema.ts";
import type { Context } from "../context.ts";
import type { Selections } from "./selections.ts";

/** The answer, or undefined when the operation asks for data. */
export function introspect(
  context: Context,
  document: DocumentNode,
  selections: Selections,
  variables: Record<string, unknown>,
): { data?: unknown; errors: readonly unknown[] } | undefined {
  const { operation } = selections;
  const asked = selections.fields(operation.selectionSet).map(({ node }) => node.name.value);
  const about = asked.filter((name) => name === "__schema" || name === "__type");
  if (about.length === 0) return undefined;
  if (asked.some((name) => !name.startsWith("__")))
    throw new GraphQLProblem("Ask for the schema and for data in two requests.", "ValidationError");
  const { data, errors = [] } = executeSync({
    schema: schemaOf(context),
    document,
    variableValues: variables,
    ...(operation.name === undefined ? {} : { operationName: operation.name.value }),
  });
  return { data, errors };
}
