import {
  Kind,
  valueFromASTUntyped,
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from "graphql";
import { GraphQLProblem } from "./problem.ts";

/** Reads a document's selections. It expands fragments, fills in variables and obeys `@skip` and `@include`. */
export class Selections {
  readonly operation: OperationDefinitionNode;
  readonly #fragments = new Map<string, FragmentDefinitionNode>();
  readonly #variables: Record<string, unknown>;

  constructor(document: DocumentNode, variables: Record<string, unknown>, operationName: string | undefined) {
    let operation: OperationDefinitionNode | undefined;
    for (const definition of document.definitions) {
      if (definition.kind === Kind.FRAGMENT_DEFINITION)
        this.#fragments.set(definition.name.value, definition);
      if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
      if (operationName === undefined ? !operation : definition.name?.value === operationName)
        operation = definition;
    }
    if (!operation)
      throw new GraphQLProblem(`Unknown operation named '${operationName ?? ""}'`, "ValidationError");
    this.operation = operation;
    this.#variables = { ...variables };
    for (const { variable, defaultValue, type } of operation.variableDefinitions ?? []) {
      const name = variable.name.value;
      if (this.#variables[name] === undefined && defaultValue)
        this.#variables[name] = valueFromASTUntyped(defaultValue);
      if ((this.#variables[name] ?? null) === null && type.kind === Kind.NON_NULL_TYPE)
        throw new GraphQLProblem(
          `Variable '${name}' has an invalid value: Variable '${name}' has coerced Null value for NonNull type`,
          "ValidationError",
        );
    }
  }

  /** The fields of a selection set for a type, by their names in the answer. */
  fields(set: SelectionSetNode | undefined, types: string[] = []): { node: FieldNode; key: string }[] {
    const found = new Map<string, { node: FieldNode; key: string }>();
    const visit = (selectionSet: SelectionSetNode | undefined) => {
      for (const selection of selectionSet?.selections ?? []) {
        if (!this.#included(selection.directives)) continue;
        if (selection.kind === Kind.FIELD) {
          const key = selection.alias?.value ?? selection.name.value;
          const known = found.get(key);
          found.set(key, { key, node: known ? merged(known.node, selection) : selection });
          continue;
        }
        const fragment =
          selection.kind === Kind.FRAGMENT_SPREAD ? this.#fragments.get(selection.name.value) : selection;
        if (!fragment && selection.kind === Kind.FRAGMENT_SPREAD)
          throw new GraphQLProblem(
            `Validation error of type UndefinedFragment: Undefined fragment '${selection.name.value}'`,
            "ValidationError",
          );
        const on = fragment?.typeCondition?.name.value;
        if (fragment && (!on || types.length === 0 || types.includes(on))) visit(fragment.selectionSet);
      }
    };
    visit(set);
    return [...found.values()];
  }

  arguments(node: FieldNode): Record<string, unknown> {
    const values: Record<string, unknown> = {};
    for (const { name, value } of node.arguments ?? []) {
      const given = valueFromASTUntyped(value, this.#variables);
      if (given !== undefined) values[name.value] = given;
    }
    return values;
  }

  #included(directives: readonly DirectiveNode[] | undefined): boolean {
    for (const directive of directives ?? []) {
      const condition = directive.arguments?.find(({ name }) => name.value === "if");
      const value = condition && valueFromASTUntyped(condition.value, this.#variables);
      if (directive.name.value === "skip" && value === true) return false;
      if (directive.name.value === "include" && value === false) return false;
    }
    return true;
  }
}

export function isOptional(node: FieldNode): boolean {
  return node.directives?.some(({ name }) => name.value === "optional") ?? false;
}

function merged(a: FieldNode, b: FieldNode): FieldNode {
  if (!a.selectionSet || !b.selectionSet) return a;
  const selections = [...a.selectionSet.selections, ...b.selectionSet.selections];
  return { ...a, selectionSet: { kind: Kind.SELECTION_SET, selections } } as FieldNode;
}
