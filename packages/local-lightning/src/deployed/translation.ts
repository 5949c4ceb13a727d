import { all, textOf } from "@compromiso/local-org/xml";
import { type Deployed } from "./deployed.ts";
import { standardSpanish } from "./standardSpanish.ts";

/** The org's words in one language: first from deployed translations, then the standard ones, then the default language. */
export interface Words {
  language: string;
  label(name: string): string | undefined;
  app(name: string, fallback: string): string;
  tab(name: string, fallback: string): string;
  object(name: string, fallback: string, plural?: boolean): string;
  field(object: string, field: string, fallback: string): string;
  help(object: string, field: string, fallback: string | undefined): string | undefined;
  picklist(object: string, field: string, value: string, fallback: string): string;
  listView(object: string, name: string, fallback: string): string;
  /** A word of the platform's interface. */
  ui(english: string): string;
}

/** es_MX falls back to es. All languages fall back to the default language. */
export function languageChain(language: string): string[] {
  return language.includes("_") ? [language, language.slice(0, language.indexOf("_"))] : [language];
}

export function wordsFor(deployed: Deployed, language: string): Words {
  return deployed.memo(`words ${language}`, () => read(deployed, language));
}

function read(deployed: Deployed, language: string): Words {
  const found = new Map<string, string>();
  const put = (key: string, value: string | undefined) => {
    if (value) found.set(key, value);
  };
  for (const { root } of deployed.documents("CustomLabels"))
    for (const label of all(root, "labels"))
      put(`label ${textOf(label, "fullName")}`, textOf(label, "value"));
  for (const { root, fullName } of deployed.documents("CustomLabel"))
    put(`label ${textOf(root, "fullName") ?? fullName}`, textOf(root, "value"));
  // read the nearest language last, so that its words win
  for (const code of languageChain(language).reverse()) {
    for (const { fullName, root } of deployed.documents("Translations")) {
      if (fullName !== code) continue;
      for (const [part, kind] of [
        ["customLabels", "label"],
        ["customApplications", "app"],
        ["customTabs", "tab"],
      ] as const)
        for (const entry of all(root, part)) put(`${kind} ${textOf(entry, "name")}`, textOf(entry, "label"));
    }
    for (const { fullName, root } of deployed.documents("CustomObjectTranslation")) {
      const at = fullName.lastIndexOf("-");
      if (fullName.slice(at + 1) !== code) continue;
      readObject(root, fullName.slice(0, at), put);
    }
  }
  const standard = language.startsWith("es") ? standardSpanish : {};
  const get = (key: string, fallback: string) =>
    found.get(key) ?? standard[key] ?? standard[fallback] ?? fallback;
  return {
    language,
    label: (name) => found.get(`label ${name}`),
    app: (name, fallback) => get(`app ${name}`, fallback),
    tab: (name, fallback) => get(`tab ${name}`, fallback),
    object: (name, fallback, plural) => get(`${plural ? "plural" : "object"} ${name}`, fallback),
    field: (object, field, fallback) => get(`field ${object}.${field}`, fallback),
    help: (object, field, fallback) => found.get(`help ${object}.${field}`) ?? fallback,
    // a translation uses the value's label as key, but the standard words use its API name
    picklist: (object, field, value, label) =>
      found.get(`value ${object}.${field} ${label}`) ?? get(`value ${object}.${field} ${value}`, label),
    listView: (object, name, fallback) => get(`list ${object}.${name}`, fallback),
    ui: (english) => standard[english] ?? english,
  };
}

function readObject(
  root: Parameters<typeof all>[0],
  object: string,
  put: (key: string, value: string | undefined) => void,
): void {
  for (const value of all(root, "caseValues"))
    put(`${textOf(value, "plural") === "true" ? "plural" : "object"} ${object}`, textOf(value, "value"));
  for (const field of all(root, "fields")) {
    const name = textOf(field, "name");
    put(`field ${object}.${name}`, textOf(field, "label"));
    put(`help ${object}.${name}`, textOf(field, "help"));
    for (const value of all(field, "picklistValues"))
      put(`value ${object}.${name} ${textOf(value, "masterLabel")}`, textOf(value, "translation"));
  }
}
