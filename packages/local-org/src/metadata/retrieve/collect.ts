/** The files of a retrieve: what package.xml asks for, out of what was deployed. */
import { childType, parentOf, typeNamed } from "../package/registry.ts";
import { writeManifest, type Manifest } from "../package/manifest.ts";
import { bytes, type Files } from "../package/zip.ts";
import { storedItem } from "../deploy/model.ts";
import { componentsOf } from "./standing.ts";
import { standardObject } from "./standard-objects.ts";
import { NAMESPACE } from "../schema/validate.ts";
import { localName } from "../xml/parse.ts";
import type { Component, Org } from "../../org/types.ts";

export interface FileProperties {
  createdById: string;
  createdByName: string;
  createdDate: string;
  fileName: string;
  fullName: string;
  id: string;
  lastModifiedById: string;
  lastModifiedByName: string;
  lastModifiedDate: string;
  manageableState: "unmanaged";
  type: string;
}

export interface Collected {
  files: Files;
  properties: FileProperties[];
  problems: { fileName: string; problem: string }[];
}

export function fileProperties(org: Org, component: Component, prefix = ""): FileProperties {
  const user = [...org.rows("User")][0];
  const name = String(user?.Name ?? "System");
  const path =
    [...component.files.keys()].find((file) => !file.startsWith("compiled/")) ??
    `${component.type}/${component.fullName}`;
  const bundle = typeNamed(component.type)?.bundle === true;
  const fileName = bundle ? path.split("/").slice(0, 2).join("/") : path;
  return {
    createdById: user?.Id ?? "",
    createdByName: name,
    createdDate: new Date(component.createdAt).toISOString(),
    fileName: prefix + fileName,
    fullName: component.fullName,
    id: component.id,
    lastModifiedById: user?.Id ?? "",
    lastModifiedByName: name,
    lastModifiedDate: new Date(component.modifiedAt).toISOString(),
    manageableState: "unmanaged",
    type: component.type,
  };
}

/** The child elements of a parent's file, in the order Salesforce writes them: by element, then by name. */
function composed(parentType: string, own: Component | undefined, children: Component[]): string {
  const fragments: [key: string, xml: string][] = [];
  const slice = (component: Component): void => {
    const item = storedItem(component);
    if (item.element === undefined) return;
    const isChild = childType(component.type) !== undefined;
    for (const element of isChild ? [item.element] : item.element.children)
      fragments.push([
        isChild ? `${localName(element)} ${component.fullName}` : localName(element),
        item.source.slice(element.start, element.end),
      ]);
  };
  if (own !== undefined) slice(own);
  for (const child of children) slice(child);
  const sorted = fragments
    .map((fragment, index) => ({ fragment, index }))
    .sort((a, b) => a.fragment[0].localeCompare(b.fragment[0]) || a.index - b.index);
  const lines = sorted.map(({ fragment }) => `    ${fragment[1]}\n`).join("");
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${parentType} xmlns="${NAMESPACE}">\n${lines}</${parentType}>\n`;
}

export function collect(org: Org, manifest: Manifest, version: string): Collected {
  const files: Files = new Map();
  const properties: FileProperties[] = [];
  const problems: Collected["problems"] = [];
  const included = new Map<string, Set<string>>();
  const include = (component: Component): void => {
    const names = included.get(component.type) ?? new Set();
    if (names.has(component.fullName)) return;
    names.add(component.fullName);
    included.set(component.type, names);
    properties.push(fileProperties(org, component, "unpackaged/"));
  };
  // parents composed of children: parent path → what goes in
  const parents = new Map<
    string,
    { type: string; own: Component | undefined; children: Map<string, Component> }
  >();
  const parentEntry = (type: string, path: string): NonNullable<ReturnType<typeof parents.get>> => {
    const known = parents.get(path) ?? { type, own: undefined, children: new Map() };
    parents.set(path, known);
    return known;
  };

  for (const [typeName, members] of manifest.types) {
    const entry = typeNamed(typeName);
    const child = childType(typeName);
    if (entry === undefined && child === undefined) {
      problems.push({
        fileName: "unpackaged/package.xml",
        problem: `Unknown type name '${typeName}' specified in package.xml`,
      });
      continue;
    }
    const pool = [
      ...componentsOf(org, typeName),
      ...(entry?.folderType ? org.components.list(entry.folderType) : []),
    ];
    const parentHolds = entry?.children.filter((candidate) => candidate.addressable) ?? [];
    for (const member of members) {
      const bare = member.replace(/\/$/, "");
      const named = pool.filter((component) => member === "*" || component.fullName === bare);
      const standard =
        named.length === 0 && typeName === "CustomObject" ? standardObject(org, bare) : undefined;
      const wanted = standard === undefined ? named : [standard];
      const orphanChildren = parentHolds.flatMap((candidate) =>
        org.components
          .list(candidate.name)
          .filter(
            (component) =>
              member === "*" || typeName === "CustomLabels" || component.fullName.startsWith(`${bare}.`),
          ),
      );
      if (wanted.length === 0 && orphanChildren.length === 0 && member !== "*") {
        problems.push({
          fileName: "unpackaged/package.xml",
          problem: `Entity of type '${typeName}' named '${member}' cannot be found`,
        });
        continue;
      }
      for (const component of wanted) {
        include(component);
        if (child !== undefined) {
          const path = [...component.files.keys()][0] ?? "";
          parentEntry(parentOf(typeName)?.name ?? "", path).children.set(
            `${typeName} ${component.fullName}`,
            component,
          );
        } else if (parentHolds.length > 0) {
          parentEntry(typeName, [...component.files.keys()][0] ?? "").own = component;
        } else
          for (const [path, content] of component.files)
            if (!path.startsWith("compiled/")) files.set(path, content);
      }
      for (const component of orphanChildren) {
        include(component);
        const path = [...component.files.keys()][0] ?? "";
        parentEntry(typeName, path).children.set(`${component.type} ${component.fullName}`, component);
      }
    }
  }
  for (const [path, { type, own, children }] of parents)
    files.set(path, bytes(composed(type, own, [...children.values()])));
  const unpackaged: Files = new Map([...files].map(([path, content]) => [`unpackaged/${path}`, content]));
  unpackaged.set(
    "unpackaged/package.xml",
    bytes(writeManifest(new Map([...included].map(([type, names]) => [folderless(type), names])), version)),
  );
  properties.push({ ...packageProperties(org) });
  return { files: unpackaged, properties, problems };
}

/** In package.xml a folder is listed among what it holds. */
const folderless = (type: string): string => typeNamed(type)?.folderContentType ?? type;

function packageProperties(org: Org): FileProperties {
  const user = [...org.rows("User")][0];
  const now = new Date(org.now()).toISOString();
  return {
    createdById: user?.Id ?? "",
    createdByName: String(user?.Name ?? "System"),
    createdDate: now,
    fileName: "unpackaged/package.xml",
    fullName: "unpackaged/package.xml",
    id: "",
    lastModifiedById: user?.Id ?? "",
    lastModifiedByName: String(user?.Name ?? "System"),
    lastModifiedDate: now,
    manageableState: "unmanaged",
    type: "Package",
  };
}
