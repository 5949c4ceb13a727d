// Reads the documentation pages and splits them into headings, sentences, links and commands for the checks.
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";

export const root = join(import.meta.dirname, "../../..");

export interface Heading {
  level: number;
  text: string;
  /** The part of an address after `#`, built as GitHub builds it. */
  anchor: string;
  line: number;
}
export interface Sentence {
  text: string;
  words: number;
  line: number;
}
export interface Link {
  to: string;
  image: boolean;
  line: number;
}
/** A fenced block of shell commands. */
export interface Commands {
  /** The words after `sh`: `real-org`, `slow`, `started`. A test runs blocks without such a word. */
  marks: string[];
  commands: string[];
  line: number;
}
export interface Page {
  /** Relative to the repository. */
  path: string;
  headings: Heading[];
  sentences: Sentence[];
  links: Link[];
  commands: Commands[];
}

/** All pages for readers: those at the root, those in `docs`, and the README of each part. */
export function pageNames(): string[] {
  return [...globSync("*.md", { cwd: root }), ...globSync("{docs,*,packages/*}/*.md", { cwd: root })]
    .filter((name) => !name.includes("node_modules"))
    .filter((name, at, all) => all.indexOf(name) === at)
    .sort();
}

export const readPage = (path: string): Page => pageOf(path, readFileSync(join(root, path), "utf8"));

/** Removes the markup. A link becomes its words, and a piece of code becomes one word. */
const plain = (text: string) =>
  text
    .replace(/<!--.*?-->/g, "")
    .replace(/`[^`]+`/g, "code")
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/<https?:[^>]*>/g, "address")
    .replace(/\*\*|(?<!\w)[*_]|[*_](?!\w)/g, "");

const anchorOf = (text: string) =>
  text
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, "$1")
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-");

/** Splits text into sentences. A full stop ends one only before a space or the end, so `2.5` stays whole. */
function sentencesIn(text: string, line: number): Sentence[] {
  return plain(text)
    .split(/(?<=[.!?…][)"'’”]?)\s+(?=[("'“‘]?[\p{Lu}\p{N}]|code|address)/u)
    .map((sentence) => sentence.trim())
    .filter((sentence) => sentence !== "")
    .map((sentence) => ({
      text: sentence,
      words: sentence.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length,
      line,
    }));
}

export function pageOf(path: string, markdown: string): Page {
  const page: Page = { path, headings: [], sentences: [], links: [], commands: [] };
  const seen = new Map<string, number>();
  let fence: { info: string; body: string[]; line: number; mark: string } | null = null;
  let paragraph: { text: string; line: number } | null = null;
  const endParagraph = () => {
    if (paragraph !== null) page.sentences.push(...sentencesIn(paragraph.text, paragraph.line));
    paragraph = null;
  };
  for (const [at, row] of markdown.split("\n").entries()) {
    const line = at + 1;
    const opening = /^\s*(```+|~~~+)(.*)$/.exec(row);
    if (fence !== null) {
      if (opening && opening[1]!.startsWith(fence.mark) && opening[2]!.trim() === "") {
        const [language, ...marks] = fence.info.split(/\s+/);
        if (language === "sh")
          page.commands.push({ marks, commands: commandsIn(fence.body), line: fence.line });
        fence = null;
      } else fence.body.push(row);
      continue;
    }
    if (opening) {
      endParagraph();
      fence = { info: opening[2]!.trim(), body: [], line, mark: opening[1]! };
      continue;
    }
    const text = row.replace(/`[^`]*`/g, "");
    for (const [, image, to] of text.matchAll(/(!?)\[[^\]]*\]\(([^)\s]+)[^)]*\)/g))
      page.links.push({ to: to!, image: image === "!", line });
    // a link with code as its words loses them above, but we still need its address
    for (const [, to] of text.matchAll(/(?:src|href)="([^"]+)"/g))
      page.links.push({ to: to!, image: text.includes("<img"), line });
    const heading = /^(#{1,6})\s+(.*)$/.exec(row);
    if (heading) {
      endParagraph();
      const anchor = anchorOf(heading[2]!);
      const times = seen.get(anchor) ?? 0;
      seen.set(anchor, times + 1);
      page.headings.push({
        level: heading[1]!.length,
        text: heading[2]!,
        anchor: times === 0 ? anchor : `${anchor}-${times}`,
        line,
      });
    } else if (/^\s*\|/.test(row)) {
      endParagraph();
      if (!/^\s*\|[\s|:-]+$/.test(row))
        for (const cell of row.replace(/`[^`]*`/g, "`code`").split("|"))
          page.sentences.push(...sentencesIn(cell, line));
    } else if (row.trim() === "") endParagraph();
    else {
      const item = /^\s*(?:[-*+]|\d+[.)])\s+(.*)$/.exec(row);
      if (item) endParagraph();
      const words = (item?.[1] ?? row).replace(/^\s*>\s?/, "").trim();
      if (paragraph === null) paragraph = { text: words, line };
      else paragraph.text += ` ${words}`;
    }
  }
  endParagraph();
  return page;
}

/** Reads one command per line. A line that ends in `\` goes on in the next one. It skips comments. */
function commandsIn(body: readonly string[]): string[] {
  return body
    .join("\n")
    .replace(/\\\n\s*/g, "")
    .split("\n")
    .map((row) => row.replace(/(^|\s{2,})#.*$/, "").trim())
    .filter((row) => row !== "");
}

/** Lists a page's dead links, each with its line. @returns [] if all links lead somewhere */
export function deadLinks(page: Page, read: (path: string) => Page = readPage): string[] {
  return page.links.flatMap(({ to, image, line }) => {
    if (/^[a-z][a-z+.-]*:/i.test(to)) return [];
    const [file = "", anchor] = to.split("#");
    const path = file === "" ? page.path : relative(root, join(root, dirname(page.path), file));
    const where = `${page.path}:${line}`;
    if (file !== "" && !existsSync(join(root, path)))
      return [`${where}: ${image ? "there is no image" : "there is nothing at"} ${to}`];
    if (anchor === undefined) return [];
    const target = file === "" ? page : read(path);
    return target.headings.some((heading) => heading.anchor === anchor)
      ? []
      : [`${where}: ${path} has no heading #${anchor}`];
  });
}

export const mostWords = 25;

export const longSentences = (page: Page): string[] =>
  page.sentences
    .filter(({ words }) => words > mostWords)
    .map(({ text, words, line }) => `${page.path}:${line}: ${words} words: ${text}`);

/** Finds headings that are repeated under one parent, and titles or chapters that two pages of the guide share. */
export function repeatedHeadings(pages: readonly Page[]): string[] {
  const where = new Map<string, string[]>();
  const note = (key: string, place: string) => where.set(key, [...(where.get(key) ?? []), place]);
  for (const { path, headings } of pages) {
    const above: string[] = [];
    const guide = path === "README.md" || path.startsWith("docs/");
    for (const { text, line, level } of headings) {
      above.length = level;
      above[level - 1] = text.toLowerCase();
      const place = `${path}:${line} "${text}"`;
      const shared = guide && level <= 2;
      note(shared ? text.toLowerCase() : [path, ...above].join("\n"), place);
    }
  }
  return [...where.values()].filter((places) => places.length > 1).map((places) => places.join(" and "));
}

/** Finds all commands that a page mentions, also outside its blocks: `npm run bench`, `sla-sync orgs list`. */
export const mentionsOf = (markdown: string, of: RegExp): string[] =>
  [...new Set([...markdown.matchAll(of)].map(([, name]) => name!))].sort();
