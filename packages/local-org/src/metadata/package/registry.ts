/** What the CLI's registry knows of a type: its folder, suffix, parent and children. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

export interface TypeEntry {
  name: string;
  directoryName: string;
  suffix?: string;
  inFolder: boolean;
  folderType?: string;
  folderContentType?: string;
  /** Files of a bundle sit in a folder of their own: lwc/card/…, or two deep: digitalExperiences/site/shop/… */
  bundle: boolean;
  bundleDepth: number;
  /** A second file `<name>-meta.xml` describes the first, which is not XML. */
  withContent: boolean;
  children: ChildType[];
}
export interface ChildType {
  name: string;
  /** The element that holds it in the parent's file: fields, labels … */
  element: string;
  /** The child that names it: fullName, or name. */
  key: string;
  /** CustomLabel is named alone, CustomField by its parent too. */
  ignoreParentName: boolean;
  addressable: boolean;
}

interface RawType {
  id: string;
  name: string;
  directoryName: string;
  suffix?: string;
  inFolder?: boolean;
  folderType?: string;
  folderContentType?: string;
  ignoreParentName?: boolean;
  isAddressable?: boolean;
  uniqueIdElement?: string;
  xmlElementName?: string;
  strategies?: { adapter: string };
  children?: { types: Record<string, RawType> };
}

let loaded: {
  byName: Map<string, TypeEntry>;
  byDirectory: Map<string, TypeEntry[]>;
  parentOf: Map<string, TypeEntry>;
};
function load(): typeof loaded {
  if (loaded !== undefined) return loaded;
  const require = createRequire(import.meta.url);
  const main = require.resolve("@salesforce/source-deploy-retrieve");
  const path = main.replace(/lib[/\\]src[/\\].*$/, "lib/src/registry/metadataRegistry.json");
  const raw = (JSON.parse(readFileSync(path, "utf8")) as { types: Record<string, RawType> }).types;
  const byName = new Map<string, TypeEntry>();
  const byDirectory = new Map<string, TypeEntry[]>();
  const parentOf = new Map<string, TypeEntry>();
  const nameOf = (id: string | undefined): string | undefined =>
    id === undefined ? undefined : raw[id]?.name;
  for (const type of Object.values(raw)) {
    const adapter = type.strategies?.adapter;
    const folderType = nameOf(type.folderType);
    const folderContentType = nameOf(type.folderContentType);
    const entry: TypeEntry = {
      name: type.name,
      directoryName: type.directoryName,
      ...(type.suffix === undefined ? {} : { suffix: type.suffix }),
      inFolder: type.inFolder ?? false,
      ...(folderType === undefined ? {} : { folderType }),
      ...(folderContentType === undefined ? {} : { folderContentType }),
      bundle: adapter === "bundle" || adapter === "digitalExperience",
      bundleDepth: adapter === "digitalExperience" ? 2 : 1,
      withContent: adapter === "matchingContentFile" || adapter === "mixedContent",
      children: Object.values(type.children?.types ?? {}).map((child) => ({
        name: child.name,
        element: child.xmlElementName ?? child.directoryName,
        key: child.uniqueIdElement ?? "fullName",
        ignoreParentName: child.ignoreParentName ?? false,
        addressable: child.isAddressable ?? true,
      })),
    };
    byName.set(entry.name, entry);
    byDirectory.set(entry.directoryName, [...(byDirectory.get(entry.directoryName) ?? []), entry]);
    for (const child of entry.children) parentOf.set(child.name, entry);
  }
  return (loaded = { byName, byDirectory, parentOf });
}

export const typeNamed = (name: string): TypeEntry | undefined => load().byName.get(name);
export const parentOf = (child: string): TypeEntry | undefined => load().parentOf.get(child);
export const childType = (name: string): ChildType | undefined =>
  parentOf(name)?.children.find((child) => child.name === name);
export const allTypes = (): TypeEntry[] => [...load().byName.values()];

/** One component as the paths of a package tell it, before anything is read. */
export interface Placed {
  type: TypeEntry;
  fullName: string;
  /** The path that names it: the metadata file, or the bundle's folder. */
  path: string;
  files: string[];
}

/** Sorts the files of a zip in metadata format into components. Returns the files that belong to no component apart. */
export function placeFiles(paths: Iterable<string>): { components: Placed[]; strays: string[] } {
  const placed = new Map<string, Placed>();
  const strays: string[] = [];
  const add = (type: TypeEntry, fullName: string, path: string, file: string): void => {
    const key = `${type.name} ${fullName}`;
    const known = placed.get(key);
    if (known === undefined) placed.set(key, { type, fullName, path, files: [file] });
    else known.files.push(file);
  };
  for (const path of paths) {
    if (/^(package|destructiveChanges(Pre|Post)?)\.xml$/.test(path)) continue;
    const [directory = "", ...rest] = path.split("/");
    const types = load().byDirectory.get(directory) ?? [];
    const file = rest.join("/");
    if (types.length === 0 || file === "") {
      strays.push(path);
      continue;
    }
    const bundle = types.find((type) => type.bundle);
    if (bundle !== undefined && rest.length > bundle.bundleDepth) {
      const name = rest.slice(0, bundle.bundleDepth).join("/");
      add(bundle, name, `${directory}/${name}`, path);
      continue;
    }
    const bare = file.replace(/-meta\.xml$/, "");
    const type = types.find(
      (candidate) => candidate.suffix !== undefined && bare.endsWith(`.${candidate.suffix}`),
    );
    if (type !== undefined && type.suffix !== undefined) {
      add(type, bare.slice(0, -type.suffix.length - 1), `${directory}/${bare}`, path);
      continue;
    }
    const folderContent = types.find((candidate) => candidate.folderType !== undefined);
    if (folderContent?.folderType !== undefined && file.endsWith("-meta.xml")) {
      const folder = typeNamed(folderContent.folderType);
      if (folder !== undefined) {
        add(folder, bare, path, path);
        continue;
      }
    }
    const content =
      types.find((candidate) => candidate.withContent && candidate.suffix === undefined) ?? types[0];
    if (content === undefined) strays.push(path);
    else add(content, bare.replace(/\.[^./]+$/, ""), `${directory}/${bare}`, path);
  }
  return { components: [...placed.values()], strays };
}
