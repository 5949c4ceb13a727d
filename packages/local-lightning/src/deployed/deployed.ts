import type { Component, Org } from "@compromiso/local-org";
import { all, parseXml, textOf, type XmlElement } from "@compromiso/local-org/xml";

/**
 * Reads the org's deployed components from their files. The org stores components in the form of packages. An object's
 * parts may come in several files, so we merge them by name, and the newest one wins.
 */
export class Deployed {
  readonly #org: Org;
  #files: Map<string, { component: Component; bytes: Uint8Array }> | undefined;
  #roots = new Map<string, XmlElement | null>();
  #memo = new Map<string, unknown>();

  constructor(org: Org) {
    this.#org = org;
    org.components.onChange(() => this.#forget());
    org.schema.onChange(() => this.#memo.clear());
  }

  #forget(): void {
    this.#files = undefined;
    this.#roots = new Map();
    this.#memo = new Map();
  }

  #index(): Map<string, { component: Component; bytes: Uint8Array }> {
    if (this.#files) return this.#files;
    const files = new Map<string, { component: Component; bytes: Uint8Array }>();
    const inOrder = this.#org.components.list().sort((a, b) => a.modifiedAt - b.modifiedAt);
    for (const component of inOrder)
      for (const [path, bytes] of component.files)
        files.set(`${path}\0${component.type}\0${component.fullName}`, { component, bytes });
    return (this.#files = files);
  }

  /** Computes a value once for each state of the org's metadata. */
  memo<T>(key: string, compute: () => T): T {
    if (!this.#memo.has(key)) this.#memo.set(key, compute());
    return this.#memo.get(key) as T;
  }

  /** The parsed files with the root element `name`, each with the full name of its component. */
  documents(name: string): { fullName: string; root: XmlElement }[] {
    return this.memo(`documents ${name}`, () => {
      const found: { fullName: string; root: XmlElement }[] = [];
      for (const [key, { component, bytes }] of this.#index()) {
        const [path = ""] = key.split("\0");
        if (path.startsWith("lwc/") || !looksLikeXml(bytes)) continue;
        const known = this.#roots.get(key);
        const root = known === undefined ? parse(bytes) : known;
        this.#roots.set(key, root);
        if (root?.name === name) found.push({ fullName: fullNameOf(path, component), root });
      }
      return found;
    });
  }

  document(name: string, fullName: string): XmlElement | undefined {
    return this.documents(name).findLast((document) => document.fullName === fullName)?.root;
  }

  /** Named parts of an object (`listViews`, `actionOverrides`, `compactLayouts`), from all files. */
  objectParts(object: string, part: string): XmlElement[] {
    return this.memo(`parts ${object} ${part}`, () => {
      const parts = new Map<string, XmlElement>();
      const type = part.replace(/s$/, "").replace(/^./, (c) => c.toUpperCase());
      for (const { fullName, root } of this.documents("CustomObject"))
        if (fullName === object)
          for (const element of all(root, part)) parts.set(nameOfPart(element), element);
      for (const { fullName, root } of this.documents(type))
        if (fullName.startsWith(`${object}.`)) parts.set(nameOfPart(root) || fullName, root);
      return [...parts.values()];
    });
  }

  objectText(object: string, part: string): string | undefined {
    return this.documents("CustomObject")
      .filter(({ fullName }) => fullName === object)
      .map(({ root }) => textOf(root, part))
      .findLast((text) => text !== undefined);
  }

  /** A bundle's files, by their names inside the bundle. */
  bundle(name: string): Map<string, string> | undefined {
    const component = this.#org.components.get("LightningComponentBundle", name);
    if (!component) return undefined;
    const files = new Map<string, string>();
    for (const [path, bytes] of component.files) {
      const inside = path.replace(/^.*?lwc\/[^/]+\//, "").replace(/^\//, "");
      files.set(inside, Buffer.from(bytes).toString("utf8"));
    }
    return files;
  }

  bundles(): Component[] {
    return this.#org.components.list("LightningComponentBundle");
  }

  bundleMeta(name: string): XmlElement | undefined {
    return this.memo(`meta ${name}`, () => {
      const source = this.bundle(name)?.get(`${name}.js-meta.xml`);
      return source ? parseXml(source) : undefined;
    });
  }
}

/** Parses a file. @returns null if it is not XML */
function parse(bytes: Uint8Array): XmlElement | null {
  try {
    return parseXml(Buffer.from(bytes).toString("utf8"));
  } catch {
    return null;
  }
}

function looksLikeXml(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.subarray(0, 64)).toString("utf8").trimStart().startsWith("<");
}

function nameOfPart(element: XmlElement): string {
  const name = textOf(element, "fullName") ?? textOf(element, "actionName") ?? "";
  return `${name} ${textOf(element, "formFactor") ?? ""}`.trim();
}

/** Takes the full name from the file's own name, because one component can carry files of several. */
function fullNameOf(path: string, component: Component): string {
  const base = path.split("/").at(-1) ?? "";
  const name = decodeURIComponent(base.replace(/-meta\.xml$/, "").replace(/\.[^.]+$/, ""));
  return component.fullName.includes(".") && !path.startsWith("objects/") ? component.fullName : name;
}
