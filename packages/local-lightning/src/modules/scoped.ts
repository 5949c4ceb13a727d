import type { Org } from "@compromiso/local-org";
import type { Deployed } from "../deployed/deployed.ts";
import { wordsFor } from "../deployed/translation.ts";
import type { UserSettings } from "../session.ts";
import { i18nOf } from "./i18n.ts";

/**
 * Writes a `@salesforce/…` import for one user of the org as an ES module.
 * @returns undefined if the platform has no such module; the import then fails in the browser, as on a real page
 */
export function scopedModule(
  org: Org,
  deployed: Deployed,
  user: UserSettings,
  id: string,
): string | undefined {
  const [, kind, name = ""] = /^@salesforce\/(\w+)\/?(.*)$/.exec(id) ?? [];
  const value = (json: unknown) =>
    `export default ${json === undefined ? "undefined" : JSON.stringify(json)};`;
  switch (kind) {
    case "schema":
      return value(schemaReference(name));
    case "label": {
      const label = name.startsWith("c.")
        ? wordsFor(deployed, user.language).label(name.slice(2))
        : undefined;
      // the platform shows the name of an unknown label
      return value(label ?? `[${name}]`);
    }
    case "i18n":
      return `import i18n from "local/i18n"; export default i18n[${JSON.stringify(name)}];`;
    case "user":
      if (name === "Id") return value(user.userId);
      if (name === "isGuest") return value(false);
      return undefined;
    case "client":
      if (name !== "formFactor") return undefined;
      return 'export default globalThis.matchMedia("(max-width: 767px)").matches ? "Small" : "Large";';
    case "userPermission":
      return value(org.access.userPermission(user.userId, name) ? true : undefined);
    case "customPermission":
      return value(org.access.customPermission(user.userId, name.replace(/^c\./, "")) ? true : undefined);
    case "community":
      return value(name === "basePath" ? "" : null);
    case "apex":
      // no Apex runs here, so the module offers only the refresh of a wire
      return name === ""
        ? 'export { refreshApex } from "local/lds"; export const getSObjectValue = (record, field) => record?.[field?.fieldApiName ?? field];'
        : undefined;
    case "resourceUrl":
      return value(`/resource/${name}`);
    case "gate":
      return "export default { isOpen: () => false };";
    default:
      return undefined;
  }
}

/** Turns `Case.Subject` into a field and `Case` into an object. A relationship keeps its path. */
function schemaReference(name: string): unknown {
  const at = name.indexOf(".");
  if (at < 0) return { objectApiName: name };
  return { fieldApiName: name.slice(at + 1), objectApiName: name.slice(0, at) };
}

export function i18nModule(user: UserSettings): string {
  return `export default ${JSON.stringify(i18nOf(user))};`;
}
