/**
 * XML as a tree that remembers positions. Salesforce reports line and column, and a later retrieve is cut out of the
 * deployed text.
 */
import { SaxesParser } from "saxes";

export interface XmlElement {
  name: string;
  attributes: Record<string, string>;
  children: XmlElement[];
  /** The element's own text, CDATA included, not trimmed. */
  text: string;
  /** Where the start tag ends: 1-based line, column, as Salesforce counts. */
  line: number;
  column: number;
  /** Offsets into the source, from `<` to after the closing `>`. */
  start: number;
  end: number;
}

export class XmlError extends Error {
  readonly line: number;
  readonly column: number;
  constructor(message: string, line: number, column: number) {
    super(message);
    this.line = line;
    this.column = column;
  }
}

export function parseXml(source: string): XmlElement {
  const parser = new SaxesParser({ position: true });
  const open: XmlElement[] = [];
  let root: XmlElement | undefined;
  let tagStart = 0;
  let failure: XmlError | undefined;
  parser.on("error", (error) => {
    failure ??= new XmlError(error.message.replace(/^(\S+:)?\d+:\d+: /, ""), parser.line, parser.column);
  });
  parser.on("opentagstart", (tag) => {
    tagStart = source.lastIndexOf(`<${tag.name}`, parser.position);
  });
  parser.on("opentag", (tag) => {
    const element: XmlElement = {
      name: tag.name,
      attributes: tag.attributes as Record<string, string>,
      children: [],
      text: "",
      line: parser.line,
      column: parser.column + 1,
      start: tagStart,
      end: parser.position,
    };
    const parent = open.at(-1);
    if (parent === undefined) root ??= element;
    else parent.children.push(element);
    open.push(element);
  });
  const append = (text: string): void => {
    const element = open.at(-1);
    if (element !== undefined) element.text += text;
  };
  parser.on("text", append);
  parser.on("cdata", append);
  parser.on("closetag", () => {
    const element = open.pop();
    if (element !== undefined) element.end = parser.position;
  });
  parser.write(source).close();
  if (failure !== undefined) throw failure;
  if (root === undefined) throw new XmlError("Premature end of file.", 1, 1);
  return root;
}

/** An element's name without its prefix. */
export const localName = (element: XmlElement): string => element.name.slice(element.name.indexOf(":") + 1);
export const child = (element: XmlElement | undefined, name: string): XmlElement | undefined =>
  element?.children.find((candidate) => localName(candidate) === name);
export const all = (element: XmlElement | undefined, name: string): XmlElement[] =>
  element?.children.filter((candidate) => localName(candidate) === name) ?? [];
/** The trimmed text of a child; undefined when the child is absent. */
export const textOf = (element: XmlElement | undefined, name: string): string | undefined =>
  child(element, name)?.text.trim();
export const flag = (element: XmlElement, name: string): boolean => textOf(element, name) === "true";
/** Follows names down the tree. */
export const at = (element: XmlElement, ...names: string[]): XmlElement | undefined =>
  names.reduce<XmlElement | undefined>((here, name) => here && child(here, name), element);

const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
export const escapeXml = (text: string): string =>
  text.replace(/[&<>"]/g, (character) => entities[character] ?? "");
/** A whole document of simple nesting: objects nest, arrays repeat, undefined is left out. */
export type XmlValue = string | number | boolean | undefined | XmlValue[] | { [name: string]: XmlValue };
export function writeXml(name: string, value: XmlValue): string {
  if (value === undefined) return "";
  if (Array.isArray(value)) return value.map((item) => writeXml(name, item)).join("");
  if (typeof value !== "object") return `<${name}>${escapeXml(String(value))}</${name}>`;
  const inner = Object.entries(value)
    .map(([child, item]) => writeXml(child, item))
    .join("");
  return `<${name}>${inner}</${name}>`;
}
