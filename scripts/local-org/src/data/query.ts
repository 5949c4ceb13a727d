import { ApiError } from "../org/errors.ts";
import { ok, type Call, type Handler } from "./answer.ts";

function pageSize({ headers }: Call): number {
  const asked = Number(/batchSize=(\d+)/i.exec(headers["sforce-query-options"] ?? "")?.[1] ?? 2000);
  return Math.min(2000, Math.max(200, asked));
}

function soqlOf(call: Call): string {
  const soql = call.query.get("q");
  if (soql === null || soql === "")
    throw new ApiError(400, "MALFORMED_QUERY", "A query string has to be specified");
  return soql;
}

const queryWith =
  (all: boolean): Handler =>
  (call) => {
    const soql = soqlOf(call);
    const answer = call.org.query(call.caller, soql, { all, batchSize: pageSize(call) });
    if (call.query.get("columns") === "true") return ok(columns(call, soql));
    const { totalSize, done, nextRecordsUrl, records } = answer;
    return ok({ totalSize, done, ...(nextRecordsUrl === undefined ? {} : { nextRecordsUrl }), records });
  };

export const query = queryWith(false);
export const queryAll = queryWith(true);
export const more: Handler = (call, [locator = ""]) => ok(call.org.queryMore(call.caller, locator));

/** What `sf data query` asks after the rows: names, types and nesting of the columns. */
function columns({ org }: Call, soql: string) {
  const entity = /\bfrom\s+(\w+)/i.exec(soql)?.[1] ?? "";
  const def = org.schema.object(entity);
  const list = splitColumns(/^\s*select\s+([\s\S]*?)\s+from\s/i.exec(outermost(soql))?.[1] ?? "");
  const columnMetadata = list.map((text) => {
    const [, fn, alias] = /^(\w+)\s*\(.*\)\s*(\w+)?$/.exec(text) ?? [];
    const name = alias ?? text.split(/\s+/)[0]!;
    const field = def?.fields.get(name);
    return {
      aggregate: fn !== undefined,
      apexType: apexType(field?.type),
      booleanType: field?.type === "boolean",
      columnName: field?.name ?? name,
      custom: field?.custom ?? false,
      displayName: field?.name ?? name,
      foreignKeyName: null,
      insertable: field?.createable ?? false,
      joinColumns: [],
      numberType: ["int", "double", "currency", "percent"].includes(field?.type ?? ""),
      textType:
        field === undefined ||
        ["string", "textarea", "picklist", "email", "phone", "url"].includes(field.type),
      updatable: field?.updateable ?? false,
    };
  });
  return {
    columnMetadata,
    entityName: def?.name ?? entity,
    groupBy: /\bgroup\s+by\b/i.test(soql),
    idSelected: list.some((c) => c.toLowerCase() === "id"),
    keyPrefix: def?.keyPrefix ?? null,
  };
}

const apexType = (type: string | undefined): string =>
  ({
    id: "Id",
    reference: "Id",
    boolean: "Boolean",
    int: "Integer",
    double: "Double",
    currency: "Double",
    percent: "Double",
    date: "Date",
    datetime: "Datetime",
  })[type ?? ""] ?? "String";

/** Inner queries taken out, so that the first FROM is the outer one. */
function outermost(soql: string): string {
  let depth = 0;
  let out = "";
  for (const char of soql) {
    if (char === "(") depth++;
    if (depth === 0 || (char !== "(" && depth === 1 && !/\bselect\b/i.test(out.slice(out.lastIndexOf("(")))))
      out += char;
    else if (char === "(" && depth === 1) out += char;
    if (char === ")") {
      depth--;
      if (depth === 0) out += char;
    }
  }
  return out.replace(/\)\)/g, ")");
}

function splitColumns(list: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let part = "";
  for (const char of list) {
    if (char === "(") depth++;
    if (char === ")") depth--;
    if (char === "," && depth === 0) {
      parts.push(part.trim());
      part = "";
    } else part += char;
  }
  if (part.trim() !== "") parts.push(part.trim());
  return parts;
}
