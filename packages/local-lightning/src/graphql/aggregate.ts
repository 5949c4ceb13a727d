import type { FieldNode } from "graphql";
import { fieldOf, readable } from "../uiapi/fields.ts";
import { displayValue } from "../uiapi/format.ts";
import type { Request } from "./request.ts";
import { undefinedField } from "./problem.ts";
import { whereClause } from "./where.ts";

const FUNCTIONS: Record<string, string> = {
  count: "COUNT",
  countDistinct: "COUNT_DISTINCT",
  sum: "SUM",
  avg: "AVG",
  min: "MIN",
  max: "MAX",
};

/** `uiapi.aggregate.X(groupBy: …) { edges { node { aggregate { Field { value count { value } … } } } } }`. */
export function aggregate(request: Request, node: FieldNode, path: string[]): Record<string, unknown> {
  const { context, selections } = request;
  const object = request.entity(node, "RecordQueryAggregate", path);
  const { where, groupBy, first } = selections.arguments(node) as {
    where?: unknown;
    groupBy?: Record<string, { group?: boolean; function?: string }>;
    first?: number;
  };
  const columns = new Map<string, string>();
  const alias = (expression: string): string => {
    const known = columns.get(expression) ?? `e${columns.size}`;
    columns.set(expression, known);
    return known;
  };
  const groups = new Map<string, string>();
  for (const [name, how] of Object.entries(groupBy ?? {})) {
    const field = fieldOf(object, name);
    if (!field || !readable(context, object, field))
      throw undefinedField(name, `${object.name}_GroupBy`, path, node);
    groups.set(field.name, how.function ? `${how.function}(${field.name})` : field.name);
  }
  const edges = selections.fields(node.selectionSet).filter(({ node: part }) => part.name.value === "edges");
  const builders = edges.flatMap(({ node: edge }) =>
    selections
      .fields(edge.selectionSet)
      .filter(({ node: part }) => part.name.value === "node")
      .flatMap(({ node: inner }) => selections.fields(inner.selectionSet))
      .filter(({ node: part }) => part.name.value === "aggregate")
      .flatMap(({ node: inner }) => selections.fields(inner.selectionSet))
      .map(({ node: part, key }) => {
        const field = fieldOf(object, part.name.value);
        if (!field || !readable(context, object, field))
          throw undefinedField(part.name.value, `${object.name}Aggregate`, [...path, part.name.value], part);
        const members = selections.fields(part.selectionSet).map(({ node: member, key: memberKey }) => {
          const operation = FUNCTIONS[member.name.value];
          if (operation) {
            const column = alias(`${operation}(${field.name})`);
            return (row: Record<string, unknown>) => ({ [memberKey]: { value: row[column] ?? null } });
          }
          const group = groups.get(field.name);
          if (!group || !/^(value|displayValue|label)$/.test(member.name.value))
            throw undefinedField(
              member.name.value,
              part.name.value,
              [...path, part.name.value, member.name.value],
              member,
            );
          const column = alias(group);
          return (row: Record<string, unknown>) => {
            const value = row[column] ?? null;
            return {
              [memberKey]:
                member.name.value === "value" ? value : displayValue(context, object.name, field, value),
            };
          };
        });
        return (row: Record<string, unknown>) => ({
          [key]: Object.assign({}, ...members.map((member) => member(row))) as unknown,
        });
      }),
  );
  const condition = whereClause(context, object, where);
  if (columns.size === 0) alias("COUNT(Id)");
  const soql = [
    `SELECT ${[...columns].map(([expression, name]) => `${expression} ${name}`).join(", ")} FROM ${object.name}`,
    condition && `WHERE ${condition}`,
    groups.size > 0 ? `GROUP BY ${[...groups.values()].join(", ")}` : "",
    `LIMIT ${first ?? 2000}`,
  ];
  const rows = request.rows(soql.filter(Boolean).join(" "));
  return {
    edges: rows.map((row) => ({
      node: { aggregate: Object.assign({}, ...builders.map((build) => build(row))) as unknown },
    })),
    totalCount: rows.length,
  };
}
