import { ApiError } from "../errors.ts";

const hint = "Please reference your WSDL or the describe call for the appropriate names.";

/** Shows the place of a fault as Salesforce does: a piece of the query, a caret under the word, row and column. */
function placed(soql: string, word: string, message: string, from = 0): string {
  const pattern = new RegExp(`(?<![\\w.])${word.replace(/[$()*+.?[\\\]^{|}]/g, "\\$&")}(?!\\w)`, "i");
  const found = pattern.exec(soql.slice(from));
  const at =
    found === null ? Math.max(0, soql.toLowerCase().indexOf(word.toLowerCase())) : from + found.index;
  const before = soql.slice(0, at);
  const row = before.split("\n").length;
  const column = at - (before.lastIndexOf("\n") + 1);
  const start = Math.max(before.lastIndexOf("\n") + 1, at - 35);
  const lineEnd = soql.indexOf("\n", at);
  const piece = soql.slice(start, Math.min(lineEnd < 0 ? soql.length : lineEnd, at + 35));
  return `\n${piece}\n${" ".repeat(at - start)}^\nERROR at Row:${row}:Column:${column + 1}\n${message}`;
}

export const noSuchColumn = (soql: string, path: string, entity: string) =>
  new ApiError(
    400,
    "INVALID_FIELD",
    placed(
      soql,
      path,
      `No such column '${path.split(".").at(-1)}' on entity '${entity}'. If you are attempting to use a custom field, be sure to append the '__c' after the custom field name. ${hint}`,
    ),
  );
export const noSuchRelationship = (soql: string, path: string, relationship: string) =>
  new ApiError(
    400,
    "INVALID_FIELD",
    placed(
      soql,
      path,
      `Didn't understand relationship '${relationship}' in field path. If you are attempting to use a custom relationship, be sure to append the '__r' after the custom relationship name. ${hint}`,
    ),
  );
export const noSuchChild = (soql: string, relationship: string) =>
  new ApiError(
    400,
    "INVALID_TYPE",
    placed(
      soql,
      relationship,
      `Didn't understand relationship '${relationship}' in FROM part of query call. If you are attempting to use a custom relationship, be sure to append the '__r' after the custom relationship name. ${hint}`,
    ),
  );
export const noSuchObject = (soql: string, name: string) =>
  new ApiError(
    400,
    "INVALID_TYPE",
    placed(
      soql,
      name,
      `sObject type '${name}' is not supported. If you are attempting to use a custom object, be sure to append the '__c' after the entity name. ${hint}`,
    ),
  );
export const invalidField = (soql: string, word: string, message: string) =>
  new ApiError(400, "INVALID_FIELD", placed(soql, word, message));
export const malformed = (message: string) => new ApiError(400, "MALFORMED_QUERY", message);
export const malformedAt = (soql: string, word: string, message: string) =>
  new ApiError(400, "MALFORMED_QUERY", placed(soql, word, message));
export const filterOperator = (message: string) =>
  new ApiError(400, "INVALID_QUERY_FILTER_OPERATOR", message);
