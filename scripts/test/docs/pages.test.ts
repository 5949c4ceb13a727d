// Every page for readers has short sentences, no repeated headings and no dead links.
import { expect, test } from "@jest/globals";
import { deadLinks, longSentences, pageNames, pageOf, readPage, repeatedHeadings } from "./pages.ts";

const pages = pageNames().map(readPage);
// these pages hold long tables and lists, not prose
const prose = pages.filter(({ path }) => !/conformance|changelog/i.test(path));

test("no sentence is longer than 25 words", () => {
  expect(prose.flatMap(longSentences)).toEqual([]);
});

test("no heading stands twice, on a page or as the title or chapter of two", () => {
  expect(repeatedHeadings(pages)).toEqual([]);
});

test("every link, anchor and image leads somewhere", () => {
  expect(pages.flatMap((page) => deadLinks(page))).toEqual([]);
});

test("every page of the guide can be reached from the README", () => {
  const linked = new Set(
    pages.find(({ path }) => path === "README.md")!.links.map(({ to }) => to.split("#")[0]),
  );
  const guide = pages.map(({ path }) => path).filter((path) => path.startsWith("docs/"));
  expect(guide.filter((path) => !linked.has(path))).toEqual([]);
});

const words = (count: number) => Array.from({ length: count }, (_, at) => `word${at}`).join(" ");

test.each([
  ["a paragraph", `Short. ${words(26)}. Short.`],
  ["a paragraph over several lines", words(26).replaceAll(" ", "\n")],
  ["a list item", `- ${words(26)}`],
  ["a cell of a table", `| a | b |\n| - | - |\n| a | ${words(26)} |`],
  ["a quotation", `> ${words(26)}`],
  ["a sentence with a link and code", `[${words(24)}](x.md) \`a b\` more words.`],
])("a sentence of 26 words is found in %s", (_, markdown) => {
  expect(longSentences(pageOf("docs/x.md", markdown))).toHaveLength(1);
});

test.each([
  ["two sentences", `${words(14)}. And ${words(14)}.`],
  ["items of a list", `- ${words(14)}\n- ${words(14)}`],
  ["cells of a row", `| ${words(14)} | ${words(14)} |`],
  ["a block of code", `\`\`\`\n${words(60)}\n\`\`\``],
  ["a piece of code", `Say \`${words(60)}\`.`],
])("%s are no long sentence", (_, markdown) => {
  expect(longSentences(pageOf("docs/x.md", markdown))).toEqual([]);
});

test("a chapter that stands twice on a page, or on two pages, is found", () => {
  const page = (path: string) =>
    pageOf(path, "# Title of its own\n## Running it\n### Simpler\n## Other\n### Simpler");
  expect(repeatedHeadings([page("docs/a.md")])).toEqual([]);
  const twice = pageOf("docs/a.md", "# A\n## Running it\n## Figures\n## Running it");
  expect(repeatedHeadings([twice])).toEqual(['docs/a.md:2 "Running it" and docs/a.md:4 "Running it"']);
  expect(
    repeatedHeadings([pageOf("docs/a.md", "# A\n## Figures"), pageOf("docs/b.md", "# B\n## Figures")]),
  ).toEqual(['docs/a.md:2 "Figures" and docs/b.md:2 "Figures"']);
});

test("a link to a file, a heading or an image that is not there is found, with its line", () => {
  const markdown = [
    "# Here",
    "[fine](admin.md) [fine](#here) [fine](admin.md#install) [fine](https://example.com)",
    "[gone](gone.md) [gone](#there) [gone](admin.md#there)",
    "![fine](images/case-platinum.png) ![gone](images/gone.png)",
    "[`code`](gone.ts) `[not a link](gone.md)`",
  ].join("\n");
  expect(deadLinks(pageOf("docs/x.md", markdown))).toEqual([
    "docs/x.md:3: there is nothing at gone.md",
    "docs/x.md:3: docs/x.md has no heading #there",
    "docs/x.md:3: docs/admin.md has no heading #there",
    "docs/x.md:4: there is no image images/gone.png",
    "docs/x.md:5: there is nothing at gone.ts",
  ]);
});
