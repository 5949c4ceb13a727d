/** Words of a language come from several packages: a deploy changes the entries that it names, and keeps the others. */
import { bytes, type Files } from "../package/zip.ts";

const entries = /^[ \t]*<(\w+)>[\s\S]*?^[ \t]*<\/\1>\n?|^[ \t]*<(\w+)>.*<\/\2>\n?/gm;
const end = "</Translations>";

const text = (files: Files): string => Buffer.from([...files.values()][0] ?? []).toString("utf8");
const keyOf = (entry: string): string =>
  `${/<(\w+)>/.exec(entry)![1]} ${/<(?:name|fullName)>(.*?)<\//.exec(entry)?.[1] ?? ""}`;
const entriesIn = (xml: string): string[] =>
  [...xml.slice(xml.indexOf("<Translations")).replace(/^.*\n/, "").matchAll(entries)].map(([entry]) => entry);

/** @param before the files of the same language that the org has */
export function withOtherWords(files: Files, before: Files | undefined): Files {
  if (before === undefined) return files;
  const [[path, _] = ["", null]] = [...files];
  const xml = text(files);
  const named = new Set(entriesIn(xml).map(keyOf));
  const kept = entriesIn(text(before)).filter((entry) => !named.has(keyOf(entry)));
  const at = xml.lastIndexOf(end);
  if (at < 0 || kept.length === 0) return files;
  const lines = kept.map((entry) => (entry.endsWith("\n") ? entry : `${entry}\n`));
  return new Map([...files, [path, bytes(xml.slice(0, at) + lines.join("") + xml.slice(at))]]);
}
