/** SOSL: `FIND {…} IN … FIELDS RETURNING Object(fields WHERE … ORDER BY … LIMIT n), … LIMIT n`. */
import { malformedSearch } from "./terms.ts";

export type SearchIn = "all" | "name" | "email" | "phone" | "sidebar";
export interface Returning {
  object: string;
  fields: string[];
  /** A condition of SOQL. */
  where?: string;
  orderBy?: string;
  limit?: number;
  offset?: number;
}
export interface Search {
  term: string;
  in: SearchIn;
  /** Empty: every object. */
  returning: Returning[];
  limit?: number;
}

const LONGEST = 10_000;

/** @throws ApiError MALFORMED_SEARCH */
export function parseSosl(sosl: string): Search {
  const [head, term] = /^\s*FIND\s*\{((?:\\[\s\S]|[^}\\])*)\}/i.exec(sosl) ?? [];
  if (head === undefined || term === undefined || term.trim() === "")
    throw malformedSearch("No search term found. The search term must be enclosed in braces.");
  if (term.length > LONGEST)
    throw malformedSearch(`The search term is longer than ${LONGEST} characters. Shorten it.`);
  let rest = sosl.slice(head.length);
  const take = (shape: RegExp): RegExpExecArray | undefined => {
    const found = shape.exec(rest);
    if (found === null) return undefined;
    rest = rest.slice(found[0].length);
    return found;
  };
  const scope = take(/^\s*IN\s+(ALL|NAME|EMAIL|PHONE|SIDEBAR)\s+FIELDS\b/i)?.[1]?.toLowerCase() ?? "all";
  const returning: Returning[] = [];
  if (take(/^\s*RETURNING\b/i) !== undefined)
    do {
      const object = take(/^\s*(\w+)/)?.[1];
      if (object === undefined) throw malformedSearch("RETURNING needs the name of an object");
      const inside = rest.trimStart().startsWith("(") ? insideOf(rest) : undefined;
      if (inside !== undefined) rest = inside.rest;
      returning.push({ object, ...(inside === undefined ? { fields: [] } : readInside(inside.text)) });
    } while (take(/^\s*,/) !== undefined);
  const limit = take(/^\s*LIMIT\s+(\d+)/i)?.[1];
  take(/^\s*UPDATE\s+(?:TRACKING|VIEWSTAT)(?:\s*,\s*(?:TRACKING|VIEWSTAT))?/i);
  if (rest.trim() !== "")
    throw malformedSearch(
      `The local org cannot read this part of a search: '${rest.trim().slice(0, 60)}'. It knows FIND, IN, RETURNING and LIMIT.`,
    );
  return {
    term,
    in: scope as SearchIn,
    returning,
    ...(limit === undefined ? {} : { limit: Number(limit) }),
  };
}

/** From an opening parenthesis to the one that closes it; quoted text may hold some too. */
function insideOf(text: string): { text: string; rest: string } {
  const start = text.indexOf("(");
  let depth = 0;
  let quoted = false;
  for (let at = start; at < text.length; at++) {
    const sign = text[at];
    if (quoted && sign === "\\") at++;
    else if (sign === "'") quoted = !quoted;
    else if (!quoted && sign === "(") depth++;
    else if (!quoted && sign === ")" && --depth === 0)
      return { text: text.slice(start + 1, at), rest: text.slice(at + 1) };
  }
  throw malformedSearch("RETURNING lacks a closing parenthesis");
}

const clauses = /\b(WHERE|ORDER\s+BY|LIMIT|OFFSET)\b/gi;

function readInside(text: string): Omit<Returning, "object"> {
  // the same length, so that positions hold: a clause's name in quoted text does not count
  const bare = text.replace(/'(?:\\.|[^'\\])*'/g, (quoted) => "_".repeat(quoted.length));
  const found = [...bare.matchAll(clauses)];
  const fields = text
    .slice(0, found[0]?.index ?? text.length)
    .split(",")
    .map((field) => field.trim())
    .filter((field) => field !== "");
  const parts: Record<string, string> = {};
  found.forEach((clause, n) => {
    const name = clause[1]!.toLowerCase().replace(/\s+/, " ");
    parts[name] = text.slice(clause.index + clause[0].length, found[n + 1]?.index ?? text.length).trim();
  });
  return {
    fields,
    ...(parts.where === undefined ? {} : { where: parts.where }),
    ...(parts["order by"] === undefined ? {} : { orderBy: parts["order by"] }),
    ...(parts.limit === undefined ? {} : { limit: numberOf("LIMIT", parts.limit) }),
    ...(parts.offset === undefined ? {} : { offset: numberOf("OFFSET", parts.offset) }),
  };
}

function numberOf(clause: string, text: string): number {
  if (!/^\d+$/.test(text)) throw malformedSearch(`${clause} needs a whole number, not '${text}'`);
  return Number(text);
}
