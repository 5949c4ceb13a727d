/** listMetadata and describeMetadata: what is there, and what kinds of thing can be. */
import { allTypes, childType, parentOf, typeNamed } from "../package/registry.ts";
import { fileProperties, type FileProperties } from "./collect.ts";
import { componentsOf } from "./standing.ts";
import { customizableObjects } from "./standard-objects.ts";
import type { Org } from "../../org/types.ts";

export interface ListQuery {
  type: string;
  folder?: string;
}

export function listMetadata(org: Org, queries: ListQuery[]): FileProperties[] {
  return queries.flatMap(({ type, folder }) => {
    if (typeNamed(type) === undefined && childType(type) === undefined)
      throw new Error(`INVALID_TYPE: Unknown type:${type}`);
    const found = componentsOf(org, type)
      .filter((component) => folder === undefined || component.fullName.startsWith(`${folder}/`))
      .map((component) => fileProperties(org, component));
    if (type === "CustomObject")
      return [...found, ...standardObjects(org, new Set(found.map((one) => one.fullName)))];
    return found;
  });
}

/** Standard objects are listed too, whether or not anything of theirs was deployed. */
function standardObjects(org: Org, known: Set<string>): FileProperties[] {
  return customizableObjects(org)
    .filter((object) => !known.has(object.name))
    .map((object) => ({
      createdById: "",
      createdByName: "",
      createdDate: "1970-01-01T00:00:00.000Z",
      fileName: `objects/${object.name}.object`,
      fullName: object.name,
      id: "",
      lastModifiedById: "",
      lastModifiedByName: "",
      lastModifiedDate: "1970-01-01T00:00:00.000Z",
      manageableState: "unmanaged",
      type: "CustomObject",
    }));
}

export interface DescribedType {
  childXmlNames: string[];
  directoryName: string;
  inFolder: boolean;
  metaFile: boolean;
  suffix?: string;
  xmlName: string;
}

export function describeTypes(): DescribedType[] {
  return allTypes()
    .filter((type) => type.folderContentType === undefined && parentOf(type.name) === undefined)
    .map((type) => ({
      childXmlNames: type.children.filter((child) => child.addressable).map((child) => child.name),
      directoryName: type.directoryName,
      inFolder: type.inFolder,
      metaFile: type.withContent,
      ...(type.suffix === undefined ? {} : { suffix: type.suffix }),
      xmlName: type.name,
    }));
}
