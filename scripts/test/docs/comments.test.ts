// A comment explains code only if it is easier to read than the code.
import { expect, test } from "@jest/globals";
import { longInComments, mostWordsInComment, sourceNames, unplainIn, wordedNames } from "./comments.ts";
import { pageNames } from "./pages.ts";

test("no sentence of a comment is longer than 30 words", () => {
  expect(sourceNames().flatMap((name) => longInComments(name))).toEqual([]);
});

const words = (count: number) => Array.from({ length: count }, (_, at) => `word${at}`).join(" ");

test.each([
  ["a comment of one line", `/** ${words(31)}. */`, 1],
  ["a comment over several lines", `const a = 1;\n/**\n * Short.\n * ${words(20)}\n * ${words(11)}.\n */`, 2],
  ["lines that follow each other", `  // ${words(20)}\n  // ${words(11)}`, 1],
  ["a tag", `/**\n * Short.\n * @returns ${words(31)}\n */`, 1],
])("a sentence of 31 words is found in %s", (_, source, line) => {
  expect(mostWordsInComment).toBe(30);
  expect(longInComments("x.ts", source)).toEqual([expect.stringMatching(`^x.ts:${line}: 3[12] words`)]);
});

test("two short comments and two paragraphs are no long sentence", () => {
  const source = `/**\n * ${words(20)}\n *\n * ${words(20)}\n */\n/** ${words(20)} */\nconst a = 1;\n// ${words(20)}`;
  expect(longInComments("x.ts", source)).toEqual([]);
});

test("comments, messages, test names and pages use plain words", () => {
  expect([...wordedNames(), ...pageNames()].flatMap((name) => unplainIn(name))).toEqual([]);
});

test.each([
  ["a comment", "x.ts", "/** Read by whoever asks. */", 1],
  ["a comment over several lines", "x.ts", "/**\n * Short.\n *\n * There is none.\n */", 4],
  ["the name of a test", "x.test.ts", '\ntest("neither is read", () => {});', 2],
  ["a message", "x.ts", 'throw new Error("It is neither of them.");', 1],
  ["a clause as the subject", "x.ts", "// It goes away: what is held is saved now.", 1],
  ["a page", "x.md", "# Title\n\nIt is not read, nor written.", 3],
])("an unplain word is found in %s", (_, path, source, line) => {
  expect(unplainIn(path, source)).toEqual([expect.stringMatching(`^${path}:${line}: `)]);
});

test("an unplain word is a value in code and in quotes", () => {
  expect(
    unplainIn("x.ts", '// `none` or "none"\nconst none = "none";\nconst css = "a b { c: none; }";'),
  ).toEqual([]);
});
