/** What `sf data query` asks after the rows: names, types and nesting of the columns. */
import { parse, type Query, type Subquery } from "../org/soql/parse.ts";
import type { Call } from "./answer.ts";
import type { FieldDef, ObjectDef } from "../org/types.ts";

interface Column {
  aggregate: boolean;
  apexType: string;
  booleanType: boolean;
  columnName: string;
  custom: boolean;
  displayName: string;
  foreignKeyName: null;
  insertable: boolean;
  joinColumns: Column[];
  numberType: boolean;
  textType: boolean;
  updatable: boolean;
}

const apexTypes: Record<string, string> = {
  id: "Id",
  reference: "Id",
  boolean: "Boolean",
  int: "Integer",
  double: "Double",
  currency: "Double",
  percent: "Double",
  date: "Date",
  datetime: "Datetime",
};
const numbers = new Set(["int", "double", "currency", "percent"]);
const texts = new Set(["string", "textarea", "picklist", "email", "phone", "url"]);

const column = (name: string, field?: FieldDef, aggregate = false, joinColumns: Column[] = []): Column => ({
  aggregate,
  apexType: apexTypes[field?.type ?? ""] ?? "String",
  booleanType: field?.type === "boolean",
  columnName: name,
  custom: field?.custom ?? false,
  displayName: name,
  foreignKeyName: null,
  insertable: field?.createable ?? false,
  joinColumns,
  numberType: numbers.has(field?.type ?? ""),
  textType: field === undefined || texts.has(field.type),
  updatable: field?.updateable ?? false,
});

function columnsOf(query: Query | Subquery, def: ObjectDef | undefined): Column[] {
  let unnamed = 0;
  return (query.fields ?? []).flatMap((field): Column[] => {
    switch (field.type) {
      case "Field": {
        const known = def?.fields.get(field.field);
        return [column(known?.name ?? field.field, known)];
      }
      case "FieldRelationship":
        // each step of the path holds the next
        return [
          field.relationships.reduceRight(
            (inner, step) => column(step, undefined, false, [inner]),
            column(field.field),
          ),
        ];
      case "FieldSubquery":
        return [
          column(field.subquery.relationshipName, undefined, true, columnsOf(field.subquery, undefined)),
        ];
      case "FieldFunctionExpression":
        if (/^fields$/i.test(field.functionName ?? ""))
          return [...(def?.fields.values() ?? [])].map((known) => column(known.name, known));
        return [column(field.alias ?? `expr${unnamed++}`, undefined, true)];
      default:
        return [column("field" in field ? String(field.field) : "")];
    }
  });
}

export function columnMetadata({ org }: Call, soql: string) {
  const { query } = parse(soql);
  const def = org.schema.object(query.sObject ?? "");
  const columns = columnsOf(query, def);
  return {
    columnMetadata: columns,
    entityName: def?.name ?? query.sObject ?? "",
    groupBy: query.groupBy !== undefined,
    idSelected: columns.some(({ columnName }) => columnName.toLowerCase() === "id"),
    keyPrefix: def?.keyPrefix ?? null,
  };
}
