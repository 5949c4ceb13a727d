import { SaxesParser } from "saxes";

/** An element of a metadata file: its text, and its children by name in document order. */
export interface Element {
  name: string;
  text: string;
  attributes: Record<string, string>;
  children: Element[];
}

export function parseXml(source: string | Uint8Array): Element {
  const root: Element = { name: "", text: "", attributes: {}, children: [] };
  const stack = [root];
  const parser = new SaxesParser();
  parser.on("opentag", (tag) => {
    const element: Element = {
      name: tag.name,
      text: "",
      attributes: tag.attributes as Record<string, string>,
      children: [],
    };
    stack.at(-1)?.children.push(element);
    stack.push(element);
  });
  const text = (value: string) => {
    const top = stack.at(-1);
    if (top) top.text += value;
  };
  parser.on("text", text);
  parser.on("cdata", text);
  parser.on("closetag", () => stack.pop());
  parser.on("error", (error) => {
    throw error;
  });
  parser.write(typeof source === "string" ? source : Buffer.from(source).toString("utf8")).close();
  return root.children[0] ?? root;
}

export function all(element: Element | undefined, name: string): Element[] {
  return element?.children.filter((child) => child.name === name) ?? [];
}

export function one(element: Element | undefined, name: string): Element | undefined {
  return element?.children.find((child) => child.name === name);
}

export function textOf(element: Element | undefined, name: string): string | undefined {
  return one(element, name)?.text.trim();
}
