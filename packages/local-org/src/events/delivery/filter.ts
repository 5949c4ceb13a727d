/**
 * A channel member's filter expression: a SOQL predicate without WHERE, evaluated on an event instead of a table.
 * Text compares with its case, LOWER is the only function, and the right side is a literal. `ChangeEventHeader.`
 * names the header's own fields ("Change Event Filters" in the Change Data Capture guide). The SOQL parser at hand
 * refuses LOWER.
 */
import type { Value } from "../../org/types.ts";

export interface Filter {
  expression: string;
  /** The record fields it speaks of; they are enriched by themselves. */
  fields: string[];
  /** `valueOf` gives a field's value; header fields are asked for as `ChangeEventHeader.changeType`. */
  matches(valueOf: ValueOf): boolean;
}

export type ValueOf = (field: string) => Value;
type Test = (valueOf: ValueOf) => boolean;

const TOKEN = /\s*(?:'((?:[^'\\]|\\.)*)'|([A-Za-z][\w.]*)|(-?\d[\d.:TZ+-]*)|(<=|>=|!=|<>|[=<>(),]))/y;

type Token = { kind: "text" | "word" | "number" | "sign"; text: string };

/** Throws on what is no predicate. */
export function parseFilter(expression: string): Filter {
  const tokens = tokenize(expression);
  const fields = new Set<string>();
  let at = 0;

  const peek = () => tokens[at];
  const fail = (): never => {
    throw new Error(`Unexpected ${tokens[at]?.text ?? "end"} in the filter expression: ${expression}`);
  };
  const isWord = (word: string) => peek()?.kind === "word" && peek()?.text.toUpperCase() === word;
  const accept = (word: string) => isWord(word) && Boolean(++at);
  const sign = (text: string) =>
    (peek()?.kind === "sign" && peek()?.text === text && Boolean(++at)) || fail();

  const disjunction = (): Test => {
    let test = conjunction();
    while (accept("OR")) test = either(test, conjunction());
    return test;
  };
  const conjunction = (): Test => {
    let test = negation();
    while (accept("AND")) test = both(test, negation());
    return test;
  };
  const negation = (): Test => {
    if (accept("NOT")) {
      const inner = negation();
      return (valueOf) => !inner(valueOf);
    }
    if (peek()?.kind === "sign" && peek()?.text === "(") {
      at++;
      const inner = disjunction();
      sign(")");
      return inner;
    }
    return comparison();
  };
  const comparison = (): Test => {
    const left = operand();
    if (accept("NOT")) {
      if (!accept("IN")) fail();
      const list = literals();
      return (valueOf) => !list.some((literal) => equal(left(valueOf), literal));
    }
    if (accept("IN")) {
      const list = literals();
      return (valueOf) => list.some((literal) => equal(left(valueOf), literal));
    }
    if (accept("LIKE")) {
      const pattern = like(String(literal()));
      return (valueOf) => pattern.test(String(left(valueOf) ?? ""));
    }
    const operator = tokens[at++]?.text ?? "";
    const compare = COMPARISONS[operator] ?? fail();
    const right = literal();
    return (valueOf) => compare(left(valueOf), right);
  };
  const operand = (): ((valueOf: ValueOf) => Value) => {
    const lower = isWord("LOWER") && tokens[at + 1]?.text === "(";
    if (lower) at += 2;
    const token = tokens[at++];
    if (token?.kind !== "word") return fail();
    if (lower) sign(")");
    const field = token.text;
    if (!field.startsWith("ChangeEventHeader.")) fields.add(field);
    return (valueOf) => {
      const value = valueOf(field);
      return lower && typeof value === "string" ? value.toLowerCase() : value;
    };
  };
  const literals = (): Value[] => {
    sign("(");
    const list = [literal()];
    while (peek()?.text === "," && ++at) list.push(literal());
    sign(")");
    return list;
  };
  const literal = (): Value => {
    const token = tokens[at++];
    if (token?.kind === "text") return token.text;
    if (token?.kind === "number") return Number.isNaN(Number(token.text)) ? token.text : Number(token.text);
    const word = token?.kind === "word" ? token.text.toLowerCase() : undefined;
    if (word === "null") return null;
    if (word === "true" || word === "false") return word === "true";
    return fail();
  };

  const test = disjunction();
  if (at < tokens.length) fail();
  return { expression, fields: [...fields], matches: test };
}

function tokenize(expression: string): Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  const text = expression.trimEnd();
  while (TOKEN.lastIndex < text.length) {
    const start = TOKEN.lastIndex;
    const found = TOKEN.exec(text);
    if (!found)
      throw new Error(`Unexpected ${text.slice(start).trim()} in the filter expression: ${expression}`);
    const [, quoted, word, number, mark] = found;
    if (quoted !== undefined) tokens.push({ kind: "text", text: quoted.replace(/\\(.)/g, "$1") });
    else if (word !== undefined) tokens.push({ kind: "word", text: word });
    else if (number !== undefined) tokens.push({ kind: "number", text: number });
    else tokens.push({ kind: "sign", text: mark ?? "" });
  }
  return tokens;
}

const either =
  (a: Test, b: Test): Test =>
  (valueOf) =>
    a(valueOf) || b(valueOf);
const both =
  (a: Test, b: Test): Test =>
  (valueOf) =>
    a(valueOf) && b(valueOf);

const COMPARISONS: Record<string, (left: Value, right: Value) => boolean> = {
  "=": equal,
  "!=": (left, right) => !equal(left, right),
  "<>": (left, right) => !equal(left, right),
  "<": (left, right) => left !== null && right !== null && left < right,
  "<=": (left, right) => left !== null && right !== null && left <= right,
  ">": (left, right) => left !== null && right !== null && left > right,
  ">=": (left, right) => left !== null && right !== null && left >= right,
};

function equal(left: Value, right: Value): boolean {
  // An id is the same with and without its checksum.
  if (typeof left === "string" && typeof right === "string" && left.length === 18 && right.length === 15) {
    return left.startsWith(right);
  }
  return (left === "" ? null : left) === (right === "" ? null : right);
}

function like(pattern: string): RegExp {
  const source = [...pattern]
    .map((character) =>
      character === "%" ? ".*" : character === "_" ? "." : character.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"),
    )
    .join("");
  return new RegExp(`^${source}$`, "s");
}
