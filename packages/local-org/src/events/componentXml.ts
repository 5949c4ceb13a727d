import { SaxesParser } from "saxes";

/** The texts of the elements on a path below the root (`["enrichedFields", "name"]`), in document order. */
export function textsOf(xml: Uint8Array, path: string[]): string[] {
  const found: string[] = [];
  const open: string[] = [];
  let text = "";
  const parser = new SaxesParser();
  parser.on("opentag", (tag) => {
    open.push(tag.name);
    text = "";
  });
  const append = (piece: string) => {
    text += piece;
  };
  parser.on("text", append);
  parser.on("cdata", append);
  parser.on("closetag", () => {
    if (open.length === path.length + 1 && path.every((name, index) => open[index + 1] === name)) {
      found.push(text.trim());
    }
    open.pop();
  });
  parser.write(Buffer.from(xml).toString("utf8")).close();
  return found;
}
