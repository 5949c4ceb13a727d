/** The parts of a GraphQL request that its answer needs. */
import type { FieldNode, SelectionSetNode } from "graphql";
import type { ObjectDef } from "@compromiso/local-org";
import type { Context } from "../context.ts";
import type { GraphQLProblem } from "./problem.ts";
import type { Selections } from "./selections.ts";

export type Row = Record<string, unknown>;

/** The wanted parts of a row. We read them from the selection before we make the query. */
export interface Plan {
  object: ObjectDef;
  columns: Set<string>;
  /** Builds the answer's node from a row. */
  build: (row: Row) => Record<string, unknown>;
}

export interface Request {
  readonly context: Context;
  readonly selections: Selections;
  /** The object of a node. @throws GraphQLProblem if the caller may not read it */
  entity(node: FieldNode, type: string, path: string[]): ObjectDef;
  rows(soql: string): Row[];
  plan(object: ObjectDef, set: SelectionSetNode | undefined, path: string[], prefix?: string): Plan;
  pick(node: FieldNode, values: Record<string, unknown>, path?: string[]): Record<string, unknown>;
  report(problem: GraphQLProblem): void;
}
