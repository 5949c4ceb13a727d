/** Salesforce formulas as a tree. Errors are worded as the formula editor words them. */
export type Expression =
  | { kind: "number" | "text"; value: string }
  | { kind: "boolean"; value: boolean }
  | { kind: "null" }
  | { kind: "field"; path: string }
  | { kind: "call"; name: string; args: Expression[] }
  | { kind: "unary"; operator: string; operand: Expression }
  | { kind: "binary"; operator: string; left: Expression; right: Expression };

export class FormulaError extends Error {}

interface Token {
  kind: "number" | "text" | "name" | "operator" | "end";
  value: string;
}

const pattern =
  /\s+|\/\*[^]*?\*\/|(?<number>\d+(?:\.\d+)?|\.\d+)|(?<text>"(?:\\[^]|[^"\\])*"|'(?:\\[^]|[^'\\])*')|(?<name>[$A-Za-z][\w$]*(?:[.:][$A-Za-z][\w$]*)*)|(?<operator>&&|\|\||==|!=|<>|<=|>=|[-+*/^&=<>!(),])/gy;

function tokenize(source: string): Token[] {
  const tokens: Token[] = [];
  pattern.lastIndex = 0;
  while (pattern.lastIndex < source.length) {
    const from = pattern.lastIndex;
    const match = pattern.exec(source);
    if (match === null) {
      const rest = source.slice(from, from + 1);
      throw new FormulaError(
        rest === '"' || rest === "'" ? `Syntax error. Missing '${rest}'` : `Syntax error. Found '${rest}'`,
      );
    }
    const { number, text, name, operator } = match.groups ?? {};
    if (number !== undefined) tokens.push({ kind: "number", value: number });
    else if (text !== undefined)
      tokens.push({ kind: "text", value: text.slice(1, -1).replace(/\\([^])/g, "$1") });
    else if (name !== undefined) tokens.push({ kind: "name", value: name });
    else if (operator !== undefined) tokens.push({ kind: "operator", value: operator });
  }
  tokens.push({ kind: "end", value: "" });
  return tokens;
}

/** From the loosest to the tightest. */
const levels = [
  ["||"],
  ["&&"],
  ["=", "==", "<>", "!="],
  ["<", ">", "<=", ">="],
  ["&", "+", "-"],
  ["*", "/"],
  ["^"],
];

export function parseFormula(source: string): Expression {
  const tokens = tokenize(source);
  let position = 0;
  const peek = (): Token => tokens[position] ?? { kind: "end", value: "" };
  const is = (value: string): boolean => peek().kind === "operator" && peek().value === value;
  const unexpected = (): FormulaError =>
    peek().kind === "end"
      ? new FormulaError("Syntax error")
      : new FormulaError(
          peek().value === ")" || peek().value === ","
            ? `Syntax error. Extra '${peek().value}'`
            : `Syntax error. Found '${peek().value}'`,
        );

  const level = (index: number): Expression => {
    const operators = levels[index];
    if (operators === undefined) return unary();
    let left = level(index + 1);
    while (peek().kind === "operator" && operators.includes(peek().value)) {
      const operator = peek().value;
      position += 1;
      left = { kind: "binary", operator, left, right: level(index + 1) };
    }
    return left;
  };
  const unary = (): Expression => {
    if (is("-") || is("+") || is("!")) {
      const operator = peek().value;
      position += 1;
      return { kind: "unary", operator, operand: unary() };
    }
    return primary();
  };
  const primary = (): Expression => {
    const token = peek();
    if (is("(")) {
      position += 1;
      const inner = level(0);
      if (!is(")")) throw new FormulaError("Syntax error. Missing ')'");
      position += 1;
      return inner;
    }
    if (token.kind === "number" || token.kind === "text") {
      position += 1;
      return { kind: token.kind, value: token.value };
    }
    if (token.kind !== "name") throw unexpected();
    position += 1;
    if (is("(")) return call(token.value);
    const upper = token.value.toUpperCase();
    if (upper === "TRUE" || upper === "FALSE") return { kind: "boolean", value: upper === "TRUE" };
    if (upper === "NULL") return { kind: "null" };
    return { kind: "field", path: token.value };
  };
  const call = (name: string): Expression => {
    position += 1;
    const args: Expression[] = [];
    if (!is(")")) {
      args.push(level(0));
      while (is(",")) {
        position += 1;
        args.push(level(0));
      }
    }
    if (!is(")"))
      throw new FormulaError(peek().kind === "end" ? "Syntax error. Missing ')'" : unexpected().message);
    position += 1;
    return { kind: "call", name: name.toUpperCase(), args };
  };

  if (peek().kind === "end") throw new FormulaError("Syntax error");
  const expression = level(0);
  if (peek().kind !== "end") throw unexpected();
  return expression;
}
