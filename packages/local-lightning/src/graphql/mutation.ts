import type { FieldNode } from "graphql";
import type { DmlOperation, DmlResult, ObjectDef } from "@compromiso/local-org";
import type { Request } from "./request.ts";
import { isSupported } from "../uiapi/supported.ts";
import { GraphQLProblem, undefinedField } from "./problem.ts";

interface Step {
  node: FieldNode;
  key: string;
  object: ObjectDef;
  kind: "Create" | "Update" | "Delete";
  input: Record<string, unknown>;
}

/** Runs `uiapi(input: {allOrNone}) { XCreate(input: {X: {…}}) {Record {…}} … }`. `@{alias}` is the id from an earlier step. */
export function mutate(request: Request, uiapi: FieldNode): Record<string, unknown> | null {
  const { context, selections } = request;
  const { input: options } = selections.arguments(uiapi) as { input?: { allOrNone?: boolean } };
  const allOrNone = options?.allOrNone ?? true;
  const steps = selections.fields(uiapi.selectionSet).map(({ node, key }) => stepOf(request, node, key));
  const answer: Record<string, unknown> = {};
  const made = new Map<string, string>();
  let failed = false;
  const chained = steps.some(({ input }) => /@\{\w+\}/.test(JSON.stringify(input)));
  // steps without references to each other run as one transaction
  const batches = chained ? steps.map((step) => [step]) : [steps];
  const run = (): void => {
    for (const batch of batches) {
      if (failed && allOrNone) break;
      const operations = batch.map((step) => operationOf(step, made));
      const results = context.org.execute(context.caller, operations, { allOrNone });
      results.forEach((result, i) => {
        const step = batch[i];
        if (!step) return;
        if (result.success) made.set(step.key, result.id);
        else failed = true;
        answer[step.key] = outcome(request, step, result);
      });
    }
  };
  // with allOrNone, a failed step undoes the steps on which it builds
  if (chained && allOrNone) context.org.atomically(run, () => !failed);
  else run();
  return failed && allOrNone ? Object.fromEntries(steps.map(({ key }) => [key, null])) : answer;
}

function stepOf(request: Request, node: FieldNode, key: string): Step {
  const { org } = request.context;
  const [, name = "", kind] = /^(\w+?)(Create|Update|Delete)$/.exec(node.name.value) ?? [];
  const object = org.schema.object(name);
  // each deletion answers with its own field, which holds only the id
  if (!kind || (!object && name !== "Record") || (object && !isSupported(object)))
    throw undefinedField(node.name.value, "UIAPIMutations", ["uiapi", node.name.value], node);
  const { input } = request.selections.arguments(node) as { input?: Record<string, unknown> };
  if (!input || typeof input !== "object")
    throw new GraphQLProblem(
      `Validation error of type MissingFieldArgument: Missing field argument 'input' @ 'uiapi/${node.name.value}'`,
      "ValidationError",
      ["uiapi", node.name.value],
      node,
    );
  const target = object ?? org.schema.objectByKeyPrefix(String(input.Id ?? "").slice(0, 3));
  if (!target || !isSupported(target))
    throw undefinedField(node.name.value, "UIAPIMutations", ["uiapi", node.name.value], node);
  return { node, key, object: target, kind: kind as Step["kind"], input };
}

function operationOf({ object, kind, input }: Step, made: Map<string, string>): DmlOperation {
  const resolve = (value: unknown): unknown => {
    const [, reference] = (typeof value === "string" ? /^@\{(\w+)\}$/.exec(value) : null) ?? [];
    return reference ? (made.get(reference) ?? value) : value;
  };
  const fields = Object.fromEntries(
    Object.entries((input[object.name] ?? {}) as Record<string, unknown>).map(([name, value]) => [
      name,
      resolve(value),
    ]),
  );
  if (kind === "Create") return { op: "insert", object: object.name, fields };
  const id = String(resolve(input.Id ?? ""));
  return kind === "Update"
    ? { op: "update", object: object.name, id, fields }
    : { op: "delete", object: object.name, id };
}

function outcome(
  request: Request,
  { node, key, object, kind }: Step,
  result: DmlResult,
): Record<string, unknown> | null {
  if (!result.success) {
    for (const { message } of result.errors)
      // GraphQL's specification asks for the alias, so that you can see which of several updates failed
      request.report(new GraphQLProblem(message, "DataFetchingException", ["uiapi", key], node));
    return null;
  }
  const answer: Record<string, unknown> = {};
  for (const { node: part, key } of request.selections.fields(node.selectionSet)) {
    switch (part.name.value) {
      case "Id":
        answer[key] = result.id;
        break;
      case "success":
        answer[key] = true;
        break;
      case "Record": {
        if (kind === "Delete")
          throw undefinedField(
            "Record",
            `${object.name}DeletePayload`,
            ["uiapi", node.name.value, "Record"],
            part,
          );
        const plan = request.plan(object, part.selectionSet, ["uiapi", node.name.value, "Record"]);
        const [row] = request.rows(
          `SELECT ${[...plan.columns].join(", ")} FROM ${object.name} WHERE Id = '${result.id}'`,
        );
        answer[key] = row ? plan.build(row) : null;
        break;
      }
      case "__typename":
        answer[key] = `${object.name}${kind}Payload`;
        break;
      default:
        throw undefinedField(
          part.name.value,
          `${object.name}${kind}Payload`,
          ["uiapi", node.name.value, part.name.value],
          part,
        );
    }
  }
  return answer;
}
