/** What a search asks for in the text of a record: words, phrases, wildcards, AND, OR, AND NOT, parentheses. */
import { ApiError } from "../errors.ts";

export const malformedSearch = (message: string): ApiError => new ApiError(400, "MALFORMED_SEARCH", message);

/** Each field's words, in lower case. */
export type Words = string[][];
export type Matcher = (words: Words) => boolean;

const wordShape = /[\p{L}\p{N}_]+/gu;
export const wordsOf = (text: string): string[] => text.toLowerCase().match(wordShape) ?? [];

/** @throws ApiError MALFORMED_SEARCH */
export function compileTerms(search: string): Matcher {
  const tokens = [...search.matchAll(/"((?:\\.|[^"\\])*)"|[()]|(?:\\.|[^\s()"\\])+/g)];
  let at = 0;
  const word = () => tokens[at]?.[0];
  const operator = (name: string) => tokens[at]?.[1] === undefined && word()?.toUpperCase() === name;

  const unary = (): Matcher => {
    const token = tokens[at++];
    if (token === undefined || token[0] === ")")
      throw malformedSearch("The search term ends where a word was expected");
    if (token[0] !== "(") return phrase(token[1] ?? token[0]);
    const inner = either();
    if (tokens[at++]?.[0] !== ")") throw malformedSearch("The search term lacks a closing parenthesis");
    return inner;
  };
  const both = (): Matcher => {
    let left = unary();
    while (at < tokens.length && word() !== ")" && !operator("OR")) {
      const before = left;
      if (operator("AND")) at++;
      const not = operator("NOT");
      if (not) at++;
      const right = unary();
      left = (words) => before(words) && right(words) !== not;
    }
    return left;
  };
  const either = (): Matcher => {
    let left = both();
    while (operator("OR")) {
      at++;
      const before = left;
      const right = both();
      left = (words) => before(words) || right(words);
    }
    return left;
  };
  const whole = either();
  if (at < tokens.length) throw malformedSearch("The search term has a closing parenthesis too many");
  return whole;
}

/** Several words in a row; an address such as `ada@acme.example` is one too. */
function phrase(text: string): Matcher {
  const bare = text.replace(/\\(.)/g, "$1");
  const parts = bare.toLowerCase().match(/[\p{L}\p{N}_*?]+/gu) ?? [];
  if (parts.join("").replace(/[*?]/g, "").length < 2)
    throw malformedSearch(`search term must be longer than one character: ${bare}`);
  return (fields) =>
    fields.some((words) =>
      words.some((_word, from) => parts.every((part, n) => fits(part, words[from + n]))),
    );
}

/** `*` stands for any number of letters, `?` for one. No regular expression: many stars would make it slow. */
function fits(pattern: string, word: string | undefined): boolean {
  if (word === undefined) return false;
  let at = 0;
  let star = -1;
  let resume = 0;
  for (let letter = 0; letter < word.length;) {
    if (pattern[at] === "*") {
      star = at++;
      resume = letter;
    } else if (pattern[at] === "?" || pattern[at] === word[letter]) {
      at++;
      letter++;
    } else if (star >= 0) {
      at = star + 1;
      letter = ++resume;
    } else return false;
  }
  while (pattern[at] === "*") at++;
  return at === pattern.length;
}
