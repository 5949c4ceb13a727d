/** Salesforce's sentences that many rules share. */
import { textOf, child, type XmlElement } from "../xml/parse.ts";
import type { RuleContext } from "./rule.ts";

export const notFound = (field: string, type: string, name: string): string =>
  `In field: ${field} - no ${type} named ${name} found`;

/** @returns what Salesforce says of a username that the org does not have; undefined for one that it has */
export function unknownUser(username: string, { model }: RuleContext): string | undefined {
  for (const user of model.org.rows("User")) if (user["Username"] === username) return undefined;
  return `Cannot find a user that matches any of the following usernames: ${username}; remove the user from the component being deployed or create a matching user in the destination organization.`;
}

/** A type whose feature is switched off in the org. */
export const notAvailable = "Not available for deploy for this organization";

/** Reports each element longer than Salesforce takes, in characters. */
export function limitLengths(
  element: XmlElement,
  limits: Record<string, number>,
  context: RuleContext,
  where = "",
): void {
  for (const [name, limit] of Object.entries(limits)) {
    const value = textOf(element, name);
    if (value !== undefined && value.length > limit)
      context.report(
        `${where}${name}: data value too large: ${value.slice(0, 60)}${value.length > 60 ? "…" : ""} (max length=${limit})`,
        child(element, name),
      );
  }
}

/** `value` of a required text child that is there but empty counts as missing. */
export function requireText(element: XmlElement, names: string[], context: RuleContext): void {
  for (const name of names)
    if ((textOf(element, name) ?? "") === "") context.report(`Required field is missing: ${name}`, element);
}
