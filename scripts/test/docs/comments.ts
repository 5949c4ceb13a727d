// Reads the comments of the sources as the pages are read, to hold them to short sentences too.
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pageOf, root } from "./pages.ts";

/** Comments may be a little longer than pages, because a reader of the code knows its words. */
export const mostWordsInComment = 30;

/** The sources that we ship or run, without tests. A released migration never changes, and keeps its comments. */
export const sourceNames = (): string[] =>
  globSync(["force-app/main/default/lwc/*/*.ts", "{sync-service,packages/*}/src/**/*.ts", "scripts/*/*.ts"], {
    cwd: root,
  })
    .filter((name) => !/node_modules|\/migrations\/|\.d\.ts$/.test(name))
    .sort();

/** The long sentences in the comments of one source, each with the line of its comment. */
export function longInComments(path: string, source = readFileSync(join(root, path), "utf8")): string[] {
  return commentsIn(source).flatMap(({ text, line }) =>
    pageOf(path, text)
      .sentences.filter(({ words }) => words > mostWordsInComment)
      .map(({ text: sentence, words }) => `${path}:${line}: ${words} words: ${sentence}`),
  );
}

/** Words that make a reader turn a sentence round before it is clear. In code and in quotes they are values. */
const unplain = /\b(whoever|none|neither|nor)\b/i;

/** A clause with "what" that is the subject of another verb: "what is held is saved". */
const whatAsSubject =
  /(?:^|[:;] )what (?:(?!when|since|that|who|where|while|once|if|and|or)[^\s,;:]+ ){0,8}?(?:is|are|was|were|has|had)(?: (?!when|since|that|who|where|while|once|if|and|or)[^\s,;:]+){0,8}? (?:is|are|was|were|has|had|goes|comes|stays|waits|counts|stops|ends|says|does|will|can|may|must)\b/i;

/** The sentences with an unplain word or turn: in comments, messages and names of tests, or on a page. */
export function unplainIn(path: string, source = readFileSync(join(root, path), "utf8")): string[] {
  const parts = path.endsWith(".md")
    ? [{ text: source, line: 1 }]
    : [...commentsIn(source), ...textsIn(path, source)];
  return parts.flatMap(({ text, line }) =>
    pageOf(path, text)
      .sentences.filter((sentence) => {
        const said = sentence.text.replace(/"[^"]*"|“[^”]*”|'[^' ]*'/g, "");
        return unplain.test(said) || whatAsSubject.test(said);
      })
      .map((sentence) => `${path}:${line + sentence.line - 1}: ${sentence.text}`),
  );
}

/** The sources and the tests, benchmarks and scripts beside them. */
export const wordedNames = (): string[] =>
  globSync(
    [
      "force-app/main/default/lwc/**/*.ts",
      "{sync-service,packages/*}/{src,test,bench,simulator}/**/*.ts",
      "scripts/**/*.ts",
    ],
    { cwd: root },
  )
    .filter((name) => !/node_modules|\/migrations\/|\/dist\/|\.d\.ts$/.test(name))
    .sort();

const isTest = (path: string) => /(^|\/)(__tests__|test|bench|simulator)\/|\.test\.ts$/.test(path);

/** The names of tests and of groups; in other sources each text of three words and more, without styles. */
const textsIn = (path: string, source: string): { text: string; line: number }[] =>
  source
    .split("\n")
    .flatMap((row, at) =>
      [
        ...row.matchAll(
          isTest(path) ? /^\s*(?:test|describe|it)(?:\.\w+)*\((["`])(.*?)\1,/g : /(["`])((?:(?!\1).)*)\1/g,
        ),
      ]
        .map((found) => ({ text: found[2]!.replace(/\b[\w-]+: ?none\b/g, ""), line: at + 1 }))
        .filter(({ text }) => text.trim().split(/\s+/).length >= 3),
    );

/** Finds comments that stand on lines of their own. Lines that follow each other with `//` are one comment. */
function commentsIn(source: string): { text: string; line: number }[] {
  const found: { text: string; line: number }[] = [];
  let open = false;
  let lines = false;
  for (const [at, row] of source.split("\n").entries()) {
    const doc = open || /^\s*\/\*\*/.test(row);
    const line = /^\s*\/\/ ?(.*)$/.exec(row);
    if (doc) {
      // a tag begins a paragraph of its own
      const text = row.replace(/^\s*(\/\*\*|\*(?!\/)) ?|\s*\*\/.*$/g, "").replace(/^@\w+( \w+)?/, "\n$&");
      if (open) found.at(-1)!.text += `\n${text}`;
      else found.push({ text, line: at + 1 });
      open = !row.includes("*/");
    } else if (line) {
      if (lines) found.at(-1)!.text += `\n${line[1]}`;
      else found.push({ text: line[1]!, line: at + 1 });
    }
    lines = !doc && line !== null;
  }
  return found;
}
