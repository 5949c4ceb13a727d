/** The filters of a list view: as Salesforce describes them, and as SOQL. */
import { all, textOf, type XmlElement } from "../metadata/xml/parse.ts";
import type { FieldDef, ObjectDef } from "../org/types.ts";
import { pathOfColumn } from "./columns.ts";

interface Condition {
  field: string;
  operator: string;
  values: string[];
}
export type Where = Condition | { conjunction: "and" | "or"; conditions: Where[] } | { condition: Where };

const operators: Record<string, string> = {
  lessThan: "lessThan",
  greaterThan: "greaterThan",
  lessOrEqual: "lessThanOrEqualTo",
  greaterOrEqual: "greaterThanOrEqualTo",
  includes: "includes",
  excludes: "excludes",
};
const symbols: Record<string, string> = {
  equals: "=",
  notEquals: "!=",
  lessThan: "<",
  greaterThan: ">",
  lessThanOrEqualTo: "<=",
  greaterThanOrEqualTo: ">=",
};
const lists: Record<string, string> = {
  in: "IN",
  notIn: "NOT IN",
  includes: "INCLUDES",
  excludes: "EXCLUDES",
};
/** A filter on a field that the user may not read leaves nothing out. */
const everything: Condition = { field: "Id", operator: "notEquals", values: [] };

/** @param readable tells whether the user may read a field of the object */
export function readFilters(
  object: ObjectDef,
  view: XmlElement,
  readable: (field: FieldDef) => boolean,
): Where | undefined {
  const filters = all(view, "filters").map((filter) => readFilter(object, filter, readable));
  const logic = textOf(view, "booleanFilter") ?? "";
  if (logic !== "") return combine(logic, filters);
  return filters.length > 1 ? { conjunction: "and", conditions: filters } : filters[0];
}

function readFilter(object: ObjectDef, filter: XmlElement, readable: (field: FieldDef) => boolean): Where {
  const path = pathOfColumn(object, textOf(filter, "field") ?? "");
  const own = object.fields.get(path[0] ?? "");
  if (path.length === 1 && (own === undefined || !readable(own))) return everything;
  const field = path.length === 1 ? own!.name : path.join(".");
  const operation = textOf(filter, "operation") ?? "equals";
  const raw = textOf(filter, "value") ?? "";
  // a value that holds a comma stands in quotes: `"Acme, Inc.",Other`
  const values = (raw.match(/\s*"[^"]*"\s*|[^,]+/g) ?? []).map((each) =>
    written(own, path, each.trim().replace(/^"|"$/g, "")),
  );
  switch (operation) {
    case "equals":
      return { field, operator: values.length > 1 ? "in" : "equals", values };
    case "notEqual":
      return { field, operator: values.length > 1 ? "notIn" : "notEquals", values };
    case "contains":
      return { field, operator: "like", values: values.map((each) => `%${each}%`) };
    case "notContain":
      return { condition: { field, operator: "like", values: values.map((each) => `%${each}%`) } };
    case "startsWith":
      return { field, operator: "like", values: values.map((each) => `${each}%`) };
    default:
      return operators[operation] === undefined
        ? everything
        : { field, operator: operators[operation], values };
  }
}

function written(own: FieldDef | undefined, path: string[], text: string): string {
  if (path.length > 1) return text;
  if (own?.type === "boolean") return /^(1|true)$/i.test(text) ? "true" : "false";
  return own?.type === "date" || own?.type === "datetime" ? text.replaceAll(" ", "_") : text;
}

/** `1 AND (2 OR NOT 3)`. A deploy refuses filter logic that does not read. */
function combine(logic: string, filters: Where[]): Where {
  const tokens = logic.match(/\d+|AND|OR|NOT|[()]/gi) ?? [];
  let position = 0;
  const term = (): Where => {
    const token = tokens[position++] ?? "";
    if (/^not$/i.test(token)) return { condition: term() };
    if (token !== "(") return filters[Number(token) - 1] ?? everything;
    const inner = expression();
    position += 1;
    return inner;
  };
  const expression = (): Where => {
    let left = term();
    for (let word = tokens[position]?.toLowerCase(); word === "and" || word === "or";) {
      position += 1;
      const right = term();
      left =
        "conjunction" in left && left.conjunction === word
          ? { conjunction: word, conditions: [...left.conditions, right] }
          : { conjunction: word, conditions: [left, right] };
      word = tokens[position]?.toLowerCase();
    }
    return left;
  };
  return expression();
}

const unquoted = new Set(["boolean", "int", "double", "currency", "percent", "date", "datetime"]);
export const quoted = (text: string): string => `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;

export function soqlOf(object: ObjectDef, where: Where): string {
  if ("condition" in where) return `(NOT ${soqlOf(object, where.condition)})`;
  if ("conditions" in where)
    return `(${where.conditions.map((each) => soqlOf(object, each)).join(` ${where.conjunction.toUpperCase()} `)})`;
  const { field, operator, values } = where;
  const type = object.fields.get(field)?.type;
  const literal = (text: string) => (type !== undefined && unquoted.has(type) ? text : quoted(text));
  if (operator === "like") {
    const any = values.map((value) => `${field} LIKE ${quoted(value)}`);
    return any.length === 1 ? any[0]! : `(${any.join(" OR ") || "Id != null"})`;
  }
  const list = lists[operator];
  if (list !== undefined && values.length > 0) return `${field} ${list} (${values.map(literal).join(", ")})`;
  const symbol = symbols[operator];
  if (symbol === undefined) return "Id != null";
  return `${field} ${symbol} ${values.length === 0 ? "null" : literal(values.join(","))}`;
}
