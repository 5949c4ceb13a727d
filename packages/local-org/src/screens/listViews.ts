/** The list views of an org: the deployed ones, and the one of all records that Salesforce ships with an object. */
import { all, textOf, type XmlElement } from "../metadata/xml/parse.ts";
import type { Id, ObjectDef, Org } from "../org/types.ts";
import { elementOf, idWith, standardId } from "./component.ts";

export interface ListViewInfo {
  id: Id;
  object: ObjectDef;
  name: string;
  label: string;
  /** Undefined for the view of all records. */
  element?: XmlElement;
  createdAt?: number;
  modifiedAt?: number;
}

interface Source {
  readonly schema: Pick<Org["schema"], "object" | "objects">;
  readonly components: Pick<Org["components"], "list">;
}

export const hasListViews = (object: ObjectDef): boolean =>
  object.setup !== true &&
  object.tooling !== true &&
  object.historyOf === undefined &&
  object.customSetting !== true &&
  object.queryable;

export function listViews(source: Source, of: ObjectDef[] = source.schema.objects()): ListViewInfo[] {
  const byObject = new Map<string, ListViewInfo[]>();
  for (const component of source.components.list("ListView")) {
    const [objectName = "", name = ""] = component.fullName.split(".");
    const object = source.schema.object(objectName);
    const element = elementOf(component);
    if (object === undefined || element === undefined) continue;
    const { createdAt, modifiedAt } = component;
    const label = textOf(element, "label") ?? name;
    const view = { id: idWith("00B", component), object, name, label, element, createdAt, modifiedAt };
    byObject.set(object.name, [...(byObject.get(object.name) ?? []), view]);
  }
  return of.filter(hasListViews).flatMap((object) => {
    const deployed = byObject.get(object.name) ?? [];
    return deployed.some(({ element }) => showsAll(element!)) ? deployed : [...deployed, allOf(object)];
  });
}

const showsAll = (element: XmlElement): boolean =>
  all(element, "filters").length === 0 && (textOf(element, "filterScope") ?? "Everything") === "Everything";

function allOf(object: ObjectDef): ListViewInfo {
  const name = object.custom ? "All" : `All${object.labelPlural.replaceAll(" ", "")}`;
  return { id: standardId("00B", object.keyPrefix), object, name, label: `All ${object.labelPlural}` };
}

const standardColumns: Record<string, string[]> = {
  Case: ["CaseNumber", "Subject", "Status", "Priority", "CreatedDate", "Owner.Name"],
  Account: ["Name", "Phone", "Industry", "Owner.Name"],
  Contact: ["Name", "Account.Name", "Phone", "Email"],
};

/** The columns of the view of all records. */
export const columnsOf = (object: ObjectDef): string[] =>
  standardColumns[object.name] ?? [
    object.nameField,
    ...[...object.fields.values()]
      .filter((field) => field.custom && field.type !== "textarea")
      .slice(0, 5)
      .map(({ name }) => name),
    "CreatedDate",
  ];
