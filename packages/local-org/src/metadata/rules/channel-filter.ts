/** The filter of a channel member: SOQL's conditions without WHERE, with literals only on the right. */
import type { FieldView, ObjectView } from "../deploy/model.ts";

interface Token {
  kind: "name" | "string" | "number" | "literal" | "operator" | "end";
  value: string;
}

class FilterError extends Error {}
const syntax = (token: Token): FilterError =>
  new FilterError(
    `The filter expression has syntax errors: unexpected token: '${token.kind === "end" ? "<EOF>" : token.value}'`,
  );

const pattern =
  /\s+|(?<string>'(?:\\.|[^'\\])*')|(?<literal>\d{4}-\d\d-\d\d(?:T[\d:.]+(?:Z|[+-]\d\d:?\d\d))?)|(?<number>-?\d+(?:\.\d+)?)|(?<name>[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*(?::\d+)?)|(?<operator><>|!=|<=|>=|[=<>(),])/gy;

function tokenize(source: string): Token[] {
  const tokens: Token[] = [];
  pattern.lastIndex = 0;
  while (pattern.lastIndex < source.length) {
    const from = pattern.lastIndex;
    const match = pattern.exec(source);
    if (match === null) throw syntax({ kind: "operator", value: source[from] ?? "" });
    for (const kind of ["string", "literal", "number", "name", "operator"] as const) {
      const value = match.groups?.[kind];
      if (value !== undefined) tokens.push({ kind, value });
    }
  }
  return tokens;
}

const dateWords =
  /^(YESTERDAY|TODAY|TOMORROW|(LAST|THIS|NEXT)_(WEEK|MONTH|QUARTER|YEAR|90_DAYS|FISCAL_QUARTER|FISCAL_YEAR)|(LAST|NEXT)_N_\w+:\d+|N_\w+_AGO:\d+)$/i;
const keywords = /^(AND|OR|NOT|IN|LIKE|TRUE|FALSE|NULL|WHERE|SELECT|FROM|INCLUDES|EXCLUDES)$/i;

/** What the header of a change event can be filtered by. */
const headerFields = new Set([
  "entityname",
  "changetype",
  "changeorigin",
  "commituser",
  "transactionkey",
  "sequencenumber",
  "committimestamp",
  "commitnumber",
  "changedfields",
  "recordids",
]);

const numeric = ["Number", "Currency", "Percent"];
const textual = ["Text", "TextArea", "Email", "Phone", "Url", "Picklist", "AutoNumber", "Id", "Unknown"];
const refused = ["LongTextArea", "Html", "MultiselectPicklist", "EncryptedText", "Address", "Location"];

export function filterProblem(source: string, object: ObjectView): string | undefined {
  try {
    parse(tokenize(source), object);
    return undefined;
  } catch (error) {
    if (error instanceof FilterError) return error.message;
    throw error;
  }
}

function parse(tokens: Token[], object: ObjectView): void {
  let position = 0;
  const end: Token = { kind: "end", value: "" };
  const peek = (): Token => tokens[position] ?? end;
  const next = (): Token => {
    const token = peek();
    position += 1;
    return token;
  };
  const word = (value: string): boolean => peek().kind === "name" && peek().value.toUpperCase() === value;
  const operator = (value: string): boolean => peek().kind === "operator" && peek().value === value;
  const expect = (value: string): void => {
    if (!operator(value)) throw syntax(peek());
    position += 1;
  };

  const expression = (): void => {
    condition();
    while (word("AND") || word("OR")) {
      position += 1;
      condition();
    }
  };
  const condition = (): void => {
    if (word("NOT")) {
      position += 1;
      condition();
      return;
    }
    if (operator("(")) {
      position += 1;
      expression();
      expect(")");
      return;
    }
    comparison();
  };
  const fieldName = (): string => {
    const token = next();
    if (token.kind !== "name" || keywords.test(token.value)) throw syntax(token);
    if (!operator("(")) return token.value;
    if (token.value.toUpperCase() !== "LOWER") throw syntax(peek());
    position += 1;
    const inner = next();
    if (inner.kind !== "name" || keywords.test(inner.value)) throw syntax(inner);
    expect(")");
    return inner.value;
  };
  const literal = (): Token => {
    const token = next();
    const plain = token.kind === "string" || token.kind === "number" || token.kind === "literal";
    const worded =
      token.kind === "name" && (/^(TRUE|FALSE|NULL)$/i.test(token.value) || dateWords.test(token.value));
    if (!plain && !worded) throw syntax(token);
    return token;
  };
  const comparison = (): void => {
    const field = resolve(fieldName(), object);
    const negated = word("NOT");
    if (negated) position += 1;
    if (word("IN")) {
      position += 1;
      expect("(");
      const values = [literal()];
      while (operator(",")) {
        position += 1;
        values.push(literal());
      }
      expect(")");
      for (const value of values) fits(field, "=", value);
      return;
    }
    if (negated) throw syntax(peek());
    if (word("LIKE")) {
      position += 1;
      const value = literal();
      fits(field, "LIKE", value);
      return;
    }
    const sign = next();
    if (sign.kind !== "operator" || !["=", "!=", "<>", "<", ">", "<=", ">="].includes(sign.value))
      throw syntax(sign);
    fits(field, sign.value, literal());
  };

  expression();
  if (peek().kind !== "end") throw syntax(peek());
}

interface Filterable {
  name: string;
  kind: string;
  field?: FieldView;
}

function resolve(name: string, object: ObjectView): Filterable {
  const invalid = (): FilterError =>
    new FilterError(`The ${name} field in the filter expression is invalid.`);
  const [head = "", ...rest] = name.split(".");
  if (head.toLowerCase() === "changeeventheader") {
    if (rest.length !== 1 || !headerFields.has((rest[0] ?? "").toLowerCase())) throw invalid();
    return { name, kind: /number|timestamp/i.test(rest[0] ?? "") ? "Number" : "Unknown" };
  }
  if (name.toLowerCase() === "isdeleted" || name.toLowerCase() === "systemmodstamp") throw invalid();
  if (rest.length > 0) {
    // the parts of a compound field, and nothing through a relationship
    const whole = object.field(head);
    const compound = whole?.kind === "Address" || whole?.kind === "Location" || /Address$/.test(head);
    const part = rest.length === 1 ? object.field(head.replace(/Address$/, "") + (rest[0] ?? "")) : undefined;
    if (!compound || (part === undefined && whole === undefined)) throw invalid();
    if (
      whole?.kind !== "Location" &&
      part === undefined &&
      !/^(Street|City|State|PostalCode|Country|Latitude|Longitude|GeocodeAccuracy|StateCode|CountryCode)$/i.test(
        rest[0] ?? "",
      )
    )
      throw invalid();
    return { name, kind: part?.kind ?? "Text" };
  }
  const field = object.field(name);
  if (
    field?.kind === "Address" ||
    field?.kind === "Location" ||
    (field === undefined && /^\w+Address$/.test(name) && hasParts(object, name))
  )
    throw new FilterError(
      `Compound field ${name} has to be used with a component field in a filter expression`,
    );
  if (field === undefined || field.partOf !== undefined || field.formula || refused.includes(field.kind))
    throw invalid();
  return { name, kind: field.kind, field };
}

/** `BillingAddress` of an object that lists the parts alone: BillingCity and its like. */
const hasParts = (object: ObjectView, whole: string): boolean =>
  object.fields().some((field) => field.partOf?.toLowerCase() === whole.toLowerCase());

function fits({ name, kind, field }: Filterable, sign: string, value: Token): void {
  const equality = sign === "=" || sign === "!=" || sign === "<>";
  const only = new FilterError(`${name}: only equality operators are supported for this field type or value`);
  const isNull = value.kind === "name" && value.value.toUpperCase() === "NULL";
  if (sign === "LIKE") {
    if (!textual.includes(kind))
      throw new FilterError(`${name}: the LIKE operator is supported for text fields only`);
    if (value.kind !== "string") throw syntax(value);
    return;
  }
  if (!equality && (!numeric.includes(kind) || isNull)) throw only;
  if (isNull) return;
  const mismatch = (): FilterError =>
    new FilterError(
      `The value ${value.value} doesn't match the type of the ${name} field in the filter expression.`,
    );
  const lookup = (field?.referenceTo.length ?? 0) > 0;
  if (kind === "Unknown") return;
  if (numeric.includes(kind) && value.kind !== "number") throw mismatch();
  if (kind === "Checkbox" && !/^(TRUE|FALSE)$/i.test(value.value)) throw mismatch();
  if ((textual.includes(kind) || lookup) && value.kind !== "string") throw mismatch();
  if ((kind === "Date" || kind === "DateTime") && value.kind !== "literal" && !dateWords.test(value.value))
    throw mismatch();
}
