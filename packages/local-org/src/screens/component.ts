/** A deployed component as its XML, and the ids of what Salesforce keeps in objects of its own. */
import { localName, parseXml, textOf, type XmlElement } from "../metadata/xml/parse.ts";
import { to18 } from "../org/ids.ts";
import type { Component, Id } from "../org/types.ts";

/** A deploy puts a new object in the place of the old one, so an entry never grows stale. */
const read = new WeakMap<Component, XmlElement | null>();

/** Of a component's files, the XML that describes it: its own root, or its part of the object's file. */
export function elementOf(component: Component): XmlElement | undefined {
  let element = read.get(component);
  if (element === undefined) read.set(component, (element = find(component) ?? null));
  return element ?? undefined;
}

function find({ type, fullName, files }: Component): XmlElement | undefined {
  const own = fullName.split(".").at(-1);
  for (const [path, bytes] of files) {
    if (/\.(js|html|css|svg|cls)$/.test(path)) continue;
    const root = parseXml(Buffer.from(bytes).toString("utf8"));
    if (localName(root) === type) return root;
    const part = root.children.find((child) => textOf(child, "fullName") === own);
    if (part !== undefined) return part;
  }
  return undefined;
}

/** The component's id under the key prefix of its own object, such as `00B` for a list view. */
export const idWith = (prefix: string, { id }: Component): Id => to18(prefix + id.slice(3, 15));

/** The id of what Salesforce ships with an object. The 1 is where deployed ones have a 0, so the two never meet. */
export const standardId = (prefix: string, keyPrefix: string): Id => to18(`${prefix}001000000${keyPrefix}`);
