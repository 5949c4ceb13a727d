/** The consumer key and secret of an external client app: made by the org, and never changed by a deploy. */
import { randomBytes } from "node:crypto";
import { child, flag, textOf, type XmlElement } from "../xml/parse.ts";
import { storedItem } from "./model.ts";
import type { Item } from "../package/read.ts";
import type { Org } from "../../org/types.ts";

export const CONSUMER = "ExtlClntAppGlobalOauthSettings";

/**
 * The text that is stored for the app's global settings. The first deploy sets the key, or the org makes one; a later
 * deploy with another key succeeds and changes nothing, as in Salesforce. Only a rotation makes a new one.
 */
export function withConsumer(org: Org, item: Item, root: XmlElement): string {
  const stored = org.components.get(item.type, item.fullName);
  const before = stored === undefined ? undefined : storedItem(stored).element;
  const keep = (name: string, rotate: string, make: () => string): string =>
    flag(root, rotate) && before !== undefined
      ? make()
      : ((before && textOf(before, name)) ?? textOf(root, name) ?? make());
  const values: [string, string][] = [
    ["consumerKey", keep("consumerKey", "shouldRotateConsumerKey", newKey)],
    ["consumerSecret", keep("consumerSecret", "shouldRotateConsumerSecret", newSecret)],
  ];
  let text = item.source;
  for (const [name, value] of values.reverse()) {
    const own = child(root, name);
    const element = `<${name}>${value}</${name}>`;
    if (own !== undefined) text = text.slice(0, own.start) + element + text.slice(own.end);
    else {
      const end = text.lastIndexOf("</");
      text = `${text.slice(0, end)}    ${element}\n${text.slice(end)}`;
    }
  }
  return text;
}

const newKey = (): string => `3MVG9${randomBytes(60).toString("base64url")}`;
const newSecret = (): string => randomBytes(32).toString("hex").toUpperCase();
