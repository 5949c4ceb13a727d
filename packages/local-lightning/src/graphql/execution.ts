import type { DocumentNode, FieldNode, SelectionSetNode } from "graphql";
import type { FieldDef, ObjectDef } from "@compromiso/local-org";
import type { Context } from "../context.ts";
import { addPath, emptyTree, fieldOf, lookupOf, readable } from "../uiapi/fields.ts";
import { displayValue, typedValue } from "../uiapi/format.ts";
import { objectInfo, picklistValues } from "../uiapi/objectInfo.ts";
import { childOf } from "../uiapi/relatedLists.ts";
import { aggregate } from "./aggregate.ts";
import { mutate } from "./mutation.ts";
import { answerError, GraphQLProblem, undefinedField } from "./problem.ts";
import type { Plan, Request, Row } from "./request.ts";
import { isOptional, Selections } from "./selections.ts";
import { isSupported } from "../uiapi/supported.ts";
import { historyValue } from "./history.ts";
import { orderClause, whereClause } from "./where.ts";

const DEFAULT_FIRST = 10;
const MAX_FIRST = 2000;

/** Runs one GraphQL request: `uiapi { query, aggregate, objectInfos }` and the mutations. */
export class Execution implements Request {
  readonly context: Context;
  readonly selections: Selections;
  readonly errors: unknown[] = [];
  #subqueries = 0;

  constructor(
    context: Context,
    document: DocumentNode,
    variables: Record<string, unknown>,
    operationName?: string,
  ) {
    this.context = context;
    this.selections = new Selections(document, variables, operationName);
  }

  run(): Record<string, unknown> {
    const { operation } = this.selections;
    const answer: Record<string, unknown> = {};
    for (const { node, key } of this.selections.fields(operation.selectionSet)) {
      const name = node.name.value;
      if (name === "__typename") answer[key] = operation.operation === "mutation" ? "Mutation" : "Query";
      else if (name !== "uiapi")
        throw undefinedField(name, operation.operation === "mutation" ? "Mutation" : "Query", [name], node);
      else if (operation.operation === "mutation") answer[key] = mutate(this, node);
      else answer[key] = this.#uiapi(node);
    }
    return answer;
  }

  #uiapi(uiapi: FieldNode): Record<string, unknown> {
    const answer: Record<string, unknown> = {};
    for (const { node, key } of this.selections.fields(uiapi.selectionSet)) {
      switch (node.name.value) {
        case "query":
          answer[key] = this.#each(node, (inner, path) => this.#connection(inner, path));
          break;
        case "aggregate":
          answer[key] = this.#each(node, (inner, path) => aggregate(this, inner, path));
          break;
        case "objectInfos":
          answer[key] = this.#objectInfos(node);
          break;
        case "__typename":
          answer[key] = "UIAPI";
          break;
        default:
          throw undefinedField(node.name.value, "UIAPI", ["uiapi", node.name.value], node);
      }
    }
    return answer;
  }

  /** Runs entities independently. A failed one becomes null, and its error goes into the list. */
  #each(parent: FieldNode, compute: (node: FieldNode, path: string[]) => unknown): Record<string, unknown> {
    const answer: Record<string, unknown> = {};
    for (const { node, key } of this.selections.fields(parent.selectionSet)) {
      const path = ["uiapi", parent.name.value, key];
      if (node.name.value === "__typename") answer[key] = "RecordQuery";
      else answer[key] = compute(node, path);
    }
    return answer;
  }

  entity(node: FieldNode, type: string, path: string[]): ObjectDef {
    const { org, caller } = this.context;
    const object = org.schema.object(node.name.value);
    if (
      !object ||
      !isSupported(object) ||
      object.name !== node.name.value ||
      !org.access.object(caller.userId, object.name).read
    )
      throw undefinedField(node.name.value, type, path, node);
    return object;
  }

  #connection(node: FieldNode, path: string[]): Record<string, unknown> {
    const object = this.entity(node, "RecordQuery", path);
    const { where, scope } = this.selections.arguments(node) as { where?: unknown; scope?: string };
    const conditions = [whereClause(this.context, object, where)];
    if (scope === "MINE") conditions.push(`OwnerId = '${this.context.caller.userId}'`);
    return this.#page(node, object, conditions.filter(Boolean), path);
  }

  #page(node: FieldNode, object: ObjectDef, conditions: string[], path: string[]): Record<string, unknown> {
    const given = this.selections.arguments(node) as {
      first?: number;
      after?: string;
      orderBy?: unknown;
      upperBound?: number;
    };
    const first = given.first ?? DEFAULT_FIRST;
    const least = given.upperBound === undefined ? 1 : 200;
    if (!Number.isInteger(first) || first < least || first > MAX_FIRST)
      throw new GraphQLProblem(
        `The value of 'first' must be between ${least} and ${MAX_FIRST}.`,
        "InvalidArgument",
        path,
        node,
      );
    const offset = given.after ? fromCursor(given.after) : 0;
    const condition = conditions.join(" AND ");
    const parts = this.selections.fields(node.selectionSet);
    const named = (name: string) => parts.find(({ node: part }) => part.name.value === name);
    const edges = named("edges");
    const nodeOf =
      edges &&
      this.selections.fields(edges.node.selectionSet).find(({ node: part }) => part.name.value === "node");
    const plan = this.plan(object, nodeOf?.node.selectionSet, [...path, "edges", "node"]);
    const order = orderClause(this.context, object, given.orderBy);
    const soql = [
      `SELECT ${[...plan.columns].join(", ")} FROM ${object.name}`,
      condition && `WHERE ${condition}`,
      `ORDER BY ${order ? `${order}, ` : ""}Id ASC`,
      // we read one more row, which shows whether there is a next page
      `LIMIT ${first + 1}`,
      offset > 0 ? `OFFSET ${offset}` : "",
    ];
    const rows = this.rows(soql.filter(Boolean).join(" "));
    const hasNextPage = rows.length > first;
    const shown = rows.slice(0, first);
    const answer: Record<string, unknown> = {};
    for (const { node: part, key } of parts) {
      switch (part.name.value) {
        case "edges":
          answer[key] = shown.map((row, i) => this.#edge(part, plan, row, offset + i + 1));
          break;
        case "totalCount":
          answer[key] = this.#count(object, condition);
          break;
        case "pageResultCount":
          answer[key] = shown.length;
          break;
        case "pageInfo":
          answer[key] = this.pick(part, {
            hasNextPage,
            hasPreviousPage: offset > 0,
            startCursor: shown.length > 0 ? toCursor(offset + 1) : null,
            endCursor: shown.length > 0 ? toCursor(offset + shown.length) : null,
          });
          break;
        case "__typename":
          answer[key] = `${object.name}Connection`;
          break;
        default:
          throw undefinedField(part.name.value, `${object.name}Connection`, [...path, part.name.value], part);
      }
    }
    return answer;
  }

  #edge(edges: FieldNode, plan: Plan, row: Row, position: number): Record<string, unknown> {
    const answer: Record<string, unknown> = {};
    for (const { node, key } of this.selections.fields(edges.selectionSet)) {
      if (node.name.value === "node") answer[key] = plan.build(row);
      else if (node.name.value === "cursor") answer[key] = toCursor(position);
      else if (node.name.value === "__typename") answer[key] = `${plan.object.name}Edge`;
    }
    return answer;
  }

  rows(soql: string): Row[] {
    const { org, caller } = this.context;
    return org.query(caller, soql, { batchSize: 2001 }).records;
  }

  #count(object: ObjectDef, condition: string): number {
    const soql = `SELECT COUNT() FROM ${object.name}${condition ? ` WHERE ${condition}` : ""}`;
    return this.context.org.query(this.context.caller, soql).totalSize;
  }

  /** Finds the columns for a selection on an object, and builds a node from them. */
  plan(object: ObjectDef, set: SelectionSetNode | undefined, path: string[], prefix = ""): Plan {
    const columns = new Set<string>([`${prefix}Id`]);
    const builders: ((row: Row, answer: Record<string, unknown>) => void)[] = [];
    for (const { node, key } of this.selections.fields(set, [object.name, "Record"])) {
      const name = node.name.value;
      const here = [...path, name];
      const history = historyValue(object, name);
      const field = history === "hidden" ? undefined : fieldOf(object, name);
      if (history !== undefined && history !== "hidden") {
        columns.add(prefix + history.column);
        builders.push((row, answer) => {
          const value = history.of(row[history.column]);
          answer[key] = this.pick(node, { value, displayValue: value === null ? null : String(value) });
        });
      } else if (name === "__typename") builders.push((_row, answer) => void (answer[key] = object.name));
      else if (name === "ApiName") builders.push((_row, answer) => void (answer[key] = object.name));
      else if (name === "WeakEtag") {
        columns.add(`${prefix}SystemModstamp`);
        builders.push((row, answer) => void (answer[key] = Date.parse(String(row.SystemModstamp))));
      } else if (name === "DisplayValue") {
        columns.add(`${prefix}${object.nameField}`);
        builders.push((row, answer) => void (answer[key] = row[object.nameField] ?? null));
      } else if (field && field.name === name && (name === "Id" || readable(this.context, object, field))) {
        columns.add(prefix + name);
        builders.push(
          (row, answer) => void (answer[key] = this.#value(object, field, node, row[name], here)),
        );
      } else if (lookupOf(object, name)?.relationshipName === name)
        this.#planParent(object, node, key, here, prefix, columns, builders);
      else if (this.#isChild(object, name)) {
        const conditions = this.#child(object, node, here, prefix);
        builders.push((row, answer) => void (answer[key] = conditions(String(row.Id))));
      } else if (isOptional(node)) continue;
      else throw undefinedField(name, object.name, here, node);
    }
    return {
      object,
      columns,
      build: (row) => {
        const answer: Record<string, unknown> = {};
        for (const builder of builders) builder(row, answer);
        return answer;
      },
    };
  }

  #planParent(
    object: ObjectDef,
    node: FieldNode,
    key: string,
    path: string[],
    prefix: string,
    columns: Set<string>,
    builders: ((row: Row, answer: Record<string, unknown>) => void)[],
  ): void {
    const lookup = lookupOf(object, node.name.value) as FieldDef;
    const { org } = this.context;
    if (!readable(this.context, object, lookup)) {
      if (isOptional(node)) return;
      throw undefinedField(node.name.value, object.name, path, node);
    }
    const targets = (lookup.referenceTo ?? [])
      .flatMap((type) => org.schema.object(type) ?? [])
      .filter(isSupported);
    if (targets.length === 0) {
      if (isOptional(node)) return;
      throw undefinedField(node.name.value, object.name, path, node);
    }
    const inner = `${prefix}${node.name.value}.`;
    const polymorphic = targets.length > 1;
    const plans = targets.map((target) => {
      // a polymorphic lookup has only Id and Name; other fields need inline fragments on the type
      const plan = this.plan(target, node.selectionSet, path, inner);
      return plan;
    });
    for (const { columns: wanted, object: target } of plans)
      for (const column of wanted) {
        const name = column.slice(inner.length).split(".");
        if (!polymorphic || addPath(this.context, target, emptyTree(), name)) columns.add(column);
      }
    if (polymorphic) columns.add(`${prefix}${lookup.name}`);
    builders.push((row, answer) => {
      const value = row[node.name.value] as Row | null | undefined;
      const id = String(value?.Id ?? row[lookup.name] ?? "");
      const plan = plans.find(({ object: target }) => id.startsWith(target.keyPrefix)) ?? plans[0];
      answer[key] = value && plan ? plan.build(value) : null;
    });
  }

  #isChild(object: ObjectDef, name: string): boolean {
    try {
      childOf(this.context, object, name);
      return true;
    } catch {
      return false;
    }
  }

  /** Reads children as a connection, with one query per parent. */
  #child(object: ObjectDef, node: FieldNode, path: string[], prefix: string): (parentId: string) => unknown {
    if (prefix)
      throw new GraphQLProblem(
        "Child relationships are available one level deep only.",
        "ValidationError",
        path,
        node,
      );
    if (++this.#subqueries > 10)
      throw new GraphQLProblem("A query can contain at most 10 subqueries.", "ValidationError", path, node);
    const { child, lookup } = childOf(this.context, object, node.name.value);
    const { where } = this.selections.arguments(node) as { where?: unknown };
    const condition = whereClause(this.context, child, where);
    return (parentId) =>
      this.#page(node, child, [`${lookup.name} = '${parentId}'`, condition].filter(Boolean), path);
  }

  /** `Id` is a plain value. Every other field has a value and a display value. */
  #value(object: ObjectDef, field: FieldDef, node: FieldNode, raw: unknown, path: string[]): unknown {
    if (field.name === "Id") return raw ?? null;
    const value = typedValue(field, raw);
    return this.pick(
      node,
      {
        value,
        displayValue: displayValue(this.context, object.name, field, raw),
        label: displayValue(this.context, object.name, field, raw),
      },
      path,
    );
  }

  /** Picks the wanted members of a plain object. */
  pick(node: FieldNode, values: Record<string, unknown>, path: string[] = []): Record<string, unknown> {
    if (!node.selectionSet)
      throw new GraphQLProblem(
        `Validation error of type SubselectionRequired: Subselection required for type of field '${node.name.value}' @ '${path.join("/")}'`,
        "ValidationError",
        path,
        node,
      );
    const answer: Record<string, unknown> = {};
    for (const { node: part, key } of this.selections.fields(node.selectionSet)) {
      const name = part.name.value;
      if (name === "__typename") answer[key] = node.name.value;
      else if (!(name in values) && !isOptional(part))
        throw undefinedField(name, node.name.value, [...path, name], part);
      else answer[key] = this.#deep(part, values[name]);
    }
    return answer;
  }

  #deep(node: FieldNode, value: unknown): unknown {
    if (!node.selectionSet || value === null || typeof value !== "object") return value ?? null;
    if (Array.isArray(value)) return value.map((each) => this.#deep(node, each));
    return this.pick(node, value as Record<string, unknown>);
  }

  #objectInfos(node: FieldNode): unknown[] {
    const { apiNames, objectInfoInputs } = this.selections.arguments(node) as {
      apiNames?: string[];
      objectInfoInputs?: { apiName: string; fieldNames?: string[]; recordTypeIDs?: string[] }[];
    };
    if ((apiNames === undefined) === (objectInfoInputs === undefined))
      throw new GraphQLProblem(
        "Give either apiNames or objectInfoInputs, not both.",
        "ValidationError",
        ["uiapi", "objectInfos"],
        node,
      );
    const inputs: { apiName: string; fieldNames?: string[]; recordTypeIDs?: string[] }[] =
      objectInfoInputs ?? (apiNames ?? []).map((apiName) => ({ apiName }));
    return inputs.map(({ apiName, fieldNames, recordTypeIDs }) => {
      const info = objectInfo(this.context, apiName) as Record<string, unknown>;
      const fields = Object.values(info.fields as Record<string, Record<string, unknown>>)
        .filter((field) => !fieldNames || fieldNames.includes(String(field.apiName)))
        .map((field) => ({
          ...field,
          ApiName: field.apiName,
          dataType: String(field.dataType).toUpperCase(),
          picklistValuesByRecordTypeIDs:
            field.dataType === "Picklist"
              ? (recordTypeIDs ?? [String(info.defaultRecordTypeId)]).map((recordTypeID) => ({
                  recordTypeID,
                  ...this.#picklist(apiName, recordTypeID, String(field.apiName)),
                }))
              : null,
        }));
      const recordTypes = Object.values(info.recordTypeInfos as Record<string, unknown>);
      return this.pick(node, { ...info, ApiName: apiName, fields, recordTypeInfos: recordTypes });
    });
  }

  #picklist(object: string, recordType: string, field: string) {
    const { values, defaultValue } = picklistValues(this.context, object, recordType, field);
    return { picklistValues: values, defaultValue, controllerValues: [] };
  }

  report(problem: GraphQLProblem): void {
    this.errors.push(answerError(problem));
  }
}

/** Cursors are positions in base64, as on the platform. */
function toCursor(position: number): string {
  return Buffer.from(`v1:${position}`).toString("base64");
}
function fromCursor(cursor: string): number {
  const [, position] = /^v1:(\d+)$/.exec(Buffer.from(cursor, "base64").toString("utf8")) ?? [];
  if (position === undefined) throw new GraphQLProblem(`Invalid cursor: ${cursor}`, "InvalidArgument");
  return Number(position);
}
