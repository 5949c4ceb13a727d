/** What a retrieve finds without any deploy: the org's switches, and the languages that are active in the Workbench. */
import { bytes } from "../package/zip.ts";
import { NAMESPACE } from "../schema/validate.ts";
import type { Component, Org } from "../../org/types.ts";

export function standingComponents(org: Org, type: string): Component[] {
  const { settings } = org;
  switch (type) {
    case "Settings":
      return [
        standing(
          type,
          "ExternalClientApp",
          "settings/ExternalClientApp.settings",
          "ExternalClientAppSettings",
          {
            enableExternalClientApps: settings.externalClientApps,
            enableConsumerSecretApiAccess: settings.consumerSecretsInMetadata,
          },
        ),
        standing(type, "Language", "settings/Language.settings", "LanguageSettings", {
          enableTranslationWorkbench: settings.translationLanguages.length > 0,
        }),
      ];
    case "Translations":
      return settings.translationLanguages.map((language) =>
        standing(type, language, `translations/${language}.translation`, type, {}),
      );
    default:
      return [];
  }
}

/** The deployed components of a type, and the standing ones that no deployed one replaces. */
export function componentsOf(org: Org, type: string): Component[] {
  const deployed = org.components.list(type);
  const names = new Set(deployed.map(({ fullName }) => fullName));
  return [...deployed, ...standingComponents(org, type).filter(({ fullName }) => !names.has(fullName))];
}

function standing(
  type: string,
  fullName: string,
  path: string,
  root: string,
  values: Record<string, boolean>,
): Component {
  const lines = Object.entries(values)
    .map(([name, value]) => `    <${name}>${value}</${name}>\n`)
    .join("");
  const text = `<?xml version="1.0" encoding="UTF-8"?>\n<${root} xmlns="${NAMESPACE}">\n${lines}</${root}>\n`;
  return { type, fullName, files: new Map([[path, bytes(text)]]), id: "", createdAt: 0, modifiedAt: 0 };
}
