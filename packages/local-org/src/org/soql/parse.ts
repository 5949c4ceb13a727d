import { createRequire } from "node:module";
import type { Query, Subquery, WhereClause, HavingClause } from "@jetstreamapp/soql-parser-js";
import { malformed, malformedAt } from "./errors.ts";

export type { Query, Subquery };
export type Tree =
  | { kind: "leaf"; leaf: Record<string, unknown> }
  | { kind: "not"; of: Tree }
  | { kind: "and" | "or"; of: Tree[] };

export interface Parsed {
  query: Query;
  allRows: boolean;
}

const require = createRequire(import.meta.url);
let loaded: typeof import("@jetstreamapp/soql-parser-js") | undefined;
/** Loads the parser at the first query, because its grammar takes a while to build. */
const parser = () =>
  (loaded ??= require("@jetstreamapp/soql-parser-js") as typeof import("@jetstreamapp/soql-parser-js"));

const cache = new Map<string, Parsed>();

/** @throws ApiError MALFORMED_QUERY */
export function parse(soql: string): Parsed {
  const known = cache.get(soql);
  if (known !== undefined) return known;
  if (!/^\s*select\b/i.test(soql))
    throw malformed(
      soql.trim() === ""
        ? "A query string has to be specified"
        : malformedAt(
            soql,
            soql.trim().split(/\s/)[0] ?? "",
            `unexpected token: '${soql.trim().split(/\s/)[0]}'`,
          ).message,
    );
  const allRows = /\sall\s+rows\s*$/i.test(soql);
  let query: Query;
  try {
    query = parser().parseQuery(allRows ? soql.replace(/\sall\s+rows\s*$/i, "") : soql);
  } catch (error) {
    throw explain(soql, error as Error & { token?: { image?: string }; previousToken?: { image?: string } });
  }
  const parsed = { query, allRows };
  if (cache.size > 500) cache.clear();
  cache.set(soql, parsed);
  return parsed;
}

function explain(soql: string, error: Error): Error {
  if (/unexpected character/.test(error.message)) {
    const at = Number(/offset: (\d+)/.exec(error.message)?.[1] ?? 0);
    if (soql[at] === "'")
      return malformedAt(soql, soql.slice(at, at + 20), "Bind variables only allowed in Apex code");
    return malformedAt(
      soql,
      soql.slice(at, at + 1),
      `line 1:${at} no viable alternative at character '${soql[at]}'`,
    );
  }
  const found = /but found(?: -->|:)\s*'([^']*)'/.exec(error.message)?.[1] ?? "";
  if (found === "") return malformed("unexpected token: '<EOF>'");
  return malformedAt(soql, found, `unexpected token: '${found}'`);
}

/** Builds a tree from the parser's chain of conditions. SOQL allows a mix of AND and OR only with parentheses. */
export function tree(clause: WhereClause | HavingClause | undefined, soql: string): Tree | undefined {
  if (clause === undefined) return undefined;
  const tokens: (string | Record<string, unknown>)[] = [];
  const push = (times: unknown, sign: string): void => {
    for (let i = 0; i < Number(times ?? 0); i++) tokens.push(sign);
  };
  for (let node: unknown = clause; node !== undefined && node !== null;) {
    const { left, operator, right } = node as {
      left: Record<string, unknown> | null;
      operator?: string;
      right?: unknown;
    };
    if (operator === "NOT" && (left === null || !("operator" in left))) {
      push(left?.openParen, "(");
      tokens.push("NOT");
    } else {
      push(left?.openParen, "(");
      tokens.push(left!);
      push(left?.closeParen, ")");
      if (operator !== undefined) tokens.push(operator);
    }
    node = right;
  }
  let at = 0;
  const unary = (): Tree => {
    const token = tokens[at++];
    if (token === "NOT") return { kind: "not", of: unary() };
    if (token === "(") {
      const inner = expression();
      if (tokens[at++] !== ")") throw malformed("expecting a right parentheses, found '<EOF>'");
      return inner;
    }
    if (token === undefined || typeof token === "string")
      throw malformed(`unexpected token: '${token ?? "<EOF>"}'`);
    return { kind: "leaf", leaf: token };
  };
  const expression = (): Tree => {
    const parts = [unary()];
    let kind: "and" | "or" | undefined;
    while (tokens[at] === "AND" || tokens[at] === "OR") {
      const next = tokens[at++] === "AND" ? "and" : "or";
      if (kind !== undefined && kind !== next)
        throw malformedAt(soql, next.toUpperCase(), `unexpected token: '${next.toUpperCase()}'`);
      kind = next;
      parts.push(unary());
    }
    return kind === undefined ? parts[0]! : { kind, of: parts };
  };
  const whole = expression();
  if (at < tokens.length) throw malformed("unexpected token: ')'");
  return whole;
}
