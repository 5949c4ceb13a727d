/** A zip in metadata format, read into components: parents, children and bundles, each with its own element. */
import { NAMESPACE, validateElement } from "../schema/validate.ts";
import { isType } from "../schema/schema.ts";
import { all, localName, parseXml, textOf, XmlError, type XmlElement } from "../xml/parse.ts";
import type { Manifest } from "./manifest.ts";
import { childType, parentOf, placeFiles, typeNamed, type Placed, type TypeEntry } from "./registry.ts";
import { text, type Files } from "./zip.ts";

/** One component of a package. */
export interface Item {
  type: string;
  fullName: string;
  /** Path in the zip that results and errors name. */
  file: string;
  /** Its element: the root of its file, or the child inside the parent's. Absent for what has no metadata file. */
  element: XmlElement | undefined;
  /** The text `element` was read from; its offsets point into it. */
  source: string;
  /** The files that are its own: a bundle's, a content file with its `-meta.xml`. */
  files: Files;
  /** Set when the file could not be read to the end: rules would only repeat the failure. */
  broken?: boolean;
}

export interface Failure {
  type: string;
  fullName: string;
  file: string;
  problem: string;
  line?: number;
  column?: number;
  warning?: boolean;
}

export interface Package {
  version: number;
  items: Item[];
  failures: Failure[];
}

const at = (element: XmlElement): { line: number; column: number } => ({
  line: element.line,
  column: element.column,
});

/** The type an element of a file has: a folder's, a settings file's own, or the type's name. */
const schemaType = (type: string, root: XmlElement): string => (type === "Settings" ? localName(root) : type);

export function childName(
  parent: string,
  parentName: string,
  child: XmlElement,
  key: string,
  bare: boolean,
): string {
  const name = textOf(child, key) ?? "";
  return bare || parent === "CustomLabels" ? name : `${parentName}.${name}`;
}

/** The metadata file among a component's files: `x.object`, or `x.cls-meta.xml` beside its content. */
function metadataFile(placed: Placed): string | undefined {
  const meta = placed.files.find((file) => file.endsWith("-meta.xml"));
  if (meta !== undefined) return meta;
  return placed.type.withContent || placed.type.bundle ? undefined : placed.files[0];
}

interface Parsed {
  root: XmlElement | undefined;
  failures: Failure[];
  broken: boolean;
}

function parseItem(type: TypeEntry, fullName: string, file: string, source: string, version: number): Parsed {
  const fail = (problem: string, where: { line: number; column: number }): Failure => ({
    type: type.name,
    fullName,
    file,
    problem,
    ...where,
  });
  let root: XmlElement;
  try {
    root = parseXml(source);
  } catch (error) {
    if (!(error instanceof XmlError)) throw error;
    return {
      root: undefined,
      broken: true,
      failures: [fail(`Error parsing file: ${error.message}`, { line: error.line, column: error.column })],
    };
  }
  const name = localName(root);
  const expected = schemaType(type.name, root);
  if (name !== expected || (type.name === "Settings" && !isType(name)))
    return {
      root: undefined,
      broken: true,
      failures: [
        fail(
          `Error parsing file: Element {${root.attributes.xmlns ?? ""}}${name} invalid at this location`,
          at(root),
        ),
      ],
    };
  if (root.attributes.xmlns !== undefined && root.attributes.xmlns !== NAMESPACE)
    return {
      root: undefined,
      broken: true,
      failures: [
        fail(
          `Error parsing file: Element {${root.attributes.xmlns}}${name} invalid at this location`,
          at(root),
        ),
      ],
    };
  const failures = validateElement(root, expected, version).map(({ problem, element }) => ({
    ...fail(problem, at(element)),
    ...ownerOf(type, fullName, root, element),
  }));
  const declared = textOf(root, "fullName");
  if (declared !== undefined && declared !== fullName && declared !== "" && type.name !== "CustomObject")
    failures.push(
      fail(
        `The fullName '${declared}' in the file does not match the name of the file '${fullName}'. Metadata must be named as its file`,
        at(root),
      ),
    );
  return { root, failures, broken: failures.length > 0 };
}

/** A problem inside a child is the child's: a field's, not the object's. */
function ownerOf(
  type: TypeEntry,
  fullName: string,
  root: XmlElement,
  element: XmlElement,
): { type: string; fullName: string } | undefined {
  for (const child of type.children) {
    if (!child.addressable) continue;
    for (const candidate of all(root, child.element)) {
      if (element.start < candidate.start || element.end > candidate.end) continue;
      const name = textOf(candidate, child.key) ?? "";
      if (name !== "")
        return {
          type: child.name,
          fullName: childName(type.name, fullName, candidate, child.key, child.ignoreParentName),
        };
    }
  }
  return undefined;
}

const wanted = (manifest: Manifest, type: string, fullName: string): boolean => {
  const members = manifest.types.get(type);
  return members !== undefined && (members.has("*") || members.has(fullName) || members.has(`${fullName}/`));
};

export function readPackage(files: Files, manifest: Manifest, apiVersion: number): Package {
  const version = Number(manifest.version ?? apiVersion);
  const items: Item[] = [];
  const failures: Failure[] = [];
  const { components, strays } = placeFiles(files.keys());
  const found = new Set<string>();

  for (const placed of components) {
    const { type, fullName } = placed;
    const folderOf = type.folderContentType;
    const listed =
      wanted(manifest, type.name, fullName) ||
      (folderOf !== undefined && wanted(manifest, folderOf, fullName));
    const children = type.children.filter((child) => manifest.types.has(child.name));
    if (!listed && children.length === 0) {
      failures.push({
        type: type.name,
        fullName,
        file: placed.path,
        problem: "Not in package.xml",
        warning: true,
      });
      continue;
    }
    if (listed) found.add(`${type.name} ${fullName}`);
    const meta = metadataFile(placed);
    const own: Files = new Map(placed.files.map((path) => [path, files.get(path) as Uint8Array]));
    if (meta === undefined) {
      items.push({
        type: type.name,
        fullName,
        file: placed.path,
        element: undefined,
        source: "",
        files: own,
      });
      continue;
    }
    const source = text(files.get(meta) as Uint8Array);
    const label = type.bundle ? meta : placed.path;
    const parsed = parseItem(type, fullName, label, source, version);
    failures.push(...parsed.failures);
    if (listed)
      items.push({
        type: type.name,
        fullName,
        file: label,
        element: parsed.root,
        source,
        files: own,
        ...(parsed.broken ? { broken: true } : {}),
      });
    if (parsed.root === undefined) {
      // a file that cannot be read says so once, not once more for each name it should have held
      for (const child of type.children)
        for (const member of manifest.types.get(child.name) ?? [])
          if (child.ignoreParentName || member.startsWith(`${fullName}.`))
            found.add(`${child.name} ${member}`);
      continue;
    }
    for (const child of type.children) {
      if (!child.addressable) continue;
      for (const element of all(parsed.root, child.element)) {
        const name = childName(type.name, fullName, element, child.key, child.ignoreParentName);
        if (!listed && !wanted(manifest, child.name, name)) continue;
        found.add(`${child.name} ${name}`);
        items.push({
          type: child.name,
          fullName: name,
          file: placed.path,
          element,
          source,
          files: new Map(),
          ...(parsed.broken ? { broken: true } : {}),
        });
      }
    }
  }

  for (const path of strays)
    failures.push({ type: "", fullName: path, file: path, problem: "Not in package.xml", warning: true });
  failures.push(...missing(manifest, found, items));
  return { version, items, failures };
}

/** Names in package.xml that no file answers for. */
function missing(manifest: Manifest, found: Set<string>, items: Item[]): Failure[] {
  const failures: Failure[] = [];
  for (const [type, members] of manifest.types) {
    const entry = typeNamed(type);
    const isChild = childType(type) !== undefined;
    if (entry === undefined && !isChild) {
      failures.push({
        type: "",
        fullName: "package.xml",
        file: "package.xml",
        problem: `Unknown type name '${type}' specified in package.xml`,
      });
      continue;
    }
    for (const member of members) {
      if (member === "*" || member === "") continue;
      const bare = member.replace(/\/$/, "");
      const names = [
        `${type} ${bare}`,
        ...(entry?.folderType === undefined ? [] : [`${entry.folderType} ${bare}`]),
      ];
      if (names.some((name) => found.has(name))) continue;
      // what a site holds lies among the files of its bundle
      if (type === "DigitalExperience" && found.has(`DigitalExperienceBundle ${bare.split(".")[0]}`))
        continue;
      // a parent whose children are all there needs no file of its own
      if (
        !isChild &&
        items.some((item) => item.fullName.startsWith(`${bare}.`) && parentOf(item.type)?.name === type)
      )
        continue;
      failures.push({
        type,
        fullName: bare,
        file: "package.xml",
        problem: `An object '${bare}' of type ${type} was named in package.xml, but was not found in zipped directory`,
      });
    }
  }
  return failures;
}
