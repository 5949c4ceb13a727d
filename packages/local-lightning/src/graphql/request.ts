/** A GraphQL request as the parts that answer it see it. */
import type { FieldNode, SelectionSetNode } from "graphql";
import type { ObjectDef } from "@compromiso/local-org";
import type { Context } from "../context.ts";
import type { GraphQLProblem } from "./problem.ts";
import type { Selections } from "./selections.ts";

export type Row = Record<string, unknown>;

/** What of an object's row is asked for, read off the selection before the query is made. */
export interface Plan {
  object: ObjectDef;
  columns: Set<string>;
  /** Builds the answer's node out of a row. */
  build: (row: Row) => Record<string, unknown>;
}

export interface Request {
  readonly context: Context;
  readonly selections: Selections;
  /** The object that a node names. @throws GraphQLProblem when the caller may not read it */
  entity(node: FieldNode, type: string, path: string[]): ObjectDef;
  rows(soql: string): Row[];
  plan(object: ObjectDef, set: SelectionSetNode | undefined, path: string[], prefix?: string): Plan;
  pick(node: FieldNode, values: Record<string, unknown>, path?: string[]): Record<string, unknown>;
  report(problem: GraphQLProblem): void;
}
